#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Channels, patterns and shard channels: on one server, and through a reshard and a failover of a cluster.
load ../helper
load ../cluster
load tail

setup_file() {
    server_start one
    cluster_start three 3 1
}
teardown_file() {
    server_stop one
    cluster_stop three
}
teardown() { tail_teardown; }

one() { "$VK" -p "$one_port" "$@"; }
subscribers() { [ "$(one pubsub numsub "$1" | tail -n 1)" = "$2" ]; }
patterns() { [ "$(one pubsub numpat)" = "$1" ]; }

@test "channels and patterns in one process, payloads to the byte" {
    tail_start -p "$one_port" subscribe a 'b c' psubscribe 'x*' --count 3
    eventually patterns 1
    one publish a 1 >/dev/null
    printf 'publish "b c" "\\x00\\xff\\r\\n"\n' | one >/dev/null
    one publish xy '"' >/dev/null
    wait "$tail_pid"
    run cut -d ' ' -f 2- "$out"
    assert_line -n 0 '"a" "1"'
    assert_line -n 1 '"b c" "\x00\xff\r\n"'
    assert_line -n 2 '"x*" "xy" "\""'
}

@test "a pattern where a channel is meant is hinted at" {
    run -0 --separate-stderr timeout 10 "$VKTAIL" -p "$one_port" subscribe 'news*' --for 0.1
    [[ $stderr == *"a pattern where a channel is meant"* ]]
}

@test "names from a file: a hundred thousand channels, thousands of patterns" {
    seq -f 'c:%.0f' 100000 >"$BATS_TEST_TMPDIR/channels"
    seq -f 'p:%.0f:*' 3000 >"$BATS_TEST_TMPDIR/patterns"
    tail_start -p "$one_port" subscribe --from-file "$BATS_TEST_TMPDIR/channels" --count 1
    eventually subscribers c:100000 1
    one publish c:100000 last >/dev/null
    wait "$tail_pid"
    has '"last"'
    tail_start -p "$one_port" psubscribe --from-file "$BATS_TEST_TMPDIR/patterns" --count 1
    eventually patterns 3000
    one publish p:3000:x last >/dev/null
    wait "$tail_pid"
    has '"last"'
}

@test "no right to a channel: the server's words and exit code 5" {
    one acl setuser reader on '>secret' '+@all' resetchannels '&open' >/dev/null
    VALKEYCLI_AUTH=secret run -5 timeout 10 "$VKTAIL" -p "$one_port" --user reader subscribe shut
    [[ $output == *NOPERM* ]]
    tail_start -p "$one_port" --user reader --pass secret subscribe open --count 1
    eventually subscribers open 1
    one publish open x >/dev/null
    wait "$tail_pid"
}

@test "a lost connection: subscribed again, the gap is told, exit code 7" {
    tail_start -p "$one_port" subscribe a --count 2
    eventually subscribers a 1
    one publish a 1 >/dev/null
    one client kill type pubsub >/dev/null
    eventually has 'gap from'
    eventually subscribers a 1
    one publish a 2 >/dev/null
    tail_wait
    [ "$tail_status" = 7 ]
    run cat "$err"
    assert_output --partial 'trying again'
    assert_output --partial 'is back after'
    assert_output --partial '2 events, 1 gap of'
}

# ---- a cluster ----

port() { echo "${three_ports[$1]}"; }
three_subscribers() { cluster_ask three "$1" pubsub shardnumsub "$2" | tail -n 1; }
all_subscribed() { [ "$(three_subscribers "$(cluster_owner three "$1")" "$1")" = 1 ]; }
ordinary() {
    local node n sum=0
    for node in "${three_ports[@]}"; do
        n=$(cluster_ask three "$node" pubsub numsub "$1" 2>/dev/null | tail -n 1)
        sum=$((sum + ${n:-0}))
    done
    [ "$sum" = "$2" ]
}

@test "cluster: an ordinary message once, whatever node it was published at" {
    tail_start -c -p "$(port 0)" subscribe news --count 3
    eventually ordinary news 1
    for node in 0 1 2; do cluster_ask three "$(port $node)" publish news "$node" >/dev/null; done
    wait "$tail_pid"
    [ "$(grep -c '"news"' "$out")" = 3 ]
}

@test "cluster: shard channels exactly once through a reshard" {
    local slot from to other so_far
    slot=$("$VK" -p "$(port 0)" cluster keyslot '{s}1')
    from=$(cluster_owner three '{s}1')
    to=$from other=o0
    while [ "$to" = "$from" ]; do # one that is listened to in any case
        other=o$((${other#o} + 1))
        to=$(cluster_owner three "$other")
    done
    tail_start -c -p "$(port 0)" ssubscribe '{s}1' "$other"
    eventually all_subscribed '{s}1'
    eventually all_subscribed "$other"
    publisher_start "${three_ports[*]}" spublish '{s}1'
    eventually lines 20
    cluster_migrate_slot three "$slot" "$from" "$to"
    eventually all_subscribed '{s}1'
    so_far=$(grep -c . "$out")
    eventually lines $((so_far + 30))
    cluster_migrate_slot three "$slot" "$to" "$from"
    eventually all_subscribed '{s}1'
    so_far=$(grep -c . "$out")
    eventually lines $((so_far + 30))
    publisher_stop
    tail_stop
    run -0 exactly_once
    has 'gap from .* a shard channel has moved here'
}

@test "cluster: outside the told gap nothing is lost when an owner is killed" {
    local from
    from=$(cluster_owner three '{s}1')
    tail_start -c -p "$(port 0)" ssubscribe '{s}1' subscribe news
    eventually all_subscribed '{s}1'
    eventually ordinary news 1
    publisher_start "${three_ports[*]}" spublish '{s}1'
    eventually lines 20
    cluster_kill three "$from"
    cluster_wait_ok three
    eventually all_subscribed '{s}1'
    so_far=$(grep -c . "$out")
    eventually lines $((so_far + 30))
    publisher_stop
    eventually ordinary news 1
    cluster_restart three "$from"
    cluster_wait_ok three
    tail_stop
    run -0 exactly_once
    has 'gap from'
}
