#!/usr/bin/env bats
# The suites basic and packer on a real server.
load ../helper
load helper

setup_file() { server_start b; }
teardown_file() { server_stop b; }
setup() {
    "$VK" -s "$b_sock" flushall
    "$VK" -s "$b_sock" config set maxmemory 0
    "$VK" -s "$b_sock" config resetstat
}

# monitored ARGS...: what the server saw of `vkbench ARGS`, in $seen, without what comes before the suite.
monitored() {
    "$VK" -s "$b_sock" monitor >"$BATS_TEST_TMPDIR/monitor" 2>/dev/null 3>&- &
    local pid=$!
    sleep 0.3
    "$VKBENCH" -s "$b_sock" "$@" >"$BATS_TEST_TMPDIR/out" 2>&1
    sleep 0.3
    kill "$pid"
    wait "$pid" || true
    seen=$(sed -n 's/^[0-9.]* \[[^]]*\] //p' "$BATS_TEST_TMPDIR/monitor" | grep -viE '^"(ping|info|config|hello|client)"')
}

@test "basic: the operations, keys, values and order of the Python suite" {
    monitored basic -n 2 -s 3
    assert_equal "$seen" '"FLUSHALL"
"SET" "set_str:0" "a00"
"SET" "set_str:1" "a00"
"SET" "set_int:0" "100"
"SET" "set_int:1" "100"
"GET" "set_str:0"
"GET" "set_str:1"
"GET" "set_int:0"
"GET" "set_int:1"
"INCR" "incr_key"
"INCR" "incr_key"
"LPUSH" "lpush_key" "100"
"LPUSH" "lpush_key" "100"
"LRANGE" "lpush_key" "0" "300"
"LRANGE" "lpush_key" "1" "301"
"LPOP" "lpush_key"
"LPOP" "lpush_key"
"HMSET" "hmset_key" "str_value" "string" "int_value" "123456" "float_value" "123456.0"
"HMSET" "hmset_key" "str_value" "string" "int_value" "123456" "float_value" "123456.0"'
}

@test "basic: a pipeline is a transaction, the first one of one command" {
    monitored basic -n 6 -P 3
    assert_equal "$(grep -iE 'multi|exec|incr' <<<"$seen" | sed -n '/INCR/,$p' | head -n 11)" '"INCR" "incr_key"
"EXEC"
"MULTI"
"INCR" "incr_key"
"INCR" "incr_key"
"INCR" "incr_key"
"EXEC"
"MULTI"
"INCR" "incr_key"
"INCR" "incr_key"
"EXEC"'
    assert_equal "$("$VK" -s "$b_sock" get incr_key)" 6
}

@test "basic: plain pipelines, or both" {
    "$VKBENCH" -s "$b_sock" basic -n 100 -P 10 --pipelines plain >/dev/null 2>&1
    assert_equal "$(calls b multi) $(calls b incr)" "0 100"
    "$VKBENCH" -s "$b_sock" basic -n 100 -P 10 --pipelines both --flush >/dev/null 2>&1
    assert_equal "$(calls b multi) $(calls b incr)" "$((9 * 11)) 300"
}

@test "basic: the matrix in order, in the suite's own layout" {
    run --separate-stderr "$VKBENCH" -s "$b_sock" basic -n 5,6 -s 2,3 --seed-format
    assert_success
    assert_equal "$(grep ^Benchmark <<<"$output")" 'Benchmark: n=5, P=1, s=2... 
Benchmark: n=5, P=1, s=3... 
Benchmark: n=6, P=1, s=2... 
Benchmark: n=6, P=1, s=3... '
    assert_equal "$(grep -c '^set_str - 5 Requests$' <<<"$output")" 2
    assert_equal "$(grep -cE '^Duration  = [0-9.e-]+$' <<<"$output")" 36
    assert_equal "$(grep -cE '^Rate = [0-9.]+$' <<<"$output")" 36
    assert_equal "$(grep -E ' - [0-9]+ Requests' <<<"$output" | head -n 9 | cut -d' ' -f1 | tr '\n' ' ')" \
        "set_str set_int get_str get_int incr lpush lrange_300 lpop hmset "
}

@test "basic: a server that holds keys is not flushed unasked" {
    "$VK" -s "$b_sock" set precious 1
    run --separate-stderr "$VKBENCH" -s "$b_sock" basic -n 5
    assert_failure 2
    # shellcheck disable=SC2154
    [[ $stderr == *FLUSHALL*--flush* ]]
    assert_equal "$("$VK" -s "$b_sock" get precious)" 1
    run "$VKBENCH" -s "$b_sock" basic -n 5 --flush
    assert_success
    assert_equal "$("$VK" -s "$b_sock" exists precious)" 0
}

@test "packer: every strategy and size reaches the server whole, and nothing stays" {
    bench -s "$b_sock" packer --bytes 300
    assert_equal "$code" 0
    assert_equal "$("$VK" -s "$b_sock" dbsize)" 0
    [ "$(calls b set)" -ge 96 ]
    holds "len(d['rows']) == 32"
    run "$VKBENCH" -s "$b_sock" packer --bytes 300
    assert_success
    assert_fits 80
}

@test "packer: pure needs no server; OOM is shown in its row" {
    run "$VKBENCH" -p 1 packer --pure --bytes 300
    assert_success
    "$VK" -s "$b_sock" config set maxmemory 1
    run "$VKBENCH" -s "$b_sock" packer --bytes 300
    assert_failure 13
    assert_output --partial OOM
}
