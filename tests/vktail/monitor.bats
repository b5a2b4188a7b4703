#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# MONITOR of one server and of every node of a cluster, through a failover.
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
port() { echo "${three_ports[$1]}"; }
monitors() { [ "$(one client list | grep -c 'flags=O')" = "$1" ]; }
node_monitors() { [ "$(cluster_ask three "$1" client list | grep -c 'flags=O')" = 1 ]; }
all_monitored() {
    local node
    for node in "$@"; do node_monitors "$node" || return; done
}

@test "one server: its own lines to the byte, and none of our own" {
    tail_start -p "$one_port" monitor --count 5
    eventually monitors 1
    sleep 1.2 # a second has passed: what is asked each second stands in no line
    printf '%s\n' 'set x "end\\"' 'set "say \"hi\"" "\x00\x01\r\n\xff"' 'echo ""' |
        "$VK" -p "$one_port" >/dev/null
    one eval 'return redis.call("set", KEYS[1], "v")' 1 'a b' >/dev/null
    wait "$tail_pid"
    run cut -d ' ' -f 4- "$out"
    assert_line -n 0 '"set" "x" "end\\"'
    assert_line -n 1 '"set" "say \"hi\"" "\x00\x01\r\n\xff"'
    assert_line -n 2 '"echo" ""'
    assert_line -n 3 --partial '"eval"'
    assert_line -n 4 '"set" "a b" "v"'
    grep -q '\[0 lua\] "set" "a b" "v"' "$out"
}

@test "a cluster: every primary, each line with its node, in the servers' order" {
    local i
    tail_start -c -p "$(port 0)" monitor --window 1000 # a loaded machine is slow
    eventually all_monitored "${three_ports[@]:0:3}"
    for i in $(seq 30); do echo "set key:$i $i"; done | "$VK" -c -p "$(port 0)" >/dev/null
    sets() { [ "$(grep -c '"set" "key:' "$out")" = 30 ]; }
    eventually sets
    tail_stop
    [ "$(grep '"set"' "$out" | cut -d ' ' -f 1 | sort -u | wc -l)" = 3 ]
    grep '"set"' "$out" | cut -d ' ' -f 2 | sort -nc
    says '  127.0.0.1:.* events'
}

@test "a cluster: outside the told gaps every command is seen once through a failover" {
    local owner replica node
    owner=$(cluster_owner three key)
    tail_start -c -p "$(port 0)" monitor
    eventually all_monitored "${three_ports[@]:0:3}"
    publisher_start "${three_ports[*]}" set key
    sets() { [ "$(grep -c '"set" "key"' "$out")" -ge "$1" ]; }
    eventually sets 20
    cluster_kill three "$owner"
    cluster_wait_ok three
    node_monitors_new() { node_monitors "$(cluster_owner three key)"; }
    eventually node_monitors_new
    node=$(grep -c '"set" "key"' "$out")
    eventually sets $((node + 30))
    publisher_stop
    tail_stop
    grep -E '"set" "key"|^#' "$out" >"$out.sets"
    out=$out.sets run -0 exactly_once
    has 'gap from'
    [ "$tail_status" = 143 ]
}
