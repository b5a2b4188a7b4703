#!/usr/bin/env bash
# vk -c against redis-cli (or valkey-cli) -c as whole processes: the first command on a throwaway cluster of 3
# primaries with a replica each, for a key of the start node and for one that another node has. RUNS=50.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build} RUNS=${RUNS:-50}
cli=$(command -v valkey-cli || command -v redis-cli) || { echo "bench/vk_cluster.sh: no redis-cli to compare with"; exit 0; }
dir=$(mktemp -d)
trap 'exec 7>&-; wait; rm -rf "$dir"' EXIT
mkfifo "$dir/in"
"$BUILD/vk" --scratch-cluster 3x1 <"$dir/in" >"$dir/out" & # lives as long as its input
exec 7>"$dir/in"
echo '@random config get port' >&7
until [ "$(wc -l <"$dir/out")" = 2 ]; do sleep 0.05; done # the name and the value
port=$(tail -n 1 "$dir/out")

for key in foo b; do
    echo "vk -c get $key on a cluster of 3+3 (reach: wall <= 1.0)"
    "$BUILD/micro/pair" "$RUNS" - "$BUILD/vk -c -p $port get $key" "$cli -c -p $port get $key"
done
