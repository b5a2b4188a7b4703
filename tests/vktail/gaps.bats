#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# What is lost is told, and nobody is hurt: kill -9, a server that stands still, a reader that stops, a
# failover by sentinels, a stop key, the limits of caution.
load ../helper
load ../cluster
load tail

setup_file() {
    server_start one
    server_start primary
    server_start replica --replicaof 127.0.0.1 "$primary_port" --repl-diskless-sync-delay 0
    eventually in_sync
    sentinel_start watch svc "$primary_port" 3
}
teardown_file() {
    sentinel_stop watch
    server_stop replica
    server_stop primary
    server_stop one
}
teardown() {
    kill -CONT "$one_pid" 2>/dev/null || true
    tail_teardown
}

one() { "$VK" -p "$one_port" "$@"; }
in_sync() { "$VK" -s "$replica_sock" info replication | grep -q master_link_status:up; }
monitors() { [ "$(one client list | grep -c 'flags=O')" = "$1" ]; }
at() { "$VK" -s "$1" "${@:2}"; }

@test "a server that stands still is found out; the gap begins with its last sign of life" {
    tail_start -p "$one_port" monitor --health-check-interval 0.6
    eventually monitors 1
    one set a 1 >/dev/null
    eventually has '"set" "a" "1"'
    kill -STOP "$one_pid"
    eventually says 'lost .*no answer'
    kill -CONT "$one_pid"
    eventually has 'gap from .* no sign of life'
    one set b 2 >/dev/null
    eventually has '"set" "b" "2"'
    tail_stop
    [ "$tail_status" = 143 ]
    says '2 events, 1 gap of'
    awk '/gap from/ { exit !($6 - $4 >= 0.5) }' "$out"
}

@test "kill -9 and a restart" {
    local port
    server_start gone
    port=$gone_port
    tail_start -p "$port" monitor --json
    gone() { "$VK" -p "$port" "$@"; }
    listened_to() { gone client list | grep -q 'flags=O'; }
    eventually listened_to
    gone set a 1 >/dev/null
    eventually lines 1
    kill -KILL "$gone_pid"
    eventually says 'lost'
    "$SERVER" --port "$port" --bind 127.0.0.1 --save '' >/dev/null 2>&1 3>&- &
    gone_pid=$!
    eventually says 'is back after'
    gone set b 2 >/dev/null
    eventually has '"b"'
    [ "$(grep -c gap "$out")" = 1 ]
    tail_stop
    server_stop gone
}

@test "what cannot be listened to in the first place: one line and the reason's exit code" {
    one acl setuser looker on '>x' '+@all' '-monitor' >/dev/null
    run -5 timeout 10 "$VKTAIL" -p "$one_port" --user looker --pass x monitor
    [ "${#lines[@]}" = 1 ]
    [[ $output == *NOPERM* ]]
    run -5 timeout 10 "$VKTAIL" -p "$one_port" --user looker --pass y monitor
    run -3 timeout 10 "$VKTAIL" -p "$(free_port)" monitor
    [ "${#lines[@]}" = 1 ]
}

_omem() { one client list | sed -n '/flags=O/s/.* omem=\([0-9]*\).*/\1/p'; }
calm() { [ "$(_omem)" = 0 ]; }

@test "a reader that stops: the server's buffer stays small, and what was dropped is counted" {
    local omem most=0
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    out=$BATS_TEST_TMPDIR/out err=$BATS_TEST_TMPDIR/err
    timeout 60 "$VKTAIL" -p "$one_port" monitor --queue 0.1 >"$BATS_TEST_TMPDIR/pipe" 2>"$err" 3>&- &
    tail_pid=$!
    exec 8<"$BATS_TEST_TMPDIR/pipe"
    eventually monitors 1
    for _ in 1 2 3 4 5; do
        one eval 'for i = 1, 3000 do redis.call("set", "k" .. i, "some value or other") end' 0 >/dev/null
        omem=$(_omem)
        [ "$omem" -le "$most" ] || most=$omem
    done
    [ "$most" -le 1048576 ]
    eventually calm
    cat <&8 >"$out" 3>&- &
    exec 8<&-
    eventually has '^# .*dropped [0-9]* events'
    tail_stop
    wait
    [ "$tail_status" = 143 ]
    says 'dropped: the output was too slow'
}

@test "what a reader has not taken at the end is counted" {
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    err=$BATS_TEST_TMPDIR/err
    timeout 60 "$VKTAIL" -p "$one_port" monitor >"$BATS_TEST_TMPDIR/pipe" 2>"$err" 3>&- &
    tail_pid=$!
    exec 8<"$BATS_TEST_TMPDIR/pipe"
    eventually monitors 1
    one eval 'for i = 1, 3000 do redis.call("set", "k" .. i, "some value or other") end' 0 >/dev/null
    eventually calm
    tail_stop
    exec 8<&-
    [ "$tail_status" = 143 ]
    says ' dropped: the output was too slow'
}

@test "a stop key: disconnected while stopped, and the gap is told" {
    tail_start -p "$one_port" monitor
    eventually monitors 1
    kill -TSTP "$(tail_child)"
    eventually monitors 0
    stopped() { grep -q '^State:.*T' "/proc/$(tail_child)/status"; }
    eventually stopped
    kill -CONT "$(tail_child)"
    eventually has 'gap from .* paused'
    tail_stop
}

@test "too much memory of the server's ends it" {
    tail_start -p "$one_port" monitor --max-server-omem 1
    eventually monitors 1
    kill -STOP "$(tail_child)" # nothing is read any more
    one eval 'for i = 1, 200000 do redis.call("set", "k" .. i, string.rep("x", 100)) end' 0 >/dev/null
    kill -CONT "$(tail_child)"
    tail_wait
    [ "$tail_status" = 7 ]
    says 'max-server-omem'
}

@test "a reader that goes away ends it well" {
    { timeout 20 "$VKTAIL" -p "$one_port" monitor 2>"$BATS_TEST_TMPDIR/err"; echo $? >"$BATS_TEST_TMPDIR/status"; } 3>&- |
        head -n 1 >"$BATS_TEST_TMPDIR/out" &
    eventually monitors 1
    for _ in 1 2 3 4 5; do one ping >/dev/null; done
    wait
    [ "$(cat "$BATS_TEST_TMPDIR/status")" = 0 ]
    [ ! -s "$BATS_TEST_TMPDIR/err" ]
}

@test "production on a terminal is looked at for a minute; until and for are moments" {
    mkdir -p "$XDG_CONFIG_HOME/valkit"
    printf '[prod]\nenvironment = production\nport = %s\n' "$one_port" >"$XDG_CONFIG_HOME/valkit/config"
    run -0 timeout 10 script -qec "timeout --foreground 1 $VKTAIL @prod monitor; true" /dev/null
    [[ $output == *"60 s"*"--for 0"* ]]
    run -0 timeout 10 "$VKTAIL" -p "$one_port" monitor --until "$(date -d '+1 second' +%FT%T)"
    run -2 timeout 10 "$VKTAIL" -p "$one_port" monitor --until 2001-01-01
    run -2 timeout 10 "$VKTAIL" -p "$one_port" monitor --until 25:00
    run -2 timeout 10 "$VKTAIL" -p "$one_port" monitor --drop all
}

@test "sentinels: the new primary is followed, and nothing is lost but what is told" {
    tail_start --sentinel "127.0.0.1:${watch_ports[0]},127.0.0.1:${watch_ports[1]}" --service svc subscribe news
    subscribed() { [ "$(at "$1" pubsub numsub news | tail -n 1)" = 1 ]; }
    eventually subscribed "$primary_sock"
    at "$primary_sock" publish news 'before 1' >/dev/null
    eventually lines 1
    kill -KILL "$primary_pid"
    _cluster_until 20 subscribed "$replica_sock"
    eventually has 'gap from'
    at "$replica_sock" publish news 'behind 3' >/dev/null
    eventually lines 2
    tail_stop
    run -0 exactly_once
}
