#!/usr/bin/env bats
# Commands on standard input: order, pipelining, errors, co-processes.
load ../helper

setup_file() { server_start scr; }
teardown_file() { server_stop scr; }
setup() { "$VK" -s "$scr_sock" flushall; }
vk() { "$VK" -s "$scr_sock" "$@"; }

@test "every line is a command, replies come in order" {
    run -0 vk <<<$'set a 1\nincr a\n\nget a\n'
    assert_output $'OK\n2\n2'
}

@test "the last line needs no newline, CRLF is a line end, # starts a comment" {
    run -0 vk < <(printf '#!/usr/bin/vk\r\nset a 1\r\n# comment\nget a')
    assert_output $'OK\n1'
}

@test "a number in front repeats the command" {
    run -0 vk <<<'3 incr n'
    assert_output $'1\n2\n3'
}

@test "quoting is valkey-cli's" {
    run -0 vk <<<$'set k "a\\x41\\n\\"b"\nset \'it\\\'s\' x\nkeys it*\nget k'
    assert_output $'OK\nOK\nit\'s\naA\n"b'
}

@test "20,000 lines are pipelined and keep their order" {
    seq 20000 | sed 's/.*/echo &/' >"$BATS_TEST_TMPDIR/in"
    vk <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out"
    seq 20000 | cmp - "$BATS_TEST_TMPDIR/out"
}

@test "large arguments among small ones arrive whole" {
    big=$(head -c 200000 /dev/zero | tr '\0' x)
    for i in 1 2 3; do printf 'set big%d %s\nset small%d %d\n' $i "$big" $i $i; done >"$BATS_TEST_TMPDIR/in"
    run -0 vk <"$BATS_TEST_TMPDIR/in"
    run -0 vk <<<$'strlen big1\nstrlen big3\nget small3'
    assert_output $'200000\n200000\n3'
}

@test "an error does not stop the script; the end says how many and where; exit 7" {
    run --separate-stderr -7 vk <<<$'set a 1\nlpush a x\nget a'
    assert_output $'OK\nWRONGTYPE Operation against a key holding the wrong kind of value\n\n1'
    assert_equal "$stderr" "vk: 1 of 3 commands failed, the first in line 2: WRONGTYPE Operation against a key holding the wrong kind of value"
}

@test "-e stops at the first error and nothing behind it is sent" {
    run --separate-stderr -1 vk -e <<<$'set a 1\nlpush a x\nset b 1'
    assert_output OK
    assert_equal "$stderr" "line 2: WRONGTYPE Operation against a key holding the wrong kind of value"
    run -0 vk exists b
    assert_output 0
}

@test "unbalanced quotes are reported with their line, the rest runs" {
    run --separate-stderr -2 vk <<<$'set a 1\nset b "x\nget a'
    assert_output $'OK\n1'
    assert_regex "$stderr" '^vk: line 2: .*quote'
    run --separate-stderr -2 vk -e <<<$'set a 1\nset b "x\nset c 1'
    run -0 vk exists c
    assert_output 0
}

@test "a co-process that waits for each reply works without delay" {
    coproc C { exec "$VK" -s "$scr_sock"; }
    local pid=$C_PID
    for i in $(seq 200); do
        echo "incr n" >&"${C[1]}"
        IFS= read -r -t 5 reply <&"${C[0]}"
        [ "$reply" = "$i" ]
    done
    eval "exec ${C[1]}>&-"
    wait "$pid"
}

@test "replies are printed while the input stays open" {
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    vk <"$BATS_TEST_TMPDIR/fifo" >"$BATS_TEST_TMPDIR/out" 3>&- &
    exec 9>"$BATS_TEST_TMPDIR/fifo"
    printf 'ping\nping\nec' >&9
    eventually test "$(sleep 0.3; wc -l <"$BATS_TEST_TMPDIR/out")" = 2
    printf 'ho x\n' >&9
    exec 9>&-
    wait $!
    assert_equal "$(tail -n1 "$BATS_TEST_TMPDIR/out")" x
}

@test "MULTI, errors inside and EXEC keep their order" {
    run -7 vk <<<$'multi\nset a 1\nincr nosuch x\nexec\nping'
    assert_line --index 0 OK
    assert_line --index 1 QUEUED
    assert_line --partial EXECABORT
    assert_line PONG
}

@test "CLIENT REPLY OFF and SKIP swallow replies without losing step" {
    run -0 timeout 5 "$VK" -s "$scr_sock" <<<$'client reply off\nset a 1\nclient reply on\nget a\nclient reply skip\nset a 2\nget a'
    assert_output $'OK\n1\n2'
}

@test "a server that goes away is reported with the lines left open; exit 3" {
    server_start gone
    lines_then_shutdown() {
        { echo 'set a 1'; sleep 0.3; printf 'shutdown nosave\nget a\nget b\n'; } | timeout 10 "$VK" -s "$gone_sock"
    }
    run --separate-stderr -3 lines_then_shutdown
    assert_output OK
    assert_regex "$stderr" "server closed the connection|connection lost"
    assert_regex "$stderr" "no reply to line [234]|line [34] was not sent"
}
