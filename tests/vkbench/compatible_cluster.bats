#!/usr/bin/env bats
# The compatible faces on a cluster: vkbench under the name redis-benchmark beside the real one, figures apart.
load ../helper
load ../cluster
load helper

setup_file() {
    cluster_start c 3 1
    mkdir -p "$BATS_FILE_TMPDIR/bin"
    ln -sf "$VKBENCH" "$BATS_FILE_TMPDIR/bin/redis-benchmark"
    ln -sf "$VKBENCH" "$BATS_FILE_TMPDIR/bin/valkey-benchmark"
}
teardown_file() { cluster_stop c; }
setup() {
    OURS=$BATS_FILE_TMPDIR/bin/redis-benchmark
    VALKEY=$BATS_FILE_TMPDIR/bin/valkey-benchmark
    THEIRS=$(command -v redis-benchmark || true)
}

# Every figure and node id as N; progress, blanks over it and the bounds of the distributions away.
plain() {
    tr '\r' '\n' | sed -E 's/[0-9a-f]{40}/N/g; s/-?nan|inf/N/g; s/[0-9]+(\.[0-9]+)?/N/g; s/ +N/ N/g; s/ +$//' |
        grep -vE 'rps=N|^ *$|milliseconds \(cumulative' || true
}
# both ARGS...: output, errors and exit code of the two, figures apart, are the same.
both() {
    local tool side=theirs code
    [ -n "$THEIRS" ] || skip "no redis-benchmark here"
    for tool in "$THEIRS" "$OURS"; do
        code=0
        timeout 20 "$tool" "$@" >"$BATS_TEST_TMPDIR/out.raw" 2>"$BATS_TEST_TMPDIR/err.raw" || code=$?
        { plain <"$BATS_TEST_TMPDIR/out.raw"; echo "exit $code"; } >"$BATS_TEST_TMPDIR/out.$side"
        plain <"$BATS_TEST_TMPDIR/err.raw" >"$BATS_TEST_TMPDIR/err.$side"
        side=ours
    done
    diff "$BATS_TEST_TMPDIR/out.theirs" "$BATS_TEST_TMPDIR/out.ours" || { echo "stdout of: $*" >&2; return 1; }
    diff "$BATS_TEST_TMPDIR/err.theirs" "$BATS_TEST_TMPDIR/err.ours" || { echo "stderr of: $*" >&2; return 1; }
}
C() { both --cluster -p "${c_ports[0]}" "$@"; }

@test "banner, report, -q, CSV, threads, a few connections" {
    C -n 300 -t set
    C -n 300 -q -t ping,set,lpush,lrange_100,mset
    C -n 300 -q -P 16 -r 100 -t set,get
    C -n 300 --csv -t set,get
    C -n 300 --threads 2 -t get
    C -n 300 -c 1 -t get
    C -n 300 -3 -q -t get
    C -n 300 -q set 'k:{tag}' v
}

@test "what it says of a server that is no cluster, of none, and of a password that is not wanted" {
    server_start single
    both --cluster -p "$single_port" -n 10 -q -t set
    server_stop single
    both --cluster -p "$(free_port)" -n 10 -q -t set
    C -a secret -n 10 -q -t set
}

@test "the keys are the tool's: one slot of the connection's own node for each request" {
    "$VK" -c -p "${c_ports[0]}" @primaries flushall >/dev/null
    run -0 "$OURS" --cluster -p "${c_ports[0]}" -n 300 -r 50 -q -t set,lpush
    run -0 "$VK" -p "${c_ports[0]}" -c --raw @primaries keys '*'
    [ "$(grep -cE '^key:\{[0-9A-Za-z]{1,3}\}+:0000000000[0-4][0-9]$' <<<"$output")" -gt 100 ]
    [ "$(grep -cE '^mylist:\{[0-9A-Za-z]{1,3}\}+$' <<<"$output")" -gt 100 ]
    [ "$(grep -cvE '^(key|mylist):\{' <<<"$output")" = 0 ]
    local port
    for port in "${c_ports[@]:0:3}"; do
        run -0 "$VK" -p "$port" info errorstats
        refute_output --partial MOVED
    done
}

@test "valkey-benchmark's banner, and --rfr" {
    run -0 --separate-stderr "$VALKEY" --cluster -p "${c_ports[0]}" -n 300 -q -t get --rfr all
    assert_line --index 0 'Cluster has 6 cluster nodes:'
    assert_line --regexp "^Node 0\\(Primary\\): [0-9a-f]{40} 127.0.0.1:${c_ports[0]}\$"
    assert_line --regexp "^Node [3-5]\\(Replica\\): [0-9a-f]{40} 127.0.0.1:${c_ports[3]}\$"
    run -0 --separate-stderr "$VALKEY" --cluster -p "${c_ports[0]}" -n 300 -t get
    assert_line --partial 'cluster mode: yes (3 primary)'
    assert_line '  node [2] configuration:'
    assert_line '    save: NONE'
}
