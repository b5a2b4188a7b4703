# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# For the suites of bench/: the tool to compare with as $cli, and a throwaway server of one's own.
BUILD=${BUILD:-build}
cli=$(command -v valkey-cli || command -v redis-cli) || { echo "$0: no redis-cli to compare with"; exit 0; }

# server_begin [options...]: on $port and the socket $dir/s until the end; $dir goes with it
server_begin() {
    local server
    server=$(command -v valkey-server || command -v redis-server)
    dir=$(mktemp -d) port=$((20000 + RANDOM % 12000))
    "$server" --port "$port" --unixsocket "$dir/s" --save '' --appendonly no --dir "$dir" "$@" >"$dir/log" 2>&1 &
    server_pid=$!
    trap 'kill $server_pid 2>/dev/null || true; wait $server_pid 2>/dev/null || true; rm -rf "$dir"' EXIT
    until "$cli" -s "$dir/s" ping >/dev/null 2>&1; do
        kill -0 "$server_pid" || exit 1
        sleep 0.05
    done
}

# seconds COMMAND...: its wall time
seconds() {
    local begin=$EPOCHREALTIME
    timeout 600 "$@" >/dev/null
    awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
}
