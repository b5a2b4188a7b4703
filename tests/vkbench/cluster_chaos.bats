#!/usr/bin/env bats
# vkbench --cluster while slots migrate, nodes come, go, stop and take over. INCR by counted keys tells
# lost and doubled writes: each key's value is how often the server has run it.
load ../helper
load ../cluster
load helper

setup_file() {
    cluster_start r 3 1
    cluster_start p 3 0
}
teardown_file() {
    cluster_stop r
    cluster_stop p
}
teardown() { [ -z "${load_pid:-}" ] || kill "$load_pid" 2>/dev/null || true; }

KEYS=2000
# load_start NAME PORT ARGS...: vkbench --json in the background on that cluster, counting in KEYS keys
load_start() {
    "$VK" -c -p "$2" @primaries flushall >/dev/null
    timeout -k 2 60 "$VKBENCH" --json --cluster -p "$2" --sequential -r $KEYS "${@:3}" -- incr key:__rand_int__ \
        >"$BATS_TEST_TMPDIR/json" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    load_pid=$!
    eventually key_exists "$1"
}
key_exists() { "$VK" -c -p "$(cluster_owner "$1" key:000000000000)" get key:000000000000 | grep -q .; }
# A sanitizer makes everything slower, the cluster's changes among it: the load lasts longer then.
rps=4000
! grep -q __asan_init "$VKBENCH" || rps=2000
# load_end: its exit code in $code, its document in $json
load_end() {
    code=0 json=$BATS_TEST_TMPDIR/json
    wait "$load_pid" || code=$?
    load_pid=
    valid
}
# counters PORT: all keys' values
counters() { seq -f 'get key:%012.0f' 0 $((KEYS - 1)) | "$VK" -c -p "$1" | tr -d '"'; }
sum_of_counters() { counters "$1" | awk '{ n += $1 } END { print n + 0 }'; }
# slot_of_key NUMBER
slot_of_key() { "$VK" --keyslot "$(printf 'key:%012d' "$1")" | grep -oE '[0-9]+$'; }
# cells FROM TO: requests done in each tenth of a second between them
cells() { echo "[c[0] for i, c in enumerate(t['timeline']['cells']) if $1 <= i * t['timeline']['width_s'] < $2]"; }

@test "slots that migrate under load: nothing is lost, nothing is done twice" {
    local i slot from to
    load_start p "${p_ports[0]}" -n 16000 --rps "$rps" --threads 2 -c 12
    for i in 0 1 2 3 4 5; do
        slot=$(slot_of_key $i)
        from=$(cluster_owner p "$(printf 'key:%012d' $i)")
        to=${p_ports[0]}
        [ "$to" != "$from" ] || to=${p_ports[1]}
        if [ $i = 0 ]; then
            cluster_migrate_slot p "$slot" "$from" "$to" --leave-migrating
            sleep 0.8
        fi
        cluster_migrate_slot p "$slot" "$from" "$to"
    done
    load_end
    assert_equal "$code" 0
    holds "r['count'] == 16000 and r['error_count'] == 0"
    holds "t['cluster']['redirects']['moved'] >= 3 and t['cluster']['redirects']['ask'] >= 1"
    holds "t['cluster']['outages'] == []"
    assert_equal "$(counters "${p_ports[0]}" | sort | uniq -c | tr -s ' ')" " 2000 8"
}

@test "slots that migrate under a closed loop with pipelines" {
    local i from to
    load_start p "${p_ports[0]}" --duration 3 -P 8 -c 6
    for i in 10 11 12 13; do
        from=$(cluster_owner p "$(printf 'key:%012d' $i)")
        to=${p_ports[0]}
        [ "$to" != "$from" ] || to=${p_ports[1]}
        cluster_migrate_slot p "$(slot_of_key $i)" "$from" "$to"
    done
    load_end
    assert_equal "$code" 0
    holds "r['error_count'] == 0 and t['cluster']['redirects']['moved'] >= 4"
    assert_equal "$(sum_of_counters "${p_ports[0]}")" "$(j "r['count'] + t['unfinished']['count']")"
}

@test "a node that is added and given slots gets load in the same run" {
    local i new
    load_start p "${p_ports[0]}" -n 20000 --rps "$rps" -c 12
    cluster_add p
    new=${p_ports[3]}
    for i in 20 21 22 23 24 25; do
        cluster_migrate_slot p "$(slot_of_key $i)" "$(cluster_owner p "$(printf 'key:%012d' $i)")" "$new"
    done
    load_end
    assert_equal "$code" 0
    holds "r['count'] == 20000 and r['error_count'] == 0"
    holds "[n['count'] > 6 and n['slots'] > 0 for n in t['cluster']['nodes'] if n['address'] == '127.0.0.1:$new'] == [True]"
    assert_equal "$(counters "${p_ports[0]}" | sort | uniq -c | tr -s ' ')" " 2000 10"
}

@test "a primary without replicas is killed and comes back: an outage, and the run goes on" {
    local node victim=${p_ports[2]}
    for node in "${p_ports[@]}"; do cluster_ask p "$node" config set cluster-require-full-coverage no >/dev/null; done
    load_start p "${p_ports[0]}" -n 12000 --rps 2000 -c 12
    sleep 0.7
    cluster_kill p "$victim"
    sleep 1.5
    cluster_restart p "$victim"
    load_end
    assert_equal "$code" 13
    holds "r['count'] + r['error_count'] == 12000 and r['count'] > 9000"
    holds "set(r['errors']) <= {'LOST', 'DOWN', 'CLUSTERDOWN', 'LOADING'} and r['errors']['DOWN']['count'] > 50"
    holds "[(o['node'], o['by']) for o in t['cluster']['outages']][:1] == [('127.0.0.1:$victim', '127.0.0.1:$victim')]"
    holds "1 < t['cluster']['outages'][0]['length_s'] < 4 and t['cluster']['outages'][0]['recovered_s'] is not None"
    # the others have gone on
    holds "min($(cells "t['cluster']['outages'][0]['from_s'] + 0.2" "t['cluster']['outages'][0]['from_s'] + 1")) > 60"
    cluster_wait_ok p
}

@test "when all keys are a node's that is gone, a timed run still ends in time" {
    local victim
    victim=$(cluster_owner p foo)
    timeout -k 2 8 "$VKBENCH" --json --cluster -p "${p_ports[0]}" --duration 2.5 --threads 2 -P 4 -- incr foo \
        >"$BATS_TEST_TMPDIR/json" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    load_pid=$!
    sleep 0.5
    cluster_kill p "$victim"
    load_end
    assert_equal "$code" 13
    holds "2.4 < t['window']['elapsed_s'] < 3 and r['count'] > 100 and r['errors']['DOWN']['count'] > 100"
    holds "[o['by'] for o in t['cluster']['outages']] == [None] and t['cluster']['outages'][0]['length_s'] is None"
    cluster_restart p "$victim"
    cluster_wait_ok p
}

@test "CLUSTER FAILOVER by hand loses no write" {
    load_start r "${r_ports[0]}" -n 12000 --rps 3000 --threads 2 -c 12
    cluster_failover r "${r_ports[4]}"
    load_end
    holds "r['count'] + r['error_count'] == 12000 and r['error_count'] < 100"
    holds "[n['role'] for n in t['cluster']['nodes'] if n['address'] == '127.0.0.1:${r_ports[4]}'] == ['primary']"
    holds "[n['count'] > 300 for n in t['cluster']['nodes'] if n['address'] == '127.0.0.1:${r_ports[4]}'] == [True]"
    local sum
    sum=$(sum_of_counters "${r_ports[0]}")
    holds "r['count'] <= $sum <= r['count'] + r['error_count']"
    cluster_failover r "${r_ports[1]}"
}

@test "a primary that stops for a second holds up its own slots alone" {
    load_start r "${r_ports[0]}" -n 8000 --rps 2000 -c 12
    sleep 0.5
    kill -STOP "${r_pids[0]}"
    sleep 1
    kill -CONT "${r_pids[0]}"
    load_end
    assert_equal "$code" 0
    holds "r['count'] == 8000 and r['error_count'] == 0 and t['cluster']['outages'] == []"
    holds "8e8 < r['latency']['response']['max'] < 2e9"
    holds "450 < sum(b[2] for b in r['latency']['response']['histogram'] if b[0] > 2e7) < 900"
    holds "min($(cells 1.2 1.5)) > 60"
    assert_equal "$(counters "${r_ports[1]}" | sort | uniq -c | tr -s ' ')" " 2000 4"
}

@test "a primary that stops for good is replaced by its replica" {
    load_start r "${r_ports[1]}" -n 12000 --rps 2000 -c 12
    sleep 0.5
    kill -STOP "${r_pids[0]}"
    load_end
    kill -CONT "${r_pids[0]}"
    assert_equal "$code" 13
    holds "r['count'] + r['error_count'] + t['unfinished']['count'] == 12000 and r['count'] > 6000"
    holds "[n['count'] > 300 for n in t['cluster']['nodes'] if n['address'] == '127.0.0.1:${r_ports[3]}'] == [True]"
    holds "sum(n['count'] for n in t['cluster']['nodes'] if n['address'] == '127.0.0.1:${r_ports[0]}') < 5000"
    cluster_wait_ok r
    cluster_failover r "${r_ports[0]}"
}

@test "kill -9 of a primary: the report tells node, length, who served then, errors; the rest went on" {
    load_start r "${r_ports[0]}" -n 14000 --rps 2000 --threads 2 -c 12
    timeout -k 2 60 "$VKBENCH" --cluster -p "${r_ports[0]}" -n 7000 --rps 1000 -t get -r 100 >"$BATS_TEST_TMPDIR/text" 2>/dev/null 3>&- &
    local text_pid=$!
    sleep 0.5
    cluster_kill r "${r_ports[1]}"
    load_end
    assert_equal "$code" 13
    holds "r['count'] + r['error_count'] == 14000 and r['count'] > 6000"
    holds "set(r['errors']) <= {'LOST', 'DOWN', 'CLUSTERDOWN'} and r['errors']['DOWN']['count'] > 100"
    holds "[(o['node'], o['by']) for o in t['cluster']['outages']][:1] == [('127.0.0.1:${r_ports[1]}', '127.0.0.1:${r_ports[4]}')]"
    holds "1.5 < t['cluster']['outages'][0]['length_s'] < 7 and 'DOWN' in t['cluster']['outages'][0]['errors']"
    holds "t['cluster']['outages'][0]['slots'] > 5000 and t['cluster']['outages'][0]['recovered_s'] is not None"
    holds "t['reconnects'] < 200"
    local sum
    sum=$(sum_of_counters "${r_ports[4]}")
    # what was acknowledged a moment before may not have reached the replica
    holds "r['count'] - 50 <= $sum <= r['count'] + r['error_count']"
    wait "$text_pid" || true
    run cat "$BATS_TEST_TMPDIR/text"
    assert_fits 80
    assert_line --regexp "^outage of 127.0.0.1:${r_ports[1]} \(5,46[12] slots\) at [0-9.]+ s: [0-9.]+ s, then"
    assert_line 'second    requests      errors'
    cluster_wait_ok r
}
