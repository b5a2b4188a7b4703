#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Walks through the keyspace against redis-cli (or valkey-cli): --scan of KEYS=2300000 small keys at defaults,
# and the removal of REMOVED=1000000 keys by pattern against that tool's --scan piped to its own UNLINK. Wall
# time, of a single run of the peer, which takes most of a minute. BUILD names the build folder.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build} KEYS=${KEYS:-2300000} REMOVED=${REMOVED:-1000000}
server=$(command -v valkey-server || command -v redis-server)
cli=$(command -v valkey-cli || command -v redis-cli) || { echo "bench/vk_sweep.sh: no redis-cli to compare with"; exit 0; }
dir=$(mktemp -d) port=$((20000 + RANDOM % 12000))
"$server" --port "$port" --save '' --appendonly no --dir "$dir" --enable-debug-command yes \
    --slowlog-log-slower-than 5000 --slowlog-max-len 10000 >"$dir/log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true; rm -rf "$dir"' EXIT
until "$cli" -p "$port" ping >/dev/null 2>&1; do sleep 0.05; done

# wall COMMAND: its seconds; what it prints is counted.
wall() {
    local begin=$EPOCHREALTIME
    timeout 600 bash -c "$1" | wc -l >"$dir/lines"
    awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
}
populate() {
    "$cli" -p "$port" flushall >/dev/null
    "$cli" -p "$port" debug populate "$1" key 8 >/dev/null
}
compare() {
    awk -v a="$1" -v b="$2" -v n="$3" 'BEGIN { printf "  vk %.2f s, %s %.2f s: %.1f times as fast\n", a, n, b, b / a }'
}

echo "--scan of $KEYS keys (reach: >= 15 times as fast)"
populate "$KEYS"
for _ in 1 2 3; do
    wall "'$BUILD/vk' -p $port --scan"
    [ "$(cat "$dir/lines")" -ge "$KEYS" ] || echo "  only $(cat "$dir/lines") names"
done | sort -n | sed -n 2p >"$dir/ours"
echo "  calls above 5 ms of the server's time: $("$cli" -p "$port" slowlog get 10000 | grep -c SCAN || true)"
compare "$(cat "$dir/ours")" "$(wall "'$cli' -p $port --scan")" "$(basename "$cli")"

echo "unlink by pattern of $REMOVED keys (reach: >= 10 times as fast)"
populate "$REMOVED"
ours=$(wall "'$BUILD/vk' -p $port --unlink --pattern 'key:*' --yes")
[ "$("$cli" -p "$port" dbsize)" -eq 0 ] || echo "  not all were removed"
populate "$REMOVED"
theirs=$(wall "'$cli' -p $port --scan --pattern 'key:*' | xargs '$cli' -p $port unlink")
compare "$ours" "$theirs" "$(basename "$cli") piped to xargs"
