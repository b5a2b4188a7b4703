#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# --latency, --latency-history, --latency-dist, --intrinsic-latency, natively and as redis-cli.
load ../helper
load ../cluster
load ../shell

setup_file() {
    server_start lat
    cluster_start duo 3 0
    ln -s "$VK" "$BATS_FILE_TMPDIR/redis-cli"
}
teardown_file() {
    server_stop lat
    cluster_stop duo
}
teardown() {
    shell_teardown
    fake_stop
    [ -z "${again_pid:-}" ] || server_stop again
}

vk() { timeout 20 "$VK" -p "$lat_port" "$@"; }

# field NAME: of the JSON line in $output
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p" <<<"$output"; }

@test "a second of PINGs, as a table, as JSON, as CSV" {
    run -0 vk --latency -i 0.3
    assert_line -n 0 --regexp '^ +min +avg +p50 +p95 +p99 +p99.9 +max +pings$'
    assert_line -n 1 --regexp '^( +[0-9.]+ (us|ms|s)){7} +[0-9]+$'
    run -0 vk --latency -i 0.3 --json
    [ "$(field samples)" -ge 5 ] && [ "$(field samples)" -le 31 ]
    [ "$(field duration_ns)" -ge 300000000 ]
    [ "$(field min_ns)" -le "$(field p50_ns)" ] && [ "$(field p50_ns)" -le "$(field p99_ns)" ]
    [ "$(field p99_ns)" -le "$(field max_ns)" ] && [ "$(field min_ns)" -gt 1000 ]
    [ "$(field node)" = "127.0.0.1:$lat_port" ] && [ "$(field gaps)" = 0 ]
    [[ $(field time) =~ ^20..-..-..T..:..:..\....Z$ ]]
    run -0 vk --latency -i 0.2 --csv
    assert_line -n 0 time,node,of,duration_ns,samples,min_ns,avg_ns,p50_ns,p95_ns,p99_ns,p99_9_ns,max_ns,gaps,gaps_ns
    assert_line -n 1 --regexp "^20[^,]+Z,127.0.0.1:$lat_port,interval(,[0-9]+){11}$"
}

@test "a stall is seen in the maximum and not in the median" {
    (eventually eval 'vk client list | grep -q cmd=ping' && vk debug sleep 0.3) 3>&- &
    run -0 vk --latency -i 1.5 --json
    [ "$(field max_ns)" -gt 100000000 ]
    [ "$(field p50_ns)" -lt 100000000 ]
}

@test "each node of a cluster has its line" {
    run -0 timeout 20 "$VK" -c -p "${duo_ports[0]}" --latency -i 0.3
    [ "${#lines[@]}" = 4 ]
    for port in "${duo_ports[@]}"; do assert_line --regexp "^127.0.0.1:$port +[0-9]"; done
}

@test "intervals, and at Ctrl-C all of them together" {
    run -130 bash -c 'timeout --preserve-status -s INT 1.5 "$0" "$@"' "$VK" -p "$lat_port" --latency-history -i 0.2 --json
    [ "$(grep -c '"of":"interval"' <<<"$output")" -ge 3 ]
    [ "$(grep -c '"of":"all"' <<<"$output")" = 1 ]
    all=$(sed -n 's/.*"of":"all".*"samples":\([0-9]*\).*/\1/p' <<<"$output")
    parts=$(sed -n 's/.*"of":"interval".*"samples":\([0-9]*\).*/\1/p' <<<"$output" | awk '{ n += $1 } END { print n }')
    [ "$all" -ge "$parts" ] && [ "$all" -le $((parts + 40)) ]
}

@test "the spectrum: shades without colour, and buckets that hold every sample" {
    run -130 bash -c 'timeout --preserve-status -s INT 1 "$0" "$@"' "$VK" -p "$lat_port" --latency-dist -i 0.3
    assert_line -n 0 'share of the PINGs: none .:-=+*#%@ all'
    assert_line -n 1 --regexp '^ +\|10us +\|100us +\|1ms +\|10ms +\|100ms +\|1s +\|10s$'
    assert_line -n 2 --regexp '^..:..:..  [ .:=+*#%@-]+ max [0-9.]+ (us|ms)$'
    refute_output --partial $'\x1b'
    run -130 bash -c 'timeout --preserve-status -s INT 0.8 "$0" "$@"' "$VK" -p "$lat_port" --latency-dist -i 0.3 --json
    output=${lines[0]}
    sum=$(grep -o '"count":[0-9]*' <<<"$output" | awk -F: '{ n += $2 } END { print n }')
    [ "$sum" = "$(field samples)" ]
}

@test "a lost server is said, the gap is counted, and it is found again" {
    server_start again
    status=0
    "$VK" -p "$again_port" --latency -i 2.5 --json >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/said" 3>&- &
    pid=$!
    eventually eval '"$VK" -p "$again_port" client list | grep -q cmd=ping'
    server_stop again
    eventually grep -q 'connecting again' "$BATS_TEST_TMPDIR/said"
    "$SERVER" --port "$again_port" --bind 127.0.0.1 --save '' --dir "$BATS_TEST_TMPDIR" >/dev/null 2>&1 3>&- &
    again_pid=$!
    eventually grep -q 'answers again after' "$BATS_TEST_TMPDIR/said"
    wait "$pid" || status=$?
    [ "$status" = 3 ]
    output=$(cat "$BATS_TEST_TMPDIR/out")
    [ "$(field gaps)" = 1 ] && [ "$(field gaps_ns)" -gt 1000000 ] && [ "$(field samples)" -gt 0 ]
}

@test "no server: 3; a server that hangs up at once: 3; PING refused: said, and measured" {
    run -3 vk -p 1 --latency
    fake_start
    run -3 timeout 20 "$VK" -p "$fake_port" --latency -i 0.3
    vk acl setuser mute on '>p' -@all +info >/dev/null
    run --separate-stderr -0 vk --user mute -a p --no-auth-warning --latency -i 0.2
    assert_regex "$stderr" 'PING is answered with an error.*NOPERM'
}

@test "a terminal: one line that is redrawn, at any width" {
    shell_env=()
    tmux_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
    tmux -S "$tmux_socket" -f /dev/null new-session -d -x 80 -y 24 \
        bash -c "trap : INT; '$VK' -p $lat_port --latency; echo left \$?; sleep 100" 3>&-
    await ' us .* [1-9][0-9]*$'
    [ "$(screen | grep -c pings)" = 1 ]
    tmux -S "$tmux_socket" resize-window -x 40 -y 24
    eventually eval '[ "$(screen | grep -c avg)" = 0 ]'
    keys C-c
    await '^left 130$'
    await '^in '
}

@test "a terminal too narrow for what must stay, and the server goes" {
    shell_env=()
    server_start again
    tmux_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
    tmux -S "$tmux_socket" -f /dev/null new-session -d -x 25 -y 12 \
        bash -c "trap : INT; '$VK' -p $again_port --latency; echo left \$?; sleep 100" 3>&-
    await ' [um]s$'
    kill -KILL "$again_pid"
    await 'again$'
    keys C-c
    await '^left 130$'
}

@test "--intrinsic-latency: how long, how often, and what it means; no server" {
    run -0 timeout 20 "$VK" -p 1 --intrinsic-latency 0.3
    assert_line -n 0 --regexp '^[0-9,]+ runs in [0-9.]+ (ms|s), each of [0-9.]+ us$'
    assert_line --regexp '^p99.999 +[0-9.]+ (us|ms)$'
    assert_line --regexp '^10.0 ms +[0-9]+ +[0-9.]+$'
    assert_line --regexp '% of the time the CPU was with somebody else'
    run -0 timeout 20 "$VK" --intrinsic-latency 0.2 --json
    [ "$(field duration_ns)" -ge 200000000 ] && [ "$(field runs)" -gt 1000 ]
    run -2 "$VK" --intrinsic-latency soon
}

# masked WORDS...: redis-cli's and ours, numbers as N
masked() {
    diff <(timeout 20 redis-cli "$@" 2>&1 | sed -E 's/[0-9]+(\.[0-9]+)?/N/g' | sort -u) \
        <(timeout 20 "$BATS_FILE_TMPDIR/redis-cli" "$@" 2>&1 | sed -E 's/[0-9]+(\.[0-9]+)?/N/g' | sort -u)
}

@test "as redis-cli: the same lines but for the numbers" {
    command -v redis-cli >/dev/null || skip "no redis-cli"
    masked -p "$lat_port" --latency -i 0.2
    masked -p "$lat_port" --latency -i 0.2 --csv
    masked -p "$lat_port" --latency -i 0.2 --json
    masked -p 1 --latency
    masked --intrinsic-latency 1
    masked --intrinsic-latency
}

# seen WORDS...: what a terminal would get in 0.9 s
seen() {
    FAKETTY=1 timeout 0.9 "$@" | sed -E 's/\x1b\[0G/\n/g; s/[0-9]+(\.[0-9]+)?/N/g' | grep . | sort -u
}

@test "as redis-cli on a terminal: the line, the history, the spectrum" {
    command -v redis-cli >/dev/null || skip "no redis-cli"
    for mode in --latency-history --latency-dist; do
        diff <(seen stdbuf -o0 redis-cli -p "$lat_port" "$mode" -i 0.3) \
            <(seen "$BATS_FILE_TMPDIR/redis-cli" -p "$lat_port" "$mode" -i 0.3)
    done
    diff <(timeout 0.9 redis-cli -p "$lat_port" --latency-dist --mono -i 0.3 | head -n 8) \
        <(timeout 0.9 "$BATS_FILE_TMPDIR/redis-cli" -p "$lat_port" --latency-dist --mono -i 0.3 | head -n 8)
}
