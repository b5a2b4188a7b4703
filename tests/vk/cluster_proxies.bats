#!/usr/bin/env bats
# A cluster as behind NAT: its nodes announce an address that leads nowhere, and are reached through TCP
# proxies: each at a port of its own, or all at another host under the announced ports.
load ../helper
load ../cluster

# proxy LISTEN_ADDRESS PORT TO_PORT: its pid and its accepts go to files
proxy() {
    socat -d -d -lf "$BATS_FILE_TMPDIR/proxy.$1.$2" "TCP-LISTEN:$2,bind=$1,reuseaddr,fork" "TCP:127.0.0.1:$3" 3>&- &
    echo $! >>"$BATS_FILE_TMPDIR/proxies"
    eventually grep -q listening "$BATS_FILE_TMPDIR/proxy.$1.$2"
}

setup_file() {
    command -v socat >/dev/null || skip "no socat"
    cluster_start c 3 0 --cluster-announce-hostname 127.9.9.9 --cluster-preferred-endpoint-type hostname
    local p proxied pairs=
    for p in "${c_ports[@]}"; do
        proxied=$(free_port)
        proxy 127.0.0.1 "$proxied" "$p"
        proxy 127.0.0.2 "$p" "$p"
        pairs+=,127.9.9.9:$p=127.0.0.1:$proxied
    done
    export map=${pairs#,} door=$proxied
}
teardown_file() {
    local pid
    while read -r pid; do kill "$pid" 2>/dev/null || true; done <"$BATS_FILE_TMPDIR/proxies"
    cluster_stop c
}

# accepted ADDRESS: how many of the proxies there have let somebody through
accepted() { grep -l "accepting connection from" "$BATS_FILE_TMPDIR/proxy.$1".* | wc -l; }

script() { seq "$1" "$2" | awk '{ print "set key:" $1 " " $1 "\nget key:" $1 }'; }

@test "without a map the error names the announced address, and what helps" {
    run timeout 20 "$VK" -c -h 127.0.0.1 -p "$door" --cluster-attempts 0 <<<$'set a 1\nset b 1\nset c 1'
    assert_failure
    assert_output --partial "node announced 127.9.9.9:"
    assert_output --partial "use --node-map"
}

@test "--node-map: every node through its own proxy" {
    run timeout 20 "$VK" -c -h 127.0.0.1 -p "$door" --node-map "$map" < <(script 1 200)
    assert_success
    assert_equal "$output" "$(seq 200 | sed 's|.*|OK\n&|')"
    assert_equal "$(accepted 127.0.0.1)" 3
    run --separate-stderr timeout 20 "$VK" -h 127.0.0.1 -p "$door" --node-map "$map" --nodes
    assert_success
    assert_equal "$(grep -c "^127.0.0.1:" <<<"$output")" 3
}

@test "--node-map-all-to: every node at that host, under its announced port" {
    local before
    before=$(accepted 127.0.0.2)
    assert_equal "$before" 0
    run timeout 20 "$VK" -c -h 127.0.0.2 -p "${c_ports[1]}" --node-map-all-to 127.0.0.2 < <(script 1 200)
    assert_success
    assert_equal "$output" "$(seq 200 | sed 's|.*|OK\n&|')"
    assert_equal "$(accepted 127.0.0.2)" 3
}

@test "a redirect is followed through the map" {
    local slot from to
    slot=$("$VK" --keyslot '{m}')
    from=$(cluster_owner c '{m}')
    to=${c_ports[0]}
    [ "$to" != "$from" ] || to=${c_ports[1]}
    mkfifo "$BATS_TEST_TMPDIR/lines"
    timeout 20 "$VK" -c -h 127.0.0.1 -p "$door" --node-map "$map" --trace-redirects \
        <"$BATS_TEST_TMPDIR/lines" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/trace" 3>&- &
    local pid=$!
    exec 9>"$BATS_TEST_TMPDIR/lines"
    echo 'set {m} 1' >&9
    eventually grep -q OK "$BATS_TEST_TMPDIR/out"
    cluster_migrate_slot c "$slot" "$from" "$to"
    echo 'get {m}' >&9
    exec 9>&-
    wait $pid
    assert_equal "$(cat "$BATS_TEST_TMPDIR/out")" $'OK\n1'
    grep -q "MOVED: slot $slot is at 127.9.9.9:$to" "$BATS_TEST_TMPDIR/trace"
}
