#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Walks through the keyspace against redis-cli (or valkey-cli): --scan of KEYS=2300000 small keys at defaults,
# and the removal of REMOVED=1000000 keys by pattern against that tool's --scan piped to its own UNLINK. Wall
# time, of a single run of the peer, which takes most of a minute. BUILD names the build folder.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=bench/server.bash
source bench/server.bash
KEYS=${KEYS:-2300000} REMOVED=${REMOVED:-1000000}
server_begin --enable-debug-command yes --slowlog-log-slower-than 5000 --slowlog-max-len 10000

# wall COMMAND: its seconds; what it prints is counted.
wall() { seconds bash -c "$1 | wc -l >$dir/lines"; }
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
