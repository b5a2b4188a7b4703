#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# vkbench on a throwaway cluster of 3 primaries, with the nodes on the last core and vkbench on the first: where the
# kernel puts processes that wake each other changes what a request costs, threefold. BUILD names the build folder.
# RUNS=5, REQUESTS=300000 (at -P 1; five times as many at -P 16).
set -euo pipefail
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build} RUNS=${RUNS:-5} REQUESTS=${REQUESTS:-300000}
dir=$(mktemp -d)
trap 'exec 7>&-; wait; rm -rf "$dir"' EXIT
first=() last=()
if command -v taskset >/dev/null && [ "$(nproc)" -gt 1 ]; then
    cores=$(taskset -cp $$ | sed 's/.*: //')
    first=(taskset -c "${cores%%[-,]*}") last=(taskset -c "${cores##*[-,]}")
fi
mkfifo "$dir/in"
"${last[@]}" "$BUILD/vk" --scratch-cluster 3 <"$dir/in" >"$dir/out" & # lives as long as its input
vk=$!
exec 7>"$dir/in"
echo '@random config get port' >&7
until [ "$(wc -l <"$dir/out")" = 2 ]; do # the name and the value
    kill -0 "$vk" 2>/dev/null || exit 1  # it has said why
    sleep 0.05
done
port=$(tail -n 1 "$dir/out")

median() { sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

# Of one run: "operation none's-rate true's-rate".
async_rates() {
    "${first[@]}" "$BUILD/vkbench" -p "$port" --csv cluster-async | tr -d '"' |
        awk -F , '$1 == "none" { one[$2] = $6 } $1 == "true" { print $2, one[$2], $6 }'
}

# The whole of ten operations; lrange_300 has 800 MB of replies from one node, which sets its own pace.
async_shapes() {
    local i op
    for ((i = 0; i < RUNS; i++)); do async_rates; done >"$dir/rates"
    awk '$1 == "total" { print $2 }' "$dir/rates" | median >"$dir/none"
    awk '$1 == "total" { print $3 }' "$dir/rates" | median >"$dir/true"
    awk -v one="$(cat "$dir/none")" -v many="$(cat "$dir/true")" 'BEGIN {
        printf "cluster-async, 3 primaries, rounds of 100 against one after another: "
        printf "%.0f against %.0f requests/s, %.1f x (reach: >= 5)\n", many, one, many / one
    }'
    for op in set_str get_str incr lrange_300; do
        awk -v op="$op" '$1 == op { print $3 / $2 }' "$dir/rates" | median | awk -v op="$op" '{ printf "  %s %.1f x\n", op, $1 }'
    done
}

# cost TEXT REACH COMMAND-A COMMAND-B: CPU of A as a ratio to that of B.
cost() {
    local ratio
    "${first[@]}" "$BUILD/micro/pair" "$RUNS" - "$3" "$4" 2>"$dir/err" >"$dir/pair" || { cat "$dir/err" >&2 && return 1; }
    ratio=$(awk '$1 == "cpu" { print $NF }' "$dir/pair")
    echo "$1: CPU per request $ratio x (reach: <= $2)"
}

# The last node, for keys of its last slots, stands for a single server: the same machine, the same transport.
load() {
    local peer depth n one many single
    peer=$(command -v redis-benchmark || command -v valkey-benchmark || true)
    single=$("$BUILD/vk" -p "$port" cluster nodes | awk '/-16383/ { sub(/@.*/, "", $2); sub(/.*:/, "", $2); print $2 }')
    for depth in 1 16; do
        n=$((depth == 1 ? REQUESTS : REQUESTS * 5))
        for one in get set; do
            many="$BUILD/vkbench --cluster -p $port -c 50 -P $depth -n $n -r 100000 -t $one -q"
            [ -z "$peer" ] || cost "cluster $one, -P $depth, against $(basename "$peer") --cluster" 0.65 "$many" \
                "$peer --cluster -p $port -c 50 -P $depth -n $n -r 100000 -t $one -q --threads 1"
        done
        many="$BUILD/vkbench --cluster -p $port -c 50 -P $depth -n $n -r 100000 -q get key:__rand_int__"
        cost "cluster get, -P $depth, against the same on one node" 1.15 "$many" \
            "$BUILD/vkbench -p $single -c 50 -P $depth -n $n -r 100000 -q get {a}:__rand_int__"
    done
}

load
async_shapes
