#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# Every line of formats.txt, and many scripts, through redis-cli and through vk under that name: the same
# bytes on both outputs and the same exit code.
load ../helper
load diff

setup_file() {
    diff_setup_file
    server_start dif
}
teardown_file() { server_stop dif; }

# run_table: the lines of formats.txt, the data once, then each by both; to peer/LINE.out and so on.
run_table() {
    local options command words line=0
    while IFS=$'\t' read -r options command; do
        line=$((line + 1))
        [[ -z $options$command || $options == '#'* ]] && continue
        if [ "$options" = setup ]; then
            eval "words=($command)"
            "$PEER" -s "$dif_sock" "${words[@]}" >/dev/null
            continue
        fi
        eval "words=($options $command)"
        run_row "$PEER" "peer/$line"
        run_row "$OURS" "ours/$line"
    done <"$BATS_TEST_DIRNAME/formats.txt"
}
run_row() {
    local code
    timeout 10 "$1" -s "$dif_sock" "${words[@]}" >"$2.out" 2>"$2.err" </dev/null && code=0 || code=$?
    echo "$code" >"$2.exit"
}
show_difference() {
    local line=${1%.*}
    same_files "$1 of $(sed -n "${line}p" "$BATS_TEST_DIRNAME/formats.txt")" "peer/$1" "ours/$1"
}

@test "the table of options and commands" {
    cd "$BATS_TEST_TMPDIR"
    mkdir peer ours
    run_table
    bad=$(diff -rq peer ours | sed -n 's/^Files peer\/\(.*\) and .*/\1/p')
    for file in $bad; do show_difference "$file" || true; done
    rows=(peer/*.exit)
    echo "${#rows[@]} rows"
    [ "${#rows[@]}" -ge 150 ]
    [ -z "$bad" ]
}

# on_terminal WHO ARGS...: standard output is a terminal, standard input is not.
on_terminal() {
    local who=$1 line
    shift
    printf -v line '%q ' "$(program "$who")" -s "$dif_sock" "$@"
    script -qec "stty cols 80; $line" /dev/null </dev/null
}

@test "on a terminal: replies without control bytes are the same" {
    prepare='rpush l a "b c" d\nset n 42\nset s text\nhset h f v g w\nsadd t 1 2\nzadd z 1.5 m\n'
    prepare="${prepare}xadd x 1-1 f v\nset b \"\\\\\\\\x01\\\\\\\\xff\"\n"
    prepare
    assert_equal "$(on_terminal ours get n)" $'"42"\r'
    differ=0 n=0
    while read -r -a words; do
        n=$((n + 1))
        on_terminal peer "${words[@]}" >"$BATS_TEST_TMPDIR/peer.out" || true
        on_terminal ours "${words[@]}" >"$BATS_TEST_TMPDIR/ours.out" || true
        same_files "${words[*]}" "$BATS_TEST_TMPDIR/peer.out" "$BATS_TEST_TMPDIR/ours.out" || differ=1
    done <"$BATS_TEST_DIRNAME/terminal.txt"
    [ "$n" -ge 20 ]
    [ "$differ" = 0 ]
}

# scripted OPTIONS LINES...: the script of these lines (printf %b) on standard input; options in one word.
scripted() {
    local options
    read -r -a options <<<"$1"
    shift
    input=$(printf '%s\\n' "$@")
    same -s "$dif_sock" "${options[@]}"
}

@test "scripts: commands, errors, blank lines, no newline at the end" {
    scripted '' 'set a 1' 'incr a' '' '   ' 'get a' 'lpush' 'lpush a x' 'get a'
    input='set a 1\nget a' same -s "$dif_sock"
    input='' same -s "$dif_sock"
    input='\n\n' same -s "$dif_sock"
    scripted '' '# no comment' '  \t ping  \t ' '\vping' '"" a' '""' 'ping'
}

@test "scripts: quotes, escapes and unbalanced quotes" {
    scripted '' 'set a "b c"' 'get a' "set b 'x" 'get b' 'set c "b' '"x"y' "set d 'it\\\\'s'" 'get d' 'keys *'
    scripted '' 'set a "\\\\x00\\\\xff\\\\n\\\\"q\\\\q"' 'strlen a' 'get a' 'set b a\\\\n"b c"' 'get b'
    scripted "--no-raw" 'set a "\\\\x00\\\\xff\\\\n\\\\"q\\\\q"' 'get a' 'set b a\\\\n"b c"' 'get b'
}

@test "scripts: a number in front repeats, a wrong one is refused" {
    scripted '' '3 incr x' '0 incr x' '-1 incr x' '99999999999999999999 incr x' '3' 'incr x' '+2 incr x' '3x incr x'
    scripted "--no-raw" '2 incr x' '2 nosuch' '" 2" incr x' '2.0 incr x'
}

@test "scripts: quit and exit end them, with anything behind the word" {
    scripted '' ping quit ping
    scripted '' ping QUIT ping
    scripted '' ping 'exit now' ping
    scripted '' exit
}

@test "scripts: the tool's own words are not sent" {
    scripted '' ':set hints' ':set nohints' ping ':set nosuch' ':set' ':foo' ping
    scripted '' ping clear ping restart ping 'clear x'
}

@test "scripts: MULTI, EXEC and DISCARD" {
    for format in --raw --no-raw --csv --json; do
        scripted "$format" multi 'set a 1' 'incr a' exec 'get a'
        scripted "$format" multi 'set a 1' nosuch exec 'get a' discard
        scripted "$format" multi 'set a x' 'incr a' exec 'watch a' multi 'get a' discard
    done
}

@test "scripts: SELECT, -n, AUTH and HELLO" {
    scripted '' 'select 3' 'set a 1' 'select 99' 'select 0' 'get a'
    scripted "-n 3" 'get a' 'set a 1' 'select 0' 'get a'
    scripted "-n 99" 'set a 1' 'get a'
    scripted "-a wrong" 'get a' 'auth x' 'auth x y'
    scripted "--no-raw" 'hello 4' 'hset h f v' 'hgetall h' 'reset' 'ping'
    scripted "--no-raw -3" 'hset h f v' 'hgetall h' 'zadd z 1 a' 'zscore z a' 'hello 9' 'reset' 'hgetall h'
}

@test "scripts: formats, delimiters, -e, -r and -i" {
    for options in --csv --json --quoted-json --raw '--no-raw -3' '--json -2' '-d , -D ;' '-e' '-e --no-raw' '-r 3' '-i 0.01'; do
        scripted "$options" 'set a 1' 'lpush a 1' 'rpush l 1 "2 3" é' 'lrange l 0 -1' 'hgetall nosuch' 'get nosuch' 'echo "a\\\\tb"'
    done
}

@test "scripts: a NUL ends its line, CRLF ends lines" {
    input='set a b\0c\nget a\n\0get a\nping\n' same -s "$dif_sock"
    input='set a 1\r\nget a\r\nset b "x"\r\n\r\nget b\r\n' same -s "$dif_sock"
    input='set a "x"\ry\r\nset a x\ry\nget a' same --no-raw -s "$dif_sock"
}

@test "scripts: large ones come out the same" {
    big=$(head -c 100000 /dev/zero | tr '\0' y)
    input=$(for i in $(seq 3000); do printf 'set k%d v%d\\nget k%d\\nlpush k%d x\\n' "$i" "$i" "$i" "$i"; done)
    same -s "$dif_sock"
    input="set big $big\\nget big\\nappend big x\\nstrlen big\\n" same --no-raw -s "$dif_sock"
}

@test "scripts: without a server every line says so, and the exit code is 0" {
    input='set a 1\n\nget a\nquit\nget b\n' same -p 1
    input='set a 1\n' same -e -s "$BATS_TEST_TMPDIR/nosuch"
}

@test "scripts: after SHUTDOWN every line says that no server is there" {
    for who in peer ours; do
        server_start gone
        printf 'set a 1\nshutdown nosave\nget a\nget b\n' |
            "$(program $who)" -p "$gone_port" >"$BATS_TEST_TMPDIR/$who.out" 2>"$BATS_TEST_TMPDIR/$who.err" &&
            code=0 || code=$?
        sed -i "s/:$gone_port/:PORT/" "$BATS_TEST_TMPDIR/$who.err"
        echo "$code" >"$BATS_TEST_TMPDIR/$who.exit"
    done
    same_results shutdown
}

@test "subscribers in every format, RESP2 and RESP3" {
    events='publish ch "h\\"i"\npublish other x\npublish ch2 "a\\nb\\xff"\nspublish ch s'
    hears subscribe ch
    for options in --no-raw --csv --json --quoted-json '-3 --no-raw' '-3 --csv' '-3 --raw' '-2 --json' '-d ,'; do
        read -r -a with <<<"$options"
        hears "${with[@]}" subscribe ch2 ch ch
    done
}

@test "patterns and shard channels" {
    events='publish ch hi\npublish ch2 x\nspublish ch s'
    for options in --raw --no-raw --csv --json '-3 --no-raw'; do
        read -r -a with <<<"$options"
        hears "${with[@]}" psubscribe 'c*' '?h2'
        hears "${with[@]}" ssubscribe ch
    done
}

@test "MONITOR in every format" {
    events='set a "b\\nc"\nping\nselect 3\nnosuch x'
    for options in --raw --no-raw --csv --json -3 '-3 --no-raw'; do
        read -r -a with <<<"$options"
        hears "${with[@]}" monitor
    done
}

@test "a script that subscribes or monitors reads no further" {
    events='publish ch hi\nset a 1'
    input='set a 2\nget a\nsubscribe ch\nping\n'
    for options in --raw --no-raw --csv --json '-3 --no-raw'; do
        read -r -a with <<<"$options"
        hears "${with[@]}"
    done
    input='ping\nmonitor\nping\n' hears
    input='subscribe\nmonitor x\nping\n' same --no-raw -s "$dif_sock"
}

@test "invalidations in a RESP3 script, with --show-pushes" {
    lines=('client tracking on' 'get a' 'get c' 'set a 3' 'set b 2' 'mget b c' 'mset b 1 c 1' 'get a' flushall ping)
    for options in '' '--no-raw' '--raw' '--csv' '--json'; do
        for show in '' '--show-pushes yes' '--show-pushes no' '--show-pushes Y' '--show-pushes maybe'; do
            scripted "-3 $options $show" "${lines[@]}"
        done
    done
    scripted "-3 --no-raw --show-pushes yes" 'client tracking on' 'get a' 'set a 3'
    scripted "-3 --no-raw --show-pushes yes" 'client tracking on' 'get a' 'set a 3' ping
    assert_equal "$(sed -n 4p "$BATS_TEST_TMPDIR/ours.out")" "-> invalidate: 'a'"
}

@test "numbers that are none, a database that is not there, a password from a pipe, options that clash" {
    same -s "$dif_sock" -r abc ping
    same -s "$dif_sock" -r 2x -i y ping
    same -s "$dif_sock" -n abc ping
    same -s "$dif_sock" -n 99 ping
    same -s "$dif_sock" -c ping
    same -s "$dif_sock" --rdb x --functions-rdb y
    input='no such password\n' same -s "$dif_sock" --askpass ping
}
