#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# The compatible faces: what vk says, returns and sends when started as redis-cli or valkey-cli. diff.bats
# compares what it prints.
#
# Where a face differs from its tool, on purpose:
# - Numbers: -p abc, -n x, -r x, -i x, or a port or database out of any range are refused ("bad number of
#   args"), where the tool runs on with 0. -2 with -3: the last one counts.
# - An option wins over -u wherever it stands. redis://:secret@host sends AUTH secret, where redis-cli 7.0
#   sends an empty user name that no server accepts.
# - vk's own options (-4 -6 -t --out ...) and "--" work; --help is vk's; --version has "(vk ...)" behind it.
# - Scripts are pipelined. So no "(0.60s)" stands behind slow replies; a connection that is lost with one
#   command on the way is made again for the next line, as the tool does (but in the database that was
#   selected, where the tool forgets it), and with more than one the script ends there with exit code 1; CLIENT REPLY OFF does not hang it. No COMMAND DOCS is sent.
# - A reply is printed as it comes, so of one that is cut off the beginning is shown.
# - Not there yet: help and connect as words of a script, SYNC as a replica.
# shellcheck disable=SC2153 # PEER and OURS are those of diff.bash
load ../helper
load diff

setup_file() {
    diff_setup_file
    server_start dif
}
teardown_file() { server_stop dif; }
teardown() { fake_stop; }
setup() {
    input=''
    prepare=''
}

# same_at PORT ARGS...: same, with -p PORT in front.
same_at() {
    local port=$1
    shift
    same -p "$port" "$@"
}

@test "no server: refused, unknown host, no such socket" {
    same_at 1 ping
    same -h nohost.invalid ping
    same -s /nosuch/socket ping
    same -h 127.0.0.1 -p 1 -e get
    same -u redis://127.0.0.1:1 ping
    same -h '' ping
    assert_equal "$(cat "$BATS_TEST_TMPDIR/ours.exit")" 1
}

@test "options that are wrong" {
    for option in -p -n -r -i -a -u -s -d -D -X --user --pass --show-pushes --nosuch -1 --raww -zx --eval; do
        same "$option"
    done
    same_at "$dif_port" --show-pushes maybe ping
    same -x -X tag set k tag
    assert_equal "$(cat "$BATS_TEST_TMPDIR/ours.err")" "Options -x and -X are mutually exclusive."
    same -p
    assert_equal "$(cat "$BATS_TEST_TMPDIR/ours.err")" "Unrecognized option or bad number of args for: '-p'"
}

@test "URIs" {
    for uri in foo://x 127.0.0.1:6379 redis:/x "" "redis://127.0.0.1:$dif_port/3" "redis://127.0.0.1:$dif_port" \
        "redis://u:p@127.0.0.1:$dif_port/2" "redis://p@127.0.0.1:$dif_port/" "redis://u:p%40%20@127.0.0.1:$dif_port/99"; do
        same -u "$uri" incr x
    done
    same -u foo://x ping
    assert_equal "$(cat "$BATS_TEST_TMPDIR/ours.err")" "Invalid URI scheme"
}

@test "-x and -X take standard input, --quoted-input undoes quotes" {
    for input in abc 'a\0b\n' ''; do
        same_at "$dif_port" -x set k
        same_at "$dif_port" --no-raw -x echo
        same_at "$dif_port" --csv -X TAG mget a TAG b
        same_at "$dif_port" -X TAG set k v
    done
    for word in '"a\x00b"' "'a b'" '"open' "'open" '' '"a"b' 'a b'; do
        same_at "$dif_port" --no-raw --quoted-input echo "$word"
    done
}

@test "-r, -i, -n and -e" {
    for options in '-r 3' '-r 0' '-r 3 -i 0.05' '-n 3' '-n 99' '-n 3 -r 2' '-e' '-e -r 2' '-e -n 99' '-3 -n 2' '--verbose' '-D x'; do
        read -r -a words <<<"$options"
        same_at "$dif_port" "${words[@]}" incr x
        same_at "$dif_port" "${words[@]}" incr
        same_at "$dif_port" "${words[@]}" --no-raw select 4
    done
    same_at "$dif_port" -n 99 ping
    assert_equal "$(cat "$BATS_TEST_TMPDIR/ours.err")" "SELECT 99 failed: ERR DB index is out of range"
    assert_equal "$(cat "$BATS_TEST_TMPDIR/ours.out")" PONG
}

@test "passwords that are wrong are reported and the command runs" {
    for options in '-a wrong' '--pass wrong' '-a wrong --no-auth-warning' '--user default -a wrong' '--user nobody --pass x' \
        '--user default' '--user default -a x -3' '-a x --json'; do
        read -r -a words <<<"$options"
        same_at "$dif_port" "${words[@]}" ping
        same_at "$dif_port" -e "${words[@]}" get
    done
    same_at "$dif_port" -a '' ping
    export REDISCLI_AUTH=wrong
    same_at "$dif_port" ping
    same_at "$dif_port" -a other ping
    assert_regex "$(cat "$BATS_TEST_TMPDIR/ours.err")" "^Warning: Using a password .*AUTH failed: "
}

@test "a server with a password" {
    server_start locked --requirepass secret
    bad=0
    for options in '' '-a secret' '-a wrong' '-a secret -3' '-a wrong -3 -n 2' '-3' '-n 2' '--json' '-a secret --json -n 1'; do
        read -r -a words <<<"$options"
        same_at "$locked_port" "${words[@]}" config get requirepass || bad=1
        input='ping\nauth secret\nping\n' same_at "$locked_port" "${words[@]}" || bad=1
    done
    server_stop locked
    [ "$bad" = 0 ]
}

@test "protocols: -3, --json as RESP3, FAKETTY" {
    prepare='hset h f v\nzadd z 1.5 m\n'
    for options in -2 -3 --json '--json -2' '--json -3' --quoted-json '-3 --csv' '-3 --raw'; do
        read -r -a words <<<"$options"
        same_at "$dif_port" "${words[@]}" hgetall h
        same_at "$dif_port" "${words[@]}" zscore z m
    done
    export FAKETTY=1
    same_at "$dif_port" hgetall h
    same_at "$dif_port" --raw hgetall h
    input='hgetall h\nget nosuch\n' same_at "$dif_port"
}

@test "words that look like options or modes of another tool" {
    for word in quit exit '' @all multi shutdown-not; do same_at "$dif_port" "$word"; done
    same_at "$dif_port" ping -h
    same_at "$dif_port" echo --raw
    same_at "$dif_port" subscribe
    same_at "$dif_port" --no-raw subscribe
    same_at "$dif_port" --no-raw monitor x
    same_at "$dif_port" client kill type normal skipme no
}

@test "a command behind QUIT finds the connection closed" {
    run -1 --separate-stderr "$OURS" -p "$dif_port" -r 3 quit # where the tool may also say "reset by peer"
    assert_output OK
    assert_regex "$stderr" '^Error: (Server closed the connection|Connection reset by peer|Broken pipe)$'
}

@test "a server that hangs up, lies, or answers no greeting" {
    local reads='read' ok='send:+OK\r\n'
    same_fake read
    same_fake "$reads" reset
    same_fake "$reads" "$ok" "$reads" -- -r 2
    same_fake "$reads" 'send:-ERR no SELECT\r\n' "$reads" "$ok" "$reads" -- -n 3 -r 2
    same_fake "$reads" 'send:-ERR unknown command HELLO\r\n' "$reads" "$ok" "$reads" -- -3
}

@test "of a reply that is cut off the beginning is shown" {
    fake_start read 'send:*2\r\n$3\r\none\r\n$100\r\nabc'
    run -1 --separate-stderr "$OURS" -p "$fake_port" get x
    assert_output $'one\nabc'
    assert_equal "$stderr" "Error: Server closed the connection"
}

# same_fake ACTIONS... [-- OPTIONS...]: against a fake server that does the actions.
same_fake() {
    local actions=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        actions+=("$1")
        shift
    done
    fake_start "${actions[@]}"
    same -p "$fake_port" "${@:2}" get x
    fake_stop
    rm "$BATS_TEST_TMPDIR/fake.port"
}

@test "a client that is killed while it blocks" {
    for who in peer ours; do
        "$(program $who)" -p "$dif_port" blpop nothing 0 >"$BATS_TEST_TMPDIR/$who.out" 2>"$BATS_TEST_TMPDIR/$who.err" 3>&- &
        pid=$!
        eventually blocks
        "$PEER" -s "$dif_sock" client kill type normal >/dev/null
        wait "$pid" && code=0 || code=$?
        echo "$code" >"$BATS_TEST_TMPDIR/$who.exit"
    done
    same_results "blpop, killed"
    assert_equal "$(cat "$BATS_TEST_TMPDIR/ours.err")" "Error: Server closed the connection"
    assert_equal "$code" 1
}
blocks() { "$PEER" -s "$dif_sock" info clients | grep -q '^blocked_clients:1'; }

@test "SHUTDOWN succeeds when the connection ends" {
    for who in peer ours; do
        server_start gone
        "$(program $who)" -p "$gone_port" shutdown nosave >"$BATS_TEST_TMPDIR/$who.out" \
            2>"$BATS_TEST_TMPDIR/$who.err" && code=0 || code=$?
        echo "$code" >"$BATS_TEST_TMPDIR/$who.exit"
    done
    same_results shutdown
    assert_equal "$(cat "$BATS_TEST_TMPDIR/ours.exit" "$BATS_TEST_TMPDIR/ours.err")" 0
}

@test "a co-process gets a new connection, in its database, for the next line" {
    mkfifo "$BATS_TEST_TMPDIR/fifo"
    "$OURS" -s "$dif_sock" -n 1 <"$BATS_TEST_TMPDIR/fifo" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    pid=$!
    exec 9>"$BATS_TEST_TMPDIR/fifo"
    for line in 'select 3' 'client kill type normal skipme no' ping 'set who x' 'get who'; do
        echo "$line" >&9
        sleep 0.1
    done
    exec 9>&-
    wait "$pid"
    assert_equal "$("$PEER" -s "$dif_sock" -n 3 get who)" x
    assert_equal "$(tail -n 2 "$BATS_TEST_TMPDIR/out")" $'OK\nx'
}

@test "with several commands on the way a lost connection ends the script" {
    input='set a 1\nclient kill type normal skipme no\nset b 1\nset c 1\n'
    run -1 --separate-stderr "$OURS" -s "$dif_sock" < <(printf %b "$input")
    assert_output $'OK\n1'
    assert_equal "${stderr_lines[0]}" "Error: Server closed the connection"
    assert_equal "${stderr_lines[1]}" "redis-cli: no reply to line 3 and 1 more: they may or may not have been applied"
}

# sends WHO ARGS...: what it writes to a server that answers everything with OK.
sends() {
    local who=$1
    shift
    rm -f "$BATS_TEST_TMPDIR/wire" "$BATS_TEST_TMPDIR/fake.port"
    fake_start "serve:$BATS_TEST_TMPDIR/wire"
    printf %b "$input" | timeout 10 "$(program "$who")" -p "$fake_port" "$@" >/dev/null 2>&1 || true
    fake_stop
    cat "$BATS_TEST_TMPDIR/wire"
}
# same_wire ARGS...: both send the same bytes; redis-cli begins a script by asking for its help texts.
same_wire() {
    local help=$'*2\r\n$7\r\nCOMMAND\r\n$4\r\nDOCS\r\n' legacy=$'*1\r\n$7\r\nCOMMAND\r\n'
    peer=$(sends peer "$@")
    ours=$(sends ours "$@")
    peer=${peer/"$help"/}
    peer=${peer/"$legacy"/}
    [ -n "$ours" ]
    assert_equal "$ours" "$peer"
}

@test "on the wire: the tool's commands in its order, and no other" {
    for options in '' '-n 3' '-a pw' '--user u --pass pw' '--user u' -3 --json '--json -2' '-3 -n 2 -a pw' \
        '--json -n 1 --user u -a pw' '-r 3' '-r 2 -n 4' --csv '--verbose -3' '-a pw -r 2'; do
        read -r -a words <<<"$options"
        input='' same_wire "${words[@]}" set k v
        input='set a 1\n3 incr a\nselect 4\nauth x\nget "a b"\n' same_wire "${words[@]}"
    done
    run -0 sends ours ping
    assert_output $'*1\r\n$4\r\nping\r'
}

@test "on the wire: passwords from the environment and a URI" {
    REDISCLI_AUTH='env' same_wire ping
    REDISCLI_AUTH='env' same_wire -a opt ping
    REDISCLI_AUTH='env' same_wire --user u ping
    input='ping\n' REDISCLI_AUTH='env' same_wire -n 2 -3
    assert_equal "$(sends_uri ours)" "$(sends_uri peer)"
}

# sends_uri WHO: the same with a URI, whose port is the last to be known.
sends_uri() {
    rm -f "$BATS_TEST_TMPDIR/wire" "$BATS_TEST_TMPDIR/fake.port"
    fake_start "serve:$BATS_TEST_TMPDIR/wire"
    "$(program "$1")" -u "redis://us%65r:p%20w@127.0.0.1:$fake_port/7" -3 ping >/dev/null 2>&1
    fake_stop
    cat "$BATS_TEST_TMPDIR/wire"
}

@test "help and version" {
    for option in --version -v; do
        run -0 --separate-stderr "$OURS" "$option"
        assert_regex "$output" '^redis-cli 7\.0\.15( |$)'
        assert_equal "$stderr" ""
    done
    run -0 "$OURS" --help
    for line in '-h' '-p 1 -h' '--raw -h'; do
        read -r -a words <<<"$line"
        run -0 --separate-stderr "$OURS" "${words[@]}"
        assert_line --partial "OPTIONS"
    done
}

@test "VALKEYCLI_... and -h without a host mean nothing special to redis-cli" {
    export VALKEYCLI_PORT=1 VALKEYCLI_HOST=nohost.invalid VALKEYCLI_AUTH=wrong
    same_at "$dif_port" ping
}

@test "valkey-cli: its words and its environment" {
    cli=$BATS_FILE_TMPDIR/bin/valkey-cli
    run -1 --separate-stderr "$cli" -p 1 ping
    assert_equal "$stderr" "Could not connect to Valkey at 127.0.0.1:1: Connection refused"
    run -1 --separate-stderr "$cli" -p
    assert_equal "$stderr" "Unrecognized option or bad number of args for: '-p'"
    run -0 "$cli" --version
    assert_output --regexp '^valkey-cli [0-9]'
    run -0 "$cli" -p "$dif_port" < <(printf '0 ping\n:foo\n')
    assert_output $'Invalid valkey-cli repeat command option value.\nunknown valkey-cli internal command \':foo\''
    VALKEYCLI_AUTH=wrong run -0 --separate-stderr "$cli" -p "$dif_port" ping
    assert_output PONG
    assert_regex "$stderr" '^AUTH failed: '
    REDISCLI_AUTH=wrong run -0 --separate-stderr "$cli" -p "$dif_port" ping
    assert_regex "$stderr" '^AUTH failed: '
}
