#!/usr/bin/env bats
# The native face: options, reports in every format, what the terminal sees, secrets.
load ../helper
load helper

setup_file() { server_start b; }
teardown_file() { server_stop b; }
setup() { "$VK" -s "$b_sock" flushall; }

@test "JSON satisfies the schema" {
    bench -s "$b_sock" -n 1000 -t get,set,mset -r 10
    assert_equal "$code" 0
    valid
    holds "[x['name'] for x in d['tests']] == ['SET', 'GET', 'MSET (10 keys)']"
    bench -s "$b_sock" -n 1000 --rps 5000 --threads 2 -- ping
    valid
    holds "r['latency']['response']['count'] == 1000 and r['latency']['lag']['count'] == 1000"
    bench -s "$b_sock" -n 100 -k 0 -- ping
    valid
    bench -s "$b_sock" -n 10 -- nosuchcommand
    assert_equal "$code" 13
    valid
    bench -s "$b_sock" -n 100 -P 3 -- multi ';' 2 incr n ';' exec
    valid
    bench -s "$b_sock" basic -n 20 -P 3 --flush
    valid
    bench -s "$b_sock" -n 5 -- set k $'\xff\x01"\\'
    valid
}

@test "JSON is whole when the run is interrupted" {
    "$VKBENCH" -s "$b_sock" --json --duration 60 -- ping >"$BATS_TEST_TMPDIR/json" 3>&- &
    local pid=$! code=0
    sleep 1
    kill -TERM $pid
    wait $pid || code=$?
    json=$BATS_TEST_TMPDIR/json
    assert_equal "$code" 143
    valid
    holds "t['interrupted'] and r['count'] > 0 and d['exit'] == 130"
}

@test "the same histogram in every figure" {
    bench -s "$b_sock" -n 20000 -c 3 -P 2 -- ping
    holds "sum(b[2] for b in r['latency']['service']['histogram']) == r['count'] == 20000"
    holds "r['latency']['service']['min'] <= r['latency']['service']['p']['50'] <= r['latency']['service']['p']['99'] <= r['latency']['service']['max']"
    holds "r['latency']['service']['p']['99.99'] is None"
    holds "abs(t['littles_law']['difference']) < 0.05"
    holds "t['syscalls']['read'] <= 20000 and t['syscalls']['write'] == 10000"
}

@test "CSV has the tool's columns first, quoted" {
    run --separate-stderr "$VKBENCH" -s "$b_sock" --csv -n 100 -- set k 'a"b,c'
    assert_success
    /usr/bin/python3 - "$output" <<'PY'
import csv, io, sys
rows = list(csv.DictReader(io.StringIO(sys.argv[1])))
assert list(rows[0])[:8] == ["test", "rps", "avg_latency_ms", "min_latency_ms", "p50_latency_ms", "p95_latency_ms", "p99_latency_ms", "max_latency_ms"]
assert len(rows) == 1 and rows[0]["test"] == 'set k a"b,c', rows
PY
}

@test "the text fits 80 columns and has no escapes in a pipe" {
    run --separate-stderr "$VKBENCH" -s "$b_sock" -n 3000 -P 2 -- set k "$(printf 'x%.0s' {1..200})" ';' get k ';' incr k
    assert_failure 13
    assert_fits 80
    refute_output --partial $'\x1b'
    assert_output --partial "generator: "
    assert_output --partial "total"
}

@test "few samples are n/a, not a number" {
    run "$VKBENCH" -s "$b_sock" -n 15 -- ping
    assert_line --regexp 'n/a +n/a +n/a +n/a'
    assert_line --partial "too few requests for what is n/a"
    run "$VKBENCH" -s "$b_sock" -n 5 -q -- ping
    assert_output --partial "p50=n/a"
}

@test "colour only on a terminal, and not under NO_COLOR; a title does not drive it" {
    script -qec "stty cols 80; '$VKBENCH' -s '$b_sock' -n 100 -- set k v" /dev/null >"$BATS_TEST_TMPDIR/screen" </dev/null
    grep -q $'\x1b\[1m' "$BATS_TEST_TMPDIR/screen"
    NO_COLOR=1 script -qec "stty cols 80; '$VKBENCH' -s '$b_sock' -n 100 -- set k v 2>/dev/null" /dev/null >"$BATS_TEST_TMPDIR/screen" </dev/null
    run grep -c $'\x1b' "$BATS_TEST_TMPDIR/screen"
    assert_output 0
    run "$VKBENCH" -s "$b_sock" -n 10 -- set k $'\x1b[31mred\x07'
    refute_output --partial $'\x1b'
    assert_output --partial '\x1b[31mred\x07'
}

@test "a live line: one a second into a pipe, redrawn on a terminal, none with -q" {
    "$VKBENCH" -s "$b_sock" --duration 3 -t get >/dev/null 2>"$BATS_TEST_TMPDIR/err"
    local n
    n=$(grep -c '^GET: .*/s .*p50' "$BATS_TEST_TMPDIR/err")
    [ "$n" -ge 2 ]
    [ "$n" -le 3 ]
    "$VKBENCH" -s "$b_sock" --duration 1.5 -q -t get >/dev/null 2>"$BATS_TEST_TMPDIR/err"
    [ ! -s "$BATS_TEST_TMPDIR/err" ]
    script -qec "stty cols 60; '$VKBENCH' -s '$b_sock' --duration 1.5 -q -t get" /dev/null >"$BATS_TEST_TMPDIR/screen" </dev/null
    grep -q $'\rGET: .*p50' "$BATS_TEST_TMPDIR/screen"
}

@test "the tests run in the list's order, whatever the order of -t" {
    run --separate-stderr "$VKBENCH" -s "$b_sock" -n 10 -q -t mset,GET,set
    assert_success
    assert_equal "$(cut -d: -f1 <<<"$output")" $'SET\nGET\nMSET (10 keys)'
    run --separate-stderr "$VKBENCH" -s "$b_sock" -n 10 -q
    assert_success
    assert_equal "${#lines[@]}" 24
}

@test "-l goes on until a signal; the report of what ran is there" {
    "$VKBENCH" -s "$b_sock" -l -n 100 -q -t ping >"$BATS_TEST_TMPDIR/out" 3>&- &
    local pid=$!
    eventually sh -c "[ \$(grep -c PING_MBULK '$BATS_TEST_TMPDIR/out') -ge 3 ]"
    kill -TERM $pid
    wait $pid || true
}

@test "--scratch leaves nothing behind" {
    mkdir "$BATS_TEST_TMPDIR/tmp"
    TMPDIR=$BATS_TEST_TMPDIR/tmp run --separate-stderr "$VKBENCH" --scratch -n 1000 -q -t set,get
    assert_success
    assert_equal "${#lines[@]}" 2
    assert_equal "$(ls "$BATS_TEST_TMPDIR/tmp")" ""
}

@test "words that are modes are commands behind --" {
    run "$VKBENCH" -s "$b_sock" -n 10 -- basic
    assert_failure 13
    assert_output --partial "unknown command"
}

@test "help, version, completions, man page" {
    run "$VKBENCH" --help
    assert_success
    assert_output --partial "--rps"
    assert_fits 100
    run "$VKBENCH" basic -h
    assert_success
    run "$VKBENCH" --version
    assert_output --regexp '^vkbench [0-9]'
    "$VKBENCH" --completion bash | bash -n
    "$VKBENCH" --completion zsh | zsh -n
    "$VKBENCH" --completion fish | fish -n
}

@test "a seed is told, and gives the same again" {
    bench -s "$b_sock" -n 50 -r 1000 -t set
    local seed first
    seed=$(j "d['seed']")
    first=$("$VK" -s "$b_sock" keys 'key*' | sort)
    "$VK" -s "$b_sock" flushall
    bench -s "$b_sock" -n 50 -r 1000 -t set --seed "$seed" -P 4
    assert_equal "$("$VK" -s "$b_sock" keys 'key*' | sort)" "$first"
}

@test "secrets are nowhere" {
    server_start locked --requirepass hunter2
    "$VKBENCH" -s "$locked_sock" -a hunter2 --duration 2 --json -- ping >"$BATS_TEST_TMPDIR/json" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    local pid=$!
    sleep 1
    run grep -c hunter2 "/proc/$pid/cmdline"
    assert_output 0
    wait $pid
    run cat "$BATS_TEST_TMPDIR/json" "$BATS_TEST_TMPDIR/err"
    refute_output --partial hunter2
    run "$VKBENCH" -u "redis://:hunter3@127.0.0.1:$locked_port" -n 5 -- ping
    assert_failure 5
    refute_output --partial hunter3
    server_stop locked
}
