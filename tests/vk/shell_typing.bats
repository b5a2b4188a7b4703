#!/usr/bin/env bats
# Typing in the interactive shell on a real terminal (tmux): completion, keys, pastes, resizing.
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
# get KEY VALUE: the server has it.
get() { [ "$(vk get "$1")" = "$2" ]; }
# The line with the prompt, and what is below it.
line_is() { shows "> $1\$"; }
awaits_line() { eventually line_is "$1" || { screen >&2; return 1; }; }
hides() { ! shows "$1"; }
# editor SCRIPT: what EDITOR is to do with the file "$1".
editor() {
    printf '#!/bin/bash\n%s\n' "$1" >"$BATS_TEST_TMPDIR/editor"
    chmod +x "$BATS_TEST_TMPDIR/editor"
    shell_env+=("EDITOR=$BATS_TEST_TMPDIR/editor" "TMPDIR=$BATS_TEST_TMPDIR")
}

@test "Tab: a common beginning, then a menu below the line to choose from" {
    shell 80 -s "$shell_sock"
    type_in 'config res'
    keys Tab
    awaits_line 'config resetstat'
    keys C-u
    type_in 'config re'
    keys Tab
    await '^ resetstat  *Reset the stats'
    await '^ rewrite  *Rewrite the'
    keys Tab
    awaits_line 'config resetstat'
    shows_colours $'\e[7m'
    keys Tab
    awaits_line 'config rewrite'
    keys BTab
    awaits_line 'config resetstat'
    keys Down
    awaits_line 'config rewrite'
    keys Up Enter
    eventually hides '^ rewrite'
    awaits_line 'config resetstat' # not sent
    [ "$(cursor | cut -d' ' -f2)" = 0 ]
}

@test "the menu: Escape and Ctrl-G put back what was typed, any other key closes it and acts" {
    shell 80 -s "$shell_sock"
    local key
    for key in Escape C-g; do
        type_in 'config re'
        keys Tab
        await '^ rewrite'
        keys Tab
        awaits_line 'config resetstat'
        keys "$key"
        eventually hides '^ rewrite'
        await '> config re *'
        run ! shows 'config resetstat'
        keys C-u
    done
    type_in 'config re'
    keys Tab
    await '^ rewrite'
    keys Tab Tab
    type_in ' x'
    eventually hides '^ resetstat'
    awaits_line 'config rewrite x'
}

@test "a long menu scrolls; it goes when the server has something to say" {
    shell_rows=16
    shell 80 -p "$shell_port"
    type_in 'subscribe news'
    keys Enter
    await '(subscribed)> *$'
    type_in 'z'
    keys Tab
    await '^ zadd'
    [ "$(screen | grep -c '^ z')" = 7 ]
    await '^ [0-9]* more$'
    keys Up
    awaits_line 'zunionstore'
    await '^ zunionstore'
    vk publish news 'it happened' >/dev/null
    await '^-> news: it happened$'
    eventually hides '^ zunionstore'
    await '(subscribed)> zunionstore dest'
}

@test "keys with blanks, quotes and escape sequences: shown safely, inserted so that they are found" {
    vk set 'my key:1' blank >/dev/null
    vk set 'my key:2' other >/dev/null
    vk set "$(printf 'evil\033[31mk\007')" escaped >/dev/null
    shell 80 -s "$shell_sock"
    type_in 'get my'
    keys Tab
    awaits_line 'get "my key:'
    keys Tab
    await '^ my key:2'
    keys Tab Enter Enter
    await '^blank$'
    type_in 'get "my key:2' # inside of quotes
    keys Tab Enter
    await '^other$'
    type_in 'get ev'
    keys Tab
    awaits_line 'get "evil\\x1b\[31mk\\a"'
    keys Enter
    await '^escaped$'
    type_in 'get e'
    keys C-c
    vk set evil2 x >/dev/null
    type_in 'get evil'
    keys Tab
    await '^ evil\\x1b\[31mk\\x07'
    run ! shows_colours $'\e[31mk'
}

@test "the shell's own commands are hinted and completed, and the server's command behind them" {
    shell 80 -s "$shell_sock"
    type_in '\wat'
    await '\\watch \[SECONDS\] COMMAND'
    keys Tab
    type_in '2 strl'
    keys Tab
    await '\\watch 2 strlen key'
    shows_colours $'\e[1m\e[32m\\watch'
    type_in 'k \js'
    keys Tab
    awaits_line '\\watch 2 strlen k \\json'
    keys C-u
    type_in \\
    keys Tab
    await '^ \\watch  *repeat'
}

@test "F1 tells about the command, below the line, which stays" {
    shell 100 -s "$shell_sock"
    type_in 'zrange a '
    keys F1
    await '^ZRANGE: Return a range of members in a sorted set; since 1.2.0; .*@sortedset'
    await 'O(log(N)+M)'
    type_in '0 -1'
    await '> zrange a 0 -1'
    shows '^ZRANGE:'
    keys F1
    eventually hides '^ZRANGE:'
    keys M-h
    await '^ZRANGE:'
    keys Enter
    await '^(empty'
    shows '^ZRANGE:' && false
    type_in 'nonesuch '
    keys F1
    await 'F1 tells'
}

@test "\\e and Ctrl-X Ctrl-E: the user's editor, a private file that is gone afterwards" {
    editor 'stat -c "%a %n" "$1" "${1%/*}" >"$TMPDIR/modes"; cat "$1" >>"$TMPDIR/was"; printf "set k \"one\ntwo\"\n" >"$1"'
    shell 80 -s "$shell_sock"
    type_in 'set secret-in-editor 1'
    keys C-x C-e
    awaits_line 'set k "one'
    await '^\.\.\. two"'
    run ! get k "one"$'\n'"two" # not yet
    keys Enter
    await '^OK$'
    get k "one"$'\n'"two"
    grep -q '^600 ' "$BATS_TEST_TMPDIR/modes"
    grep -q '^700 ' "$BATS_TEST_TMPDIR/modes"
    run ! compgen -G "$BATS_TEST_TMPDIR/vk-edit*"
    type_in '\e'
    keys Enter
    await '^\.\.\. two"'
    run -0 cat "$BATS_TEST_TMPDIR/was"
    assert_output $'set secret-in-editor 1\nset k "one\ntwo"'
}

@test "an editor that fails leaves the line as it was, and no file" {
    editor 'read -r _ _ _ vk _ </proc/$PPID/stat; kill -INT $vk; exit 3'
    shell 80 -s "$shell_sock"
    type_in 'set k kept'
    keys C-x C-e
    await "ended with exit code 3"
    await '> set k kept'
    run ! compgen -G "$BATS_TEST_TMPDIR/vk-edit*"
    keys Enter
    await '^OK$'
    get k kept
}

@test "a line goes on while a quote is open, and is one entry under the up arrow" {
    shell 80 -s "$shell_sock"
    type_in 'set two "one'
    keys Enter
    await '^\.\.\. *$'
    type_in 'two"'
    keys Enter
    await '^OK$'
    get two $'one\ntwo'
    keys Up
    await '^\.\.\. two"'
    keys Up # to the first of its lines
    type_in 'X'
    await '> set Xtwo "one'
    keys Enter
    eventually get Xtwo $'one\ntwo'
    [ "$(cursor | cut -d' ' -f2)" = 6 ]
}

@test "a paste of several lines runs nothing before Enter, then each in order" {
    shell 80 -s "$shell_sock"
    paste $'set a 1\n\nset b "x\ny"\n# don\'t\nget b'
    await '^\.\.\. get b'
    run -0 vk dbsize
    assert_output 0
    keys Enter
    await '^y$'
    get a 1
    get b $'x\ny'
    shows '> # don.t'
    await '> *$' # before that, the terminal knows of no bracketed paste
    paste "$(seq 200 | sed 's/.*/set line:& &/')"
    await 'set line:200 200'
    keys C-c
    paste "$(seq 200 | sed 's/.*/rpush lines &/')"
    await 'rpush lines 200'
    keys Enter
    eventually eval '[ "$(vk llen lines)" = 200 ]'
    [ "$(vk lrange lines 0 -1 | tr '\n' ' ')" = "$(seq -s ' ' 200) " ]
    [ "$(vk exists line:1)" = 0 ]
}

@test "Ctrl-C ends a paste that is running" {
    shell 80 -s "$shell_sock"
    paste $'blpop nothing 0\nset after 1'
    await '^\.\.\. set after 1'
    keys Enter
    eventually eval 'vk client list | grep -q cmd=blpop'
    keys C-c
    await '> *$'
    shows 'no reply to'
    type_in 'ping'
    keys Enter
    await '^PONG$'
    [ "$(vk exists after)" = 0 ]
}

@test "an entry of a paste that is refused takes those behind it along" {
    shell 80 -s "$shell_sock" --read-only
    paste $'echo before\nset a 1\necho after'
    await '^\.\.\. echo after'
    keys Enter
    await 'nor are the entries that were pasted behind it'
    shows '^before$'
    run ! shows '^after$'
}

@test "lines wider than the terminal, a paste of 10,000 characters, wide characters and marks" {
    shell_rows=12
    shell 40 -p "$shell_port"
    type_in 'set wide "日本語 wörld 日本語 日本語 日本語 日本語"'
    keys C-a
    keys C-e Enter
    await '^OK$'
    get wide '日本語 wörld 日本語 日本語 日本語 日本語'
    local at
    at=$(cursor | cut -d' ' -f1)
    type_in $'e\xcc\x81日✅'
    await $'> e\xcc\x81日✅'
    [ "$(cursor | cut -d' ' -f1)" = $((at + 5)) ]
    keys Left Left
    eventually eval '[ "$(cursor | cut -d" " -f1)" = $((at + 1)) ]'
    keys C-a C-k
    paste "set long $(head -c 10000 /dev/zero | tr '\0' x)"
    await '^x*$'
    keys C-a
    await '> set long x'
    keys Enter
    eventually eval '[ "$(vk strlen long)" = 10000 ]'
}

# The screen ends in this, blanks and row ends apart.
ends_in() { [[ "$(screen | tr -d ' \n')" = *"$(tr -d ' ' <<<"$1")" ]]; }

@test "another size of the terminal: the line is drawn anew and nothing stays behind" {
    local prompt="primary 127.0.0.1:$shell_port> " words='mset a 0123456789 b 0123456789 c 0123456789 d 0123456789' width
    shell 80 -p "$shell_port"
    # so that tmux does not put rows of the line itself into its history
    type_in 'eval "local t={} for i=1,25 do t[i]=i end return t" 0'
    keys Enter
    await '^25) (integer) 25'
    type_in "$words"
    keys Left
    for width in 50 31 100 24 80; do
        resize "$width"
        type_in x
        keys BSpace
        eventually ends_in "24)(integer)24 25)(integer)25$prompt$words" || { screen; return 1; }
    done
    keys C-u
    type_in 'config re'
    keys Tab
    await '^ rewrite'
    resize 40 12
    await '^ rewrite .*…$'
    [ "$(screen | grep -c '^ rewrite')" = 1 ]
    [ "$(screen | grep -c '> config re')" = 1 ]
}

@test "vi keys, when .inputrc says so" {
    echo 'set editing-mode vi' >"$BATS_TEST_TMPDIR/inputrc"
    shell 80 -s "$shell_sock"
    type_in 'set aa bb'
    keys Escape
    type_in 'bcwXX'
    keys Escape
    type_in '0x'
    awaits_line 'et aa XX'
    type_in 'u'
    awaits_line 'set aa XX'
    type_in 'A yy'
    keys Left Left
    type_in 'Z'
    awaits_line 'set aa XX Zyy'
    keys Enter
    await 'ERR syntax error'
    type_in 'config re'
    keys Tab Tab
    awaits_line 'config resetstat'
}

@test "what .inputrc binds stays, and may name the shell's functions" {
    printf '%s\n' '"\t": self-insert' '"\C-o": vk-complete' '"\C-t": menu-complete' >"$BATS_TEST_TMPDIR/inputrc"
    shell 80 -s "$shell_sock"
    type_in 'config re'
    keys C-o
    await '^ rewrite'
    keys C-t
    awaits_line 'config resetstat'
    keys C-u
    type_in 'config re'
    keys Tab
    type_in 'x'
    await '> config re *x'
    run ! shows '^ rewrite'
}

@test "Ctrl-R searches the history, undo takes back, words and ends are reached" {
    shell 80 -s "$shell_sock"
    type_in 'echo first'
    keys Enter
    await '^first$'
    await '> *$' # what is typed while a command runs, the terminal echoes
    type_in 'echo second'
    keys Enter
    await '^second$'
    await '> *$'
    keys C-r
    type_in 'fir'
    await "(reverse-i-search).fir': echo first\$"
    shows_colours "fir': echo first"
    keys C-g
    keys C-r
    type_in 'fir'
    await "fir': echo first"
    keys Enter
    eventually eval '[ "$(screen | grep -c "^first$")" = 2 ]'
    type_in 'set one two'
    tmux -S "$tmux_socket" send-keys -H 1b 5b 31 3b 35 44 # Ctrl-Left
    type_in 'X'
    awaits_line 'set one Xtwo'
    keys Home
    type_in 'Y'
    awaits_line 'Yset one Xtwo'
    keys C-_
    awaits_line 'set one Xtwo'
    keys DC
    awaits_line 'et one Xtwo'
    keys End BSpace
    await '> et one Xtw'
}

@test "what is grey of an earlier line is taken word by word, or whole" {
    shell 80 -s "$shell_sock"
    type_in 'set remembered by-words now'
    keys Enter
    await 'syntax error'
    type_in 'set r'
    await '> set remembered by-words now'
    keys M-f
    type_in ' '
    tmux -S "$tmux_socket" send-keys -H 1b 5b 31 3b 35 43 # Ctrl-Right
    keys Enter
    await '^OK$'
    get remembered by-words
    type_in 'set remembered by-words '
    keys End Enter
    eventually eval '[ "$(screen | grep -c "syntax error")" = 2 ]'
}
