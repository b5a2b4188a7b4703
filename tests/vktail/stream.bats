#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Streams: on from the last id through lost connections and reshards; groups that acknowledge.
load ../helper
load ../cluster
load tail

setup_file() {
    server_start one
    cluster_start three 3 0
}
teardown_file() {
    server_stop one
    cluster_stop three
}
setup() { one flushall >/dev/null; }
teardown() { tail_teardown; }

one() { "$VK" -p "$one_port" "$@"; }
port() { echo "${three_ports[$1]}"; }
reading() { [ "$(one client list | grep -c 'cmd=xread')" = 1 ]; }
add() { for i in $(seq "$1" "$2"); do echo "xadd ${3:-s} * n $i"; done | one >/dev/null; }

@test "the last entries first, then what comes; fields to the byte; several streams" {
    add 1 5
    printf '%s\n' 'xadd s 9-9 "f \xff" "v\r\n"' >"$BATS_TEST_TMPDIR/line"
    tail_start -p "$one_port" stream s other --last 2 --count 5
    eventually reading
    add 6 6
    eventually lines 3
    printf '%s\n' 'xadd other 9-9 "f \xff" "v\r\n"' 'xadd other 9-10 b 2' | one >/dev/null
    wait "$tail_pid"
    run cut -d ' ' -f 2- "$out"
    assert_line -n 0 --regexp '^"s" [0-9]+-[0-9]+ "n" "4"$'
    assert_line -n 2 --regexp '^"s" .* "n" "6"$'
    assert_line -n 3 '"other" 9-9 "f \xff" "v\r\n"'
    says "'other' has no entries yet"
}

@test "lost connections neither lose nor repeat; what was trimmed is told" {
    tail_start -p "$one_port" stream s
    eventually reading
    add 1 100
    one client kill type normal >/dev/null
    add 101 200
    one client kill type normal >/dev/null
    add 201 300
    eventually lines 300
    kill -STOP "$(tail_child)"
    one client kill type normal >/dev/null
    add 301 400
    one xtrim s maxlen 10 >/dev/null
    kill -CONT "$(tail_child)"
    eventually has '"400"'
    tail_stop
    run -0 exactly_once
    [ "$(grep -c '^#' "$out")" = 1 ]
    has 'gap from .* may have been trimmed'
}

@test "no stream, no group, no right: a clear line" {
    one set text 1 >/dev/null
    run -1 timeout 10 "$VKTAIL" -p "$one_port" stream text
    [[ $output == *"'text': WRONGTYPE"* ]]
    run -1 timeout 10 "$VKTAIL" -p "$one_port" stream s --group g
    [[ $output == *NOGROUP* ]]
    run -2 timeout 10 "$VKTAIL" -p "$one_port" monitor --group g
}

pending() { [ "$(one xpending s g | head -n 1)" = "$1" ]; }

@test "a group: acknowledged once written out, and what another run left pending comes first" {
    add 1 5
    one xgroup create s g 0 >/dev/null
    one xreadgroup group g vktail count 2 streams s '>' >/dev/null
    tail_start -p "$one_port" stream s --group g
    eventually lines 5
    eventually pending 0
    one client kill type normal >/dev/null
    add 6 10
    eventually lines 10
    tail_stop
    run -0 exactly_once
    pending 0
    add 11 20
    run -0 timeout 10 "$VKTAIL" -p "$one_port" stream s --group g --count 3
    [ "${#lines[@]}" = 3 ]
    pending 7
}

@test "a reader that stops: nothing is dropped, and nothing is acknowledged that was not written" {
    one eval 'for i = 1, 4000 do redis.call("xadd", "s", "*", "v", string.rep("x", 200), "n", i) end' 0 >/dev/null
    one xgroup create s g 0 >/dev/null
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    out=$BATS_TEST_TMPDIR/out
    timeout 60 "$VKTAIL" -p "$one_port" stream s --group g --queue 0.01 >"$BATS_TEST_TMPDIR/pipe" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    tail_pid=$!
    exec 8<"$BATS_TEST_TMPDIR/pipe"
    pending 0 || true
    some() { [ "$(one xpending s g | head -n 1)" -gt 0 ]; }
    eventually some
    cat <&8 >"$out" 3>&- &
    exec 8<&-
    eventually lines 4000
    eventually pending 0
    tail_stop
    run -0 exactly_once
}

@test "a cluster: each stream at its owner, through a reshard" {
    local slot from to
    slot=$("$VK" -p "$(port 0)" cluster keyslot a)
    from=$(cluster_owner three a)
    to=$(port 0)
    [ "$from" != "$to" ] || to=$(port 1)
    tail_start -c -p "$(port 0)" stream a b c d --json
    eventually says "'d' has no entries yet"
    publisher_start "${three_ports[*]}" xadd a '*' n
    entries() { [ "$(grep -c '"a"' "$out")" -ge "$1" ]; }
    eventually entries 20
    cluster_migrate_slot three "$slot" "$from" "$to"
    eventually entries $(($(grep -c . "$out") + 50))
    "$VK" -c -p "$(port 0)" xadd d '*' n last >/dev/null
    eventually has '"d"'
    publisher_stop
    "$VK" -c -p "$(port 0)" xlen a >"$BATS_TEST_TMPDIR/length"
    eventually entries "$(cat "$BATS_TEST_TMPDIR/length")"
    tail_stop
    [ "$(grep -c '"a"' "$out")" = "$(cat "$BATS_TEST_TMPDIR/length")" ]
    run ! has 'gap'
}
