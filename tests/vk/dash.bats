#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# --dash on real terminals (tmux): its numbers, its keys, terminals of all sizes, servers that go and come,
# and all ways out, which leave the terminal as it was.
load ../helper
load ../shell
load ../cluster

setup_file() {
    command -v tmux >/dev/null || skip "no tmux"
    server_start da
    cluster_start cl 3 0
}
teardown_file() {
    server_stop da
    cluster_stop cl
}
setup() { dash_env=(); }
teardown() { shell_teardown; }

# dash COLUMNS ROWS WORDS...: on a terminal of its own; "left CODE" shows when it has ended.
dash() {
    tmux_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
    LC_ALL=C.UTF-8 tmux -u -S "$tmux_socket" -f /dev/null new-session -d -x "$1" -y "$2" \
        env "${dash_env[@]}" bash -c "trap : INT; '$VK' --dash ${*:3}; echo left \$?; sleep 100" 3>&-
    await 'q quit'
}
alternate() { tmux -S "$tmux_socket" display-message -p '#{alternate_on} #{cursor_flag}'; }
rows_are_filled() { [ "$(screen | sed -n "$1p" | grep -c 'q quit')" = 1 ]; }
# It has ended so, and nothing of it is left.
is_over() {
    await "^left $1\$"
    [ "$(alternate)" = '0 1' ]
    run ! shows 'q quit'
    run ! shows 'req/s'
    type_in 'echo is on' # keys are lines again
    await 'echo is on'
}
dash_pid() {
    local pane
    pane=$(tmux -S "$tmux_socket" display-message -p '#{pane_pid}')
    cut -d' ' -f1 "/proc/$pane/task/$pane/children"
}

@test "80 columns: who it is, the numbers of INFO, and q" {
    for i in $(seq 1234); do echo "SET k$i v"; done | "$VK" -s "$da_sock" >/dev/null
    dash 80 24 -p "$da_port" -i 0.2
    await "^127.0.0.1:$da_port  [a-z]* [0-9.]*  primary  up .*[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\$"
    await '^0 replicas  keys 1,234  clients [12] of 10,000, 0 blocked'
    for i in $(seq 3000); do echo "GET k$((i % 2 ? 1 : 9999))"; done | "$VK" -s "$da_sock" >/dev/null
    await '^hits  *[0-9-].* most 5[0-3]\.[0-9]%' # every other one
    await '^req/s .*█.* most [0-9][0-9.k]*$'
    await '^ping  *[0-9.]* [um]s .*[▁▂▃▄▅▆▇█]  most [0-9.]* [um]s$'
    await '^memory  *[0-9.]*[KM] '
    for label in clients cpu in/s out/s 'slow log'; do shows "^$label"; done
    keys '?'
    await '^q  *quit (as Ctrl-C)'
    run ! shows '^req/s'
    keys '?'
    await '^req/s'
    keys q
    is_over 0
}

@test "a pause asks nothing, and goes on" {
    dash 80 24 -p "$da_port" -i 0.1
    keys p
    await ' PAUSED$'
    asked() { "$VK" -s "$da_sock" info commandstats | grep -o 'cmdstat_info:calls=[0-9]*'; }
    before=$(asked)
    sleep 0.4
    [ "$((${before##*=} + 1))" = "$(asked | tr -dc 0-9)" ]
    keys p
    await ':[0-9][0-9]$'
    run ! shows PAUSED
    keys q
    is_over 0
}

@test "40 columns, 10 rows, 200 columns: it follows, and nothing is wider than the terminal" {
    dash 40 10 -p "$da_port" -i 0.2
    eventually rows_are_filled 10
    shows '^req/s'
    shows '^slow log'
    resize 200 50
    eventually rows_are_filled 50
    await '^out/s .* most '
    resize 40 12
    eventually rows_are_filled 12
    resize 12 4
    eventually rows_are_filled 4
    resize 3 1
    resize 80 24
    eventually rows_are_filled 24
    keys q
    is_over 0
}

@test "the slow log, and no byte of it drives the terminal" {
    "$VK" -s "$da_sock" slowlog reset >/dev/null
    "$VK" -s "$da_sock" config set slowlog-log-slower-than 20000 >/dev/null
    dash 80 24 -p "$da_port" -i 0.2
    await '(empty)'
    "$VK" -s "$da_sock" eval 'for i=1,2e7 do end' 0 $'\e[31mred\e]0;title\a' >/dev/null
    await '^ *[0-9]* s  *[0-9.]* ms eval for i=1,2e7 do end 0 \\x1b\[31mred\\x1b\]0;title\\x07'
    run ! shows_colours $'\e[31mred'
    keys q
    is_over 0
}

@test "a log that may not be read is said, once" {
    "$VK" -s "$da_sock" acl setuser some on nopass '~*' +@all -slowlog >/dev/null
    dash 80 24 -p "$da_port" --user some -a x -i 0.1
    await '^slow log  NOPERM '
    await '^req/s .*[▁▂▃▄▅▆▇█]  most'
    [ "$("$VK" -s "$da_sock" acl log | grep -c some)" -le 2 ]
    keys q
    is_over 0
}

@test "signals: Ctrl-C, TERM, HUP" {
    dash 80 24 -p "$da_port"
    keys C-c
    is_over 130
    shell_teardown
    dash 80 24 -p "$da_port"
    kill -TERM "$(dash_pid)"
    is_over 143
    shell_teardown
    dash 80 24 -p "$da_port"
    kill -HUP "$(dash_pid)"
    is_over 129
}

@test "Ctrl-Z gives the terminal back, and fg takes it again" {
    tmux_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
    LC_ALL=C.UTF-8 tmux -u -S "$tmux_socket" -f /dev/null new-session -d -x 80 -y 24 env PS1='sh> ' bash --norc 3>&-
    await '^sh>'
    type_in "'$VK' --dash -p $da_port -i 0.2"
    keys Enter
    await 'q quit'
    keys C-z
    await 'Stopped'
    [ "$(alternate)" = '0 1' ]
    type_in 'fg'
    keys Enter
    await 'q quit'
    await '^req/s'
    keys q
    await '^sh> *$'
    [ "$(alternate)" = '0 1' ]
}

@test "a server that is killed is shown as such; it comes back, and so does the view" {
    server_start dies
    dash 80 24 -p "$dies_port" -i 0.1
    await '^req/s .*[▁▂▃▄▅▆▇█]  most'
    kill -KILL "$dies_pid"
    await '^down for [0-9]* s: Connection refused'
    await '^req/s  *- '
    "$SERVER" --port "$dies_port" --bind 127.0.0.1 --save '' >/dev/null 2>&1 3>&- &
    dies_pid=$!
    await '^0 replicas  keys 0 '
    await '^req/s  *[0-9.]* .*[▁▂▃▄▅▆▇█]  *[▁▂▃▄▅▆▇█]' # with a gap
    kill -STOP "$dies_pid"
    await '^no answer for '
    keys q
    is_over 0
    kill -CONT "$dies_pid"
    server_stop dies
}

@test "a cluster: a row for each node; sorted, chosen, zoomed; one that is killed" {
    for i in $(seq 300); do echo "SET k$i v"; done | "$VK" -c -p "${cl_ports[0]}" >/dev/null
    dash 80 24 -c -p "${cl_ports[0]}" -i 0.2
    await '^cluster  3 of 3 nodes answer'
    await '^0 replicas  keys 300  clients '
    for port in "${cl_ports[@]}"; do await "^[> ] :$port  *[0-9.]* "; done
    shows "^> :${cl_ports[0]} "
    keys j Down k
    await "^> :${cl_ports[1]} "
    keys PPage
    await "^> :${cl_ports[0]} "
    keys NPage Up
    await "^> :${cl_ports[1]} "
    keys Enter
    await "^127.0.0.1:${cl_ports[1]}  [a-z]* [0-9.]*  primary"
    run ! shows '^cluster'
    keys Escape
    await '^cluster  3 of 3'
    keys s s
    await ' mem\* '
    await "^> :${cl_ports[1]} " # still the one that was chosen
    cluster_kill cl "${cl_ports[2]}"
    await '^cluster  2 of 3 nodes answer'
    await "^  :${cl_ports[2]} .*down for [0-9]* s: Connection refused"
    resize 40 12
    eventually rows_are_filled 12
    await "^> :${cl_ports[1]} "
    keys q
    is_over 0
}

@test "a plain terminal: no colours, no blocks" {
    dash_env=(NO_COLOR=1 LC_ALL=C)
    dash 80 24 -p "$da_port" -i 0.1
    await '^req/s .*#.* most'
    run ! shows_colours $'\e['
    keys q
    is_over 0
}

@test "what is no terminal is refused, and the other way is named" {
    run -2 --separate-stderr "$VK" -p "$da_port" --dash
    assert_regex "$stderr" -- '--dash needs a terminal; for programs there is --stat --json'
    run -2 --separate-stderr "$VK" -p "$da_port" --dash --json
    assert_regex "$stderr" -- '--stat has --json'
    TERM=dumb run -2 script -qec "$VK -p $da_port --dash" /dev/null
    assert_output --partial 'needs a terminal'
    run -3 script -qec "TERM=xterm $VK -p 1 --dash" /dev/null
    assert_output --partial 'Connection refused'
    run ! grep -q $'\e' <<<"$output"
}

@test "40 columns: the help is whole" {
    dash 40 24 -p "$da_port"
    keys '?'
    await 'together *$'
    shows '^else is a sum\.$'
    keys q
    is_over 0
}
