#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Walks that measure every key, against redis-cli (or valkey-cli), on one throwaway server with KEYS=2300000
# small keys; and the calls that kept the server busy for more than 5 ms meanwhile. BUILD names the build folder.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=bench/server.bash
source bench/server.bash
KEYS=${KEYS:-2300000}
server_begin --enable-debug-command yes --slowlog-log-slower-than 5000 --slowlog-max-len 1000
"$cli" -p "$port" debug populate "$KEYS" key 8 >/dev/null

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
