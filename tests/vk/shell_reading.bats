#!/usr/bin/env bats
# What the interactive shell does with replies, on a real terminal (tmux): pipes, files, the pager,
# formats, \timing, \watch, peek.
load ../helper
load ../shell

setup_file() {
    server_start reading
    command -v tmux >/dev/null || skip "no tmux"
    "$VK" -s "$reading_sock" eval 'for i = 1, 5000 do redis.call("hset", "big", "f:" .. i, "v:" .. i) end' 0
    "$VK" -s "$reading_sock" hset h name Ada born 1815
}
teardown_file() { server_stop reading; }
setup() {
    export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
    shell_env=(PAGER="$BATS_TEST_TMPDIR/pager") shell_rows=24
    file=$BATS_TEST_TMPDIR/file
    # A pager that says how much it got, and waits for a key as less does.
    printf '#!/bin/sh\nwc -l | tr -d " " >"%s.paged"\necho paged\nhead -n 1 </dev/tty >/dev/null\n' "$file" \
        >"$BATS_TEST_TMPDIR/pager"
    chmod +x "$BATS_TEST_TMPDIR/pager"
}
teardown() {
    fake_stop
    shell_teardown
}
enter() {
    type_in "$1"
    keys Enter
}
has() { [ "$(cat "$1")" = "$2" ]; }

@test "a pipe gets the bytes or the format that is named; an error reply starts nothing" {
    shell 80 -s "$reading_sock"
    "$VK" -s "$reading_sock" -x set bytes < <(printf 'a\033[1m\xff\nb')
    enter "get bytes | od -An -tx1"
    await '61 1b 5b 31 6d ff 0a 62 0a'
    enter 'hgetall h \json | tr a-z A-Z'
    await '^{"NAME":"ADA","BORN":"1815"}$'
    enter 'get h | tr a-z A-Z; touch '"$file"
    await 'WRONGTYPE'
    [ ! -e "$file" ]
    enter 'get "|" | cat -A'
    await '^\$$'
    enter 'set "|" ">"'
    await '^OK$'
}

@test "the end of the program in a pipe: its code is said, but for one that has read enough" {
    shell 80 -s "$reading_sock"
    enter 'hgetall big | false'
    await "'false' ended with exit code 1"
    enter 'hgetall big | head -n 1 | cut -c 1-2'
    await '^f:$'
    enter 'ping'
    await '^PONG$'
    run ! shows 'head'.*'ended'
    run ! shows 'not connected'
}

@test "a program in a pipe has the terminal, default signals and no password in its environment" {
    shell_env+=(VALKEYCLI_AUTH=secret-word)
    shell 80 -s "$reading_sock"
    enter 'ping | (env | grep -c secret-word; read -r key </dev/tty; echo "key $key"; grep -i sigign /proc/self/status)'
    await '^0$'
    keys x Enter
    await '^key x$'
    await 'SigIgn:.*[02468ace]...$' # SIGPIPE, which vk ignores, is not among them
}

@test "Ctrl-C ends the program in a pipe and the shell goes on" {
    shell 80 -s "$reading_sock"
    enter 'hgetall big | (cat >/dev/null; echo waiting; sleep 100)'
    await '^waiting$'
    keys C-c
    await '\^C'
    enter 'ping'
    await '^PONG$'
    enter 'blpop nothing 0 | cat'
    sleep 0.3
    keys C-c
    await 'no reply'
    enter 'echo still-there'
    await '^still-there$'
}

@test "a file is written whole or not at all, 0600 when it is new" {
    shell 80 -s "$reading_sock"
    enter "hgetall h > $file"
    eventually has "$file" $'name Ada\nborn 1815'
    [ "$(stat -c %a "$file")" = 600 ]
    enter "lrange h 0 1 > $file"
    await 'WRONGTYPE'
    has "$file" $'name Ada\nborn 1815'
    enter "echo more >> $file"
    eventually has "$file" $'name Ada\nborn 1815\nmore'
    enter "get h >> $file"
    enter "hgetall h \\json >> \"$file 2\""
    eventually has "$file 2" '{"name":"Ada","born":"1815"}'
    has "$file" $'name Ada\nborn 1815\nmore'
    enter "hgetall big > $BATS_TEST_TMPDIR/none/f"
    await 'cannot write'
    enter 'ping > a b'
    await 'one file name goes behind >'
    run ! compgen -G "$BATS_TEST_TMPDIR/.file*"
}

@test "XREADGROUP keeps its >" {
    "$VK" -s "$reading_sock" xgroup create s g 0 mkstream
    "$VK" -s "$reading_sock" xadd s 1-1 field found
    shell 80 -s "$reading_sock"
    enter 'xreadgroup group g me streams s >'
    await 'found'
}

@test "what is longer than the screen goes to the pager, whatever is not, does not" {
    shell 80 -s "$reading_sock"
    enter 'lrange nothing 0 -1'
    await '(empty list)'
    [ ! -e "$file.paged" ]
    enter 'hgetall big'
    await '^paged$'
    has "$file.paged" 5001
    keys Enter
    rm "$file.paged"
    enter '\pager off'
    enter 'hgetall big'
    await 'v:[0-9]*$'
    enter '\pager on'
    enter 'hgetall big | tail -n 1'
    await '^f:[0-9]* v:'
    [ ! -e "$file.paged" ]
}

@test "a pager that is left early, or is not there" {
    shell_env=(PAGER="head -n 2; echo left")
    shell 80 -s "$reading_sock"
    enter 'hgetall big'
    await '^left$'
    await '^(5000)$'
    run ! shows 'vk: '
    shell_teardown
    shell_env=(PAGER=/nothing/here)
    shell 80 -s "$reading_sock"
    enter 'hgetall big'
    await "the pager '/nothing/here' is not there"
    keys C-l
    enter 'hgetall big'
    await 'v:[0-9]*$'
    run ! shows 'pager'
}

@test "less is the pager of who has none, and shows colours" {
    command -v less >/dev/null || skip "no less"
    shell_env=(-u PAGER -u LESS)
    shell 80 -s "$reading_sock"
    enter 'hgetall big'
    await '^:$'
    shows '^(5000)$'
    run ! shows 'ESC'
    keys q
    enter 'ping'
    await '^PONG$'
}

@test "how long a command took: asked for, or when it was long" {
    shell 80 -s "$reading_sock"
    enter 'blpop nothing 0.6'
    await '^(0\.[6-9][0-9] s)$\|^([1-9].* s)$'
    enter 'ping'
    await '^PONG$'
    run ! shows 'ms)'
    enter '\timing'
    enter 'echo timed'
    await '^([0-9.]* ms)$'
}

@test "watch: drawn in place, what changes stands out, errors and lost connections do not end it" {
    shell 80 -p "$reading_port"
    "$VK" -s "$reading_sock" mset one same two 1
    enter '\watch 0.1 mget one two'
    await '^every 0.1 s: mget one two'
    await '^2) 1$'
    run ! shows_colours $'\e[7m'
    "$VK" -s "$reading_sock" set two 2 >/dev/null
    await '^2) 2$'
    "$VK" -s "$reading_sock" client kill type normal skipme yes >/dev/null
    "$VK" -s "$reading_sock" set two 3 >/dev/null
    await '^2) 3$'
    resize 60 10
    await '^2) 3$'
    keys C-c
    await ">"
    enter 'echo after'
    await '^after$'
}

@test "watch marks the word that is new" {
    shell 80 -s "$reading_sock"
    "$VK" -s "$reading_sock" set counter 0 >/dev/null
    enter '\watch 0.2 incr counter'
    eventually shows_colours $'\e[7m'
    keys C-c
    enter '\watch'
    await 'usage: .watch'
}

@test "peek: what a key is, and no more of it than its beginning" {
    shell_rows=60
    shell 80 -s "$reading_sock"
    "$VK" -s "$reading_sock" -x setex evil 1000 < <(printf 'a\033[31mb')
    enter '\pager off'
    "$VK" -s "$reading_sock" config resetstat
    enter 'peek h none big evil'
    await '^  type: *hash listpack\|^  type: *hash ziplist'
    await '^    born: 1815$'
    await '^none  (no such key)$'
    await '^    \.\.\. 4990 more fields$'
    await '^  expires: *in 00:16:[0-9]*  20'
    await 'x1b\[31mb'
    run ! shows_colours $'a\e[31mb'
    run -0 "$VK" -s "$reading_sock" info commandstats
    refute_output --partial cmdstat_hgetall
    enter multi
    await '(tx'
    enter 'peek h'
    await 'a transaction is open'
}

@test "peek: what the user may not ask is said, and the rest is told" {
    "$VK" -s "$reading_sock" acl setuser limited on nopass '~*' +@all -memory -object
    shell 80 -s "$reading_sock" --user limited -a x
    enter 'peek h'
    await '^  memory: *not allowed$'
    await '^    born: 1815$'
}

@test "the history has the whole line, though sh has other quotes than vk" {
    shell 80 -s "$reading_sock"
    enter "echo it | tr -d \\' | cat"
    await '^it$'
    enter 'exit'
    await '^left 0$'
    grep -qF "echo it | tr -d \\\\' | cat" "$XDG_STATE_HOME/valkit/history/default"
}

@test "text that could drive the terminal is escaped on the screen, in every format" {
    "$VK" -s "$reading_sock" -x set evil < <(printf 'a\033[31mb\033]0;t\007')
    "$VK" -s "$reading_sock" hset evils $'\e[31mf' $'\e[31mv' >/dev/null
    shell_rows=100
    shell 80 -s "$reading_sock"
    for format in '' '\raw' '\csv' '\json' '\table' '\hex'; do
        enter "get evil $format"
        enter "hgetall evils $format"
    done
    enter 'echo done'
    await '^done$'
    await '31m'
    run ! shows_colours $'\e[31mv'
    run ! shows_colours $'a\e[31mb'
}

@test "EXEC shows each reply as its command's" {
    shell 80 -s "$reading_sock"
    for line in multi 'hgetall h' 'lpush h 1' 'auth x' 'zadd z 1.5 m' 'zrange z 0 -1 withscores' exec; do
        enter "$line"
    done
    await '^1) hgetall h$'
    await '^born: 1815$'
    await '^2) lpush h 1$'
    await '^(error) WRONGTYPE'
    await '^m *1.5$'
    enter 'multi'
    enter 'incr counter | cat'
    enter 'exec'
    await '^1) [0-9]*$\|^1) (integer)'
}
