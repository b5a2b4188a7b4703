#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A reply longer than the screen: from Enter on HGETALL of FIELDS=100000 fields to the pager's first byte, the
# reply included, and as a table (HSCAN), against iredis where it is installed. Medians of RUNS=10. BUILD names
# the build folder.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=bench/server.bash
source bench/server.bash
RUNS=${RUNS:-10} FIELDS=${FIELDS:-100000}
server_begin --loglevel warning
"$BUILD/vk" -p "$port" eval 'for i = 1, ARGV[1] do redis.call("hset", KEYS[1], "field:" .. i, "value:" .. i) end' \
    1 big "$FIELDS" >/dev/null
printf '#!/bin/sh\nhead -c 1 >/dev/null\necho first-byte\nexec cat >/dev/null\n' >"$dir/pager"
printf '[main]\nenable_pager = True\npager = %s\n' "$dir/pager" >"$dir/iredisrc"
chmod +x "$dir/pager"
export HOME=$dir XDG_STATE_HOME=$dir XDG_CACHE_HOME=$dir XDG_CONFIG_HOME=$dir TERM=xterm-256color PAGER=$dir/pager
unset NO_COLOR

# first_byte RUNS LINE COMMAND...: milliseconds from Enter to the pager's first byte; the port stands in every prompt.
first_byte() { "$BUILD/micro/terminal" "$1" "$port" -k "$2"$'\r' first-byte "${@:3}" | cut -d' ' -f2; }

echo "a hash of $FIELDS fields into the pager (reach: <= 100 ms)"
ours=$(first_byte "$RUNS" 'hgetall big' "$BUILD/vk" -p "$port")
printf '  vk, HGETALL: %.1f ms\n' "$ours"
printf '  vk, HSCAN as a table: %.1f ms\n' "$(first_byte "$RUNS" "hscan big 0 count $((FIELDS * 2))" "$BUILD/vk" -p "$port")"
command -v iredis >/dev/null || exit 0
theirs=$(first_byte 3 'hgetall big' iredis --iredisrc "$dir/iredisrc" -p "$port")
awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "  iredis, HGETALL: %.1f ms (%.3f)\n", b, a / b }'
