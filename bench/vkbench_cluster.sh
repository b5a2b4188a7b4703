#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# vkbench on a throwaway cluster of 3 primaries, with the nodes on the last core and vkbench on the first: where the
# kernel puts processes that wake each other changes what a request costs, threefold. BUILD names the build folder.
# RUNS=5.
set -euo pipefail
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build} RUNS=${RUNS:-5}
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

async_shapes
