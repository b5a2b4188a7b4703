#!/usr/bin/env bats
# The suites cluster-async and cluster-pipeline on real clusters.
load ../helper
load ../cluster
load helper

setup_file() {
    cluster_start c 3 0
    cluster_start r 3 1
    server_start single
}
teardown_file() {
    cluster_stop c
    cluster_stop r
    server_stop single
}
setup() {
    port=${c_ports[0]}
    each c flushall
    each c config resetstat
}

# each NAME WORDS...: at every primary
each() {
    local -n _each_ports=${1}_ports
    local p
    for p in "${_each_ports[@]:0:3}"; do cluster_ask "$1" "$p" "${@:2}" || true; done
}

# calls_of NAME COMMAND: by all primaries together (of the start, if they are alive)
calls_of() { each "$1" info commandstats | tr -d '\r' | awk -F '[=,]' -v c="cmdstat_$2:calls" '$1 == c { n += $2 } END { print n + 0 }'; }

keys_of() { each "$1" dbsize | awk '{ n += $1 } END { print n }'; }

# monitored ARGS...: what the nodes of c saw of `vkbench ARGS`, in the order of their clock, in $seen: without the
# warm-up, the deletion and what belongs to connections; the warm-up in $warmup.
monitored() {
    local pids=() p all
    for p in "${c_ports[@]}"; do
        "$VK" -p "$p" monitor >"$BATS_TEST_TMPDIR/monitor.$p" 2>/dev/null 3>&- &
        pids+=($!)
    done
    sleep 0.4
    timeout 60 "$VKBENCH" -p "$port" "$@" >"$BATS_TEST_TMPDIR/out" 2>&1
    sleep 0.4
    kill "${pids[@]}"
    wait "${pids[@]}" || true
    all=$(sort -n "$BATS_TEST_TMPDIR"/monitor.* | sed -n 's/^[0-9.]* \[[^]]*\] //p')
    seen=$(grep -viE '^"(exists|del|ping|info|cluster|hello|client|readonly|monitor)"' <<<"$all")
    warmup=$(grep '^"EXISTS"' <<<"$all" | sort)
}

# valid: $json satisfies the schema.
valid() {
    /usr/bin/python3 - "$ROOT/tests/vkbench/cluster_suites.schema.json" "$json" <<'PY'
import json, sys, jsonschema
def no(x): raise ValueError(x)
jsonschema.validate(json.load(open(sys.argv[2]), parse_constant=no), json.load(open(sys.argv[1])))
PY
}

# ---- what is sent ----

@test "none: ten operations in order, one request after another" {
    monitored cluster-async -n 2 -s 3 --gather none
    assert_equal "$seen" '"SET" "bench:str_0" "aaa"
"SET" "bench:str_1" "aaa"
"SET" "bench:int_0" "111"
"SET" "bench:int_1" "111"
"HSET" "bench:hset" "0" "aaa"
"HSET" "bench:hset" "1" "aaa"
"INCR" "bench:incr"
"INCR" "bench:incr"
"LPUSH" "bench:lpush" "111"
"LPUSH" "bench:lpush" "111"
"GET" "bench:str_0"
"GET" "bench:str_1"
"GET" "bench:int_0"
"GET" "bench:int_1"
"HGET" "bench:hset" "0"
"HGET" "bench:hset" "1"
"LRANGE" "bench:lpush" "0" "300"
"LRANGE" "bench:lpush" "1" "301"
"LPOP" "bench:lpush"
"LPOP" "bench:lpush"'
    assert_equal "$warmup" "$(seq 0 99 | sed 's/.*/"EXISTS" "bench:warmup_&"/' | sort)"
}

@test "false: five writers at once, then five readers" {
    monitored cluster-async -n 30 -s 3 --gather false
    local writers readers
    writers=$(head -n 150 <<<"$seen")
    readers=$(tail -n +151 <<<"$seen")
    assert_equal "$(cut -d'"' -f2 <<<"$writers" | sort | uniq -c | xargs)" "30 HSET 30 INCR 30 LPUSH 60 SET"
    assert_equal "$(cut -d'"' -f2 <<<"$readers" | sort | uniq -c | xargs)" "60 GET 30 HGET 30 LPOP 30 LRANGE"
    # each by itself in order, and none waits for another
    assert_equal "$(grep HSET <<<"$writers")" "$(seq 0 29 | sed 's/.*/"HSET" "bench:hset" "&" "aaa"/')"
    [ "$(grep -n HSET <<<"$writers" | head -n 1 | cut -d: -f1)" -lt "$(grep -n bench:str_ <<<"$writers" | tail -n 1 | cut -d: -f1)" ]
    [ "$(grep -n HGET <<<"$readers" | head -n 1 | cut -d: -f1)" -lt "$(grep -n bench:str_ <<<"$readers" | tail -n 1 | cut -d: -f1)" ]
}

@test "true: full rounds of 100 requests, always the same hundred" {
    monitored cluster-async -n 250 -s 3 --gather true
    assert_equal "$(cut -d'"' -f2 <<<"$seen" | uniq -c | xargs)" \
        "400 SET 200 HSET 200 INCR 200 LPUSH 400 GET 200 HGET 200 LRANGE 200 LPOP"
    assert_equal "$(grep '"SET" "bench:str_' <<<"$seen" | sort | uniq -c | sed 's/^ *//')" \
        "$(seq 0 99 | sed 's/.*/2 "SET" "bench:str_&" "aaa"/' | sort -k 3)"
    # one slot's requests never overtake each other; the second round comes behind the first
    assert_equal "$(grep HSET <<<"$seen")" "$( (seq 0 99 && seq 0 99) | sed 's/.*/"HSET" "bench:hset" "&" "aaa"/')"
    assert_equal "$(grep LRANGE <<<"$seen" | tail -n 1)" '"LRANGE" "bench:lpush" "99" "399"'
}

@test "all shapes: exact numbers of every command, a warm-up for each" {
    run timeout 60 "$VKBENCH" -p "$port" -q cluster-async -n 200 -s 10
    assert_success
    assert_equal "$(calls_of c set) $(calls_of c get) $(calls_of c hset) $(calls_of c hget)" "1200 1200 600 600"
    assert_equal "$(calls_of c incr) $(calls_of c lpush) $(calls_of c lrange) $(calls_of c lpop)" "600 600 600 600"
    assert_equal "$(calls_of c exists) $(calls_of c del)" "300 403"
}

@test "pipeline: ten commands together, one pipeline after another" {
    monitored cluster-pipeline -n 2 -s 3
    local i
    for i in 0 1; do
        assert_equal "$(tail -n "+$((i * 10 + 1))" <<<"$seen" | head -n 10 | sort)" "$(sort <<<"\"SET\" \"bench:str_$i\" \"aaa\"
\"SET\" \"bench:int_$i\" \"111\"
\"GET\" \"bench:str_$i\"
\"GET\" \"bench:int_$i\"
\"HSET\" \"bench:hset\" \"$i\" \"aaa\"
\"HGET\" \"bench:hset\" \"$i\"
\"INCR\" \"bench:incr\"
\"LPUSH\" \"bench:lpush\" \"111\"
\"LRANGE\" \"bench:lpush\" \"0\" \"300\"
\"LPOP\" \"bench:lpush\"")"
    done
    assert_equal "$(wc -l <<<"$seen") $(wc -l <<<"$warmup")" "20 100"
    assert_equal "$(grep bench:lpush <<<"$seen" | head -n 3 | cut -d'"' -f2 | xargs)" "LPUSH LRANGE LPOP"
}

@test "nothing of the suites stays, and all else does" {
    "$VK" -c -p "$port" set bench:mine 1
    "$VK" -c -p "$port" set str_1 1
    for suite in 'cluster-async -n 700' 'cluster-pipeline -n 700'; do
        # shellcheck disable=SC2086
        run timeout 60 "$VKBENCH" -p "$port" -q $suite
        assert_success
        assert_equal "$(keys_of c)" 2
    done
}

@test "--rfr yes: replicas answer what only reads" {
    run timeout 60 "$VKBENCH" -p "${r_ports[0]}" --rfr yes -q cluster-async -n 100 --gather none
    assert_success
    assert_equal "$(calls_of r get) $(calls_of r set)" "0 200"
}

# ---- what is printed ----

@test "the Python suite's lines: cluster-async" {
    run timeout 60 "$VKBENCH" -p "$port" cluster-async -n 100 --seed-format
    assert_success
    local i shape=(None False True)
    assert_equal "${#lines[@]}" 36
    for i in 0 1 2; do
        [[ ${lines[i * 12]} =~ ^(epoll|poll)\ ${shape[i]}\ [0-9]+\.[0-9]{4}\ vkbench$ ]]
        assert_equal "$(printf '%s\n' "${lines[@]:i * 12 + 1:11}" | grep -cxE '[0-9]+\.[0-9]{4}')" 11
    done
    # the operations of the first shape, rounded, come to no more than its total
    printf '%s\n' "${lines[@]:1:11}" | awk '{ sum += $1; last = $1 } END { exit !(sum - last <= last + 0.001) }'
}

@test "the Python suite's lines: cluster-pipeline" {
    run timeout 60 "$VKBENCH" -p "$port" cluster-pipeline -n 100 --seed-format
    assert_success
    assert_equal "${#lines[@]}" 2
    [[ ${lines[0]} =~ ^(epoll|poll)\ [0-9]+\.[0-9]{4}\ vkbench$ ]]
    [[ ${lines[1]} =~ ^[0-9]+\.[0-9]{4}$ ]]
}

@test "text, -q and CSV" {
    run timeout 60 "$VKBENCH" -p "$port" cluster-async -n 200
    assert_success
    assert_fits 80
    assert_line --index 0 'cluster-async: 200 requests of each operation, values of 256 bytes'
    assert_line --index 1 "127.0.0.1:$port: 3 primaries"
    assert_equal "$(grep -cE '^(set_str|lpop) ' <<<"$output") $(grep -c '^total ' <<<"$output")" "6 3"
    [[ ${lines[-1]} =~ ^rounds\ of\ 100\ against\ one\ after\ another:\ [0-9.]+\ times ]]
    run timeout 60 "$VKBENCH" -p "$port" cluster-pipeline -n 200
    assert_success
    assert_fits 80
    assert_equal "$(grep -cE '^(pipelines +200|commands +2,000) ' <<<"$output")" 2
    run timeout 60 "$VKBENCH" -p "$port" -q cluster-async -n 100
    assert_equal "$(grep -cE '^(none|false|true) [a-z_0-9]+: [0-9.]+ requests per second, p50=[0-9.]+ msec$' <<<"$output")" 33
    run timeout 60 "$VKBENCH" -p "$port" --csv cluster-async -n 100
    assert_equal "$(/usr/bin/python3 -c '
import csv, sys
rows = list(csv.DictReader(sys.stdin))
print(len(rows), {len(r) for r in rows}, sum(int(r["requests"]) for r in rows if r["operation"] != "total"),
      {r["redirects"] for r in rows if r["operation"] == "total"})' <<<"$output")" "33 {15} 3000 {'0'}"
}

@test "JSON satisfies its schema" {
    bench -p "$port" cluster-async -n 200 -s 7
    assert_equal "$code" 0
    valid
    holds "[(p['name'], p['primaries']) for p in d['parts']] == [('none', 3), ('false', 3), ('true', 3)]"
    holds "[r['name'] for r in d['parts'][1]['rows']] == 'set_str set_int hset incr lpush get_str get_int hget lrange_300 lpop'.split()"
    holds "all(r['count'] == r['latency']['service']['count'] == 200 for p in d['parts'] for r in p['rows'])"
    holds "all(p['total']['count'] == 2000 and p['warmup'] > 0 for p in d['parts'])"
    holds "all((r['cpu_per_request'] is None) == (p['name'] == 'false') for p in d['parts'] for r in p['rows'])"
    holds "d['value_bytes'] == 7 and d['exit'] == 0 and d['keys_left'] == 0"
    bench -p "$port" -3 cluster-pipeline -n 200
    assert_equal "$code" 0
    valid
    holds "d['parts'][0]['rows'][0]['count'] == 200 and d['parts'][0]['total']['count'] == 2000"
    holds "d['target']['protocol'] == 3"
}

# ---- errors ----

@test "error replies are no work done: by word, exit 13, and the suite goes on" {
    "$VK" -c -p "$port" set bench:hset 1
    run timeout 60 "$VKBENCH" -p "$port" cluster-async -n 100 --gather none
    assert_failure 13
    assert_fits 80
    assert_output --regexp 'hset +0 .* 100 '
    assert_output --regexp 'total +800 .* 200 '
    assert_output --regexp '  WRONGTYPE +200  WRONGTYPE Operation'
    "$VK" -c -p "$port" set bench:hset 1
    bench -p "$port" cluster-pipeline -n 100
    assert_equal "$code" 13
    valid
    holds "d['parts'][0]['rows'][0]['error_count'] == 100 and d['parts'][0]['total']['count'] == 800"
    holds "d['parts'][0]['total']['errors']['WRONGTYPE']['count'] == 200 and d['exit'] == 13"
    "$VK" -c -p "$port" set bench:hset 1
    run timeout 60 "$VKBENCH" -p "$port" cluster-pipeline -n 100 --seed-format
    assert_failure 13
    assert_line --index 2 'Errors = 200'
}

# refused CODE TEXT ARGS...
refused() {
    run --separate-stderr timeout 60 "$VKBENCH" "${@:3}"
    assert_failure "$1"
    assert_output ''
    # shellcheck disable=SC2154
    [[ $stderr == *"$2"* ]] || { echo "$stderr" >&2 && return 1; }
    [ "$(wc -l <<<"$stderr")" = 1 ]
}

@test "bad options" {
    refused 2 "'maybe' is not none, false, true or all" -p "$port" cluster-async --gather maybe
    refused 2 'rounds of 100' -p "$port" cluster-async -n 99
    refused 2 '' -p "$port" cluster-async -n 0
    refused 2 '' -p "$port" cluster-async -s 0
    refused 2 '' -p "$port" cluster-pipeline --gather none
    refused 2 "unexpected word 'x'" -p "$port" cluster-pipeline x
    refused 2 'load of their own' -p "$port" -n 5 cluster-async
    refused 2 'load of their own' -p "$port" cluster-async -P 16
    refused 2 'load of their own' -p "$port" --rps 5 cluster-pipeline
    refused 2 '--scratch-cluster' --scratch cluster-async
    refused 2 'not a socket' -s "$single_sock" cluster-async
    refused 2 '--seed-format' -p "$port" packer --seed-format
    assert_equal "$(calls_of c exists)" 0
}

@test "not a cluster, nobody there, no rights" {
    refused 2 'cluster' -p "$single_port" cluster-async
    refused 2 'cluster' -p "$single_port" --cluster cluster-pipeline
    refused 3 'refused' -p 1 cluster-async
    each c acl setuser reader on nopass '~*' +cluster +get
    refused 5 'EXISTS, the warm-up: NOPERM' -p "$port" --user reader -a x cluster-async
    json=$BATS_TEST_TMPDIR/json
    timeout 60 "$VKBENCH" -p "$single_port" --json cluster-async >"$json" 2>/dev/null || true
    valid
    holds "d['parts'] == [] and d['exit'] == 2 and 'cluster' in d['error']"
}

@test "an interrupt ends it with what there is, and nothing stays" {
    local pid code=0
    json=$BATS_TEST_TMPDIR/json
    timeout -k 5 60 "$VKBENCH" -p "$port" --json cluster-async -n 10000000 --gather none >"$json" 3>&- &
    pid=$!
    has_begun() { [ "$(keys_of c)" -gt 0 ]; } # few are left to be deleted
    eventually has_begun
    kill -TERM $pid
    wait $pid || code=$?
    assert_equal "$code" 143
    valid
    holds "d['interrupted'] and d['exit'] == 130 and d['error'] is None"
    holds "len(d['parts'][0]['rows']) == 1 and 0 < d['parts'][0]['rows'][0]['count'] < 10000000"
    holds "d['parts'][0]['rows'][0]['interrupted'] and d['parts'][0]['total']['error_count'] == 0"
    holds "$(keys_of c) <= d['keys_left']"
    # it takes two seconds for that, in which a sanitizer gets through less
    if grep -q __asan_init "$VKBENCH"; then
        each c flushall >/dev/null
    else
        holds "d['keys_left'] == 0"
    fi
    timeout -k 5 60 "$VKBENCH" -p "$port" cluster-async -n 10000000 --gather false >"$BATS_TEST_TMPDIR/text" 3>&- &
    pid=$!
    sleep 1
    kill -TERM $pid
    wait $pid || code=$?
    assert_equal "$code" 143
    grep -q '^interrupted before the end$' "$BATS_TEST_TMPDIR/text"
    assert_equal "$(grep -cE '^(set_str|set_int|hset|incr|lpush) ' "$BATS_TEST_TMPDIR/text")" 5
    ! grep -q __asan_init "$VKBENCH" || each c flushall >/dev/null
    assert_equal "$(keys_of c)" 0
}

# ---- what happens to the cluster ----

# in_background ARGS...: vkbench --json, its process in $pid; ended_by_term: its document is there
in_background() {
    json=$BATS_TEST_TMPDIR/json
    timeout -k 5 60 "$VKBENCH" --json "$@" >"$json" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    pid=$!
    sleep 1
}
ended_by_term() {
    local code=0
    sleep 0.5
    kill -TERM "$pid"
    wait "$pid" || code=$?
    assert_equal "$code" 143
    valid
}

@test "a slot that moves away: redirects are followed and counted, no request fails" {
    local slot from to
    in_background -p "$port" --trace-redirects cluster-pipeline -n 10000000 -s 8
    slot=$(cluster_ask c "$port" cluster keyslot bench:incr)
    from=$(cluster_owner c bench:incr)
    for to in "${c_ports[@]}"; do [ "$to" = "$from" ] || break; done
    cluster_migrate_slot c "$slot" "$from" "$to"
    ended_by_term
    holds "d['parts'][0]['redirects'] > 0"
    grep -q "^INCR at .*: MOVED: slot $slot is at 127.0.0.1:$to " "$BATS_TEST_TMPDIR/err"
    holds "d['parts'][0]['total']['error_count'] == 0"
}

@test "a primary is killed: its requests are errors by word, the others and the rest of the run go on" {
    local before after
    in_background -p "${r_ports[0]}" cluster-pipeline -n 10000000 -s 8
    cluster_kill r "${r_ports[2]}"
    cluster_wait_ok r
    before=$(calls_of r incr)
    ended_by_term
    after=$(calls_of r incr)
    [ "$after" -gt "$before" ]
    holds "0 < d['parts'][0]['total']['error_count'] < 1000"
    holds "d['parts'][0]['total']['errors'].keys() <= {'LOST', 'CONNECT', 'CLUSTERDOWN'}"
    holds "sum(e['count'] for e in d['parts'][0]['total']['errors'].values()) == d['parts'][0]['total']['error_count']"
}
