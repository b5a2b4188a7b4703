#!/usr/bin/env bats
# What vktail records, and replay-log: the same bytes again, rotated and compressed, cut, no capture, a full disk.
load ../helper
load tail

setup_file() { server_start rec; }
teardown_file() { server_stop rec; }
setup() {
    port=$rec_port
    dir=$BATS_TEST_TMPDIR
}
teardown() { tail_teardown; }

replay() { "$VKTAIL" replay-log "$@"; }
# recorded WORDS...: a monitor that records a few commands, its output in $out.
recorded() {
    tail_on monitor --no-pretty "$@"
    "$VK" -p "$port" >/dev/null <<'END'
SET "say \"hi\"" "end\\"
SET bin "\x00\x01\x07\n\xff"
ECHO ""
EVAL "return redis.call('set', KEYS[1], '\\0 \"')" 1 "a b"
END
    "$VK" -s "$rec_sock" echo the-end >/dev/null
    eventually has_text "${last:-the-end}"
    tail_stop
}

@test "what was recorded is replayed to the byte, plain and compressed" {
    recorded --record "$dir/capture"
    assert_equal "$(stat -c %a "$dir/capture")" 600
    replay "$dir/capture" --no-pretty | cmp - "$out"
    replay - --no-pretty <"$dir/capture" | cmp - "$out"
    recorded --record "$dir/capture.gz"
    gzip -t "$dir/capture.gz"
    replay "$dir/capture.gz" --no-pretty | cmp - "$out"
    run replay "$dir/capture.gz" --no-pretty --cmd echo --grep '^ECHO $'
    assert_equal "${#lines[@]}" 1
}

@test "only what passes the filters is recorded, messages as well" {
    last='"a b"' recorded --record "$dir/capture" --cmd set --addr lua
    assert_equal "$(replay "$dir/capture" | wc -l)" 1
    tail_on psubscribe 'n*' subscribe news --no-pretty --record "$dir/messages"
    sent publish news one
    eventually eval '[ "$(wc -l <"$out")" = 2 ]'
    tail_stop
    replay "$dir/messages" --no-pretty | cmp - "$out"
}

@test "a recording goes on in another file when one is full, in the order of time" {
    tail_on monitor --no-pretty --cmd set --record "$dir/log" --record-size 0.3
    for i in 1 2 3 4 5 6; do
        seq -f "SET key:%g $(printf '%0100d' "$i")" 2000 | "$VK" -p "$port" >/dev/null
    done
    eventually eval '[ "$(wc -l <"$out")" = 12000 ]'
    tail_stop
    [ -e "$dir/log.2" ]
    replay "$dir"/log* --no-pretty | cmp - "$out"
    replay "$dir/log.2" "$dir/log.1" "$dir/log" --count 12000 --no-pretty | head -n 100 | cmp - <(head -n 100 "$out")
    cat "$dir/log" "$dir/log.1" | replay - --no-pretty | head -n 3000 | cmp - <(head -n 3000 "$out")
}

@test "what exists is not overwritten" {
    echo precious >"$dir/log"
    run -2 --separate-stderr "$VKTAIL" -p "$port" monitor --record "$dir/log"
    assert_equal "$stderr" "vktail: cannot create '$dir/log': File exists"
    assert_equal "$(cat "$dir/log")" precious
    run -2 --separate-stderr "$VKTAIL" -p "$port" monitor --record "$dir/none/log"
    assert_equal "$stderr" "vktail: cannot create '$dir/none/log': No such file or directory"
}

@test "a full disk: said, shown all the same, exit code 7" {
    [ -w /dev/full ] || skip "no /dev/full"
    tail_on monitor --no-pretty --record /dev/full --cmd set --count 3
    sent set a 1
    eventually has_text "No space left" "$err"
    sent set b 2
    sent set c 3
    tail_wait
    assert_equal "$tail_status" 7
    assert_equal "$(wc -l <"$out")" 3
    run cat "$err"
    assert_line -n 0 "vktail: cannot write '/dev/full': No space left on device; recording ends here"
}

@test "a capture that is cut or without its end: the whole records, exit code 7" {
    recorded --record "$dir/capture"
    local all
    all=$(wc -l <"$out")
    head -c -70 "$dir/capture" >"$dir/cut"
    run -7 --separate-stderr replay "$dir/cut" --no-pretty
    [ "${#lines[@]}" -lt "$all" ]
    cmp <(printf '%s\n' "${lines[@]}") <(head -n "${#lines[@]}" "$out")
    [[ ${stderr_lines[0]} == "vktail: '$dir/cut' is incomplete: it is cut inside a record; its first "*' records were read' ]]
    recorded --record "$dir/capture.gz"
    head -c 200 "$dir/capture.gz" >"$dir/cut.gz"
    run -7 --separate-stderr replay "$dir/cut.gz" --no-pretty
    [[ ${stderr_lines[0]} == *"is incomplete: "* ]]
    capture_begin >"$dir/open"
    run -7 --separate-stderr replay "$dir/open"
    [[ ${stderr_lines[0]} == *"it has no end"* ]]
}

@test "a killed recording lacks at most what was not flushed" {
    tail_on monitor --no-pretty --record "$dir/log.gz"
    sent set early 1
    eventually eval 'replay "$dir/log.gz" 2>/dev/null | grep -q early'
    tail_kill
    run -7 replay "$dir/log.gz" --no-pretty
    assert_output --partial '"early"'
}

@test "no capture at all is refused in one line" {
    echo text >"$dir/text"
    : >"$dir/empty"
    printf '*2\r\n$4\r\nnode\r\n' >"$dir/short"
    for file in text empty short; do
        run -2 --separate-stderr replay "$dir/$file"
        [[ $stderr == "vktail: '$dir/$file' is not a capture: "* ]] || { echo "$stderr" >&2; false; }
        assert_equal "${#stderr_lines[@]}" 1
        assert_equal "$output" ''
    done
    run -2 replay "$dir/none"
    run -2 replay "$dir"
    run -2 replay
    record valkit-capture 99 1 test monitor >"$dir/new"
    run -2 replay "$dir/new"
    assert_output --partial 'version 99'
}

@test "a reader that has had enough ends it quietly" {
    { capture_begin && for i in $(seq 2000); do record command "$i" 0 0 lua '' GET "$i"; done && record end 1 2001; } >"$dir/log"
    run bash -c "'$VKTAIL' replay-log '$dir/log' | head -n 1"
    assert_output '0.000001 [0 lua] "GET" "1"'
    run -0 "$VKTAIL" replay-log "$dir/log" --count 2
    assert_equal "${#lines[@]}" 2
}

@test "a slow reader gets all of it" {
    { capture_begin && for ((i = 100001; i <= 102000; i++)); do record command "$i" 0 0 lua "" GET "a key that is sixty bytes long, and one like it follows $i"; done && record end 1 2001; } >"$dir/log"
    run -0 bash -c "'$VKTAIL' replay-log '$dir/log' | { sleep 1; dd bs=4096 count=20 2>/dev/null | wc -l; sleep 2; wc -l; }"
    assert_equal "$((lines[0] + lines[1]))" 2000
}

@test "times that no clock shows are damage" {
    { capture_begin && record gap 9223372036854775807 0 -9223372036854775808 why; } >"$dir/log"
    run -7 replay "$dir/log"
    assert_output --partial "element 1 of 'gap' is not what it should be"
}
