#!/usr/bin/env bats
# The helpers of tests/cluster.bash do what they say: what other suites build on.
load ../helper
load ../certs
load ../cluster

setup_file() {
    cluster_start c 3 1
    cluster_start locked 2 1 --requirepass sesame --masterauth sesame
}
teardown_file() {
    cluster_stop c
    cluster_stop locked
}

role() { cluster_ask "$1" "$2" role | head -n 1; }

@test "as many nodes as asked for, the primaries first" {
    assert_equal "${#c_ports[@]} ${#c_pids[@]}" "6 6"
    for i in 0 1 2; do assert_equal "$(role c "${c_ports[i]}")" master; done
    for i in 3 4 5; do
        assert_equal "$(role c "${c_ports[i]}")" slave
        assert_equal "$(cluster_ask c "${c_ports[i]}" role | sed -n 3p)" "${c_ports[i - 3]}"
    done
}

@test "the owner of a key, as the server itself has it" {
    assert_equal "$(cluster_owner c b)" "${c_ports[0]}"    # slot 3300
    assert_equal "$(cluster_owner c hello)" "${c_ports[0]}" # slot 866
    assert_equal "$(cluster_owner c foo)" "${c_ports[2]}"   # slot 12182
    assert_equal "$("$CLI" -p "${c_ports[2]}" set foo 1)" OK
}

@test "a slot goes to another node with its keys, by halves or at once" {
    slot=$("$CLI" -p "${c_ports[0]}" cluster keyslot '{m}')
    from=$(cluster_owner c '{m}')
    to=${c_ports[0]}
    [ "$to" != "$from" ] || to=${c_ports[1]}
    seq 1200 | sed 's/.*/set {m}:& &/' | "$CLI" -p "$from" >/dev/null
    cluster_migrate_slot c "$slot" "$from" "$to" --leave-migrating
    assert_equal "$("$CLI" -p "$from" get '{m}:7')" "ASK $slot 127.0.0.1:$to"
    assert_equal "$(cluster_owner c '{m}')" "$from"
    cluster_migrate_slot c "$slot" "$from" "$to"
    assert_equal "$("$CLI" -p "$to" get '{m}:1200')" 1200
    assert_equal "$(cluster_owner c '{m}')" "$to"
    cluster_migrate_slot c "$slot" "$to" "$from"
    assert_equal "$("$CLI" -p "$from" get '{m}:1')" 1
    cluster_wait_ok c
}

@test "a failover by agreement" {
    cluster_failover c "${c_ports[4]}"
    assert_equal "$(role c "${c_ports[4]}") $(role c "${c_ports[1]}")" "master slave"
    cluster_failover c "${c_ports[1]}"
    assert_equal "$(role c "${c_ports[1]}") $(role c "${c_ports[4]}")" "master slave"
}

@test "a cluster with a password" {
    assert_equal "$("$CLI" -p "${locked_ports[0]}" ping)" "NOAUTH Authentication required."
    from=$(cluster_owner locked b)
    to=${locked_ports[1]}
    "$CLI" -a sesame -p "$from" set b 1
    cluster_migrate_slot locked 3300 "$from" "$to"
    assert_equal "$(cluster_ask locked "$to" get b)" 1
}

@test "a cluster that speaks TLS, and has names" {
    certs=$BATS_TEST_TMPDIR/certs
    mkdir "$certs"
    certs_make "$certs"
    cluster_start_tls t 2 1 "$certs" --cluster-announce-hostname localhost --cluster-preferred-endpoint-type hostname
    run -0 "$CLI" --tls --cacert "$certs/ca.crt" -h localhost -p "$(cluster_owner t foo)" set foo bar
    assert_output OK
    run -0 "$CLI" --tls --cacert "$certs/ca.crt" -h localhost -p "${t_ports[0]}" get foo
    assert_output "MOVED 12182 localhost:${t_ports[1]}"
    cluster_migrate_slot t 12182 "${t_ports[1]}" "${t_ports[0]}"
    assert_equal "$(cluster_owner t foo)" "${t_ports[0]}"
    cluster_stop t
}

@test "kill -9 of a primary: its replica takes over, and that is waited for" {
    cluster_kill c "${c_ports[2]}"
    assert_equal "${c_pids[2]}" -
    cluster_wait_ok c
    assert_equal "$(cluster_owner c foo)" "${c_ports[5]}"
    assert_equal "$(role c "${c_ports[5]}")" master
}

@test "what a test has done to a cluster, the next one knows" {
    assert_equal "${c_pids[2]}" -
    cluster_wait_ok c
}

@test "three sentinels, and a failover of what they watch" {
    server_start a
    server_start b --replicaof 127.0.0.1 "$a_port"
    sentinel_start s mymaster "$a_port" 3
    assert_equal "${#s_ports[@]}" 3
    where() { "$CLI" -p "${s_ports[1]}" sentinel get-master-addr-by-name mymaster | tail -n 1; }
    assert_equal "$(where)" "$a_port"
    knows_replica() { "$CLI" -p "${s_ports[0]}" sentinel replicas mymaster | grep -q "$b_port"; }
    for _ in 1 2 3; do eventually knows_replica && break; done
    kill -9 "$a_pid"
    moved() { [ "$(where)" = "$b_port" ]; }
    for _ in 1 2 3; do eventually moved && break; done
    moved
    cluster_kill s "${s_ports[0]}"
    sentinel_stop s
    server_stop a
    server_stop b
}
