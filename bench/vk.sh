#!/usr/bin/env bash
# vk against redis-cli (or valkey-cli) as whole processes, on one throwaway server: start-up and one PING,
# 300,000 SET lines on standard input, a reply of a million elements. BUILD names the build folder.
# SETS=300000 (redis-cli needs half a minute for them), RUNS=50.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build} SETS=${SETS:-300000} RUNS=${RUNS:-50}
server=$(command -v valkey-server || command -v redis-server)
cli=$(command -v valkey-cli || command -v redis-cli) || { echo "bench/vk.sh: no redis-cli to compare with"; exit 0; }
dir=$(mktemp -d) port=$((20000 + RANDOM % 12000))
"$server" --port "$port" --unixsocket "$dir/s" --save '' --appendonly no --dir "$dir" >"$dir/log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true; rm -rf "$dir"' EXIT
until "$cli" -s "$dir/s" ping >/dev/null 2>&1; do sleep 0.05; done
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
