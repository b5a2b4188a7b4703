# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# For the suites of vktail: one in the background, what it prints, captures made by hand, a terminal.
VKTAIL=$BUILD/vktail

# tail_start WORDS...: on the server whose port is $port, its output in $out, what it says in $said; on return
# it listens.
tail_start() {
    local before
    out=$BATS_TEST_TMPDIR/out said=$BATS_TEST_TMPDIR/said
    before=$(listeners)
    "$VKTAIL" -p "$port" "$@" >"$out" 2>"$said" 3>&- &
    tail_pid=$!
    eventually eval '[ "$(listeners)" -gt "$before" ]'
}
listeners() { "$CLI" -p "$port" client list | grep -cE 'cmd=(monitor|subscribe|psubscribe)' || true; }
# Stop it. SIGINT is ignored in the background.
tail_end() {
    kill -TERM "$tail_pid"
    wait "$tail_pid" || true
    tail_pid=
}
# Its exit code in $status, when it ends by itself.
tail_wait() {
    status=0
    wait "$tail_pid" || status=$?
    tail_pid=
}
tail_teardown() {
    [ -z "${tail_pid:-}" ] || kill -KILL "$tail_pid" 2>/dev/null || true
    [ -z "${tail_socket:-}" ] || tmux -S "$tail_socket" kill-server 2>/dev/null || true
    tail_pid='' tail_socket=''
}
has() { grep -qF -- "$1" "${2:-$out}"; }
sent() { "$CLI" -p "$port" "$@" >/dev/null; }

# record WORDS...: one record of a capture.
record() {
    local LC_ALL=C word
    printf '*%d\r\n' $#
    for word; do printf '$%d\r\n%s\r\n' ${#word} "$word"; done
}
# capture_begin [TIME]: header and one node.
capture_begin() {
    record valkit-capture 1 "${1:-1000000}" test monitor
    record node 0 127.0.0.1:7000
}

# on_screen COLUMNS ROWS WORDS...: vktail on a terminal of its own; "left CODE" shows when it has ended.
on_screen() {
    tail_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
    LC_ALL=C.UTF-8 tmux -u -S "$tail_socket" -f /dev/null new-session -d -x "$1" -y "$2" \
        env "${screen_env[@]}" bash -c "trap : INT; '$VKTAIL' ${*:3}; echo left \$?; sleep 100" 3>&-
}
screen() { tmux -S "$tail_socket" capture-pane -p; }
screen_colours() { tmux -S "$tail_socket" capture-pane -pe; }
keys() { tmux -S "$tail_socket" send-keys "$@"; }
shows() { screen | grep -q -- "$1"; }
await() { eventually shows "$1" || { screen >&2; return 1; }; }
