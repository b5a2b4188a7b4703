#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Mass insertion: vk --pipe against redis-cli (or valkey-cli) --pipe, 2,000,000 SETs (150 MB of RESP) into one
# throwaway server, and the same as plain command lines against RESP. Whole processes in turn, medians of
# RUNS=3. BUILD names the build folder. SETS=2000000.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=bench/server.bash
source bench/server.bash
SETS=${SETS:-2000000} RUNS=${RUNS:-3}
server_begin --loglevel warning
pair=$BUILD/micro/pair

seq "$SETS" | awk '{ printf "SET key:%012d value-of-the-key-%012d-xxxx\n", $1, $1 }' >"$dir/lines"
awk '{ printf "*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", length($2), $2, length($3), $3 }' "$dir/lines" >"$dir/resp"

echo "$SETS SETs in RESP, $(($(stat -c %s "$dir/resp") / 1000000)) MB (reach: cpu <= 0.6, wall <= 1.0)"
"$pair" "$RUNS" "$dir/resp" "$BUILD/vk -p $port --pipe" "$cli -p $port --pipe"

echo "the same as command lines, against RESP (reach: cpu and wall <= 2)"
"$pair" "$RUNS" - "$BUILD/vk -p $port --pipe <$dir/lines" "$BUILD/vk -p $port --pipe <$dir/resp"
