#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# vk against redis-cli (or valkey-cli) as whole processes, on one throwaway server: start-up and one PING,
# 300,000 SET lines on standard input, a reply of a million elements. BUILD names the build folder.
# SETS=300000 (redis-cli needs half a minute for them), RUNS=50.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=bench/server.bash
source bench/server.bash
SETS=${SETS:-300000} RUNS=${RUNS:-50}
server_begin --loglevel warning
pair=$BUILD/micro/pair

echo "vk PING (reach: wall and cpu <= 0.8)"
"$pair" "$RUNS" - "$BUILD/vk -s $dir/s ping" "$cli -s $dir/s ping"

seq "$SETS" | sed 's/.*/set key:& value:&/' >"$dir/sets"
echo "$SETS SET lines on standard input (reach: wall <= 0.1)"
"$pair" 3 "$dir/sets" "$BUILD/vk -p $port" "$cli -p $port"

echo 'eval "for i=1,1000000,1000 do local t={} for j=0,999 do t[#t+1]=\"element:\"..(i+j) end redis.call(\"rpush\",KEYS[1],unpack(t)) end" 1 list' |
    "$BUILD/vk" -s "$dir/s" >/dev/null
echo "LRANGE of 1,000,000 elements to a pipe (reach: cpu <= 0.5, peak <= 0.2)"
"$pair" 5 - "$BUILD/vk -s $dir/s lrange list 0 -1" "$cli -s $dir/s lrange list 0 -1"
