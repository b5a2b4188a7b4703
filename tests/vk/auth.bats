#!/usr/bin/env bats
# Passwords and users: where they come from, what happens when they are wrong, and that nobody sees them.
load ../helper

setup_file() {
    server_start one --requirepass 'open sesame'
    admin acl setuser alice on '>wonder land' '~*' '&*' +@all >/dev/null
    admin acl setuser bob on '>builder' '~*' +ping +get +echo '+select' >/dev/null
    admin acl setuser bare on '>bare' '~*' +get >/dev/null
    server_start open
}
teardown_file() {
    server_stop one
    server_stop open
}
teardown() { [ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true; }
setup() { admin config resetstat >/dev/null; }

admin() { REDISCLI_AUTH='open sesame' "$CLI" -s "$one_sock" "$@"; }
vk() { "$VK" -p "$one_port" "$@"; }
# calls COMMAND: how often the server ran it since the test began
calls() { admin info commandstats | sed -n "s/^cmdstat_$1:calls=\([0-9]*\).*/\1/p"; }
WRONG="WRONGPASS invalid username-password pair or user is disabled."
# refused EXIT TEXT [options and command...]: nothing on standard output, TEXT behind the server's name.
refused() {
    local code=$1 text=$2
    shift 2
    run --separate-stderr "-$code" vk "$@"
    assert_output ""
    assert_equal "$stderr" "vk: 127.0.0.1:$one_port: $text"
}
# typed TEXT COMMAND: the command on a terminal of its own where TEXT is typed a little later.
typed() {
    (sleep 0.5; printf '%s\n' "$1"; sleep 0.5) | script -qec "$2" /dev/null
}
cmdline() { tr '\0' ' ' <"/proc/$1/cmdline"; }
# waits OPTIONS...: a vk that blocks as the user of these options; sets pid when it does
waits() {
    "$VK" "$@" blpop nothing 0 >/dev/null 3>&- &
    pid=$!
    blocked() { admin info clients | grep -q '^blocked_clients:1'; }
    eventually blocked
}

@test "the server's password by -a, --pass and --pass=" {
    for option in "-a|open sesame" "--pass|open sesame" "--pass=open sesame"; do
        IFS='|' read -r -a words <<<"$option"
        run --separate-stderr -0 vk "${words[@]}" ping
        assert_output PONG
        assert_equal "$stderr" ""
    done
}

@test "a user of the ACL by --user and --pass" {
    run -0 vk --user alice --pass 'wonder land' acl whoami
    assert_output alice
    run -0 vk -3 --user alice --pass 'wonder land' acl whoami
    assert_output alice
}

@test "a wrong password and an unknown user: exit 5, and the command is not sent" {
    refused 5 "AUTH failed: $WRONG" -a wrong set k v
    refused 5 "AUTH failed: $WRONG" --user nobody -a 'open sesame' set k v
    refused 5 "AUTH failed: $WRONG" -3 -a wrong set k v
    refused 5 "AUTH failed: $WRONG" -n 2 -a wrong set k v
    assert_equal "$(calls set)" ""
}

@test "after a refused AUTH no line of a script is sent" {
    run --separate-stderr -5 vk -a wrong <<<$'set k v\nset k w'
    assert_output ""
    assert_equal "$stderr" "vk: 127.0.0.1:$one_port: AUTH failed: $WRONG"
    assert_equal "$(calls set)" ""
}

@test "without a password: exit 5 with the server's words" {
    run --separate-stderr -5 vk get k
    assert_output ""
    assert_equal "$stderr" "NOAUTH Authentication required."
}

@test "a password for a server that has none: exit 5" {
    run --separate-stderr -5 "$VK" -p "$open_port" -a any ping
    assert_regex "$stderr" "^vk: 127.0.0.1:$open_port: AUTH failed: ERR AUTH <password> called without any password configured for the default user"
}

@test "what a user may not do: exit 5 and the server's words, in a script exit 7" {
    run --separate-stderr -5 vk --user bob -a builder set k v
    assert_output ""
    assert_equal "$stderr" "NOPERM this user has no permissions to run the 'set' command"
    run --separate-stderr -7 vk --user bob -a builder <<<$'ping\nset k v\nping'
    assert_line --index 0 PONG
    assert_equal "$stderr" "vk: 1 of 3 commands failed, the first in line 2: NOPERM this user has no permissions to run the 'set' command"
}

@test "a user without CLIENT and SELECT still runs what it may" {
    admin set k v
    run --separate-stderr -0 vk --user bare -a bare get k
    assert_output v
    assert_equal "$stderr" ""
    run --separate-stderr -0 vk -3 --user bare -a bare get k
    assert_output v
    refused 5 "SELECT 1 failed: NOPERM this user has no permissions to run the 'select' command" -n 1 --user bare -a bare get k
    assert_equal "$(calls get | head -n 1)" 2
}

@test "a database out of range after a good AUTH: exit 1, the command is not sent" {
    refused 1 "SELECT 99 failed: ERR DB index is out of range" -a 'open sesame' -n 99 set k v
    refused 1 "SELECT 99 failed: ERR DB index is out of range" -3 -a 'open sesame' -n 99 set k v
    assert_equal "$(calls set)" ""
}

@test "the environment: VALKEYCLI_AUTH before REDISCLI_AUTH, an option before both" {
    REDISCLI_AUTH='open sesame' run -0 vk ping
    VALKEYCLI_AUTH='open sesame' REDISCLI_AUTH=wrong run -0 vk ping
    VALKEYCLI_AUTH=wrong REDISCLI_AUTH='open sesame' run -5 vk ping
    VALKEYCLI_AUTH=wrong run -0 vk -a 'open sesame' ping
    VALKEYCLI_AUTH='wonder land' run -0 vk --user alice acl whoami
    assert_output alice
}

@test "--password-file and --password-fd take the first line" {
    printf 'open sesame\nmore\n' >"$BATS_TEST_TMPDIR/pass"
    run -0 vk --password-file "$BATS_TEST_TMPDIR/pass" ping
    printf 'open sesame' >"$BATS_TEST_TMPDIR/pass"
    run -0 vk --password-file "$BATS_TEST_TMPDIR/pass" ping
    run -0 vk --password-fd 9 ping 9<"$BATS_TEST_TMPDIR/pass"
    assert_output PONG
    run --separate-stderr -2 vk --password-file "$BATS_TEST_TMPDIR/none" ping
    assert_equal "$stderr" "vk: cannot read '$BATS_TEST_TMPDIR/none': No such file or directory"
    run --separate-stderr -2 vk --password-fd 77 ping
    assert_regex "$stderr" "^vk: .*77.*: Bad file descriptor$"
    run --separate-stderr -2 vk --password-file x -a y ping
    assert_regex "$stderr" "^vk: -a and --password-file exclude each other"
}

@test "--askpass takes the password from the terminal without showing it" {
    run -0 typed 'open sesame' "$VK -p $one_port --askpass ping"
    assert_output --partial "Please input password: "
    assert_output --partial PONG
    refute_output --partial sesame
    run -5 typed wrong "$VK -p $one_port --askpass ping"
    assert_output --partial WRONGPASS
    refute_output --regexp '(^|[^A-Z-])wrong'
}

@test "--askpass without a terminal: exit 2" {
    run --separate-stderr -2 setsid -w "$VK" -p "$one_port" --askpass ping </dev/null
    assert_regex "$stderr" "^vk: cannot open the terminal: "
}

@test "--auth-command is run anew at each connect" {
    cat >"$BATS_TEST_TMPDIR/pass" <<SH
#!/bin/sh
echo x >>"$BATS_TEST_TMPDIR/runs"
echo "open sesame"
SH
    chmod +x "$BATS_TEST_TMPDIR/pass"
    run -0 vk --auth-command "$BATS_TEST_TMPDIR/pass" ping
    assert_output PONG
    assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/runs")" 1
    "$VK" -p "$one_port" -r 2 -i 0.5 --auth-command "$BATS_TEST_TMPDIR/pass" ping >"$BATS_TEST_TMPDIR/out" 3>&- &
    pid=$!
    eventually grep -q PONG "$BATS_TEST_TMPDIR/out"
    admin client kill type normal
    wait "$pid"
    assert_equal "$(cat "$BATS_TEST_TMPDIR/out")" $'PONG\nPONG'
    assert_equal "$(wc -l <"$BATS_TEST_TMPDIR/runs")" 3
}

@test "an --auth-command that fails or prints nothing: exit 2, nothing is sent" {
    run --separate-stderr -2 vk --auth-command 'echo oops >&2; exit 3' ping
    assert_regex "$stderr" "vk: --auth-command: .*3"
    run --separate-stderr -2 vk --auth-command true ping
    assert_equal "$stderr" "vk: --auth-command: command printed no password"
    assert_equal "$(calls ping)" ""
}

@test "a URI's user and password are percent-decoded" {
    run -0 vk -u "redis://default:open%20sesame@127.0.0.1:$one_port" ping
    run -0 vk -u "valkey://:open%20sesame@127.0.0.1:$one_port" ping
    run -0 vk -u "valkey://127.0.0.1:$one_port?username=alice&password=wonder%20land" acl whoami
    assert_output alice
    run --separate-stderr -5 vk -u "valkey://alice:open%20sesame@127.0.0.1:$one_port" ping
}

@test "odd passwords: quotes, '@', ':', '%', UTF-8, a leading dash, empty" {
    local user=0 password
    for password in "it's" 'say "hi"' 'a@b:c/d?e#f' '100%25' 'Schlüssel 鍵' '-a' '\x41'; do
        user=$((user + 1))
        admin acl setuser "odd$user" on ">$password" +@all >/dev/null
        run -0 vk --user "odd$user" -a "$password" acl whoami
        assert_output "odd$user"
        printf '%s\n' "$password" >"$BATS_TEST_TMPDIR/pass"
        run -0 vk -3 --user "odd$user" --password-file "$BATS_TEST_TMPDIR/pass" acl whoami
        encoded=$(printf %s "$password" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g')
        run -0 vk -u "redis://odd$user:$encoded@127.0.0.1:$one_port" acl whoami
        assert_output "odd$user"
    done
    admin acl setuser nopass on nopass +@all >/dev/null
    run -0 vk --user nopass -a '' acl whoami
    assert_output nopass
    run --separate-stderr -2 vk --user nopass ping
    assert_regex "$stderr" "^vk: user 'nopass' needs a password"
}

@test "passwords are wiped from the process list while vk runs" {
    for option in "-a|open sesame" "--pass=open sesame" \
        "-u|redis://default:open%20sesame@127.0.0.1:$one_port" \
        "--uri=redis://127.0.0.1:$one_port?password=open%20sesame"; do
        IFS='|' read -r -a words <<<"$option"
        waits -p "$one_port" "${words[@]}"
        run -0 cmdline "$pid"
        refute_output --partial sesame
        assert_output --partial "blpop nothing 0"
        kill "$pid"
        wait "$pid" || true
        eventually sh -c "! kill -0 $pid"
    done
}

@test "secrets are in no message, verbose or not" {
    local uri="redis://alice:s3cr3t@127.0.0.1:$one_port"
    local -a tries=("-a s3cr3t ping" "--user alice --pass=s3cr3t --verbose -3 ping" "-u $uri --verbose ping"
        "-u $uri?nonsense=1 ping" "-u redis://alice:s3cr3t@:x ping" "-a s3cr3t --nonsense" "-as3cr3t -p 99999 ping"
        "-u ${uri}x/s3cr3t ping" "-a s3cr3t -p 1 ping" "--pass=s3cr3t -u nonsense://s3cr3t@x ping"
        "-u redis://s3cr3t%zz@x ping" "-a s3cr3t --password-fd 3 ping" "-a s3cr3t -t x")
    for words in "${tries[@]}"; do
        # shellcheck disable=SC2086 # several words
        run vk $words
        [[ $status = [1-7] ]]
        refute_output --partial s3cr3t
    done
    admin acl setuser spy on '>s3cr3t' '~*' +@all >/dev/null
    run -0 vk --verbose --user spy -a s3cr3t ping
    refute_output --partial s3cr3t
}

@test "--client-name is seen by the server, a bad one is an error" {
    run -0 vk -a 'open sesame' --client-name rhino client list
    assert_output --partial " name=rhino "
    run -0 vk -3 -a 'open sesame' --client-name rhino client list
    assert_output --partial " name=rhino "
    run --separate-stderr -1 vk -a 'open sesame' --client-name 'two words' set k v
    assert_regex "$stderr" "^vk: 127.0.0.1:$one_port: CLIENT SETNAME failed: ERR Client names cannot contain spaces"
    assert_equal "$(calls set)" ""
}

@test "the library's name is seen by servers that know CLIENT SETINFO" {
    run -0 vk -a 'open sesame' client list
    [[ $output == *" lib-name="* ]] || skip "the server is older than 7.2"
    assert_output --partial " lib-name=valkit lib-ver="
}

# same OPTIONS...: the compatible face and the tool give the same output, errors and exit code.
same() {
    local name out=$BATS_TEST_TMPDIR
    ln -sf "$VK" "$out/redis-cli"
    "$CLI" -p "$one_port" "$@" >"$out/1" 2>"$out/2" </dev/null && code=0 || code=$?
    run -"$code" --separate-stderr "$out/redis-cli" -p "$one_port" "$@" </dev/null
    assert_equal "$output" "$(cat "$out/1")"
    assert_equal "$stderr" "$(cat "$out/2")"
}

@test "as redis-cli: the tool's warning, its 'AUTH failed', and on it goes" {
    [ "$(basename "$CLI")" = redis-cli ] || skip "no redis-cli to compare with"
    same -a 'open sesame' ping
    same --no-auth-warning -a 'open sesame' ping
    same -a wrong ping
    same -a wrong -n 3 -3 get k
    same -a 'open sesame' -n 99 get k
    same --user alice --pass 'wonder land' acl whoami
    same --user nobody --pass x --no-auth-warning get
    same --user alice ping
    same -u "redis://alice:wonder%20land@127.0.0.1:$one_port" acl whoami
    same -u "redis://127.0.0.1:$one_port" ping
    same -a wrong -e ping
    same -a
    REDISCLI_AUTH='open sesame' same ping
    REDISCLI_AUTH=wrong same ping
}

@test "as redis-cli: nothing but AUTH, SELECT and the command goes out" {
    ln -sf "$VK" "$BATS_TEST_TMPDIR/redis-cli"
    run -0 "$BATS_TEST_TMPDIR/redis-cli" --no-auth-warning -p "$one_port" -a 'open sesame' -n 1 ping
    run -0 admin info commandstats
    refute_output --partial cmdstat_client
    refute_output --partial cmdstat_hello
    refute_output --partial cmdstat_command
}
