#!/usr/bin/env bats
# --cluster on real clusters at rest: where requests go, what is counted, what is refused. What happens to a
# cluster under load is in cluster_chaos.
load ../helper
load ../certs
load ../cluster
load helper

setup_file() {
    cluster_start c 3 1
    server_start single
}
teardown_file() {
    cluster_stop c
    server_stop single
}
setup() {
    port=${c_ports[0]} bench_before=(timeout -k 2 30)
    printf '@%s\n' 'primaries flushall' 'all config resetstat' | "$VK" -c -p "$port" >/dev/null
}
teardown() { fake_stop; }
B() { bench --cluster -p "$port" "$@"; }

# node_calls PORT COMMAND: how often that node has run it
node_calls() {
    cluster_ask c "$1" info commandstats | tr -d '\r' | sed -n "s/^cmdstat_$2:calls=\([0-9]*\),.*/\1/p" | grep . || echo 0
}
# all_calls COMMAND: the primaries together
all_calls() {
    local p n=0
    for p in "${c_ports[@]:0:3}"; do n=$((n + $(node_calls "$p" "$1"))); done
    echo $n
}
# No node has sent a request elsewhere.
assert_no_redirects() {
    local p
    for p in "${c_ports[@]}"; do
        run cluster_ask c "$p" info errorstats
        refute_line --regexp '^errorstat_(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|READONLY)'
    done
}
# assert_counts_of COMMAND PORT...: the report's count for each node is what the node says itself.
assert_counts_of() {
    local p
    for p in "${@:2}"; do
        assert_equal "$p $(j "[n['count'] for n in t['cluster']['nodes'] if n['address'] == '127.0.0.1:$p']")" \
            "$p [$(node_calls "$p" "$1")]"
    done
}
all_keys() {
    local p
    for p in "${c_ports[@]:0:3}"; do cluster_ask c "$p" keys '*'; done | sort
}

# ---- what is sent ----

@test "-n is exact over all nodes, and each request goes where its key is" {
    local t p
    for t in 1 2; do
        for p in 1 16; do
            "$VK" -c -p "$port" @all config resetstat >/dev/null
            B -n 4001 -c 13 -P $p --threads $t -r 100000 -- set key:__rand_int__ v
            assert_equal "$code" 0
            assert_equal "$(all_calls set)" 4001
            holds "r['count'] == 4001 == sum(n['count'] for n in t['cluster']['nodes'])"
            holds "sum(1 for n in t['cluster']['nodes'] if n['count'] > 1000) == 3"
            holds "sum(t['cluster']['redirects'].values()) == 0 and t['cluster']['outages'] == []"
            holds "sum(c[0] for c in t['timeline']['cells']) == 4001"
            assert_counts_of set "${c_ports[@]:0:3}"
            assert_no_redirects
        done
    done
}

@test "one seed gives the same keys at any number of threads, and as on one server" {
    local one
    bench -s "$single_sock" -n 2000 -r 100000 --seed 7 -t set
    one=$("$VK" -s "$single_sock" keys '*' | sort)
    B -n 2000 -r 100000 --seed 7 -t set
    assert_equal "$(all_keys)" "$one"
    "$VK" -c -p "$port" @primaries flushall
    B -n 2000 -r 100000 --seed 7 -t set --threads 2 -c 9 -P 5
    assert_equal "$(all_keys)" "$one"
}

@test "--sequential writes every key once" {
    B -n 5000 -r 5000 --sequential -c 7 -P 3 --threads 2 -- set key:__rand_int__ v
    assert_equal "$(all_keys)" "$(seq -f 'key:%012.0f' 0 4999)"
}

@test "fewer requests than connections; a connection for each batch" {
    B -n 2 -c 50 --threads 4 -- incr 'n{tag}'
    assert_equal "$code $(all_calls incr)" "0 2"
    B -k 0 -n 400 -c 6 -P 5 -- incr 'n{tag}'
    assert_equal "$code $(all_calls incr)" "0 402"
    holds "t['connect']['count'] >= 80"
}

@test "the test list: plain keys where there is a number, {tag} in the others" {
    B -n 300 -r 1000 -P 2
    assert_equal "$code" 0
    valid
    holds "len(d['tests']) == 24 and all(x['total']['count'] == 300 for x in d['tests'])"
    holds "all(sum(x['cluster']['redirects'].values()) == 0 for x in d['tests'])"
    assert_no_redirects
    all_keys >"$BATS_TEST_TMPDIR/keys"
    run grep -vE '^(key|counter):[0-9]{12}$|^(key|mylist|myset|myhash|myzset|mystream):?\{[0-9A-Za-z]{1,3}\}+(:[0-9]{12})?$' \
        "$BATS_TEST_TMPDIR/keys"
    assert_output ""
    grep -qE '^key:[0-9]{12}$' "$BATS_TEST_TMPDIR/keys"
    grep -qE '^key:?\{[0-9A-Za-z]{1,3}\}+:[0-9]{12}$' "$BATS_TEST_TMPDIR/keys"
}

@test "FCALL has its function on every node" {
    local p
    for p in "${c_ports[@]:0:3}"; do cluster_ask c "$p" function flush; done
    B -n 100 -t fcall
    assert_equal "$code" 0
    for p in "${c_ports[@]:0:3}"; do assert_equal "$(cluster_ask c "$p" function list | wc -l)" "$(cluster_ask c "$port" function list | wc -l)"; done
}

@test "commands without a key go to all primaries" {
    B -n 3000 -c 9 -- ping
    assert_equal "$code" 0
    holds "[n['count'] for n in t['cluster']['nodes'] if n['role'] == 'primary'] == [1000] * 3 or min(n['count'] for n in t['cluster']['nodes'] if n['role'] == 'primary') > 300"
    holds "sum(n['count'] for n in t['cluster']['nodes']) == 3000"
    B -n 300 --rps 3000 -- ping
    holds "min(n['count'] for n in t['cluster']['nodes'] if n['role'] == 'primary') == 100"
}

@test "sequences and transactions over one {tag}" {
    B -n 1000 -P 3 -r 50 --threads 2 -- set 'a{tag}:__rand_int__' 1 ';' 2 incr 'b{tag}' ';' get 'b{tag}'
    assert_equal "$code" 0
    assert_equal "$(all_calls set) $(all_calls incr) $(all_calls get)" "250 500 250"
    holds "len(t['results']) == 3 and t['total']['count'] == 1000"
    B -n 500 -- multi ';' incr 'm{tag}' ';' get 'm{tag}' ';' exec
    assert_equal "$code" 0
    assert_equal "$(all_calls exec)" 125
    assert_no_redirects
}

# ---- replicas ----

@test "--rfr: reads go to replicas, or to all; writes to primaries" {
    local n="[(n['role'], n['count'] > 300) for n in t['cluster']['nodes']]"
    B -n 3000 -r 1000 -c 12 --rfr yes -t get
    assert_equal "$code" 0
    holds "sorted($n) == [('primary', False)] * 3 + [('replica', True)] * 3 and sum(n['count'] for n in t['cluster']['nodes'] if n['role'] == 'primary') == 0"
    assert_equal "$(all_calls get)" 0
    B -n 3000 -r 1000 -c 12 --rfr all --threads 2 -t get
    holds "sorted($n) == [('primary', True)] * 3 + [('replica', True)] * 3"
    assert_counts_of get "${c_ports[@]:0:3}"
    B -n 3000 -r 1000 -c 12 --rfr yes -t set
    assert_equal "$code" 0
    holds "sorted($n) == [('primary', True)] * 3 + [('replica', False)] * 3"
    B -n 600 -c 12 --rfr no -r 1000 -t get
    holds "sum(n['count'] for n in t['cluster']['nodes'] if n['role'] == 'replica') == 0"
    assert_no_redirects
}

# ---- time ----

@test "a rate is kept over all nodes, and latencies count from the intended send" {
    B -n 2000 --rps 2000 -r 1000 --threads 2 -c 12 -t set
    assert_equal "$code" 0
    holds "0.95 < t['window']['elapsed_s'] < 1.2 and r['latency']['response']['count'] == 2000"
    holds "all(abs(n['rate'] - 667) < 100 for n in t['cluster']['nodes'] if n['role'] == 'primary')"
    (sleep 0.5 && cluster_ask c "${c_ports[1]}" debug sleep 0.5) 3>&- &
    B --duration 2 --rps 1000 -r 1000 -c 6 -t set
    wait
    assert_equal "$code" 0
    holds "r['latency']['response']['max'] > 4e8"
    # for half a second a third of the requests waited, whatever the connections to that node had in flight
    holds "90 < sum(b[2] for b in r['latency']['response']['histogram'] if b[0] > 5e7) < 250"
    holds "r['latency']['service']['p']['99'] is None or r['latency']['service']['p']['99'] < 4e8"
    holds "t['cluster']['outages'] == []"
}

@test "--duration lasts as long, --warmup is not counted" {
    B --duration 1 --warmup 0.5 -r 1000 -P 4 --threads 2 -- incr key:__rand_int__
    assert_equal "$code" 0
    holds "0.95 < t['window']['elapsed_s'] < 1.3"
    [ "$(j "r['count']")" -lt "$(all_calls incr)" ]
    holds "sum(n['count'] for n in t['cluster']['nodes']) == r['count'] == sum(c[0] for c in t['timeline']['cells'])"
    holds "8 < len(t['timeline']['cells']) < 14"
}

@test "SIGINT ends -l with a report of what ran" {
    "$VKBENCH" --cluster -p "$port" -l -n 200 -r 100 -t set --json >"$BATS_TEST_TMPDIR/json" 3>&- &
    local pid=$! code=0
    sleep 1
    kill -TERM $pid
    wait $pid || code=$?
    json=$BATS_TEST_TMPDIR/json
    assert_equal "$code" 143
    valid
    holds "len(d['tests']) > 3 and d['tests'][0]['cluster']['nodes'][0]['count'] > 10 and d['exit'] == 130"
}

# ---- reports ----

@test "the text has a row for each node that serves, 80 columns wide" {
    run --separate-stderr "$VKBENCH" --cluster -p "$port" -n 3000 -r 1000 -t set
    assert_success
    assert_fits 80
    for p in "${c_ports[@]:0:3}"; do assert_line --regexp "^127.0.0.1:$p +5,46[12] "; done
    for p in "${c_ports[@]:3}"; do refute_line --partial "127.0.0.1:$p"; done
    assert_line --regexp '^slots: [0-9]+ of 16,384 hit; the busiest, '
    refute_output --partial redirects
    refute_output --partial outage
}

@test "CSV has lines for nodes" {
    run --separate-stderr "$VKBENCH" --cluster -p "$port" --csv -n 900 -r 1000 -t set
    assert_success
    /usr/bin/python3 - "${c_ports[@]}" <<PY
import csv, io, sys
rows = list(csv.DictReader(io.StringIO('''$output''')))
nodes = [r for r in rows if r['node']]
assert len(rows) == 7 and rows[0]['node'] == '' and rows[0]['requests'] == '900', rows
assert sorted(r['node'] for r in nodes) == sorted('127.0.0.1:' + p for p in sys.argv[1:]), nodes
assert sum(int(r['requests']) for r in nodes) == 900 and sum(1 for r in nodes if int(r['requests'])) == 3
PY
}

@test "RESP3" {
    B -3 -n 1000 -r 100 -P 4 -t set,get
    assert_equal "$code" 0
    holds "d['target']['protocol'] == 3 and all(x['total']['count'] == 1000 for x in d['tests'])"
}

# ---- refusals ----

refused() {
    run --separate-stderr timeout 10 "$VKBENCH" "$@"
    assert_equal "$status $(wc -l <<<"$stderr")" "2 1"
}

@test "options that do not go together: exit 2, one line that says why" {
    refused --cluster -p "$port" -n 10 -- mset a 1 b 2
    assert_equal "$stderr" "vkbench: the keys of one operation are of several slots ('b' is one): put {tag} into each of them"
    refused --cluster -p "$port" -n 10 -c 2 -- ping
    assert_equal "$stderr" "vkbench: -c 2 connections are not enough: each of the cluster's 3 nodes needs one"
    refused --cluster -p "$port" -n 10 -c 5 --rfr all -- get 'k{tag}'
    assert_regex "$stderr" "-c 5 connections are not enough: each of the cluster's 6 nodes"
    refused -p "$port" --rfr yes -n 10 -- ping
    assert_regex "$stderr" "--rfr needs --cluster"
    for suite in basic packer calibrate; do
        refused --cluster -p "$port" $suite
        assert_regex "$stderr" "this suite is for one server"
    done
    refused --cluster -p "$port" --db 1 -n 10 -- ping
    assert_regex "$stderr" "a cluster has only database 0, not 1"
    refused --cluster -s "$BATS_FILE_TMPDIR/c.cluster/0/s" -n 10 -- ping
    assert_regex "$stderr" "a cluster is reached by TCP: give -h and -p, not a socket"
    refused --cluster --sentinel 127.0.0.1:1 --service m -n 10 -- ping
    refused --cluster -p "$port" --node-map oops -n 10 -- ping
    refused --cluster -p "$port" --rfr sometimes -n 10 -- ping
}

@test "servers that are not what --cluster says" {
    run --separate-stderr -2 timeout 10 "$VKBENCH" --cluster -p "$single_port" -n 10 -t set
    assert_regex "$stderr" "^vkbench: 127.0.0.1:$single_port is no node of a cluster: ERR This instance has cluster support disabled"
    run --separate-stderr -3 timeout 10 "$VKBENCH" --cluster -p "$(free_port)" -n 10 -t set
    assert_regex "$stderr" "^vkbench: cannot connect to 127.0.0.1:[0-9]+: Connection refused$"
    run --separate-stderr timeout 10 "$VKBENCH" -p "$port" -n 1000 -r 1000 -t set
    assert_failure 13
    assert_line --regexp '^  MOVED +[0-9]+  MOVED '
    assert_line "warning: this is a cluster's node, which has not all keys: give --cluster"
}

@test "any node is a good start, a replica too" {
    local p
    for p in "${c_ports[2]}" "${c_ports[4]}"; do
        bench --cluster -p "$p" -n 1000 -r 1000 -t set,get
        assert_equal "$code" 0
        holds "t['total']['count'] == 1000 and sum(t['cluster']['redirects'].values()) == 0"
    done
}

# ---- other clusters ----

@test "slots without an owner: their requests fail, with --cluster-require-full-coverage no the others are served" {
    cluster_start u 2 0
    local p
    for p in "${u_ports[@]}"; do cluster_ask u "$p" cluster delslotsrange 0 999; done
    eventually sh -c "'$VK' -p ${u_ports[0]} set b 1 2>&1 | grep CLUSTERDOWN"
    bench --cluster -p "${u_ports[0]}" -n 10 -r 100000 -c 2 --cluster-attempts 1 -t set
    assert_equal "$code" 13
    holds "r['count'] == 0 and r['errors']['CLUSTERDOWN']['count'] == 10"
    for p in "${u_ports[@]}"; do cluster_ask u "$p" config set cluster-require-full-coverage no; done
    eventually sh -c "'$VK' -p ${u_ports[0]} set b 1 | grep OK"
    eventually sh -c "'$VK' -p ${u_ports[1]} set foo 1 | grep OK"
    bench --cluster -p "${u_ports[0]}" -n 1000 -r 100000 -c 4 -t set
    assert_equal "$code" 13
    holds "list(r['errors']) == ['CLUSTERDOWN'] and 20 < r['error_count'] < 120 and r['count'] + r['error_count'] == 1000"
    cluster_stop u
}

@test "by TLS, by address and by name" {
    local certs=$BATS_TEST_TMPDIR/certs p
    mkdir "$certs"
    certs_make "$certs"
    cluster_start_tls t 2 0 "$certs"
    p=${t_ports[0]}
    bench --cluster -h 127.0.0.1 -p "$p" --tls --cacert "$certs/ca.crt" -n 2000 -r 1000 -c 6 -P 4 --threads 2 -d 2000 -t set,get
    assert_equal "$code" 0
    holds "d['target']['transport'] == 'tls' and r['count'] == 2000 and min(n['count'] for n in t['cluster']['nodes']) > 500"
    bench --cluster -h 127.0.0.1 -p "$p" --tls --cacert "$certs/other-ca.crt" -n 10 -t set
    assert_equal "$code" 4
    for p in "${t_ports[@]}"; do
        cluster_ask t "$p" config set cluster-announce-hostname localhost
        cluster_ask t "$p" config set cluster-preferred-endpoint-type hostname
    done
    for p in 0 1; do
        eventually sh -c "'$VK' -s '$BATS_FILE_TMPDIR/t.cluster/$p/s' cluster slots | grep -c localhost | grep -q 2"
    done
    p=${t_ports[1]}
    bench --cluster -h localhost -p "$p" --tls --cacert "$certs/ca.crt" -n 1000 -r 1000 -t set
    assert_equal "$code" 0
    holds "sorted(n['address'] for n in t['cluster']['nodes']) == sorted(['localhost:${t_ports[0]}', 'localhost:${t_ports[1]}'])"
    cluster_stop t
}

@test "announced names that lead nowhere, and --node-map" {
    cluster_start m 2 0 --cluster-announce-hostname node.invalid --cluster-preferred-endpoint-type hostname
    local p=${m_ports[0]} map
    bench --cluster -p "$p" -n 10 -t set
    assert_equal "$code" 3
    [[ $err == *"node announced node.invalid:"*"use --node-map"* ]]
    for map in "--node-map-all-to 127.0.0.1" "--node-map node.invalid=127.0.0.1" \
        "--node-map node.invalid:${m_ports[0]}=127.0.0.1:${m_ports[0]},node.invalid:${m_ports[1]}=localhost:${m_ports[1]}"; do
        # shellcheck disable=SC2086 # two words
        bench --cluster -p "$p" $map -n 1000 -r 1000 -t set
        assert_equal "$code" 0
        holds "r['count'] == 1000 and min(n['count'] for n in t['cluster']['nodes']) > 300"
    done
    bench --cluster -p "$p" --node-map "node.invalid:${m_ports[0]}=127.0.0.1:${m_ports[0]}" -n 10 -t set
    assert_equal "$code" 3
    [[ $err == *"node announced node.invalid:${m_ports[1]}, unreachable (use --node-map)"* ]]
    cluster_stop m
}

@test "a password on every node, a user's rights" {
    cluster_start locked 2 0 --requirepass sesame --masterauth sesame
    local p=${locked_ports[0]} node
    bench --cluster -p "$p" -a sesame -n 1000 -r 1000 --threads 2 -t set
    assert_equal "$code" 0
    holds "min(n['count'] for n in t['cluster']['nodes']) > 300"
    bench --cluster -p "$p" -n 10 -t set
    assert_equal "$code" 5
    [[ $err == *NOAUTH* ]]
    bench --cluster -p "$p" -a wrong -n 10 -t set
    assert_equal "$code" 5
    [[ $err == *WRONGPASS* ]]
    for node in "${locked_ports[@]}"; do
        cluster_ask locked "$node" acl setuser reader on '>open' '~*' +@read +@connection +cluster +info '+config|get'
    done
    bench --cluster -p "$p" --user reader -a open -n 500 -r 1000 -t get
    assert_equal "$code" 0
    bench --cluster -p "$p" --user reader -a open -n 500 -r 1000 -t set
    holds "r['errors']['NOPERM']['count'] == 500 and r['count'] == 0"
    cluster_ask locked "${locked_ports[1]}" acl deluser reader # one node does not know the user
    bench --cluster -p "$p" --user reader -a open -n 500 -r 1000 -t get
    assert_equal "$code" 5
    cluster_stop locked
}

@test "--scratch-cluster" {
    bench --scratch-cluster 3 -n 1000 -r 1000 -t set
    assert_equal "$code" 0
    holds "[n['role'] for n in t['cluster']['nodes']] == ['primary'] * 3 and r['count'] == 1000"
    bench --scratch-cluster 3x1 -n 1000 -r 1000 -c 12 --rfr all -t get
    assert_equal "$code" 0
    holds "len(t['cluster']['nodes']) == 6 and min(n['count'] for n in t['cluster']['nodes']) > 50"
}
