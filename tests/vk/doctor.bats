#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# --doctor on real servers that are made sick. The rules themselves: tests/unit/test_doctor_rules.c.
load ../helper
load ../cluster
load ../certs
load ../shell

setup_file() {
    export certs=$BATS_FILE_TMPDIR
    certs_ca "$certs" ca && certs_leaf "$certs" expired ca localhost "subjectAltName=$CERTS_LOCAL" \
        20200101000000Z 20210101000000Z
    server_start fresh --enable-debug-command no --save '3600 1'
    for try in 1 2 3; do
        sick_tls=$(free_port)
        server_start sick --tls-port "$sick_tls" --tls-auth-clients no --tls-cert-file "$certs/expired.crt" \
            --tls-key-file "$certs/expired.key" --tls-ca-cert-file "$certs/ca.crt" && break
    done
    export sick_tls
    cluster_start trio 3 0 --cluster-require-full-coverage no
}
teardown_file() {
    server_stop fresh
    server_stop sick
    cluster_stop trio
}
teardown() {
    shell_teardown
    fake_stop
}

sick() { timeout 20 "$VK" -p "$sick_port" "$@"; }
doctor() { timeout 20 "$VK" -p "$sick_port" --doctor "$@"; }
# has SEVERITY CHECK: the JSON in $output has such a finding
has() { grep -q "\"severity\":\"$1\",\"check\":\"$2\"" <<<"$output"; }

@test "a fresh server has nothing but notes, and 0" {
    run -0 timeout 20 "$VK" -p "$fresh_port" --doctor
    refute_output --regexp '^(warning|critical)'
    assert_output --regexp '1 node, [0-9]+ checks: 0 critical, 0 warnings, [0-9]+ notes?$'
    run -0 timeout 20 "$VK" -p "$fresh_port" --doctor --json
    jq_valid='import json,sys; d=json.load(sys.stdin); assert d["worst"]=="note" and not d["skipped"] and len(d["checked"])>40'
    if command -v python3 >/dev/null; then python3 -c "$jq_valid" <<<"$output"; fi
}

@test "near maxmemory under noeviction: critical, 11, with its evidence and what to do" {
    used=$(sick info memory | sed -n 's/^used_memory:\([0-9]*\).*/\1/p')
    sick config set maxmemory "$((used * 100 / 96))" >/dev/null
    run -11 doctor
    assert_line --regexp '^critical +[0-9]+ % of maxmemory are in use'
    assert_line --regexp '^  seen +used_memory: [0-9]+, .*maxmemory: [0-9]+, '
    assert_line --regexp '^  do +CONFIG SET maxmemory BYTES'
    sick config set maxmemory 0 >/dev/null
}

@test "a slow command, KEYS, and a latency event: said with the worst of them" {
    sick config set latency-monitor-threshold 50 slowlog-log-slower-than 50000 >/dev/null
    sick keys '*' >/dev/null
    sick debug sleep 0.15 >/dev/null
    run doctor --json
    has warning 'slow log' && has warning 'latency events' && has note KEYS
    assert_output --regexp '"name":"DEBUG sleep"|"name":"debug sleep"'
    sick config set latency-monitor-threshold 0 slowlog-log-slower-than 10000 >/dev/null
    sick slowlog reset >/dev/null
    sick latency reset >/dev/null
    sick config resetstat >/dev/null
    run doctor --json
    ! has warning 'slow log' && ! has warning 'latency events' && ! has note KEYS
}

@test "the TLS port's certificate has expired: critical, though the server is reached in plain" {
    run -11 doctor
    assert_line --regexp '^critical +the certificate of the TLS port ended'
    assert_line --regexp "^  seen +tls-port: $sick_tls, not before: 2020-01-01 00:00:00Z, not after: 2021-01-01"
}

@test "a server so old that its slow log has passwords: none of them is shown" {
    settings=$(printf '*0\\r\\n%.0s' {1..25})
    fake_start read 'send:+OK\r\n+OK\r\n$20\r\nredis_version:5.0.0\n\r\n-ERR unknown\r\n' \
        'send:*1\r\n*4\r\n:1\r\n:1700000000\r\n:20000\r\n*2\r\n$4\r\nAUTH\r\n$7\r\nhunter2\r\n*0\r\n' \
        "send:$settings" read 'send:$0\r\n\r\n' hold
    run -0 timeout 20 "$VK" -p "$fake_port" --doctor
    assert_output --partial 'AUTH (redacted): 20.0 ms'
    refute_output --partial hunter2
}

@test "a user who may not everything: what is skipped is said, the rest is judged" {
    sick acl setuser half on '>p' '~*' -@all +info +ping +hello +latency >/dev/null
    run --separate-stderr doctor --user half -a p
    assert_success
    assert_line --regexp '^skipped +CONFIG GET \(NOPERM'
    assert_line --regexp '^skipped +SLOWLOG GET \(NOPERM'
    assert_line --regexp '^note +memory has no limit'
    run --separate-stderr doctor --user half -a p --json
    assert_output --partial '"source":"CONFIG GET","why":"NOPERM'
    sick acl setuser none on '>p' -@all +ping +hello >/dev/null
    run --separate-stderr -5 doctor --user none -a p
    assert_regex "$stderr" 'INFO: NOPERM'
}

@test "a replica whose primary is gone" {
    sick replicaof 127.0.0.1 1 >/dev/null
    run -11 doctor
    assert_line --regexp '^critical +the replica has lost its primary'
    sick replicaof no one >/dev/null
}

@test "a cluster: nodes are judged together; a slot of nobody's, and a node that is gone" {
    run timeout 30 "$VK" -c -p "${trio_ports[0]}" --doctor
    [ "$status" = 10 ]
    assert_output --regexp '3 nodes, [0-9]+ checks: 0 critical, 1 warning'
    assert_line --regexp '^warning +127.0.0.1:[0-9]+, 127.0.0.1:[0-9]+, 127.0.0.1:[0-9]+: the primary has no replica'
    for port in "${trio_ports[@]}"; do cluster_ask trio "$port" cluster delslots 5 >/dev/null || true; done
    run -11 timeout 30 "$VK" -p "${trio_ports[0]}" --doctor
    assert_output --partial '1 slot belongs to nobody'
    assert_line --regexp '^  seen +slots: 5,'
    cluster_kill trio "${trio_ports[2]}"
    run -11 timeout 30 "$VK" -c -p "${trio_ports[0]}" --doctor --json
    has critical reach
    assert_output --partial "\"node\":\"127.0.0.1:${trio_ports[2]}\""
}

@test "no server: 3; one that never answers is not waited for without end" {
    run -3 timeout 20 "$VK" -p 1 --doctor
    fake_start hold
    run -6 timeout 30 "$VK" -p "$fake_port" --command-timeout 0.5 --doctor
}

@test "40 columns: nothing is wider" {
    tmux_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
    tmux -S "$tmux_socket" -f /dev/null new-session -d -x 40 -y 80 \
        bash -c "'$VK' -p $fresh_port --doctor; echo left \$?; sleep 100" 3>&-
    await '^left 0$'
    [ "$(screen | awk 'length > 39' | wc -l)" = 0 ]
    shows_colours $'\x1b[36m'
}
