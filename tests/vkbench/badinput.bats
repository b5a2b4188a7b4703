#!/usr/bin/env bats
# Bad input and bad servers: one clear line, the right exit code, a report of what was measured.
load ../helper
load helper

setup_file() { server_start b; }
teardown_file() { server_stop b; }
setup() {
    "$VK" -s "$b_sock" config set maxmemory 0
    "$VK" -s "$b_sock" flushall
}
teardown() {
    rig_stop
    fake_stop
}
# refused CODE TEXT ARGS...: exit code, one line on standard error that says TEXT, nothing on standard output.
refused() {
    local code=$1 text=$2
    shift 2
    run --separate-stderr "$VKBENCH" "$@"
    # shellcheck disable=SC2154
    [ "$status" = "$code" ] && [ "${#stderr_lines[@]}" = 1 ] && [ -z "$output" ] &&
        [[ $stderr == "vkbench: "*"$text"* ]] && return
    printf 'vkbench %s: exit %s, standard error: %s, output: %s\n' "$*" "$status" "$stderr" "$output" >&2
    return 1
}

@test "options that make no sense" {
    refused 2 "unknown test 'gett' (did you mean 'get'?)" -t set,gett
    refused 2 "unknown test" -t ''
    refused 2 "'0' is not a whole number from 1" -c 0
    refused 2 "'10x' is not a whole number" -n 10x
    refused 2 "'1e5' is not a whole number" -n 1e5
    refused 2 "not a whole number from 1" -P 0
    refused 2 "not a whole number from 0 to 1" -k 2
    refused 2 "not a whole number" -d 1k
    refused 2 "not a whole number from 1" -r 0
    refused 2 "not a number" --rps fast
    refused 2 "exclude each other" -n 5 --duration 1
    refused 2 "-x needs a command" -x
    refused 2 "--sequential needs -r" --sequential
    refused 2 "exclude each other" -t get -- ping
    refused 2 "unknown option '--pipelin' (did you mean '--pipeline'?)" --pipelin 3
    refused 2 "needs a N" -n
    refused 2 "unexpected word 'more' behind basic" basic -n 5 more
    refused 2 "is not multi, plain or both" basic --pipelines some
    refused 2 "at most" -s "$b_sock" -n 5 -- 20000 ping
}

@test "servers that are not there, or not what they should be" {
    refused 3 "Connection refused" -p "$(free_port)"
    refused 3 "No such file" -s /nonexistent/socket
    refused 4 "does not speak TLS" -p "$b_port" --tls
    fake_start read 'send:HTTP/1.1 400 Bad Request\r\n\r\n' hold
    refused 3 "" -p "$fake_port"
    fake_stop
    # three replies: two of the greeting, then PING's
    fake_start read 'send:-ERR x\r\n-ERR x\r\n-LOADING Redis is loading the dataset in memory\r\n' hold
    refused 1 "LOADING Redis is loading" -p "$fake_port"
    fake_stop
    fake_start read 'send:-ERR x\r\n-ERR x\r\n-NOAUTH Authentication required.\r\n' hold
    refused 5 "NOAUTH Authentication required. (give -a" -p "$fake_port"
    fake_stop
    fake_start read 'send:-ERR x\r\n-ERR x\r\n-ERR evil \x1b[31m\x07\r\n' hold
    refused 1 'evil \x1b[31m\x07' -p "$fake_port"
}

@test "more connections than descriptors" {
    (
        ulimit -Sn 100
        run "$VKBENCH" -s "$b_sock" -c 500 -n 1000 -q -- ping
        assert_success # the soft limit is raised
    )
    run bash -c "ulimit -n 100; exec setpriv --bounding-set -sys_resource --inh-caps -sys_resource '$VKBENCH' -s '$b_sock' -c 500 -n 1000 -q -- ping"
    assert_failure 2
    assert_output --partial "-c 500"
}

@test "wrong type and out of memory are errors, not work" {
    "$VK" -s "$b_sock" lpush k v
    bench -s "$b_sock" -n 100 -- get k
    assert_equal "$code" 13
    holds "r['count'] == 0 and r['errors']['WRONGTYPE']['count'] == 100"
    "$VK" -s "$b_sock" config set maxmemory 1
    run "$VKBENCH" -s "$b_sock" -n 100 -t set
    assert_failure 13
    assert_output --partial "OOM command not allowed"
    refute_output --partial nan
    run "$VKBENCH" -s "$b_sock" -n 100 -t set,get -q
    assert_failure 13
    assert_line --regexp '^SET: .*, 100 errors$'
    assert_line --regexp '^GET: [0-9.]+ requests per second'
}

@test "a server that hangs up at once is given up after ten tries" {
    fake_start read 'send:+PONG\r\n$0\r\n\r\n*0\r\n*0\r\n'
    run timeout 20 "$VKBENCH" -p "$fake_port" -c 1 -n 10 -q -- ping
    [ "$status" != 124 ]
    [ "$status" != 0 ]
}

@test "too many replies, and a broken one" {
    rig_start extra=3
    run "$VKBENCH" -p "$rig_port" -c 1 -n 10 -- get k
    assert_failure 3
    assert_output --partial "a reply that nobody asked for"
    assert_output --partial "ended early"
    rig_stop
    rig_start 'reply=?what\r\n'
    run "$VKBENCH" -p "$rig_port" -c 1 -n 10 -- get k
    assert_failure 3
    assert_output --partial "offset 0"
}

@test "standard output that takes nothing" {
    run bash -c "'$VKBENCH' -s '$b_sock' -n 10 -q -- ping >/dev/full"
    assert_failure 1
    assert_output --partial "cannot write standard output"
    run bash -c "'$VKBENCH' -s '$b_sock' -n 10 -q | true; echo \${PIPESTATUS[0]}"
    assert_line 141
}
