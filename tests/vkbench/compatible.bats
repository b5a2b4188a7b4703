#!/usr/bin/env bats
# The compatible faces: vkbench under the name redis-benchmark beside the real one, figures apart; and what
# valkey-benchmark's reference says where that is not installed. Known differences have a test each.
load ../helper
load helper

setup_file() {
    server_start c
    mkdir -p "$BATS_FILE_TMPDIR/bin"
    ln -sf "$VKBENCH" "$BATS_FILE_TMPDIR/bin/redis-benchmark"
    ln -sf "$VKBENCH" "$BATS_FILE_TMPDIR/bin/valkey-benchmark"
}
teardown_file() { server_stop c; }
setup() {
    OURS=$BATS_FILE_TMPDIR/bin/redis-benchmark
    VALKEY=$BATS_FILE_TMPDIR/bin/valkey-benchmark
    THEIRS=$(command -v redis-benchmark || true)
}
needs_the_tool() { [ -n "$THEIRS" ] || skip "no redis-benchmark here"; }

# Every figure as N; progress and the blanks over it away; bounds of the distributions, whose number depends
# on the figures, away.
plain() {
    tr '\r' '\n' | sed -E 's/-?nan|inf/N/g; s/[0-9]+(\.[0-9]+)?/N/g; s/ +N/ N/g; s/ +$//' |
        grep -vE 'rps=N|^ *$|milliseconds \(cumulative|^Warming up' || true
}
# both ARGS...: output, errors and exit code of the two, figures apart, are the same.
both() {
    local tool side=theirs code
    for tool in "$THEIRS" "$OURS"; do
        code=0
        printf 'from standard input' | timeout 20 "$tool" "$@" >"$BATS_TEST_TMPDIR/out.raw" 2>"$BATS_TEST_TMPDIR/err.raw" || code=$?
        { plain <"$BATS_TEST_TMPDIR/out.raw"; echo "exit $code"; } >"$BATS_TEST_TMPDIR/out.$side"
        plain <"$BATS_TEST_TMPDIR/err.raw" >"$BATS_TEST_TMPDIR/err.$side" || true
        side=ours
    done
    diff "$BATS_TEST_TMPDIR/out.theirs" "$BATS_TEST_TMPDIR/out.ours" || { echo "stdout of: $*" >&2; return 1; }
    diff "$BATS_TEST_TMPDIR/err.theirs" "$BATS_TEST_TMPDIR/err.ours" || { echo "stderr of: $*" >&2; return 1; }
}
B() { both -p "$c_port" "$@"; }

@test "the report, -q and CSV" {
    needs_the_tool
    B -n 1000 -t get
    B -n 1000 -t get,set,mset
    B -n 1000 -q -t ping,lrange
    B -n 1000 --csv -t ping,set,get
    B -n 1000 -c 1 -t get
    B -n 1000 --threads 2 -t get
    both -s "$c_sock" -n 1000 -t get
}

@test "labels and order of the test list" {
    needs_the_tool
    local names='ping_inline,ping_mbulk,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,lrange,mset'
    B -n 50 -q -t "$names"
    B -n 50 --csv -t "$names" -r 10
    B -n 50 -q -t ZADD,Ping
    B -n 50 -q -t nosuch
    B -n 50 -q -t lrange_300
}

@test "options" {
    needs_the_tool
    B -n 500 -r 100 -d 50 -t set,get
    B -n 500 -P 16 -t set
    B -n 500 -P 0 -t ping -q
    B -n 500 -d 0 -t set
    B -n 500 -3 --dbnum 3 -t get -q
    B -n 500 --threads -3 -t get
    B -n 500 --enable-tracking -3 -t get -q
    B -n 200 -k 0 -t ping -q
    B -n 500 -e -t get -q
    both -u "redis://127.0.0.1:$c_port/2" -n 500 -t get -q
}

@test "commands" {
    needs_the_tool
    B -n 100 set k v
    B -n 100 -q set k 'a "quoted\x41" b'
    B -n 100 -r 10 -q eval "return redis.call('get', KEYS[1])" 1 key:__rand_int__
    B -n 100 -x set k
    B -n 100 -q -t get ping
    [ "$("$VK" -s "$c_sock" get k)" = "from standard input" ]
}

@test "failures" {
    needs_the_tool
    B -n 10 get k a b
    both -s /nonexistent -n 10 -t get
    B -n 10 -a wrong -t get -q
    B -n 10 --user nobody -a wrong -t get -q
}

@test "a refused connection (redis-benchmark hangs on one at times)" {
    run --separate-stderr "$OURS" -p 1 -n 10 -t get
    assert_failure 1
    # shellcheck disable=SC2154
    assert_equal "${stderr_lines[0]}" "Could not connect to Redis at 127.0.0.1:1: Connection refused"
    run --separate-stderr "$OURS" -p 99999 -n 10
    assert_failure 1
    # shellcheck disable=SC2154
    assert_equal "$stderr" "Invalid server port."
}

@test "a password and a user" {
    needs_the_tool
    server_start locked --requirepass secret
    both -s "$locked_sock" -n 100 -a secret -t get
    both -s "$locked_sock" -n 100 --user default -a secret -t get -q
    both -s "$locked_sock" -n 100 -t get -q
    server_stop locked
}

# watched TOOL ARGS...: the commands of a run as MONITOR shows them, without addresses, random digits as R.
watched() {
    local log=$BATS_TEST_TMPDIR/monitor
    rm -f "$log"
    "$VK" -s "$c_sock" monitor >"$log" 2>/dev/null 3>&- &
    local pid=$!
    sleep 0.3
    "$@" >/dev/null 2>&1 || true
    sleep 0.3
    kill "$pid"
    wait "$pid" || true
    sed -nE 's/^[0-9.]+ \[([0-9]+) [^]]*\] /\1 /p' "$log" | sed -E 's/[0-9]{12}/R/g' | sort
}

@test "the same commands go over the wire" {
    needs_the_tool
    local args
    for args in "-n 40 -c 2 -t ping,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,lrange,mset" \
        "-n 40 -c 2 -r 5 -d 20 -t set,get,zadd,mset,hset" "-n 40 -c 4 -P 5 -r 5 --dbnum 2 -3 -t set" "-n 12 -c 1 set k __rand_int__"; do
        # shellcheck disable=SC2086
        assert_equal "$(watched "$OURS" -s "$c_sock" $args)" "$(watched "$THEIRS" -s "$c_sock" $args)"
    done
}

@test "progress goes to standard output with -q too, never with CSV, and knows no nan" {
    "$OURS" -p "$c_port" -n 300000 -P 8 -q -t get >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err"
    grep -q $'GET: rps=[0-9.]* (overall: [0-9.]*) avg_msec=[0-9.]* (overall: [0-9.]*)\r' "$BATS_TEST_TMPDIR/out"
    run grep -c nan "$BATS_TEST_TMPDIR/out"
    assert_output 0
    run "$OURS" -p "$c_port" -n 300000 -P 8 --csv -t get
    refute_output --partial rps=
    assert_equal "${#lines[@]}" 2
}

@test "valkey-benchmark: RPS summary, duration, warm-up, MGET, functions" {
    run "$VALKEY" -p "$c_port" -n 500 --rps 5000 -t get
    assert_success
    assert_line "  target RPS: 5000.00"
    assert_line "  RPS distribution (reqs/sec):"
    run "$VALKEY" -p "$c_port" --duration 1 --warmup 1 -q -t mget
    assert_success
    assert_output --partial "MGET (10 keys): "
    run "$VALKEY" -p "$c_port" --duration 1 -n 5
    assert_failure 1
    run "$VALKEY" -p "$c_port" -n 10 -q -t function_load
    assert_failure 1 # redis has no `server` in Lua
    run "$VALKEY" -v
    assert_output --regexp '^valkey-benchmark [0-9]'
    run "$VALKEY" --help
    assert_success
}

@test "different on purpose: -n is exact, --precision 0 does not crash, quotes in CSV, a number is a number" {
    "$VK" -s "$c_sock" config resetstat
    "$OURS" -p "$c_port" -n 100 -P 30 -t get >/dev/null
    assert_equal "$(calls c get)" 100
    local precision
    for precision in 0 1 2 3 4 9 -1; do
        run "$OURS" -p "$c_port" -n 100 --precision "$precision" -q -t get
        assert_success
    done
    run "$OURS" -p "$c_port" -n 100 --csv set k 'a"b'
    assert_line --regexp '^"set k a""b","'
    run "$OURS" -p "$c_port" -n 10x -t get
    assert_failure 1
    assert_line --index 0 'Invalid option "-n" or option argument missing'
    run "$OURS" -p "$c_port" -c 0 -t get
    assert_failure 1
    run "$OURS" -nosuch
    assert_failure 1
    assert_line --index 0 'Invalid option "-nosuch" or option argument missing'
    run "$OURS" -h
    assert_failure 1
}

@test "-I holds connections" {
    "$OURS" -p "$c_port" -I -c 7 >"$BATS_TEST_TMPDIR/idle" 2>&1 3>&- &
    local pid=$!
    eventually grep -q "clients: 7" "$BATS_TEST_TMPDIR/idle"
    head -n 1 "$BATS_TEST_TMPDIR/idle" | grep -qx "Creating 7 idle connections and waiting forever (Ctrl+C when done)"
    kill -TERM $pid
    wait $pid || true
}

@test "a lost connection ends the run with exit 1" {
    rig_start close=50
    run "$OURS" -p "$rig_port" -n 1000 -q -t get
    rig_stop
    assert_failure 1
    assert_output --partial "Error: Server closed the connection"
}
