#!/usr/bin/env bats
# A service that sentinels watch, with real sentinels: vkbench goes where they say, also when that changes
# during a run.
load ../helper
load ../cluster
load helper

setup_file() {
    server_start a
    server_start b --replicaof 127.0.0.1 "$a_port"
    sentinel_start s mymaster "$a_port" 3
    export sentinels="127.0.0.1:${s_ports[0]},127.0.0.1:${s_ports[1]},127.0.0.1:${s_ports[2]}"
    follows() { "$VK" -p "$b_port" info replication | grep -q master_link_status:up; }
    eventually follows
    knows_replica() { "$CLI" -p "${s_ports[0]}" sentinel master mymaster | grep -A 1 num-slaves | grep -qx 1; }
    eventually knows_replica
}
teardown_file() {
    sentinel_stop s
    server_stop a
    server_stop b
}
bench() { "$VKBENCH" --sentinel "$sentinels" --service mymaster "$@"; }
primary_port() { "$CLI" -p "${s_ports[0]}" sentinel get-master-addr-by-name mymaster | tail -n 1; }
sets_of() { "$VK" -p "$1" info commandstats | sed -n 's/^cmdstat_set:calls=\([0-9]*\),.*/\1/p'; }

@test "the load goes to the primary, or to a replica" {
    run -0 bench -t set -n 1000 -q
    [ "$(sets_of "$a_port")" = 1000 ]
    run -0 bench --role replica -t get -n 1000 -q
    "$VK" -p "$b_port" info commandstats | grep -q '^cmdstat_get:calls=1000,'
}

@test "a failover during a run: it goes on at the new primary, and the report says so" {
    before=$(primary_port)
    bench -t set --rps 2000 --duration 8 --json >"$BATS_TEST_TMPDIR/json" 2>/dev/null 3>&- &
    pid=$!
    sleep 2
    "$CLI" -p "${s_ports[0]}" sentinel failover mymaster
    moved() { [ "$(primary_port)" != "$before" ]; }
    eventually moved
    wait "$pid" || [ $? = 13 ]
    after=$(primary_port)
    /usr/bin/python3 - "$BATS_TEST_TMPDIR/json" "$before" "$after" <<'PY'
import json, sys
test = json.load(open(sys.argv[1]))["tests"][0]
before, after = ("127.0.0.1:" + port for port in sys.argv[2:])
nodes = {node["address"]: node for node in test["cluster"]["nodes"]}
assert nodes[before]["count"] > 1000 and nodes[after]["count"] > 1000
assert test["error"] is None
last = test["timeline"]["cells"][-10:]
assert all(done > 100 and errors == 0 for done, errors in last[:-1]), last
assert test["total"]["count"] + test["total"]["error_count"] == 16000, test["total"]["count"]
PY
}
