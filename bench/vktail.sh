#!/usr/bin/env bash
# vktail against redis-cli (or valkey-cli) on one throwaway server: CPU per line of MONITOR under redis-benchmark
# -P 64, the same with a filter against grep, messages per CPU second, and the memory of top. BUILD names the
# build folder. LINES=1000000, MESSAGES=1000000, KEYS=10000000 (0 leaves top's memory out).
set -eu
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build} LINES=${LINES:-1000000} MESSAGES=${MESSAGES:-1000000} KEYS=${KEYS:-10000000}
server=$(command -v valkey-server || command -v redis-server)
cli=$(command -v valkey-cli || command -v redis-cli) || { echo "bench/vktail.sh: no redis-cli to compare with"; exit 0; }
load=$(command -v valkey-benchmark || command -v redis-benchmark)
dir=$(mktemp -d) port=$((20000 + RANDOM % 12000)) pids=()
"$server" --port "$port" --save '' --appendonly no --client-output-buffer-limit 'pubsub 0 0 0' --dir "$dir" >"$dir/log" 2>&1 &
server_pid=$!
finish() {
    local pid
    for pid in "${pids[@]}" "$server_pid"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$dir"
}
trap finish EXIT
until "$cli" -p "$port" ping >/dev/null 2>&1; do sleep 0.05; done

lines_in() { wc -l <"$1"; }
# User and system time of a process and its children, in ticks of 10 ms.
ticks_of() {
    local pid sum=0
    for pid in "$1" $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
        sum=$((sum + $(awk '{ print $14 + $15 }' "/proc/$pid/stat")))
    done
    echo "$sum"
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf b ? "%.2f" : "-", b ? a / b : 0 }'; }
until_idle() { # a process, for half a second
    local before='' now quiet=0
    while [ "$quiet" -lt 5 ]; do
        sleep 0.1
        now=$(ticks_of "$1")
        [ "$now" = "$before" ] && quiet=$((quiet + 1)) || quiet=0
        before=$now
    done
}
until_there() { until "$cli" -p "$port" client list | grep -q "$1"; do sleep 0.05; done; }
sets() { "$load" -p "$port" -P 64 -n "$1" -r "$2" -q SET key:__rand_int__ "value of sixteen" >/dev/null; }
gets() { "$load" -p "$port" -P 64 -n "$1" -r "$2" -q GET key:__rand_int__ >/dev/null; }
publishes() { "$load" -p "$port" -P 64 -n "$1" -q PUBLISH news "$(printf '%064d' 1)" >/dev/null; }

# measure OUTPUT WHAT LOAD... -- COMMAND...: $ticks of a command that listens (WHAT in CLIENT LIST tells) while
# the load is sent, and $peak, its memory in kB.
measure() {
    local output=$1 what=$2 pid load_words=()
    shift 2
    while [ "$1" != -- ]; do load_words+=("$1") && shift; done
    shift
    "$@" >"$output" 2>"$dir/err" &
    pid=$! pids=("$!")
    until_there "$what"
    "${load_words[@]}"
    until_idle "$pid"
    ticks=$(ticks_of "$pid") peak=$(awk '/VmHWM/ { print $2 }' "/proc/$pid/status")
    # shellcheck disable=SC2046 # several
    kill "$pid" $(cat "/proc/$pid/task/$pid/children") 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    pids=()
}
monitored() { measure "$dir/out" cmd=monitor sets "$LINES" 100000 -- "$@"; }
lost() { echo $((LINES - $(grep -c '"SET"' "$dir/out" || true))); }
peer=$(basename "$cli")

monitored "$cli" -p "$port" monitor
theirs=$ticks
echo "MONITOR, $LINES lines to a file; $peer $((theirs * 10)) ms (reach: cpu <= 0.35, none lost)"
monitored "$BUILD/vktail" -p "$port" monitor --no-pretty
echo "  cpu $(ratio "$ticks" "$theirs"), lost $(lost)"
monitored "$BUILD/vktail" -p "$port" monitor --json
echo "  as JSON: cpu $(ratio "$ticks" "$theirs"), lost $(lost)"
monitored "$BUILD/vktail" -p "$port" monitor --no-pretty --record "$dir/capture"
echo "  recorded as well: cpu $(ratio "$ticks" "$theirs"), lost $(lost)"

monitored bash -c "'$cli' -p $port monitor | grep '00\" \"value'; true"
theirs=$ticks expected=$(lines_in "$dir/out")
echo "the same, one of 100 wanted; $peer | grep $((theirs * 10)) ms, $expected lines (reach: cpu <= 0.2)"
monitored "$BUILD/vktail" -p "$port" monitor --no-pretty --match 'key:*00'
echo "  --match: cpu $(ratio "$ticks" "$theirs"), $(lines_in "$dir/out") lines"
monitored "$BUILD/vktail" -p "$port" monitor --no-pretty --grep '00 value'
echo "  --grep: cpu $(ratio "$ticks" "$theirs"), $(lines_in "$dir/out") lines"

measure /dev/null sub=1 publishes "$MESSAGES" -- "$cli" -p "$port" subscribe news
theirs=$ticks
echo "subscribe, $MESSAGES messages of 64 bytes to /dev/null; $peer $((theirs * 10)) ms (reach: 4 times as many)"
measure /dev/null sub=1 publishes "$MESSAGES" -- "$BUILD/vktail" -p "$port" subscribe news
echo "  messages per CPU second: $(ratio "$theirs" "$ticks") times"

[ "$KEYS" != 0 ] || exit 0
measure "$dir/out" cmd=monitor gets "$KEYS" 1000000000 -- "$BUILD/vktail" -p "$port" top
echo "top, $KEYS keys: peak $peak kB (reach: <= 32768)"
