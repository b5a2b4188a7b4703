# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# vk's shell on a real terminal (tmux): start it, type, look at the screen. Call shell_teardown in teardown.

# shell COLUMNS OPTIONS...: the shell on a terminal of that width and shell_rows (40) rows; "left CODE"
# shows when it has ended. shell_env: words like "EDITOR=x", set for it alone.
shell() {
    tmux_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
    LC_ALL=C.UTF-8 tmux -u -S "$tmux_socket" -f /dev/null new-session -d -x "$1" -y "${shell_rows:-40}" \
        env "${shell_env[@]}" bash -c "trap : INT; '$VK' ${*:2}; echo left \$?; sleep 100" 3>&-
    eventually shows '> *$'
}
shell_teardown() {
    [ -z "${tmux_socket:-}" ] || tmux -S "$tmux_socket" kill-server
    tmux_socket=
}

# keys NAME...: as tmux names them (Enter, C-a, M-f, F1); type_in TEXT: as it is.
keys() { tmux -S "$tmux_socket" send-keys "$@"; }
type_in() { tmux -S "$tmux_socket" send-keys -l "$1"; }
# paste TEXT: in brackets, as a terminal does when the program asks for it.
paste() {
    printf %s "$1" | tmux -S "$tmux_socket" load-buffer -
    tmux -S "$tmux_socket" paste-buffer -p -r
}
screen() { tmux -S "$tmux_socket" capture-pane -p; }
# A row matches; await: until one does.
shows() { screen | sed '/^$/d' | grep -q -- "$1"; }
shows_colours() { tmux -S "$tmux_socket" capture-pane -pe | grep -qF -- "$1"; }
await() { eventually shows "$1" || { screen >&2; return 1; }; }
# "COLUMN ROW" of the cursor, from 0.
cursor() { tmux -S "$tmux_socket" display-message -p '#{cursor_x} #{cursor_y}'; }
# resize COLUMNS [ROWS]: returns when the program is told, which tmux does a while after its own screen changed.
resize() {
    local tty size="${2:-40} $1"
    tty=$(tmux -S "$tmux_socket" display-message -p '#{pane_tty}')
    tmux -S "$tmux_socket" resize-window -x "$1" -y "${2:-40}"
    eventually eval '[ "$(stty -F "$tty" size)" = "$size" ]'
}
