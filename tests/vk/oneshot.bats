#!/usr/bin/env bats
# One command at a time against a real server: transport, arguments, repetition, exit codes.
load ../helper

setup_file() { server_start one; }
teardown_file() { server_stop one; }
setup() { "$VK" -s "$one_sock" flushall; }
vk() { "$VK" -p "$one_port" "$@"; }

@test "a command over TCP prints its reply and exits 0" {
    run --separate-stderr -0 vk set greeting hello
    assert_output OK
    assert_equal "$stderr" ""
    run -0 vk get greeting
    assert_output hello
}

@test "a Unix socket is reached with -s" {
    run -0 "$VK" -s "$one_sock" ping
    assert_output PONG
}

@test "an error reply goes to standard error and exits 1" {
    run --separate-stderr -1 vk get
    assert_output ""
    assert_equal "$stderr" "ERR wrong number of arguments for 'get' command"
}

@test "-n selects the database before the command runs" {
    vk -n 3 set k three
    run -0 vk -n 3 get k
    assert_output three
    run -0 vk get k
    assert_output ""
}

@test "a database out of range ends with exit 1 and the command is not sent" {
    run --separate-stderr -1 vk -n 99 set k v
    assert_equal "$stderr" "vk: 127.0.0.1:$one_port: SELECT 99 failed: ERR DB index is out of range"
    run -0 vk exists k
    assert_output 0
}

@test "-r repeats, -i waits between" {
    run -0 vk -r 3 incr n
    assert_output $'1\n2\n3'
    start=$(date +%s%N)
    vk -r 3 -i 0.2 incr n
    [ $((($(date +%s%N) - start) / 1000000)) -ge 390 ]
}

@test "-x takes the last argument from standard input, byte for byte" {
    printf 'a\0b\n' | vk -x set k
    run -0 vk --no-raw get k
    assert_output '"a\x00b\n"'
    : | vk -x set k
    run -0 vk strlen k
    assert_output 0
}

@test "-X replaces the tagged argument" {
    printf 'value' | vk -X TAG set k TAG ex 100
    run -0 vk get k
    assert_output value
    run --separate-stderr -2 vk -X TAG set k v </dev/null
    assert_equal "$stderr" "vk: -X: no argument is 'TAG'"
}

@test "--quoted-input undoes quotes and escapes" {
    vk --quoted-input set '"a\x00b"' '"v"'
    run -0 vk --no-raw keys '*'
    assert_output '1) "a\x00b"'
    run --separate-stderr -2 vk --quoted-input get '"open'
    assert_regex "$stderr" "^vk: argument 2 is no valid quoted string: "
    printf 'as it is' | vk --quoted-input -x set '"x\x00"'
    run -0 vk --quoted-input get '"x\x00"'
    assert_output 'as it is'
}

@test "a signal ends vk while nobody reads its output" {
    head -c 1000000 /dev/zero | vk -x set big
    mkfifo "$BATS_TEST_TMPDIR/out"
    exec 9<>"$BATS_TEST_TMPDIR/out"
    "$VK" -p "$one_port" get big >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    pid=$!
    sleep 0.5
    kill -TERM "$pid"
    code=0
    wait "$pid" || code=$?
    exec 9>&-
    assert_equal "$code" 143
    assert_equal "$(cat "$BATS_TEST_TMPDIR/err")" ""
}

@test "--out writes the exact bytes of a bulk reply, 0600, whole or not at all" {
    head -c 300000 /dev/urandom >"$BATS_TEST_TMPDIR/in"
    vk -x set k <"$BATS_TEST_TMPDIR/in"
    run -0 vk --out "$BATS_TEST_TMPDIR/out" get k
    assert_output ""
    cmp "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
    [ "$(stat -c %a "$BATS_TEST_TMPDIR/out")" = 600 ]
    run --separate-stderr -1 vk --out "$BATS_TEST_TMPDIR/none" get nosuchkey
    assert_equal "$stderr" "vk: the reply is nil: nothing written to '$BATS_TEST_TMPDIR/none'"
    run --separate-stderr -1 vk --out "$BATS_TEST_TMPDIR/none" lpush l 1
    [ ! -e "$BATS_TEST_TMPDIR/none" ]
    run -0 find "$BATS_TEST_TMPDIR" -name '*none*' -o -name '*tmp*' -o -name '.*'
    assert_output ""
}

@test "DUMP and RESTORE round-trip through --out and -X" {
    vk rpush list a b c
    vk --out "$BATS_TEST_TMPDIR/dump" dump list
    vk -X DUMP restore copy 0 DUMP <"$BATS_TEST_TMPDIR/dump"
    run -0 vk lrange copy 0 -1
    assert_output $'a\nb\nc'
}

@test "--scratch runs a throwaway server and leaves nothing" {
    export TMPDIR=$BATS_TEST_TMPDIR
    run -0 "$VK" --scratch set a 1
    assert_output OK
    [ -z "$(ls -A "$BATS_TEST_TMPDIR")" ]
}

@test "a killed --scratch leaves neither server nor folder" {
    export TMPDIR=$BATS_TEST_TMPDIR
    "$VK" --scratch blpop nothing 0 3>&- &
    pid=$!
    eventually test -n "$(sleep 0.5; ls -A "$BATS_TEST_TMPDIR")"
    kill -9 "$pid"
    eventually test -z "$(sleep 0.5; ls -A "$BATS_TEST_TMPDIR")"
    run ! pgrep -f "$BATS_TEST_TMPDIR"
}

@test "the command time-out has an exit code of its own and spares blocking commands" {
    vk client pause 1000 all
    run --separate-stderr -6 vk --command-timeout 0.2 get k
    assert_equal "$stderr" "vk: no reply in 0.2 s"
    run -0 vk --command-timeout 0.2 blpop nothing 0.5
}

@test "SUBSCRIBE prints messages as they come until the signal" {
    "$VK" -p "$one_port" subscribe ch >"$BATS_TEST_TMPDIR/out" 3>&- &
    pid=$!
    eventually grep -q '^1$' "$BATS_TEST_TMPDIR/out"
    vk publish ch hello
    eventually grep -q '^hello$' "$BATS_TEST_TMPDIR/out"
    kill -TERM "$pid"
    code=0
    wait "$pid" || code=$?
    [ "$code" = 143 ]
    assert_equal "$(cat "$BATS_TEST_TMPDIR/out")" $'subscribe\nch\n1\nmessage\nch\nhello'
}

@test "MONITOR prints lines as they come" {
    "$VK" -p "$one_port" monitor >"$BATS_TEST_TMPDIR/out" 3>&- &
    pid=$!
    eventually grep -q '^OK$' "$BATS_TEST_TMPDIR/out"
    vk echo seen
    eventually grep -q '"echo" "seen"' "$BATS_TEST_TMPDIR/out"
    kill -TERM "$pid"
    code=0
    wait "$pid" || code=$?
    [ "$code" = 143 ]
}
