#!/usr/bin/env bats
# --ldb: a script under the server's debugger, from a pipe, at a terminal (tmux), and as redis-cli has it.
load ../helper
load diff

setup_file() {
    server_start dif
    [ -z "$PEER" ] || { mkdir "$BATS_FILE_TMPDIR/bin" && ln -s "$VK" "$OURS"; }
    cd "$BATS_FILE_TMPDIR" || return
    cat >a.lua <<'END'
local x = 1
local t = {1, {a = "b"}}
redis.call('set', KEYS[1], ARGV[1])
redis.debug("hello", x)
for i = 1, 3 do
  x = x + i
end
return {redis.call('get', KEYS[1]), x}
END
    printf '%s\n' 'local x =' 'return = 1' >syntax.lua
    printf '%s\n' 'local x = nil' 'return x.y' >bad.lua
    printf '%s\n' 'local n = 0' 'while true do n = n + 1 end' >loop.lua
    printf 'local v = "\\27[2J\\7"\nredis.call("set", "k", v)\nerror(v)\n-- \e[2J\n' >escape.lua
}
teardown_file() { server_stop dif; }
setup() {
    cd "$BATS_FILE_TMPDIR" || return
    tmux_socket=
    "$VK" -s "$dif_sock" set k old >/dev/null
}
teardown() { [ -z "$tmux_socket" ] || tmux -S "$tmux_socket" kill-server; }

# debug LINES ARGS...: vk with these lines (printf %b) on standard input.
debug() { timeout 10 "$VK" -s "$dif_sock" "${@:2}" < <(printf %b "$1"); }

# terminal ARGS...: the same on a terminal; "left CODE" shows when it has ended.
terminal() {
    command -v tmux >/dev/null || skip "no tmux"
    tmux_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
    LC_ALL=C.UTF-8 tmux -u -S "$tmux_socket" -f /dev/null new-session -d -x 80 -y 50 \
        bash -c "trap : INT; '$VK' -s '$dif_sock' $*; echo left \$?; sleep 100" 3>&-
}
keys() { tmux -S "$tmux_socket" send-keys "$@"; }
type_in() { tmux -S "$tmux_socket" send-keys -l "$1"; }
screen() { tmux -S "$tmux_socket" capture-pane -p; }
shows() { screen | grep -q -- "$1"; }
shows_colours() { tmux -S "$tmux_socket" capture-pane -pe | grep -qF -- "$1"; }
await() { eventually shows "$1" || { screen >&2; return 1; }; }

@test "a forked session: stops with the source around them, breakpoints, values; nothing is kept" {
    run -0 --separate-stderr debug '3 step\nprint x\nb 6\nc\ne "a" .. 1\nr get k\nb 0\nc\n' --ldb --eval a.lua k , v
    assert_equal "$stderr" ''
    assert_output --partial $'a.lua:1, step over
->  1  local x = 1
    2  local t = {1, {a = "b"}}
    3  redis.call(\'set\', KEYS[1], ARGV[1])
    4  redis.debug("hello", x)
    5  for i = 1, 3 do\n'
    assert_output --partial $'<redis> set k v\n<reply> "+OK"\na.lua:4, step over\n'
    assert_output --partial $'<value> 1\n    5  for i = 1, 3 do\n   #6    x = x + i\n    7  end\n'
    assert_output --partial $'<debug> line 4: "hello", 1\na.lua:6, break point\n'
    assert_output --partial $'\n-> #6    x = x + i\n'
    assert_output --partial $'<retval> "a1"\n<redis> get k\n<reply> "v"\nAll breakpoints removed.\n'
    assert_regex "$output" $'\nv\n7\nthe session has ended: changes to the dataset are rolled back$'
    [ "$("$VK" -s "$dif_sock" get k)" = old ]
}

@test "a synchronous session keeps what it changed, even when it is aborted or left" {
    run -0 debug 'c\n' --json --ldb-sync-mode --eval a.lua k , new
    assert_line '["new",7]'
    assert_line 'the session has ended: changes to the dataset are kept'
    [ "$("$VK" -s "$dif_sock" get k)" = new ]
    run -1 --separate-stderr debug 'abort\n' --ldb-sync-mode --eval a.lua k , newer
    assert_equal "$stderr" $'a.lua:1: script aborted for user request\n    1 | local x = 1'
    run -0 debug '2 s\nquit\n' --ldb-sync-mode --eval a.lua k , newer
    assert_line 'the script is aborted: changes to the dataset are kept'
    [ "$("$VK" -s "$dif_sock" get k)" = new ]
}

@test "restart reads the file again and keeps the breakpoints" {
    cp a.lua b.lua
    run -0 debug 'b 6 8\nc\nrestart\nb\nc\nquit\n' --ldb --eval b.lua k , v
    assert_equal "$(grep -c '^b.lua:6, break point' <<<"$output")" 2
    assert_line '2 breakpoints set:'
}

@test "errors: of the script with its line, before it begins, and of what was typed" {
    run -1 --separate-stderr debug 'c\n' --ldb --eval bad.lua
    assert_equal "$stderr" $'bad.lua:2: attempt to index local \'x\' (a nil value)\n    2 | return x.y'
    run -1 --separate-stderr debug 'c\n' --ldb --eval syntax.lua
    assert_equal "$stderr" $'syntax.lua:2: unexpected symbol near \'return\'\n    2 | return = 1'
    assert_equal "$output" ''
    run -2 --separate-stderr debug 'get k\n"x\nnosuch\nquit\n' --ldb --eval a.lua k , v
    assert_regex "$stderr" $'^vk: line 1: a command of the server\'s runs here as: redis get\nvk: line 2: '
    assert_line --partial '<error> Unknown Redis Lua debugger command'
    long=$(printf 'e return "%01100d"' 0) # the server would end the script
    run -2 --separate-stderr debug "$long"'\np ""\nc\nc\n' --ldb --eval a.lua k , v
    assert_equal "$stderr" "vk: line 1: the debugger takes words of 1 to 1024 bytes
vk: line 2: the debugger takes words of 1 to 1024 bytes
vk: line 4: the session has ended (restart or quit): not sent: c"
    assert_line 'the session has ended: changes to the dataset are rolled back'
}

@test "a refusal, no server, a lost connection: one line and the right exit code" {
    "$VK" -s "$dif_sock" acl setuser low on nopass '~*' +@all '-script|debug'
    run -5 --separate-stderr debug 's\n' --user low --pass x --ldb --eval a.lua k , v
    assert_regex "$stderr" '^vk: the server refuses to debug: NOPERM [^
]*$'
    [ "$("$VK" -s "$dif_sock" get k)" = old ]
    run -3 --separate-stderr timeout 10 "$VK" -p 1 --ldb --eval a.lua
    assert_equal "$(wc -l <<<"$stderr")" 1
    mkfifo lines
    run -3 --separate-stderr lose_connection
    assert_regex "$stderr" 'the session is broken off, and nothing of it is kept$'
}
lose_connection() {
    local child pid
    timeout 10 "$VK" -s "$dif_sock" --ldb --eval a.lua k , v <lines >out 3>&- &
    pid=$!
    exec 9>lines
    eventually grep -q '^->  1' out
    child=$(pgrep -n -P "$dif_pid")
    kill -KILL "$child"
    wait "$pid" || pid=$?
    exec 9>&-
    return "$pid"
}

@test "escapes of the script reach no terminal" {
    terminal --ldb --eval escape.lua
    await '^lua debugger> *$'
    type_in '3 step'
    keys Enter
    await '^<redis> set k \\x1b\[2J\\x07'
    keys 'whole' Enter
    await '-- \\x1b\[2J'
    keys 'c' Enter
    await '^escape.lua:3: \\x1b\[2J\\x07'
    await '^restart or quit>'
}

@test "at a terminal: completion, colours, hints, empty lines step on, restart, quit" {
    terminal --ldb --eval a.lua k , v
    await '^lua debugger> *$'
    type_in 'ste'
    keys Tab
    await '^lua debugger> step *-- run the current line'
    keys Enter
    await '^a.lua:2, step over'
    eventually shows_colours $'\e[1m->'
    keys Enter
    await '^a.lua:3, step over'
    type_in 'print'
    keys C-c
    await '^lua debugger> print *^C'
    type_in 'c'
    keys Enter
    await '^the session has ended: changes to the dataset are rolled back'
    type_in 'restart'
    keys Enter
    await '^lua debugger> *$'
    type_in 'quit'
    keys Enter
    await '^left 0$'
}

@test "Ctrl-C ends a script that does not end" {
    terminal --ldb --eval loop.lua
    await '^lua debugger> *$'
    type_in 'c'
    keys Enter
    await '^lua debugger> c *$'
    keys C-c
    await 'interrupted: the session is broken off, and nothing of it is kept'
    await '^restart or quit>'
    keys C-d
    await '^left 130$'
}

@test "as redis-cli: bytes and exit codes, with colours and without" {
    [[ $("$PEER" --version 2>/dev/null) == "redis-cli 7.0."* ]] || skip "needs redis-cli 7.0 as the peer"
    local term
    prepare='set k old\n'
    for term in dumb xterm; do
        export TERM=$term
        input='s\ns\nb 5\nc\nl\nw\nt\ne x\ne "a b" .. 1\nr ping\nm\nm 10\n?\nh\nc\nping\nc\n' same_session
        input='b 5 7\nb\nb -5\nb 0\nb 99\nr get k\nr nosuch\nabort\nget k\n2 incr n\nquit\n' same_session
        input='s\n"a\n3 s\n\n s\nquit\n' same_session
        input='c\nrestart\nc\nget k\nrestart\ns' same_session
        input='c\n' same -s "$dif_sock" --ldb --eval syntax.lua
        input='c\nhgetall nosuch\n' same -p "$dif_port" --ldb --eval bad.lua
        input='s\nget k\nc\n:set x\n' same -p "$dif_port" --ldb-sync-mode --eval a.lua k , v
    done
}
# Over TCP: at the end of a session redis-cli writes to a socket that is closed, which may kill it.
same_session() { same -p "$dif_port" --ldb --eval a.lua k , v; }

@test "at a terminal that was another program's meanwhile keys work as before" {
    terminal --ldb --eval a.lua k , v
    await 'lua debugger> *$'
    local tty pid
    tty=$(tmux -S "$tmux_socket" display-message -p '#{pane_tty}')
    pid=$(pgrep -P "$(tmux -S "$tmux_socket" display-message -p '#{pane_pid}')" vk)
    kill -STOP "$pid"
    stty -F "$tty" sane
    kill -CONT "$pid"
    eventually eval 'stty -a -F "$tty" | grep -q -- -icanon'
    keys quit Enter
    await '^left 0'
}
