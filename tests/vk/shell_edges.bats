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
