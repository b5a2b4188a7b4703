#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck disable=SC2154 # variables of server_start and cluster_start
# --bigkeys, --memkeys, --keystats, --hotkeys: exact figures, on one server, behind a sentinel, over a cluster;
# and the tool's output to the byte under the tool's name.

load ../helper
load ../cluster

setup_file() {
    server_start srv
    fill | "$VK" -s "$srv_sock" >/dev/null
    "$VK" -s "$srv_sock" eval 'for i = 1, 100000, 1000 do
            local list, pairs = {}, {}
            for j = i, i + 999 do
                list[#list + 1] = "element:" .. j
                pairs[#pairs + 1] = j
                pairs[#pairs + 1] = "element:" .. j
            end
            redis.call("rpush", "big:list", unpack(list))
            redis.call("sadd", "big:set", unpack(list))
            redis.call("zadd", "big:zset", unpack(pairs))
            redis.call("hset", "big:hash", unpack(pairs))
        end
        for i = 1, 5000 do redis.call("xadd", "big:stream", "*", "field", i) end' 0 >/dev/null
    cluster_start c 3 1
    fill | grep -v '^eval' | "$VK" -c -p "${c_ports[0]}" >/dev/null
    wait_for_replicas
    ln -s "$VK" "$BATS_FILE_TMPDIR/redis-cli"
}

teardown_file() {
    server_stop srv
    cluster_stop c
}

# Every type, names that are binary, empty, long; values that are empty; TTLs of all classes; streams with groups.
fill() {
    seq 2000 | sed 's/.*/set user:& value:&/'
    seq 300 | sed 's/.*/hset session:& a & b &/; p; s/hset \([^ ]*\).*/expire \1 &/' | sed 's/expire \([^ ]*\) hset.*/expire \1 500/'
    seq 300 | sed 's/.*/set mixed:& v/' # all of one shape, but a few of another type
    seq 1001 1005 | sed 's/.*/sadd mixed:& v/'
    seq 40 | sed 's/.*/set blank:& ""/'
    printf '%s\n' 'set "" empty' 'set none ""' 'set "nul\x00byte" 1' 'set "\xff\n" 22' 'set "es\x1b[31m" 333' \
        'rpush one:list 1' 'sadd one:set 1' 'zadd one:zset 1 1' 'hset one:hash f v' 'xadd one:stream * f v' \
        'xgroup create one:stream g 0' 'xgroup create one:stream h $' 'xgroup create none:stream g $ mkstream' \
        'setex t:minute 50 v' 'setex t:day 80000 v' 'setex t:week 500000 v' 'setex t:month 2000000 v' \
        'setex t:year 30000000 v' "set $(printf 'long%.0s' {1..2000}) 1"
}

wait_for_replicas() {
    local port
    for port in "${c_ports[@]:0:3}"; do
        cluster_ask c "$port" wait 1 5000 >/dev/null
    done
}

vk() { timeout 30 "$VK" -s "$srv_sock" "$@"; }

# is_true TOP PORT...: the JSON in $output is what plain commands say
is_true() {
    echo "$output" | /usr/bin/python3 "$BATS_TEST_DIRNAME/keys_truth.py" "$CLI" "$@"
}

@test "what is told of every type is what plain commands say" {
    local mode
    for mode in --bigkeys --memkeys --keystats; do
        run -0 --separate-stderr vk $mode --json --top 7
        is_true 7 "$srv_port"
        [ -z "$stderr" ]
    done
}

@test "COUNT, pauses and a page of one key change nothing" {
    run -0 --separate-stderr vk --keystats --json --count 150 -i 0.001
    is_true 10 "$srv_port"
    run -0 --separate-stderr vk --keystats --keystats-samples 0 --json --pattern 'one:*' --count 1000
    [ "$(jq -r '[.keys, .types[].keys] | @csv' <<<"$output")" = 5,1,1,1,1,1 ]
}

@test "a type that is asked for is not asked of each key" {
    "$VK" -s "$srv_sock" config resetstat >/dev/null
    run -0 --separate-stderr vk --bigkeys --type ZSET --json # servers take it in either case
    [ "$(jq -c '[.keys, .types[0].elements.max]' <<<"$output")" = '[2,100000]' ]
    run -0 "$VK" --raw -s "$srv_sock" info commandstats
    assert_output --partial cmdstat_zcard
    refute_output --partial cmdstat_type
}

@test "a whole cluster: its primaries at once, or its replicas" {
    run -0 --separate-stderr timeout 30 "$VK" -c -p "${c_ports[1]}" --keystats --json --top 5
    [ "$(jq .nodes <<<"$output")" = 3 ]
    is_true 5 "${c_ports[@]:0:3}"
    run -0 --separate-stderr timeout 30 "$VK" -c -p "${c_ports[1]}" --bigkeys --json --top 5 --replicas
    is_true 5 "${c_ports[@]:0:3}"
}

@test "behind a sentinel" {
    local dir=$BATS_TEST_TMPDIR port pid
    port=$(free_port)
    printf '%s\n' "port $port" 'bind 127.0.0.1' "dir $dir" "sentinel monitor main 127.0.0.1 $srv_port 1" >"$dir/conf"
    "$SERVER" "$dir/conf" --sentinel >"$dir/log" 2>&1 3>&- &
    pid=$!
    eventually "$CLI" -p "$port" sentinel master main
    run -0 --separate-stderr timeout 30 "$VK" --sentinel "127.0.0.1:$port" --service main --memkeys --json
    kill "$pid"
    is_true 10 "$srv_port"
}

@test "keys that go, change, move or are denied meanwhile" {
    /usr/bin/python3 "$BATS_TEST_DIRNAME/keys_lies.py" >"$BATS_TEST_TMPDIR/port" 3>&- &
    local pid=$! mode port
    eventually test -s "$BATS_TEST_TMPDIR/port"
    port=$(cat "$BATS_TEST_TMPDIR/port")
    for mode in --bigkeys --keystats; do
        run -5 --separate-stderr timeout 30 "$VK" -c -p "$port" $mode --json
        [ "$(jq -c '[.scanned, .keys, .vanished, .changed_type, .without_answer]' <<<"$output")" = '[8,4,2,1,1]' ]
        [ "$(jq -c '[.types[] | [.type, .keys, .elements.sum]]' <<<"$output")" = \
            '[["string",2,10],["zset",1,7],["ReJSON-RL",1,null]]' ]
    done
    run -5 --separate-stderr timeout 30 "$VK" -p "$port" --keystats # where no cluster is, nobody finds it
    kill "$pid"
    assert_line "not counted: 2 gone meanwhile, 1 of another type by then, 2 refused or unanswered"
    assert_output --partial '"es\x1b[31m"'
    refute_output --partial $'\e'
}

@test "a command that is not allowed is named once, and done without" {
    "$VK" -s "$srv_sock" acl setuser half on nopass '~*' +@all -strlen -pttl >/dev/null
    run -5 --separate-stderr vk --user half --password-file <(echo x) --keystats --json
    [ "$(grep -c 'STRLEN is refused, going on without it: NOPERM' <<<"$stderr")" = 1 ]
    [ "$(grep -c 'PTTL is refused, going on without it: NOPERM' <<<"$stderr")" = 1 ]
    [ "$(jq -c '[.types[0].elements, .refused[].command]' <<<"$output")" = '[null,"PTTL","STRLEN"]' ]
    [ "$(jq '.types[0].bytes.keys' <<<"$output")" -gt 2000 ]
    "$VK" -s "$srv_sock" acl setuser half +strlen -type >/dev/null
    run -5 --separate-stderr vk --user half --password-file <(echo x) --memkeys --json
    [ "$(jq -c '[.types[] | [.type, .keys]]' <<<"$output")" = "[[\"(unknown)\",$("$VK" -s "$srv_sock" dbsize)]]" ]
    "$VK" -s "$srv_sock" acl setuser half +type -info >/dev/null
    run -5 --separate-stderr vk --user half --password-file <(echo x) --memkeys --json
    [ "$(jq -c '[.used_memory, .refused[].command]' <<<"$output")" = '[null,"INFO"]' ]
    run -0 --separate-stderr vk --user half --password-file <(echo x) --bigkeys
    run -5 --separate-stderr vk --user half --password-file <(echo x) --hotkeys --hotkeys-seconds 0.1
    [[ $stderr == *"INFO is refused, so"* ]]
    "$VK" -s "$srv_sock" acl setuser half -scan >/dev/null
    run -5 --separate-stderr vk --user half --password-file <(echo x) --bigkeys
    [ -z "$output" ]
    assert_regex "$stderr" "NOPERM .*scan"
    "$VK" -s "$srv_sock" acl deluser half >/dev/null
}

# slow_walk SOCKET OPTIONS...: in the background, until some pages have been measured; its pid is $walk
slow_walk() {
    local calls='cmdstat_scan:calls=[5-9]'
    "$VK" -s "$1" config resetstat >/dev/null
    env --default-signal=INT "$VK" -s "$@" --count 100 -i 0.1 >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    walk=$!
    eventually bash -c "$VK -s $1 --raw info commandstats | grep -q '$calls'"
}

@test "Ctrl-C tells what was seen, and the cursor takes it up again" {
    local walk code=0
    slow_walk "$srv_sock" --bigkeys --json
    kill -INT "$walk"
    wait "$walk" || code=$?
    [ "$code" = 130 ]
    run -0 cat "$BATS_TEST_TMPDIR/out"
    [ "$(jq .complete <<<"$output")" = false ]
    local before cursor
    before=$(jq .keys <<<"$output")
    cursor=$(sed -n 's/.*to go on from here: --bigkeys --cursor \([0-9]*\)$/\1/p' "$BATS_TEST_TMPDIR/err")
    [ "$cursor" = "$(jq -r .cursor <<<"$output")" ]
    run -0 --separate-stderr vk --bigkeys --json --cursor "$cursor"
    [ "$before" -gt 0 ]
    [ $((before + $(jq .keys <<<"$output"))) -ge "$(vk dbsize)" ]
    [ $((before + $(jq .keys <<<"$output"))) -le $(($(vk dbsize) + 100)) ]
}

# interrupted_walk COMMAND...: the server stands still when Ctrl-C comes, until COMMAND, which gets the pid of the walk,
# is through; sets $before to the keys that were measured, $cursor to where to go on
interrupted_walk() {
    local walk
    "$VK" -s "$still_sock" config resetstat >/dev/null
    env --default-signal=INT "$VK" -s "$still_sock" --bigkeys --json --count 10 >"$BATS_TEST_TMPDIR/out" 2>/dev/null 3>&- &
    walk=$!
    eventually bash -c "$VK -s $still_sock --raw info commandstats | grep -q 'cmdstat_scan:calls=[0-9][0-9][0-9]'"
    kill -STOP "$still_pid"
    kill -INT "$walk"
    "$@" "$walk"
    kill -CONT "$still_pid"
    wait "$walk" || true
    before=$(jq .keys "$BATS_TEST_TMPDIR/out")
    cursor=$(jq -r '.cursor // 0' "$BATS_TEST_TMPDIR/out")
}
is_over() { ! kill -0 "$1" 2>/dev/null || [ "$(ps -o stat= -p "$1")" = Z ]; }

@test "Ctrl-C while the server stands still: what it did not answer, or too late, is behind the cursor" {
    local before cursor until
    server_start still
    "$VK" -s "$still_sock" debug populate 100000 key 8 >/dev/null
    for until in true 'eventually is_over'; do
        # shellcheck disable=SC2086
        interrupted_walk $until
        [ "$before" -gt 0 ]
        run -0 --separate-stderr timeout 30 "$VK" -s "$still_sock" --bigkeys --json --cursor "$cursor"
        [ $((before + $(jq .keys <<<"$output"))) -ge 100000 ]
    done
    server_stop still
}

@test "in a cluster there is a cursor for each node" {
    local all one
    all=$(timeout 30 "$VK" -c -p "${c_ports[0]}" --bigkeys --json | jq .keys)
    one=$(timeout 30 "$VK" -c -p "${c_ports[0]}" --bigkeys --json --cursor "127.0.0.1:${c_ports[1]}=0" | jq .keys)
    [ "$one" = "$(cluster_ask c "${c_ports[1]}" dbsize)" ]
    [ "$one" -lt "$all" ]
    run -2 timeout 30 "$VK" -c -p "${c_ports[0]}" --bigkeys --cursor 5
    assert_output --partial "of several nodes it is NODE=CURSOR,..."
}

@test "a server that dies in the middle: what was seen, why it ended, where to go on" {
    server_start dying
    "$VK" -s "$dying_sock" debug populate 3000 key 8 >/dev/null
    local walk code=0
    slow_walk "$dying_sock" --memkeys
    kill -9 "$dying_pid"
    wait "$walk" || code=$?
    [ "$code" = 3 ]
    grep -q 'not all: interrupted' "$BATS_TEST_TMPDIR/out"
    grep -q 'to go on from here: --memkeys --cursor [0-9]' "$BATS_TEST_TMPDIR/err"
}

# ---- hot keys ----

@test "hot keys by the servers' own counters" {
    "$VK" -s "$srv_sock" config set maxmemory-policy allkeys-lfu >/dev/null
    seq 3000 | sed 's/.*/get user:77/' | "$VK" -s "$srv_sock" >/dev/null
    run -0 --separate-stderr vk --hotkeys --json --hotkeys-count 3
    same_as_tool --hotkeys
    "$VK" -s "$srv_sock" config set maxmemory-policy noeviction >/dev/null
    [ "$(jq -r '[.source, .hot[0].key] | @csv' <<<"$output")" = '"lfu","user:77"' ]
    [ "$(jq '.hot | length' <<<"$output")" = 3 ]
    [ "$(jq .keys <<<"$output")" = "$(vk dbsize)" ]
}

@test "hot keys by a sample of MONITOR, on every node, which ends by itself" {
    (while :; do printf 'get user:1\nget user:1\nget user:2\n%.0s' {1..50}; sleep 0.02; done) |
        "$VK" -c -p "${c_ports[0]}" >/dev/null 2>&1 3>&- &
    local load=$!
    run -0 --separate-stderr timeout 30 "$VK" -c -p "${c_ports[0]}" --hotkeys --hotkeys-seconds 1 --json --pattern 'user:*'
    kill "$load"
    [ "$(jq -r '[.source, .nodes, .hot[0].key, .hot[1].key] | @csv' <<<"$output")" = '"monitor",3,"user:1","user:2"' ]
    [ "$(jq '.uses == ([.hot[].uses] | add)' <<<"$output")" = true ]
    [ "$(jq '[.hot[].share] | .[0] > 0.6 and .[0] < 0.72' <<<"$output")" = true ]
    for port in "${c_ports[@]:0:3}"; do
        eventually no_monitor "$port"
    done
}
no_monitor() { ! cluster_ask c "$1" client list | grep -q 'cmd=monitor'; }

@test "so many lines are enough" {
    (while :; do echo 'get user:1'; sleep 0.001; done) | "$VK" -s "$srv_sock" >/dev/null 2>&1 3>&- &
    local load=$!
    run -0 --separate-stderr vk --hotkeys --hotkeys-seconds 20 --hotkeys-lines 20 --json
    kill "$load"
    [ "$(jq .commands <<<"$output")" = 20 ]
    [ "$(jq .took_ms <<<"$output")" -lt 15000 ]
}

@test "a server that dies during the sample is no busy one" {
    server_start brief
    timeout 30 "$VK" -s "$brief_sock" --hotkeys --hotkeys-seconds 20 --json \
        >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    local sample=$! code=0
    eventually bash -c "'$VK' -s '$brief_sock' client list | grep -q cmd=monitor"
    "$VK" -s "$brief_sock" ping >/dev/null # what was before it has been shown by now
    kill -9 "$brief_pid"
    wait "$sample" || code=$?
    [ "$code" = 3 ]
    [ "$(jq -c '[.complete, .nodes_left_early]' "$BATS_TEST_TMPDIR/out")" = '[false,0]' ]
    [[ $(cat "$BATS_TEST_TMPDIR/err") == *"$brief_sock"*"closed the connection"* ]]
}

@test "MONITOR on a production server is asked about" {
    mkdir -p "$BATS_TEST_TMPDIR/valkit"
    printf '[prod]\nenvironment = production\nsocket = %s\n' "$srv_sock" >"$BATS_TEST_TMPDIR/valkit/config"
    chmod 600 "$BATS_TEST_TMPDIR/valkit/config"
    run env XDG_CONFIG_HOME="$BATS_TEST_TMPDIR" setsid "$VK" --hotkeys --hotkeys-seconds 0.2 @prod </dev/null
    assert_failure
    assert_output --partial "shows what all clients send, and slows the server down"
    run -0 env XDG_CONFIG_HOME="$BATS_TEST_TMPDIR" "$VK" --hotkeys --hotkeys-seconds 0.2 --yes @prod
    assert_output --partial "by a sample of MONITOR"
}

# ---- under the tool's name ----

# same_as_tool OPTIONS...: both outputs and the exit code
same_as_tool() {
    local dir=$BATS_TEST_TMPDIR ours theirs
    timeout 30 "$CLI" -s "$srv_sock" "$@" >"$dir/theirs" 2>"$dir/theirs.err" && theirs=0 || theirs=$?
    timeout 30 "$BATS_FILE_TMPDIR/redis-cli" -s "$srv_sock" "$@" >"$dir/ours" 2>"$dir/ours.err" && ours=0 || ours=$?
    diff "$dir/theirs" "$dir/ours" && diff "$dir/theirs.err" "$dir/ours.err" && [ "$ours" = "$theirs" ]
}

@test "under the tool's name its output to the byte" {
    [[ $("$CLI" --version) == "redis-cli 7.0."* ]] || skip "no redis-cli 7.0 to compare with"
    same_as_tool --bigkeys
    same_as_tool --memkeys
    same_as_tool --memkeys-samples 0
    same_as_tool --memkeys-samples 100
    same_as_tool --hotkeys
    same_as_tool --bigkeys --pattern 'one:*'
    same_as_tool --bigkeys -i 0.01
    same_as_tool --bigkeys --hotkeys
    local n
    for n in 0 1 2; do # its types come in another order with few keys
        [ "$n" = 0 ] || "$VK" -s "$srv_sock" -n 5 set "k$n" v >/dev/null
        same_as_tool --memkeys -n 5
    done
}

@test "under the tool's name its words for what is not allowed" {
    [[ $("$CLI" --version) == "redis-cli 7.0."* ]] || skip "no redis-cli 7.0 to compare with"
    local denied
    for denied in dbsize scan type strlen; do
        "$VK" -s "$srv_sock" acl setuser half reset on nopass '~user:*' '~one:*' +@all "-$denied" >/dev/null
        same_as_tool --no-auth-warning --user half --pass x --bigkeys --pattern 'one:*'
    done
    "$VK" -s "$srv_sock" acl deluser half >/dev/null
}

@test "under the tool's name Ctrl-C ends with the summary" {
    local walk code=0 dir=$BATS_TEST_TMPDIR
    "$VK" -s "$srv_sock" config resetstat >/dev/null
    env --default-signal=INT "$BATS_FILE_TMPDIR/redis-cli" -s "$srv_sock" --bigkeys -i 10 >"$dir/out" 2>"$dir/err" 3>&- &
    walk=$!
    eventually bash -c "$VK -s $srv_sock --raw info commandstats | grep -q cmdstat_type"
    kill -INT "$walk"
    wait "$walk" || code=$?
    [ "$code" = 0 ]
    [ ! -s "$dir/err" ]
    grep -qE '^\[[0-9]{2}\.[0-9]{2}%\] Sampled [0-9]+ keys in the keyspace!$' "$dir/out"
}
