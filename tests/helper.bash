# Shared by every bats file: the binaries under test, throwaway servers on free loopback ports, clean-up
# by pid. VK_BUILD names the build folder (default build).
bats_require_minimum_version 1.5.0
for _dir in /usr/lib/bats /usr/lib/bats-core /usr/share/bats; do
    [ -e "$_dir/bats-support/load.bash" ] || continue
    load "$_dir/bats-support/load.bash"
    load "$_dir/bats-assert/load.bash"
    break
done

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=${VK_BUILD:-$ROOT/build}
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
VK=$BUILD/vk
SERVER=$(command -v valkey-server || command -v redis-server)
CLI=$(command -v valkey-cli || command -v redis-cli)
# script(1) and tmux run their words with $SHELL, and the words here are bash's.
export SHELL=$BASH
# LeakSanitizer hangs, and spins for ever, when a terminal that goes interrupts it at the end.
tmux() { ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 command tmux "$@"; }
# The profiles and histories of whoever runs the tests are none of theirs.
export XDG_CONFIG_HOME=${BATS_RUN_TMPDIR:-/nonexistent} XDG_STATE_HOME=${BATS_RUN_TMPDIR:-/nonexistent}
unset VALKEYCLI_HOST VALKEYCLI_PORT VALKEYCLI_AUTH REDISCLI_AUTH FAKETTY

# A TCP port nobody listens on now; servers that lose the race for it are started again on another.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# server_start NAME [server options...]: sets NAME_port, NAME_sock, NAME_pid. Data and log live under
# $BATS_FILE_TMPDIR/NAME.
server_start() {
    local name=$1 dir port pid try
    shift
    dir=$BATS_FILE_TMPDIR/$name
    mkdir -p "$dir"
    for try in 1 2 3 4 5; do
        port=$(free_port)
        "$SERVER" --port "$port" --bind 127.0.0.1 --unixsocket "$dir/s" --save '' --appendonly no \
            --dir "$dir" --daemonize no --enable-debug-command yes "$@" \
            >"$dir/log" 2>&1 3>&- &
        pid=$!
        if server_wait "$dir/s" "$pid"; then
            printf -v "${name}_port" %s "$port"
            printf -v "${name}_sock" %s "$dir/s"
            printf -v "${name}_pid" %s "$pid"
            export "${name}_port" "${name}_sock" "${name}_pid"
            return
        fi
        kill "$pid" 2>/dev/null || true
    done
    cat "$dir/log" >&2
    return 1
}

# Until a server answers on its socket, or its process has ended.
server_wait() {
    local i
    for i in $(seq 200); do
        [ -S "$1" ] && "$VK" -s "$1" ping >/dev/null 2>&1 && return
        [ -S "$1" ] && [ "$i" -gt 20 ] && return
        kill -0 "$2" 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}

server_stop() {
    local pid=${1}_pid
    [ -n "${!pid:-}" ] || return 0
    kill "${!pid}" 2>/dev/null || true
    wait "${!pid}" 2>/dev/null || true
}

# Poll until a command succeeds (about 5 s).
eventually() {
    local i
    for i in $(seq 100); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.05
    done
    echo "never came true: $*" >&2
    return 1
}

# fake_start ACTIONS...: a fakeserver (tests/fake); sets fake_port, fake_pid.
fake_start() {
    : >"$BATS_TEST_TMPDIR/fake.port" # not the one before
    "$BUILD/fakeserver" "$@" >"$BATS_TEST_TMPDIR/fake.port" 3>&- &
    fake_pid=$!
    eventually test -s "$BATS_TEST_TMPDIR/fake.port"
    fake_port=$(cat "$BATS_TEST_TMPDIR/fake.port")
}
fake_stop() {
    [ -n "${fake_pid:-}" ] || return 0
    kill "$fake_pid" 2>/dev/null || true
    wait "$fake_pid" 2>/dev/null || true
}
