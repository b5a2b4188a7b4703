#!/usr/bin/env bats
# On a terminal: the standard format, no byte of the server's that could drive it, and the prompt.
load ../helper

setup_file() { server_start tty; }
teardown_file() { server_stop tty; }
setup() {
    "$VK" -s "$tty_sock" flushall
    "$VK" -s "$tty_sock" acl setuser default +@all
}
teardown() {
    fake_stop
    server_stop away
    tmux_end
}
# ESC, BEL, BS, DEL, a CR that goes back, a C1 byte, C1 as UTF-8, right-to-left override, isolate,
# zero-width space; 22 bytes.
EVIL='\x1b[31m\x07\x08\x7f\x0dX\x9b\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b'
HELLO='%0\r\n+OK\r\n+OK\r\n' # to HELLO and twice SETINFO

# on_tty WORDS...: vk with these (shell) words on a terminal of its own; what the terminal got in $screen.
on_tty() {
    script -qec "stty cols 200; '$VK' $*" /dev/null </dev/null >"$BATS_TEST_TMPDIR/screen" 2>&1 || true
    screen=$(cat "$BATS_TEST_TMPDIR/screen")
}
# Nothing but printable ASCII and line ends reached the terminal, but the text did.
is_tame() {
    perl -0777 -ne 'exit(/[^\r\n -~]|\r(?!\r*\n)/ ? 1 : 0)' "$BATS_TEST_TMPDIR/screen" || {
        echo "untamed: $(od -c "$BATS_TEST_TMPDIR/screen")" >&2
        return 1
    }
    grep -q '31m\|base64' "$BATS_TEST_TMPDIR/screen"
}
# evil FORMAT REPLY COMMAND...: the server answers the command with REPLY.
evil() {
    fake_start read "send:$HELLO+OK\\r\\n" read "send:$2" sleep:50
    on_tty -p "$fake_port" -3 -n 1 "$1" "${@:3}"
    fake_stop
    is_tame || { echo "format '$1', reply '$2'" >&2; return 1; }
}

@test "a terminal gets the standard format, a pipe the bytes" {
    "$VK" -s "$tty_sock" rpush l a b
    on_tty -s "$tty_sock" lrange l 0 -1
    assert_equal "$screen" $'1) "a"\r\n2) "b"\r'
    on_tty -s "$tty_sock" get none
    assert_equal "$screen" $'(nil)\r'
    on_tty -s "$tty_sock" incr n
    assert_equal "$screen" $'(integer) 1\r'
    on_tty -s "$tty_sock" get l
    assert_equal "$screen" $'(error) WRONGTYPE Operation against a key holding the wrong kind of value\r'
    on_tty -s "$tty_sock" lrange l 0 -1 "| cat"
    assert_equal "$screen" $'a\r\nb\r'
}

@test "no reply type drives the terminal, in no format" {
    for format in --no-raw --csv --json --quoted-json --ndjson; do
        for reply in "+$EVIL\\r\\n" "-ERR $EVIL\\r\\n" "\$22\\r\\n$EVIL\\r\\n" "!22\\r\\n$EVIL\\r\\n" \
            "=26\\r\\ntxt:$EVIL\\r\\n" "*2\\r\\n+$EVIL\\r\\n*1\\r\\n-E $EVIL\\r\\n" \
            "%1\\r\\n+$EVIL\\r\\n\$22\\r\\n$EVIL\\r\\n" "~1\\r\\n=26\\r\\ntxt:$EVIL\\r\\n"; do
            evil "$format" "$reply" get k
        done
    done
}

@test "a reply that is text for people keeps its lines and nothing else" {
    evil --no-raw "\$29\\r\\n# a\\r\\nb:$EVIL\\r\\n" info
    assert_regex "$screen" $'# a\r+\nb:'
    evil --no-raw "=26\\r\\ntxt:$EVIL\\r\\n" lolwut
    evil --json "\$22\\r\\n$EVIL\\r\\n" info
}

@test "escapes are cut nowhere when the reply comes byte by byte" {
    fake_start read "drip:1:$HELLO+$EVIL\\r\\n" sleep:50
    on_tty -p "$fake_port" -3 get k
    is_tame
    assert_equal "$screen" '\x1b[31m\x07\x08\x7f\x0dX\x9b\xc2\x9b\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8b'$'\r'
}

@test "names and payloads of pushes and messages do not drive the terminal" {
    local b="\$22\\r\\n$EVIL\\r\\n"
    evil --no-raw ">3\\r\\n+subscribe\\r\\n$b:1\\r\\n>3\\r\\n+message\\r\\n$b$b" subscribe ch
    evil --no-raw "*3\\r\\n\$10\\r\\npsubscribe\\r\\n$b:1\\r\\n*4\\r\\n\$8\\r\\npmessage\\r\\n$b$b$b" psubscribe ch
    evil --no-raw ">2\\r\\n\$10\\r\\ninvalidate\\r\\n*1\\r\\n$b+OK\\r\\n" get k
    evil --no-raw ">2\\r\\n+$EVIL\\r\\n$b+OK\\r\\n" get k
    evil --json ">2\\r\\n+$EVIL\\r\\n$b+OK\\r\\n" get k
}

@test "MONITOR lines do not drive the terminal" {
    evil --no-raw "+OK\\r\\n+1.5 [0 x] \"get\" \"$EVIL\"\\r\\n" monitor
}

@test "an error text does not drive the terminal through standard error either" {
    evil "" "-ERR $EVIL\\r\\n" get k ">/dev/null"
    evil "" "-ERR $EVIL\\r\\n" "<<<'get k' >/dev/null"
    assert_regex "$screen" "1 of 1 commands failed, the first in line 1: ERR "
    evil -e "-ERR $EVIL\\r\\n" "<<<'get k' >/dev/null"
    evil "" "-ERR $EVIL\\r\\n" "<<<'get k' | cat >/dev/null"
}

@test "what a server says instead of a greeting does not drive the terminal" {
    fake_start read "send:+OK\\r\\n+OK\\r\\n-ERR $EVIL\\r\\n" sleep:50
    on_tty -p "$fake_port" -n 3 get k
    is_tame
    fake_stop
    fake_start "send:-DENIED $EVIL\\r\\n" read
    on_tty -p "$fake_port" get k
    is_tame
}

@test "--raw on a terminal gives the bytes as asked" {
    printf %b "$EVIL" | "$VK" -s "$tty_sock" -x set k
    on_tty -s "$tty_sock" --raw get k
    printf '%b\r\n' "$EVIL" | cmp - "$BATS_TEST_TMPDIR/screen"
}

# --- the prompt, in a tmux of its own ---------------------------------------------------------------

# prompt OPTIONS...: vk at its plain prompt; "left CODE" shows when it has ended.
prompt() {
    local run="trap : INT; TERM=dumb '$VK' $*; echo left \$?; sleep 100"
    command -v tmux >/dev/null || skip "no tmux"
    tmux_end
    tmux_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
    tmux -S "$tmux_socket" -f /dev/null new-session -d -x 120 -y 40 bash -c "$run" 3>&-
    eventually ends_in_prompt
}
tmux_end() {
    [ -z "${tmux_socket:-}" ] || tmux -S "$tmux_socket" kill-server
    tmux_socket=
}
keys() { tmux -S "$tmux_socket" send-keys "$@"; }
type_line() { keys -l -- "$1" && keys Enter; }
ends_in_prompt() { screen | tail -n 1 | grep -q '>$'; }
screen() { tmux -S "$tmux_socket" capture-pane -p | sed '/^$/d'; }
shows() { screen | grep -qF -- "$1"; }
# ends_with LINES: the last lines of the screen come to be these.
ends_with() { eventually last_lines_are "$1" || { screen >&2; return 1; }; }
last_lines_are() { [ "$(screen | tail -n "$(wc -l <<<"$1")")" = "$1" ]; }

@test "the prompt shows where it is, and the database once it is another" {
    local at="127.0.0.1:$tty_port"
    prompt -p "$tty_port"
    type_line 'set k "a b"'
    ends_with "$at> set k \"a b\""$'\n'"OK"$'\n'"$at>"
    type_line 'select 3'
    ends_with "OK"$'\n'"${at}[3]>"
    type_line 'select 99'
    ends_with "(error) ERR DB index is out of range"$'\n'"${at}[3]>"
    type_line ''
    ends_with "${at}[3]>"$'\n'"${at}[3]>"
    type_line '2 incr n'
    ends_with "(integer) 1"$'\n'"(integer) 2"$'\n'"${at}[3]>"
    type_line 'select 0'
    ends_with "OK"$'\n'"$at>"
}

@test "a line with an open quote is refused and the prompt goes on" {
    prompt -p "$tty_port"
    type_line 'set k "a'
    ends_with "vk: unbalanced double quote at column 7"$'\n'"127.0.0.1:$tty_port>"
    type_line 'ping'
    ends_with "PONG"$'\n'"127.0.0.1:$tty_port>"
}

@test "a killed connection comes back with its database, and says so" {
    prompt -p "$tty_port"
    type_line 'select 3'
    eventually shows '[3]>'
    type_line 'multi'
    ends_with "OK"$'\n'"127.0.0.1:${tty_port}[3] (tx)>"
    "$VK" -s "$tty_sock" client kill type normal
    type_line 'set here 1'
    ends_with "vk: reconnected, database 3; lost: the transaction"$'\n'"OK"$'\n'"127.0.0.1:${tty_port}[3]>"
    run -0 "$VK" -s "$tty_sock" -n 3 get here
    assert_output 1
}

@test "nothing runs in another database while the old one cannot be had" {
    prompt -p "$tty_port"
    type_line 'select 3'
    eventually shows '[3]>'
    "$VK" -s "$tty_sock" acl setuser default -select
    "$VK" -s "$tty_sock" client kill type normal
    type_line 'set there 1'
    eventually shows 'SELECT 3 failed: NOPERM'
    type_line 'set there 2'
    "$VK" -s "$tty_sock" acl setuser default +select
    type_line 'set there 3'
    ends_with "vk: reconnected, database 3"$'\n'"OK"$'\n'"127.0.0.1:${tty_port}[3]>"
    run -0 "$VK" -s "$tty_sock" exists there
    assert_output 0
}

@test "a server that goes and comes back is told at the prompt" {
    server_start away
    prompt -p "$away_port"
    kill -9 "$away_pid"
    wait "$away_pid" || true
    type_line 'ping'
    ends_with "vk: cannot connect to 127.0.0.1:$away_port: Connection refused"$'\n'"127.0.0.1:$away_port not connected>"
    "$SERVER" --port "$away_port" --bind 127.0.0.1 --save '' >/dev/null 2>&1 3>&- &
    away_pid=$!
    eventually "$VK" -p "$away_port" ping
    type_line 'ping'
    ends_with "vk: reconnected"$'\n'"PONG"$'\n'"127.0.0.1:$away_port>"
    server_stop away
}

@test "Ctrl-C during a command that blocks returns to the prompt" {
    prompt -p "$tty_port"
    type_line 'blpop nothing 0'
    eventually shows 'blpop nothing 0'
    sleep 0.2
    keys C-c
    ends_with "vk: no reply to 'blpop nothing 0': it may or may not have been applied, and is not sent again"$'\n'"127.0.0.1:$tty_port not connected>"
    type_line 'ping'
    ends_with "vk: reconnected"$'\n'"PONG"$'\n'"127.0.0.1:$tty_port>"
    run -1 grep -c blpop <("$VK" -s "$tty_sock" client list)
}

@test "Ctrl-C in the middle of a reply ends its line and returns to the prompt" {
    fake_start read 'send:+OK\r\n+OK\r\n' read 'send:*2\r\n+one\r\n$9\r\nabc' hold
    prompt -p "$fake_port"
    type_line 'get k'
    eventually shows 'abc'
    keys C-c
    ends_with '2) "abc^C'$'\n'"127.0.0.1:$fake_port>"
}

@test "exit, quit and Ctrl-D leave with 0, Ctrl-C at the prompt by the signal" {
    for how in exit quit; do
        prompt -p "$tty_port"
        type_line "$how"
        ends_with "127.0.0.1:$tty_port> $how"$'\n'"left 0"
        done
    prompt -p "$tty_port"
    keys C-d
    ends_with "127.0.0.1:$tty_port>"$'\n'"left 0"
    prompt -p "$tty_port"
    keys C-c
    ends_with "left 130"
}

@test "SUBSCRIBE at the prompt shows messages as they come" {
    prompt -p "$tty_port"
    type_line 'subscribe ch'
    ends_with $'3) (integer) 1\n'"127.0.0.1:$tty_port (subscribed)>"
    "$VK" -s "$tty_sock" publish ch hello
    ends_with $'2) "ch"\n3) "hello"'
    type_line 'unsubscribe'
    ends_with $'1) "unsubscribe"\n2) "ch"\n3) (integer) 0\n'"127.0.0.1:$tty_port>"
    type_line 'ping'
    ends_with $'PONG\n'"127.0.0.1:$tty_port>"
}
