#!/usr/bin/env bats
# The interactive shell on a real terminal (tmux): what is typed, what is shown, what is kept.
load ../helper
load ../shell

setup_file() {
    server_start shell
    command -v tmux >/dev/null || skip "no tmux"
}
teardown_file() { server_stop shell; }
setup() {
    export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
    history=$XDG_STATE_HOME/valkit/history/default
}
teardown() {
    fake_stop
    shell_teardown
}

@test "a command, its colours, the hint behind it, and its reply for reading" {
    shell 100 -s "$shell_sock"
    type_in 'set k v '
    await 'set k v \[NX | XX\] \[GET\]'
    shows_colours $'\e[1m\e[32mset'
    keys Enter
    await '^OK$'
    type_in 'hset h name Ada born 1815'
    keys Enter
    await '^(integer) 2$'
    type_in 'hgetall h'
    keys Enter
    await '^born: 1815$'
    type_in 'hgetall h \json'
    keys Enter
    await '^{"name":"Ada","born":"1815"}$'
}

@test "Tab completes; Ctrl-C drops the line; Ctrl-D leaves with 0" {
    shell 100 -s "$shell_sock"
    type_in 'config rese'
    keys Tab
    await 'config resetstat'
    keys C-c
    await 'config resetstat *^C$'
    keys C-d
    await '^left 0$'
}

@test "the history: up arrow, suggestion, no secret in the file, nobody else reads it" {
    shell 100 -s "$shell_sock"
    type_in 'set remembered 1'
    keys Enter
    await '^OK$'
    type_in 'auth hunter2'
    keys Enter
    await 'ERR AUTH'
    type_in ' set not-this 1'
    keys Enter
    type_in 'set rem'
    await 'set remembered 1'
    keys Right Enter
    eventually test "$("$VK" -s "$shell_sock" get remembered)" = 1
    run -0 cat "$history"
    assert_output "$(printf '%s\n' 'set remembered 1' 'auth (redacted)' 'set remembered 1')"
    [ "$(stat -c %a "$history")" = 600 ]
    run ! grep -rq hunter2 "$XDG_STATE_HOME"
}

@test "what the server says by itself appears above the line, which stays" {
    shell 100 -p "$shell_port"
    type_in 'subscribe news'
    keys Enter
    await '(subscribed)> *$'
    type_in 'set half'
    await '> set half'
    "$VK" -s "$shell_sock" publish news 'it happened' >/dev/null
    await '^-> news: it happened$'
    screen | sed '/^$/d' | tail -n 1 | grep -q '> set half'
}

@test "a connection that is killed while a line is typed: it is said, the next command connects with the database" {
    shell 100 -p "$shell_port"
    type_in 'select 3'
    keys Enter
    await '\[3\]> *$'
    type_in 'set k in-three'
    "$VK" -s "$shell_sock" client kill type normal skipme yes >/dev/null
    await 'the connection is lost'
    await '\[3\] not connected> set k in-three'
    keys Enter
    await 'reconnected, database 3'
    eventually test "$("$VK" -s "$shell_sock" --db 3 get k)" = in-three
}

@test "Ctrl-C ends a command that blocks, and the shell goes on" {
    shell 100 -s "$shell_sock"
    type_in 'blpop nothing 0'
    keys Enter
    sleep 0.3
    keys C-c
    await '\^C'
    type_in 'ping'
    keys Enter
    await '^PONG$'
}

@test "a plain prompt where the terminal is dumb, or under NO_COLOR" {
    local plain
    for plain in TERM=dumb NO_COLOR=1; do
        tmux_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
        tmux -S "$tmux_socket" -f /dev/null new-session -d -x 100 -y 40 \
            bash -c "$plain '$VK' -s $shell_sock; sleep 100" 3>&-
        await '> *$'
        type_in 'config get maxmemory'
        keys Enter
        await '^2) "0"$'
        run ! shows 'parameter'
        tmux -S "$tmux_socket" kill-server
    done
    tmux_socket=
}

@test "a server's bytes never drive the terminal" {
    "$VK" -s "$shell_sock" set evil "$(printf 'a\033[31mb\007\033]0;title\007')"
    shell 100 -s "$shell_sock"
    type_in 'get evil'
    keys Enter
    await '31mb'
    run ! shows_colours $'a\e[31mb'
}
