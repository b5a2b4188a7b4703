#!/usr/bin/env bats
# A server that drips, lies, hangs up or stays silent: one clear line, the right exit code.
load ../helper

teardown() { fake_stop; }
# The actions every script begins with: the client's first write (SETINFO twice and its command).
OK2='send:+OK\r\n+OK\r\n'
vk() { timeout 20 "$VK" -p "$fake_port" "$@"; }

@test "a reply dripped byte by byte is printed whole" {
    fake_start read 'drip:1:+OK\r\n+OK\r\n*2\r\n$5\r\nhello\r\n%1\r\n+k\r\n,1.5\r\n' hold
    run -0 vk --no-raw get x
    assert_output $'1) "hello"\n2) 1# k => (double) 1.5'
}

@test "the first elements are printed before the reply is whole" {
    fake_start read "$OK2" 'send:*3\r\n+one\r\n+two\r\n' hold
    "$VK" -p "$fake_port" get x >"$BATS_TEST_TMPDIR/out" 3>&- &
    pid=$!
    eventually grep -q two "$BATS_TEST_TMPDIR/out"
    kill "$pid"
}

@test "closed in the middle of a reply: exit 3, what came is shown" {
    fake_start read "$OK2" 'send:*3\r\n$3\r\none\r\n$100\r\nabc'
    run --separate-stderr -3 vk get x
    assert_line --index 0 one
    assert_equal "$stderr" "vk: 127.0.0.1:$fake_port: server closed the connection in the middle of a reply"
}

@test "reset by the peer: exit 3" {
    fake_start read reset
    run --separate-stderr -3 vk get x
    assert_output ""
    assert_equal "$stderr" "vk: 127.0.0.1:$fake_port: connection lost: Connection reset by peer"
}

@test "closed at once: exit 3" {
    fake_start read
    run --separate-stderr -3 vk get x
    assert_equal "$stderr" "vk: 127.0.0.1:$fake_port: server closed the connection"
}

@test "protocol garbage: exit 3, the byte named" {
    fake_start read "$OK2" 'send:HTTP/1.1 400 Bad Request\r\n\r\n' hold
    run --separate-stderr -3 vk get x
    assert_regex "$stderr" "expected .*, got 'H'"
}

@test "an announced length beyond the limit is refused, not allocated" {
    fake_start read "$OK2" 'send:$99999999999999\r\n' hold
    run --separate-stderr -3 vk get x
    assert_regex "$stderr" at most
}

@test "endless nesting is refused" {
    local deep='send:'
    for _ in $(seq 300); do deep+='*1\r\n'; done
    fake_start read "$OK2" "$deep" hold
    run --separate-stderr -3 vk get x
    assert_regex "$stderr" "depth|nest|deep"
}

@test "a silent server: the command time-out ends it with exit 6" {
    fake_start hold
    run --separate-stderr -6 vk --command-timeout 0.3 get x
    assert_equal "$stderr" "vk: no reply in 0.3 s"
}

@test "a server silent during the handshake: the connect time-out ends it with exit 6" {
    fake_start hold
    run --separate-stderr -6 vk -t 0.3 -n 1 get x
    assert_regex "$stderr" "cannot connect to 127.0.0.1:$fake_port: no answer in 0.3 s"
}

@test "a reply nobody asked for ends the connection with its words" {
    fake_start 'send:-ERR max number of clients reached\r\n' read
    run --separate-stderr vk get x
    assert_regex "$stderr" "ERR max number of clients reached"
    [ "$status" -ne 0 ]
}

@test "pushes before, between and inside replies do not disturb them" {
    fake_start read "$OK2" 'send:>2\r\n+a\r\n+b\r\n*2\r\n:1\r\n>1\r\n+in\r\n:2\r\n>1\r\n+z\r\n' hold
    run -0 vk get x
    assert_output $'1\n2'
}

@test "a write whose reply was lost is not sent again, a read is" {
    fake_start read
    run --separate-stderr -3 vk --retries 3 --retry-on lost --backoff no incr x
    assert_equal "$stderr" "vk: 127.0.0.1:$fake_port: server closed the connection"
}

@test "terminal escapes in any reply type never reach a terminal" {
    fake_start read "$OK2" 'send:-ERR \x1b[31mred\x07\x9b\r\n' hold
    run script -qec "stty cols 80; '$VK' -p $fake_port get x" /dev/null
    refute_output --partial $'\x1b'
    refute_output --partial $'\x07'
    assert_output --partial '\x1b[31mred\x07\x9b'
}
