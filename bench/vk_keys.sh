#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Walks that measure every key, against redis-cli (or valkey-cli), on one throwaway server with KEYS=2300000
# small keys; and the calls that kept the server busy for more than 5 ms meanwhile. BUILD names the build folder.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build} KEYS=${KEYS:-2300000}
server=$(command -v valkey-server || command -v redis-server)
cli=$(command -v valkey-cli || command -v redis-cli) || { echo "bench/vk_keys.sh: no redis-cli to compare with"; exit 0; }
dir=$(mktemp -d) port=$((20000 + RANDOM % 12000))
"$server" --port "$port" --save '' --appendonly no --dir "$dir" --enable-debug-command yes --slowlog-log-slower-than 5000 \
    --slowlog-max-len 1000 >"$dir/log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true; rm -rf "$dir"' EXIT
until "$cli" -p "$port" ping >/dev/null 2>&1; do sleep 0.05; done
"$cli" -p "$port" debug populate "$KEYS" key 8 >/dev/null

# seconds COMMAND...: wall
seconds() {
    local begun=$EPOCHREALTIME
    timeout 600 "$@" >/dev/null
    awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
}

# compare MODE REACH
compare() {
    local ours theirs slow
    echo "--$1 of $KEYS small keys (reach: >= $2x faster, no call above 5 ms)"
    "$cli" -p "$port" slowlog reset >/dev/null
    ours=$(seconds "$BUILD/vk" -p "$port" "--$1")
    slow=$("$cli" -p "$port" slowlog len)
    theirs=$(seconds "$cli" -p "$port" "--$1")
    awk -v a="$ours" -v b="$theirs" -v n="$(basename "$cli")" -v s="$slow" \
        'BEGIN { printf "  vk %.1f s, %s %.1f s: %.1fx; calls above 5 ms: %d\n", a, n, b, b / a, s }'
}

compare bigkeys 10
compare memkeys 5
