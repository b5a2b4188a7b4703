#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# --rdb of 70 MB, against redis-cli (or valkey-cli): wall and peak memory, by a mark (diskless) and by its
# length, each into a new file, in turns. Medians of RUNS=9. BUILD names the build folder.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=bench/server.bash
source bench/server.bash
RUNS=${RUNS:-9}
[ -x /usr/bin/time ] || { echo "bench/vk_rdb.sh: needs /usr/bin/time"; exit 0; }
server_begin --rdbcompression no --enable-debug-command yes --repl-diskless-sync-delay 0
"$cli" -p "$port" debug populate 700000 key 90 >/dev/null

# once NAME PROGRAM: a line "seconds kilobytes" more in the file NAME
once() {
    rm -f "$dir/new.rdb"
    /usr/bin/time -a -o "$dir/$1" -f '%e %M' "$2" -p "$port" --rdb "$dir/new.rdb" 2>/dev/null
}
# median NAME COLUMN
median() { cut -d' ' -f"$2" "$dir/$1" | sort -n | sed -n "$((RUNS / 2 + 1))p"; }

echo "--rdb of 70 MB (reach: wall <= 1.0 of $(basename "$cli"), peak <= 8 MB)"
for diskless in yes no; do
    "$cli" -p "$port" config set repl-diskless-sync $diskless >/dev/null
    rm -f "$dir/ours" "$dir/theirs"
    for ((i = 0; i < RUNS; i++)); do
        once ours "$BUILD/vk"
        once theirs "$cli"
    done
    awk -v a="$(median ours 1)" -v b="$(median theirs 1)" -v m="$(median ours 2)" -v n="$(median theirs 2)" \
        -v d=$diskless -v c="$(basename "$cli")" \
        'BEGIN { printf "  diskless %s: vk %.2f s, %s %.2f s: %.2f; peak %.1f MB, %.1f MB\n", d, a, c, b, a / b, m / 1024, n / 1024 }'
done
