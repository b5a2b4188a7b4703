#!/usr/bin/env bash
# The interactive shell: from the start to the first prompt, against redis-cli (or valkey-cli) and, where it
# is installed, iredis. Medians of RUNS=50. BUILD names the build folder.
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build} RUNS=${RUNS:-50}
server=$(command -v valkey-server || command -v redis-server)
cli=$(command -v valkey-cli || command -v redis-cli) || { echo "bench/vk_shell.sh: no redis-cli to compare with"; exit 0; }
dir=$(mktemp -d) port=$((20000 + RANDOM % 12000))
"$server" --port "$port" --save '' --appendonly no --dir "$dir" >"$dir/log" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true; rm -rf "$dir"' EXIT
until "$cli" -p "$port" ping >/dev/null 2>&1; do sleep 0.05; done
export HOME=$dir XDG_STATE_HOME=$dir XDG_CACHE_HOME=$dir XDG_CONFIG_HOME=$dir TERM=xterm-256color
unset NO_COLOR

# prompt COMMAND...: milliseconds until the port stands on the terminal, as it does in every prompt.
prompt() { "$BUILD/micro/terminal" "$1" "$port" "${@:2}" | cut -d' ' -f1; }

echo "start to the first prompt (reach: <= 1.2 of $(basename "$cli"), <= 0.05 of iredis)"
ours=$(prompt "$RUNS" "$BUILD/vk" -p "$port")
theirs=$(prompt "$RUNS" "$cli" -p "$port")
awk -v a="$ours" -v b="$theirs" -v n="$(basename "$cli")" 'BEGIN { printf "  vk %.1f ms, %s %.1f ms: %.2f\n", a, n, b, a / b }'
if command -v iredis >/dev/null; then
    theirs=$(prompt 5 iredis -p "$port")
    awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "  iredis %.1f ms: %.3f\n", b, a / b }'
fi
