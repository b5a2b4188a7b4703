#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Keyspace events of every primary, and the flags without which no server tells them.
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
setup() { one config set notify-keyspace-events '' >/dev/null; }
teardown() { tail_teardown; }

one() { "$VK" -p "$one_port" "$@"; }
flags() { one config get notify-keyspace-events | tail -n 1; }
port() { echo "${three_ports[$1]}"; }
patterns() { [ "$(one pubsub numpat)" = "$1" ]; }
flags_are() { [ "$(flags)" = "$1" ]; }

@test "without the flags it says which are missing and how to set them, and sets none" {
    run -2 timeout 10 "$VKTAIL" -p "$one_port" events
    [[ $output == *"is '', which lacks 'KA'"*"--enable"*"CONFIG SET notify-keyspace-events KA"* ]]
    one config set notify-keyspace-events Ex >/dev/null
    tail_start -p "$one_port" events --event expired,del
    eventually says "lacks 'g'"
    eventually patterns 2
    flags_are xE
    one set k v px 1 >/dev/null
    eventually has '"expired" "k"'
    tail_stop
    flags_are xE
}

@test "--enable widens the flags and puts them back, whatever ends it" {
    one config set notify-keyspace-events Kx >/dev/null
    tail_start -p "$one_port" events 'user:*' 'user:1*' --enable
    eventually flags_are AK
    eventually patterns 2
    one -n 3 set user:1 a >/dev/null
    one set other a >/dev/null
    one set 'x__:user:1' a >/dev/null
    one del user:1 >/dev/null
    one -n 3 del user:1 >/dev/null
    eventually lines 2
    tail_stop
    flags_are xK
    run cut -d ' ' -f 2- "$out"
    assert_line -n 0 '[3] "set" "user:1"'
    assert_line -n 1 '[3] "del" "user:1"'
    [ "${#lines[@]}" = 2 ]
}

@test "what another has changed meanwhile stays" {
    tail_start -p "$one_port" events --enable
    eventually flags_are AK
    one config set notify-keyspace-events AKE >/dev/null
    tail_stop
    flags_are AKE
    says 'was changed meanwhile'
}

@test "events by name and key, in one database, with bytes of any kind" {
    tail_start -p "$one_port" -n 2 events 'k*' --event del --enable --count 1
    eventually patterns 1
    printf '%s\n' 'set "k\xff\n" 1' 'del "k\xff\n"' | one >/dev/null
    printf '%s\n' 'set "k\xff\n" 1' 'del "k\xff\n"' | one -n 2 >/dev/null
    wait "$tail_pid"
    [ "$(cut -d ' ' -f 2- "$out")" = '[2] "del" "k\xff\n"' ]
}

@test "a cluster: the events of all primaries in one stream, their flags set and put back" {
    local node i
    tail_start -c -p "$(port 0)" events 'key:*' --enable
    all_set() { for node in "${three_ports[@]}"; do cluster_ask three "$node" config get notify-keyspace-events | grep -q AK || return; done; }
    eventually all_set
    listening() { for node in "${three_ports[@]}"; do [ "$(cluster_ask three "$node" pubsub numpat)" = 1 ] || return; done; }
    eventually listening
    for i in $(seq 30); do echo "set key:$i $i"; done | "$VK" -c -p "$(port 0)" >/dev/null
    eventually lines 30
    tail_stop
    [ "$(grep -c '"set"' "$out")" = 30 ]
    [ "$(cut -d ' ' -f 1 "$out" | sort -u | wc -l)" = 3 ]
    for node in "${three_ports[@]}"; do
        [ -z "$(cluster_ask three "$node" config get notify-keyspace-events | tail -n 1)" ]
    done
}

@test "a new primary's flags are widened too" {
    cluster_add three
    local new=${three_ports[3]} slot
    slot=$("$VK" -p "$(port 0)" cluster keyslot key)
    tail_start -c -p "$(port 0)" events key --enable
    eventually says "is 'KA' until the end"
    cluster_migrate_slot three "$slot" "$(cluster_owner three key)" "$new"
    widened() { cluster_ask three "$new" config get notify-keyspace-events | grep -q AK; }
    eventually widened
    eventually has "gap from"
    cluster_ask three "$new" set key 1 >/dev/null
    eventually has "127.0.0.1:$new .*\"set\" \"key\""
    tail_stop
    run ! widened
}
