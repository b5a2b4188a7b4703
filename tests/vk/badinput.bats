#!/usr/bin/env bats
# Bad input and bad surroundings: one line on standard error, the right exit code, nothing printed
# twice, nothing left behind. Every test runs in a folder that must be empty at its end.
load ../helper

setup_file() { server_start bad; }
teardown_file() { server_stop bad; }
setup() {
    "$VK" -s "$bad_sock" flushall
    mkdir "$BATS_TEST_TMPDIR/cwd"
    cd "$BATS_TEST_TMPDIR/cwd" || return 1
}
teardown() {
    fake_stop
    server_stop killed
    [ -z "$(ls -A "$BATS_TEST_TMPDIR/cwd")" ]
}
vk() { timeout 20 "$VK" -s "$bad_sock" "$@"; }

# fails CODE COMMAND...: that exit code, an empty standard output, one line on standard error.
fails() {
    run "-$1" --separate-stderr "${@:2}" </dev/null
    assert_output ""
    assert_equal "${#stderr_lines[@]}" 1
}
# usage TEXT OPTIONS...: a command line that vk refuses in these words.
usage() {
    fails 2 "$VK" "${@:2}"
    assert_equal "$stderr" "vk: $1 (vk --help shows all options)"
}
# uri WORDS URI: refused with these words, without quoting the password.
uri() {
    usage "bad URI: $1" -u "$2" ping
    refute_regex "$stderr" 'secret|cret|tell'
}
# signalled CODE-THAT-SAYS-WHEN COMMAND...: SIGINT once the code is true; the exit code is the number of
# the signal that ended it. (A background process of a shell would ignore SIGINT.)
signalled() {
    perl -e 'my $when = shift; my $pid = fork;
        if (!$pid) { $SIG{INT} = "DEFAULT"; exec @ARGV }
        for (1 .. 100) { select(undef, undef, undef, 0.05); last if system($when) == 0 }
        kill INT => $pid; $SIG{ALRM} = sub { kill KILL => $pid }; alarm 5;
        waitpid $pid, 0; exit($? & 127)' "$@" >../out 2>../err
}

@test "an unknown option is named, with the nearest one" {
    usage "unknown option '--hots' (did you mean '--host'?)" --hots x ping
    usage "unknown option '--bogusxyz'" --bogusxyz
    usage "unknown option '-Z'" -Z ping
}

@test "a missing argument is named" {
    usage "option '-p' needs a PORT" -p
    usage "option '--host' needs a HOST" --host
    usage "option '--tls' takes no value" --tls=yes ping
    usage "option '-a' needs its PASS behind a blank" -asecret ping
}

@test "a bad number, or garbage behind a number, is no number" {
    for port in abc 12x 0 65536 -1 '' ' 1' 1e3 99999999999999999999; do
        usage "option '-p': '$port' is not a whole number from 1 to 65535" -p "$port" ping
    done
    usage "option '-n': '1x' is not a whole number from 0 to 2147483647" -n 1x ping
    usage "option '-n': '2147483648' is not a whole number from 0 to 2147483647" -n 2147483648 ping
    usage "option '-r': '2z' is not a whole number from -1 to 1e+15" -r 2z ping
    usage "option '-i': '-1' is not a number from 0 to 1000000000" -r 2 -i -1 ping
    usage "option '-i': 'nan' is not a number from 0 to 1000000000" -i nan ping
    usage "option '-t': '1s' is not a number from 0 to 1000000000" -t 1s ping
}

@test "a bad number in the environment is named with its variable" {
    VALKEYCLI_PORT=12x usage "VALKEYCLI_PORT: '12x' is not a port from 1 to 65535" ping
    VALKEYCLI_PORT=65536 usage "VALKEYCLI_PORT: '65536' is not a port from 1 to 65535" ping
}

@test "a bad URI says which part of it is bad and never quotes the password" {
    local scheme="it must begin with valkey:// valkeys:// redis:// rediss:// or unix:"
    local port="the port is no number from 1 to 65535 (an '@' ends user and password; an IPv6 address is written [::1])"
    local at="an '@' in a user or password is %40, and a '/' there %2F"
    for u in http://u:secret@h redis:/secret secret ''; do uri "$scheme" "$u"; done
    for p in 0 65536 -1 12x; do uri "$port" "redis://u:secret@h:$p/0"; done
    for p in x -1 1x 99999999999; do uri "the path is no database number, as in /0" "redis://:secret@h/$p"; done
    uri "the password has a '%' without two hexadecimal digits (a plain one is %25)" redis://u:tell%zz@h
    uri "the password cannot contain %00" redis://u:tell%00@h
    uri "the host has no ']'" 'redis://u:secret@[::1/'
    uri "the host in brackets is no IPv6 address" 'redis://u:secret@[zz]'
    uri "a '#' in it is written %23" 'redis://u:secret@h#f'
    uri "a blank or control character in it is written with a '%'" 'redis://u:tell me@h'
    uri "$at" redis://u:tell/me@h
    uri "$at" redis://u:s@cret@h
    uri "unix: needs a path" unix://
    uri "unix:// has no host: unix:///PATH, and in a user or password '/' is %2F" unix://u:secret@host/p
}

@test "an unknown or bad option of a URI is named, its value is not" {
    uri "unknown option 'dbb' (did you mean 'db'?)" 'redis://:secret@h?dbb=1'
    uri "unknown option 'nonsense'" 'redis://h?nonsense=secret'
    uri "option 'db' is not a whole number from 0 to 2147483647" 'redis://h?db=secret'
    uri "option 'password' is there twice" 'redis://h?password=secret&password=tell'
    uri "option 'protocol' is not 2 or 3" 'redis://h?protocol=4'
    uri "option 'ssl_cert_reqs' is not none or required" 'rediss://h?ssl_cert_reqs=x'
}

@test "a target that no profile names is refused" {
    usage "unknown target '@prod': no profile or target has that name" @prod get k
}

@test "options that contradict each other are named" {
    usage "option '-3': -2 and -3 exclude each other" -2 -3 ping
    usage "option '-6': -4 and -6 exclude each other" -4 -6 ping
    usage "-x and -X exclude each other" -x -X T get T
    usage "-x needs a command whose argument it fills" -x
    usage "-X needs a command whose argument it fills" -X T
    usage "--out needs one command" --out f
    usage "--out and -r exclude each other" --out f -r 2 get k
    usage "--out writes exact bytes: no format goes with it" --out f --json get k
    usage "-a and --askpass exclude each other" -a secret --askpass ping
    usage "-s and -h exclude each other" -s /x -h y ping
    usage "-s and -p exclude each other" -s /x -p 1 ping
    usage "--scratch and -h exclude each other" --scratch -h x ping
    usage "--insecure has no effect without --tls" --insecure ping
}

@test "a value that is none of the valid ones is named with them" {
    usage "unknown --show-pushes value 'maybe' (valid: yes, no)" --show-pushes maybe ping
    usage "unknown shell 'tcsh' (valid: bash, zsh, fish)" --completion tcsh
    usage "unknown backoff 'slow'" --backoff slow ping
    usage "--retry-on 'loading': only lost and timeout are tried again" --retry-on lost,loading ping
    fails 2 "$VK" --retry-on slow ping
    assert_regex "$stderr" "unknown kind 'slow' \(valid: connect, lost, timeout, "
}

@test "a password that cannot be had ends with exit 2 before anything is sent" {
    echo >../empty
    fails 2 vk --password-file ../none ping
    assert_equal "$stderr" "vk: cannot read '../none': No such file or directory"
    fails 2 vk --password-file . ping
    assert_equal "$stderr" "vk: cannot read '.': Is a directory"
    fails 2 vk --password-file ../empty ping
    assert_equal "$stderr" "vk: the first line of '../empty' is empty"
    fails 2 vk --password-fd 99 ping
    assert_equal "$stderr" "vk: cannot read descriptor 99: Bad file descriptor"
    fails 2 vk --auth-command 'exit 3' ping
    assert_equal "$stderr" "vk: --auth-command: command failed with exit code 3"
}

@test "--out into a place that takes no file: exit 2, the command is not sent" {
    : >../file
    vk set k v
    fails 2 vk --out none/f getdel k
    assert_equal "$stderr" "vk: cannot write 'none/f': no new file in its folder: No such file or directory"
    fails 2 vk --out ../file/f getdel k
    assert_equal "$stderr" "vk: cannot write '../file/f': Not a directory"
    fails 2 vk --out . getdel k
    assert_equal "$stderr" "vk: cannot write '.': Is a directory"
    run -0 vk get k
    assert_output v
    fails 2 vk --out /dev/full get k
    assert_equal "$stderr" "vk: cannot write '/dev/full': No space left on device"
}

@test "--out of an error reply writes nothing and leaves the old file alone" {
    echo old >../out
    vk rpush l 1
    fails 1 vk --out ../out get l
    assert_regex "$stderr" "^WRONGTYPE "
    fails 1 vk --out new get nosuchkey
    fails 1 vk --out new lrange l 0 -1
    assert_equal "$stderr" "vk: the reply is not a bulk string: nothing written to 'new'"
    assert_equal "$(cat ../out)" old
}

@test "a full standard output: exit 2, also for --help" {
    local full="vk: cannot write standard output: No space left on device"
    vk set k v
    for args in "-s $bad_sock get k" --help --version "--completion bash"; do
        # shellcheck disable=SC2086 # words
        run -2 --separate-stderr bash -c '"$@" >/dev/full' x "$VK" $args
        assert_equal "$stderr" "$full"
    done
    run -2 --separate-stderr bash -c '"$1" -s "$2" >/dev/full <<<"get k"' x "$VK" "$bad_sock"
    assert_equal "$stderr" "$full"
}

@test "closed standard descriptors are no sockets" {
    vk set k v
    closed() { bash -c "timeout 5 '$VK' -s '$bad_sock' $1"; }
    run -0 closed 'get k <&-'
    assert_output v
    for how in '<&-' '-x set k <&-'; do
        fails 2 closed "$how"
        assert_equal "$stderr" "vk: cannot read standard input: Bad file descriptor"
    done
    for how in 'get k >&-' 'get k <&- >&-' '>&- <<<"get k"'; do
        fails 2 closed "$how"
        assert_equal "$stderr" "vk: cannot write standard output: Bad file descriptor"
    done
    run -1 closed 'lpush k x 2>&-'
    assert_output ""
    run -0 closed '--out ../out get k >&- <&- 2>&-'
    assert_equal "$(cat ../out)" v
}

@test "a closed pipe ends vk by SIGPIPE, without a word" {
    piped() { "$@" | head -n 1; return "${PIPESTATUS[0]}"; }
    run -141 --separate-stderr piped vk -r -1 ping
    assert_equal "$output$stderr" PONG
    run -141 --separate-stderr piped vk < <(yes ping)
    assert_equal "$output$stderr" PONG
    vk eval 'for i = 1, 100000 do redis.call("rpush", "l", i) end return 1' 0
    run -141 --separate-stderr piped vk lrange l 0 -1
    assert_equal "$output$stderr" 1
}

@test "a directory as standard input is refused" {
    fails 2 bash -c '"$@" <.' x "$VK" -s "$bad_sock"
    assert_equal "$stderr" "vk: cannot read standard input: Is a directory"
    fails 2 bash -c '"$@" <.' x "$VK" -s "$bad_sock" -x set k
    run -0 vk exists k
    assert_output 0
}

@test "an endless line is refused at 1 GiB, what stands before it is run" {
    [ "$(awk '/^MemAvailable/{print $2}' /proc/meminfo)" -gt 4000000 ] || skip "not enough memory"
    endless() { { echo ping; tr '\0' x </dev/zero; } | vk; }
    run -2 --separate-stderr endless
    assert_output PONG
    assert_equal "$stderr" "vk: line 2 is longer than 1073741824 bytes"
}

@test "-x with more than the server takes is refused by its own words" {
    huge() { head -c 1G /dev/zero | vk -x set k; }
    fails 1 huge
    assert_regex "$stderr" "^vk: .*ERR Protocol error: invalid bulk length$"
    run -0 vk exists k
    assert_output 0
}

@test "-x with empty input is an empty argument" {
    run -0 vk -x set k </dev/null
    assert_output OK
    run -0 vk strlen k
    assert_output 0
}

@test "a NUL in a line is a byte like any other" {
    printf 'set k a\0b\nstrlen k\n' >../in
    run -0 vk <../in
    assert_output $'OK\n3'
    run -0 vk --no-raw get k
    assert_output '"a\x00b"'
}

@test "a script with 1000 errors prints each reply once and one line at its end" {
    vk set k v
    for i in $(seq 1000); do echo "lpush k $i"; echo "echo $i"; done >../in
    run -7 --separate-stderr vk <../in
    assert_equal "$(grep -c WRONGTYPE <<<"$output")" 1000
    cmp <(grep -x '[0-9][0-9]*' <<<"$output") <(seq 1000)
    assert_equal "$stderr" "vk: 1000 of 2000 commands failed, the first in line 1: WRONGTYPE Operation against a key holding the wrong kind of value"
}

@test "-r 0 does nothing, and well" {
    run -0 --separate-stderr vk -r 0 set k v
    assert_equal "$output$stderr" ""
    run -0 vk exists k
    assert_output 0
}

@test "a server that cannot be reached: exit 3, with the reason" {
    local port long
    port=$(free_port) long=$(printf 'x%.0s' $(seq 200))
    fails 3 "$VK" -p "$port" ping
    assert_equal "$stderr" "vk: cannot connect to 127.0.0.1:$port: Connection refused"
    fails 3 "$VK" -h nohost.invalid ping
    assert_regex "$stderr" "^vk: cannot resolve 'nohost.invalid': "
    fails 3 "$VK" -s none ping
    assert_equal "$stderr" "vk: cannot connect to none: No such file or directory"
    fails 3 "$VK" -s "$long" ping
    assert_equal "$stderr" "vk: cannot connect to $long: the path is 200 bytes long, a Unix socket's has at most 107"
    fails 3 "$VK" -p "$port" </dev/null
    assert_equal "$stderr" "vk: cannot connect to 127.0.0.1:$port: Connection refused"
}

# A listening Unix socket that accepts nobody and has no room in its queue.
full_socket() {
    perl -MSocket -e 'socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un("../full")); listen(S, 0);
        socket(C, AF_UNIX, SOCK_STREAM, 0); connect(C, sockaddr_un("../full"));
        $| = 1; print "full\n"; sleep 30' >../perl 3>&- &
    fake_pid=$!
    eventually test -s ../perl
}

@test "a connect that is not answered ends at -t: exit 6" {
    full_socket
    fails 6 "$VK" -s ../full -t 0.3 ping
    assert_equal "$stderr" "vk: cannot connect to ../full: timed out after 0.3 s"
    fails 6 "$VK" -s ../full -t 0.3 </dev/null
}

@test "a server killed in the middle of a large reply: exit 3, all that came is there" {
    server_start killed
    "$VK" -s "$killed_sock" eval 'return redis.call("set", "k", string.rep("x", 100000000))' 0
    mkfifo ../fifo
    "$VK" -s "$killed_sock" get k >../fifo 2>../err 3>&- &
    pid=$! code=0
    exec 9<../fifo
    head -c 1000000 <&9 >../got
    kill -9 "$killed_pid"
    cat <&9 >>../got
    exec 9<&-
    wait "$pid" || code=$?
    assert_equal "$code" 3
    assert_equal "$(cat ../err)" "vk: $killed_sock: server closed the connection in the middle of a reply"
    [ "$(wc -c <../got)" -gt 1000000 ]
    assert_equal "$(tr -d x <../got)" ""
}

@test "Ctrl-C during BLPOP ends vk by the signal, without a word" {
    run -2 signalled "'$VK' -s '$bad_sock' client list | grep -q cmd=blpop" "$VK" -s "$bad_sock" blpop nothing 0
    assert_equal "$(cat ../out ../err)" ""
}

@test "Ctrl-C in the middle of a reply ends the line that was begun" {
    fake_start read 'send:+OK\r\n+OK\r\n*3\r\n$3\r\none\r\n$100\r\nabc' hold
    run -2 signalled "grep -q abc ../out" "$VK" -p "$fake_port" --no-raw get k
    assert_equal "$(cat ../out; echo .)" $'1) "one"\n2) "abc\n.'
    assert_equal "$(cat ../err)" ""
    fake_stop
    fake_start read 'send:+OK\r\n+OK\r\n$100\r\nabc' hold
    run -2 signalled "sleep 0.3" "$VK" -p "$fake_port" --out f get k
    assert_equal "$(cat ../out ../err)" ""
}

@test "Ctrl-C while connecting ends vk by the signal, without a word" {
    full_socket
    run -2 signalled "sleep 0.2" "$VK" -s ../full ping
    run -2 signalled "sleep 0.2" "$VK" -s ../full --retries -1 -t 0.05 ping
    fake_start hold
    run -2 signalled "sleep 0.2" "$VK" -p "$fake_port" -n 1 ping
    assert_equal "$(cat ../out ../err)" ""
}

@test "Ctrl-C in a script says which lines are left without a reply" {
    printf 'ping\nblpop nothing 0\nping\n' >../in
    run -2 signalled "'$VK' -s '$bad_sock' client list | grep -q cmd=blpop" sh -c 'exec "$@" <../in' x "$VK" -s "$bad_sock"
    assert_equal "$(cat ../out)" PONG
    assert_equal "$(cat ../err)" "vk: no reply to line 2 and 1 more: they may or may not have been applied"
}
