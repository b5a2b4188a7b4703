#!/usr/bin/env bats
# A real cluster whose nodes announce names that do not resolve, also by TLS.
load ../helper
load ../certs
load ../cluster

setup_file() {
    export certs=$BATS_FILE_TMPDIR/certs
    mkdir "$certs"
    certs_make "$certs"
    local names=(--cluster-announce-hostname node.invalid --cluster-preferred-endpoint-type hostname)
    cluster_start c 3 0 "${names[@]}"
    cluster_start_tls t 3 0 "$certs" "${names[@]}"
}
teardown_file() {
    cluster_stop c
    cluster_stop t
}
setup() { port=${c_ports[0]}; }

@test "an announced name that leads nowhere: the error says so" {
    run "$VK" -c -p "$port" --cluster-attempts 0 set foo bar
    assert_failure 3
    assert_output --partial "node announced node.invalid:"
    assert_output --partial "use --node-map"
}

@test "--node-map and --node-map-all-to lead there" {
    run "$VK" -c -p "$port" --node-map-all-to 127.0.0.1 set foo bar
    assert_success
    run "$VK" -c -p "$port" --node-map node.invalid=localhost get foo
    assert_output bar
    local map="" p
    for p in "${c_ports[@]}"; do map+=,node.invalid:$p=127.0.0.1:$p; done
    run "$VK" -c -p "$port" --node-map "${map#,}" get foo
    assert_output bar
    run "$VK" -p "$port" --node-map-all-to 127.0.0.1 <<<$'get foo\nset a 1\nget a\nset b 2'
    assert_success
    assert_output $'bar\nOK\n1\nOK'
    run "$VK" -p "$port" --node-map-all-to 127.0.0.1 --nodes
    assert_success
    assert_output --partial "127.0.0.1:${c_ports[2]}"
    run "$VK" -c -p "$port" --node-map oops get foo
    assert_failure 2
}

@test "by TLS a node's certificate must bear its announced name" {
    local tls=${t_ports[0]}
    run "$VK" -c -h 127.0.0.1 -p "$tls" --tls --cacert "$certs/ca.crt" --node-map-all-to 127.0.0.1 --cluster-attempts 0 set foo bar
    assert_failure 4
    assert_output --partial "node.invalid"
    run "$VK" -c -h 127.0.0.1 -p "$tls" --tls --cacert "$certs/ca.crt" --node-map-all-to 127.0.0.1 --tls-verify-name localhost set foo tls
    assert_success
    run "$VK" -c -h 127.0.0.1 -p "$tls" --tls --cacert "$certs/ca.crt" --node-map-all-to 127.0.0.1 --tls-verify-name localhost get foo
    assert_output tls
}
