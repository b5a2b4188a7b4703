#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# What vkbench itself costs, against a null server in a process of its own: CPU per request as a ratio to the
# least that is possible (micro/floor) and to redis-benchmark (or valkey-benchmark), by turns, medians of RUNS;
# two threads against one; memory of an idle connection. BUILD names the build folder.
# RUNS=5, REQUESTS=300000 (at -P 1; 15 and 30 times as many at -P 16 and 64), IDLE=10000 connections.
set -euo pipefail
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build} RUNS=${RUNS:-5} REQUESTS=${REQUESTS:-300000} IDLE=${IDLE:-10000}
vkbench=$BUILD/vkbench peer=$(command -v redis-benchmark || command -v valkey-benchmark || true)
dir=$(mktemp -d)
pids=()
stop() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    pids=()
}
trap 'stop; rm -rf "$dir"' EXIT

# Where the kernel puts two processes that wake each other changes what a request costs, twofold: so generators
# get the first core and the null server the last, but for two threads.
first=() last=()
if command -v taskset >/dev/null && [ "$(nproc)" -gt 1 ]; then
    cores=$(taskset -cp $$ | sed 's/.*: //')
    first=(taskset -c "${cores%%[-,]*}") last=(taskset -c "${cores##*[-,]}")
fi

# null_start THREADS CONNECTIONS: sets port.
null_start() {
    local pid
    : >"$dir/port"
    "${last[@]}" "$BUILD/micro/nullserver" "$1" "$2" >"$dir/port" &
    pid=$!
    pids+=("$pid")
    until [ -s "$dir/port" ]; do
        kill -0 "$pid" 2>/dev/null || return 1 # it has said why
        sleep 0.02
    done
    port=$(cat "$dir/port")
}

# ours PIPELINE REQUESTS THREADS: the command line.
ours() { echo "$vkbench -p $port -c 50 -P $1 -n $2 --threads $3 -t get -q"; }

# compare ROW COMMAND-A COMMAND-B: one row of what pair prints, as "A's-figure ratio".
compare() {
    "${first[@]}" "$BUILD/micro/pair" "$RUNS" - "$2" "$3" 2>"$dir/err" >"$dir/pair" || { cat "$dir/err" >&2 && return 1; }
    awk -v row="$1" '$1 == row { print $3, $NF }' "$dir/pair"
}

# cost PIPELINE REQUESTS PEER COMMAND REACH
cost() {
    local ms ratio
    read -r ms ratio < <(compare cpu "$(ours "$1" "$2" 1)" "$4")
    printf 'GET, 50 connections, 1 thread, -P %d: CPU per request %s ns, %s x %s (reach: <= %s)\n' "$1" \
        "$(awk -v ms="$ms" -v n="$2" 'BEGIN { printf "%.0f", ms * 1e6 / n }')" "$ratio" "$3" "$5"
}

# depth PIPELINE REQUESTS REACH-OF-FLOOR REACH-OF-PEER: a reach of - is none.
depth() {
    [ "$3" = - ] || cost "$1" "$2" 'the floor' "$BUILD/micro/floor $port 50 $2 $1" "$3"
    [ -z "$peer" ] || cost "$1" "$2" "$(basename "$peer")" "$peer -p $port -c 50 -P $1 -n $2 -t get -q" "$4"
}

# Threads share nothing, so a request costs no more CPU with two; the rate doubles where there are cores for it.
threads() {
    local ratio
    read -r _ ratio < <(compare cpu "$(ours 16 $((REQUESTS * 15)) 2)" "$(ours 16 $((REQUESTS * 15)) 1)")
    echo "2 threads against 1, -P 16, null server with 2 threads: CPU per request $ratio x (1 = nothing is shared)"
    if [ "$(nproc)" -lt 4 ]; then
        echo "2 threads against 1: the rate takes 4 cores, here are $(nproc): not measured (reach: >= 1.8 x)"
        return
    fi
    read -r _ ratio < <(compare wall "$(ours 16 $((REQUESTS * 15)) 1)" "$(ours 16 $((REQUESTS * 15)) 2)")
    echo "2 threads against 1, -P 16, null server with 2 threads: rate $ratio x (reach: >= 1.8 x)"
}

# resident CONNECTIONS: sets kib, of a vkbench that holds so many idle ones.
resident() {
    local pid i
    "$vkbench" -p "$port" -I -c "$1" >/dev/null 2>"$dir/err" &
    pid=$!
    pids+=("$pid")
    for ((i = 0; i < 600; i++)); do
        kill -0 "$pid" 2>/dev/null || { cat "$dir/err" >&2 && return 1; }
        [ "$(find "/proc/$pid/fd" -mindepth 1 | wc -l)" -le "$1" ] || break
        sleep 0.05
    done
    sleep 0.5 # the greetings
    kib=$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")
}

idle() {
    local one
    resident 1
    one=$kib
    resident "$IDLE"
    awk -v a="$one" -v b="$kib" -v n="$IDLE" 'BEGIN {
        printf "idle connection, %d of them: %.2f KiB in the process (reach: <= 1)\n", n, (b - a) / (n - 1)
    }'
}

null_start 1 1000
depth 1 "$REQUESTS" 1.15 0.6
depth 16 $((REQUESTS * 15)) 1.35 0.55
depth 64 $((REQUESTS * 30)) - 0.5
[ -n "$peer" ] || echo "no redis-benchmark or valkey-benchmark here to compare with"
stop
first=() last=()
null_start 2 1000
threads
stop
if null_start 1 $((IDLE + 10)); then
    idle
else
    echo "idle connection: not measured (reach: <= 1 KiB)"
fi
