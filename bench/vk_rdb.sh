#!/usr/bin/env bash
# --rdb of 70 MB, against redis-cli (or valkey-cli): wall and peak memory, by a mark (diskless) and by its
# length, each into a new file, in turns. Medians of RUNS=9. BUILD names the build folder.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build} RUNS=${RUNS:-9}
server=$(command -v valkey-server || command -v redis-server)
cli=$(command -v valkey-cli || command -v redis-cli) || { echo "bench/vk_rdb.sh: no redis-cli to compare with"; exit 0; }
[ -x /usr/bin/time ] || { echo "bench/vk_rdb.sh: needs /usr/bin/time"; exit 0; }
dir=$(mktemp -d) port=$((20000 + RANDOM % 12000))
"$server" --port "$port" --save '' --appendonly no --dir "$dir" --rdbcompression no --enable-debug-command yes \
    --repl-diskless-sync-delay 0 >"$dir/log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true; rm -rf "$dir"' EXIT
until "$cli" -p "$port" ping >/dev/null 2>&1; do sleep 0.05; done
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
