#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The interactive shell: from the start to the first prompt, against redis-cli (or valkey-cli) and, where it
# is installed, iredis. Medians of RUNS=50. BUILD names the build folder.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=bench/server.bash
source bench/server.bash
RUNS=${RUNS:-50}
server_begin --loglevel warning
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
