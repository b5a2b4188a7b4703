#!/usr/bin/env bats
# What happens at the edges of the shell: signals between two steps, several keys in one read, words that
# are no command, programs that die.
load ../helper
load ../shell

setup_file() {
    command -v tmux >/dev/null || skip "no tmux"
    server_start shell
}
teardown_file() { server_stop shell; }
setup() {
    export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
    shell_env=("INPUTRC=$BATS_TEST_TMPDIR/inputrc")
    touch "$BATS_TEST_TMPDIR/inputrc"
    "$VK" -s "$shell_sock" flushall >/dev/null
}
teardown() { shell_teardown; }

vk() { "$VK" -s "$shell_sock" "$@"; }
line_is() { shows "> $1\$"; }
awaits_line() { eventually line_is "$1" || { screen >&2; return 1; }; }
# The shell's process.
shell_pid() {
    local parent
    parent=$(tmux -S "$tmux_socket" display-message -p '#{pane_pid}')
    pgrep -P "$parent" -x vk || pgrep -P "$parent" vk
}
hides() { ! shows "$1"; }
# at_once KEYS: read in one piece, as from a slow line.
at_once() {
    local pid
    pid=$(shell_pid)
    kill -STOP "$pid"
    type_in "$1"
    sleep 0.2 # on its way through the terminal
    kill -CONT "$pid"
}

@test "a number of times and a form, and no command: that is said" {
    shell 80 -s "$shell_sock"
    type_in '5 \json'
    keys Enter
    await "unknown command '5'"
    type_in 'ping'
    keys Enter
    await '^PONG'
}

@test "keys that come together: the grey text they take is the one of the line as it is by then" {
    shell 80 -s "$shell_sock"
    type_in 'echo one two three'
    keys Enter
    await '^one\|ERR'
    keys e
    awaits_line 'echo one two three'
    at_once $'c\x1b[C'
    awaits_line 'echo one two three'
    keys C-u e
    awaits_line 'echo one two three'
    at_once $'\x1bf\x1bf'
    keys C-k x
    awaits_line 'echo onex'
}

@test "SIGTERM during a command ends the shell, not the command alone" {
    shell 80 -s "$shell_sock"
    type_in 'blpop none 0'
    keys Enter
    eventually eval 'vk client list | grep -q cmd=blpop'
    kill -TERM "$(shell_pid)"
    await '^left 143'
}

@test "a pager that is killed is no pager that is missing, and the terminal is as it was" {
    printf '#!/bin/sh\nstty raw -echo </dev/tty\nkill -KILL $$\n' >"$BATS_TEST_TMPDIR/pager"
    chmod +x "$BATS_TEST_TMPDIR/pager"
    shell_env+=("PAGER=$BATS_TEST_TMPDIR/pager; exit \$?") shell_rows=10
    shell 80 -s "$shell_sock"
    type_in 'command list'
    keys Enter
    await '^Killed'
    await 's> *$'
    type_in '\pager'
    keys Enter
    await 'replies longer than the screen go to'
    keys C-d
    await '^left 0'
    local tty
    tty=$(tmux -S "$tmux_socket" display-message -p '#{pane_tty}')
    stty -a -F "$tty" | grep -q ' echo ' # not -echo
}

@test "a program that cannot be started costs its output, not all that follows" {
    command -v prlimit >/dev/null || skip "no prlimit"
    shell 80 -s "$shell_sock"
    local pid
    pid=$(shell_pid)
    prlimit --pid "$pid" --nofile=3:
    type_in 'echo lost | cat'
    keys Enter
    await 'cannot make a pipe'
    prlimit --pid "$pid" --nofile=64:
    type_in 'ping'
    keys Enter
    await '^PONG'
}

@test "\\watch: no secret in its head, and what a lost connection took is said behind it" {
    shell 80 -s "$shell_sock"
    type_in '\watch 60 auth hunter2'
    keys Enter
    await '^every 60 s: auth (redacted)'
    hides hunter2
    keys C-c
    await '^\^C'
    type_in 'subscribe ch'
    keys Enter
    await 'subscribed)>'
    type_in '\watch 0.1 client id'
    keys Enter
    await '^every 0.1 s'
    vk client kill type pubsub
    eventually eval '[ "$(vk client list type pubsub | wc -l)" -lt 1 ]'
    sleep 1.5
    keys C-c
    await 'reconnected; lost: the subscriptions'
}

@test "\\connect with a password in the wrong place shows it nowhere" {
    shell 80 -s "$shell_sock"
    local place
    for place in me:hunter2@127.0.0.1 127.0.0.1:hunter2@x me:hunter2@127.0.0.1:1; do
        type_in "\\connect $place"
        keys Enter
        await 'goes into a URI'
        keys C-l
        eventually hides 'goes into'
    done
    run ! grep -r hunter2 "$XDG_STATE_HOME"
    type_in '\connect redis://me:hunter2@127.0.0.1:1'
    keys Enter
    await 'cannot connect'
    keys C-l
    eventually hides 'cannot connect'
    type_in '\connect redis://me:hunter2@127.0.0.1:99999'
    keys Enter
    await '^vk: '
    run ! shows '^vk: .*hunter2'
}

@test "Ctrl-C at a prompt that never had a connection" {
    local port
    port=$(free_port)
    shell 80 -p "$port"
    await 'not connected>'
    keys C-c
    eventually eval '[ "$(screen | grep -c "not connected>")" = 2 ]'
    keys C-d
    await '^left 0'
}
