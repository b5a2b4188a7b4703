#!/usr/bin/env bats
# vkbench calibrate: its table, its JSON, and its end. What the figures are, the machine decides.
load ../helper
load helper

@test "the table shows the runs and says what they mean, in 80 columns" {
    run -0 --separate-stderr "$VKBENCH" calibrate --duration 0.05
    assert_equal "$stderr" ''
    assert_line --regexp '^ +1 +1 +1 +[0-9.,kM]+ +[0-9.]+ [num]?s +[0-9.]+ [num]?s '
    assert_line --regexp '^ +1 +50 +64 '
    assert_line --regexp '^floor: one connection, pipeline 1: p50 [0-9.]+ [num]?s, '
    assert_line --regexp '^ceiling: (>= )?[0-9.,kM]+/s at -P 1, (>= )?[0-9.,kM]+/s at -P 16, (>= )?[0-9.,kM]+/s at -P 64$'
    assert_line --regexp '^clock: a reading takes [0-9]+ ns'
    assert_line --regexp '^schedule: at --rps 1000 '
    assert_equal "$(awk 'length > 80' <<<"$output")" ''
}

@test "--json holds every run, and its figures agree with each other" {
    bench calibrate --duration 0.05
    assert_equal "$code" 0
    assert_equal "$err" ''
    holds "d['schema'] == 'vkbench-calibrate/1' and d['error'] is None and not d['interrupted']"
    holds "[(r['connections'], r['pipeline'], r['threads']) for r in d['runs']][:4] == [(1, 1, 1), (50, 1, 1), (50, 16, 1), (50, 64, 1)]"
    holds "len(d['runs']) == (6 if d['env']['cores'] > 1 else 4)"
    holds "all(r['requests_per_s'] > 0 and r['cpu_ns_per_request'] > 0 and r['p50'] > 0 for r in d['runs'])"
    holds "all(r['p99'] is None or r['p99'] >= r['p50'] for r in d['runs'])"
    holds "all(0 <= r[k] < 1.2 for r in d['runs'] for k in ('generator_busy', 'server_busy'))"
    holds "all(r['cpu_ns_per_request'] * r['requests_per_s'] < 1.2e9 * r['threads'] for r in d['runs'])"
    holds "0 < d['clock_ns'] < d['record_ns'] and d['lag']['rps'] == 1000 and d['lag']['p50'] > 0"
}

@test "an interrupt ends it with 130; JSON holds the runs before it" {
    code=0 json=$BATS_TEST_TMPDIR/json
    timeout --preserve-status -s INT 2.5 "$VKBENCH" calibrate --duration 0.8 --json >"$json" || code=$?
    assert_equal "$code" 130
    holds "d['interrupted'] and d['exit'] == 130 and 1 <= len(d['runs']) <= 3 and d['lag']['p50'] is None"
}
