#!/usr/bin/env bats
# vktail's forms, from a real server and from captures made by hand: to the byte, JSON, for people; secrets,
# malformed lines, and nothing that drives a terminal.
load ../helper
load tail

setup_file() { server_start frm; }
teardown_file() { server_stop frm; }
setup() {
    port=$frm_port screen_env=()
    dir=$BATS_TEST_TMPDIR
}
teardown() { tail_teardown; }

# Quoted, binary, escaped, by a script, a backslash at the end; the last one is "the-end".
send_hard_ones() {
    "$VK" -p "$port" >/dev/null <<'END'
SET "say \"hi\"" "end\\"
SET bin "\x00\x01\x07\x08\t\n\x0b\r\x1f\x7f\x80\xff"
SET utf "h\xc3\xa9llo"
ECHO ""
EVAL "return redis.call('set', KEYS[1], '\\0 \"')" 1 "a b"
SET evil "\x1b]0;owned\x07\x1b[31mred\xe2\x80\xaex"
END
    "$VK" -s "$frm_sock" echo '] "in brackets"' >/dev/null
    "$VK" -p "$port" echo the-end >/dev/null
}

@test "--no-pretty is MONITOR's own line to the byte" {
    "$CLI" -p "$port" monitor >"$dir/peer" 3>&- &
    local peer=$!
    eventually has_text OK "$dir/peer"
    tail_on monitor --no-pretty
    send_hard_ones
    eventually has_text the-end
    eventually has_text the-end "$dir/peer"
    tail_stop
    kill "$peer"
    sed -n '/say/,$p' "$dir/peer" >"$dir/want" # each saw more of how the other connected
    [ "$(wc -l <"$dir/want")" -ge 8 ]
    sed -n '/say/,$p' "$out" | cmp - "$dir/want"
}

@test "--json: one object a line, every argument exactly" {
    tail_on monitor --json
    send_hard_ones
    eventually has_text the-end
    tail_stop
    python3 - "$out" <<'END'
import base64, json, sys
events = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
def value(v): return v.encode() if isinstance(v, str) else base64.b64decode(v["base64"])
seen = {}
for e in events:
    assert set(e) == {"time", "node", "db", "client", "argv"}, e
    words = [value(v) for v in e["argv"]]
    seen[words[-1]] = (e, words)
assert seen[b"end\\"][1][1] == b'say "hi"'
assert b"\0\1\7\b\t\n\v\r\x1f\x7f\x80\xff" in seen
assert "h\u00e9llo".encode() in seen and isinstance(seen["h\u00e9llo".encode()][0]["argv"][-1], str)
assert seen[b""][1] == [b"ECHO", b""]
assert seen[b'\0 "'][0]["client"] == "lua"
assert seen[b'] "in brackets"'][0]["client"].startswith("unix:/")
assert all(e["time"] > 1.6e9 and e["db"] == 0 for e in events)
END
    run ! grep -q $'\x1b' "$out"
}

@test "messages as JSON" {
    tail_on psubscribe 'n*' --json
    "$VK" -p "$port" publish news "$(printf 'caf\303\251')" >/dev/null
    printf 'PUBLISH news "\\xff"\n' | "$VK" -p "$port" >/dev/null
    eventually has_text '"/w=="'
    tail_stop
    run sed -E 's/"time":[0-9.]+/T/; s/"node":"[^"]*"/N/' "$out"
    assert_line -n 0 '{T,N,"channel":"news","pattern":"n*","payload":"café"}'
    assert_line -n 1 '{T,N,"channel":"news","pattern":"n*","payload":{"base64":"/w=="}}'
}

# One malformed line, secrets that an older server shows, and what is none.
make_capture() {
    capture_begin
    record command 1000001 0 0 tcp 127.0.0.1:5 AUTH bob hunter2
    record command 1000002 0 0 tcp 127.0.0.1:5 CONFIG SET requirepass hunter2
    record raw 1000003 0 '1.000003 [0 127.0.0.1:5] "SET" "k" "a"b"'
    record raw 1000004 0 '1.000004 [0 127.0.0.1:5] "AUTH" "hun"ter2"'
    record command 1000005 0 2 tcp 127.0.0.1:5 GET hunting
    record gap 3000000 0 2000000 $'lost\e[31m'
    record end 3000001 7
}

@test "secrets are taken out of every form unless --show-secrets; malformed lines are shown and counted" {
    make_capture >"$dir/capture"
    for form in --no-pretty --json --pretty; do
        run --separate-stderr "$VKTAIL" replay-log "$dir/capture" "$form"
        assert_equal "$status" 7 # the gap
        refute_output --partial hunter2
        refute_output --partial ter2
        refute_output --partial $'\e'
        assert_output --partial '(redacted)'
        assert_output --partial hunting
    done
    assert_equal "${stderr_lines[0]}" 'vktail: 2 malformed lines of MONITOR were taken as they are'
    run --separate-stderr "$VKTAIL" replay-log "$dir/capture" --no-pretty --show-secrets
    assert_line -n 0 '1.000001 [0 127.0.0.1:5] "AUTH" "bob" "hunter2"'
    assert_line -n 2 '1.000003 [0 127.0.0.1:5] "SET" "k" "a"b"'
    assert_line -n 3 '1.000004 [0 127.0.0.1:5] "AUTH" "hun"ter2"'
    run --separate-stderr "$VKTAIL" replay-log "$dir/capture" --json
    assert_line -n 2 --partial '"raw":"1.000003 '
    assert_line -n 5 '{"gap":{"node":"127.0.0.1:7000","from":2.000000,"to":3.000000,"reason":"lost\\x1b[31m"}}'
}

@test "times: absolute with a date, relative, delta" {
    make_capture >"$dir/capture"
    TZ=UTC run "$VKTAIL" replay-log "$dir/capture" --pretty --date --cmd get
    assert_line -n 0 '1970-01-01 00:00:01.000005   2  127.0.0.1:5      GET hunting'
    run "$VKTAIL" replay-log "$dir/capture" --pretty --time relative --cmd config,get
    assert_line -n 1 '   +0.000003   2  127.0.0.1:5      GET hunting'
    run -2 "$VKTAIL" replay-log "$dir/capture" --time never
}

@test "a terminal: aligned, cut to the width, coloured by class, and nothing drives it" {
    on_screen 70 20 -p "$port" monitor
    eventually eval '[ "$(listeners)" = 1 ]'
    send_hard_ones
    sent set long "$(printf '%05000d' 1)"
    sent get k
    await 'get k'
    screen >"$dir/screen"
    grep -qF '"\x00\x01\x07\x08' "$dir/screen"
    grep -qF 'SET evil "\x1b]0;owned' "$dir/screen"
    awk 'length($0) > 74 { exit 1 }' "$dir/screen"
    [ "$(grep -c '^[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.' "$dir/screen")" = "$(grep -c . "$dir/screen")" ]
    screen_colours | grep -qF $'\e[32mget'
    screen_colours | grep -qF $'\e[33mset'
    run ! grep -q owned < <(tmux -S "$tail_socket" display-message -p '#{pane_title}')
    keys C-c
    await 'left 0'
}

@test "NO_COLOR, and a long value with its length on a wide terminal" {
    screen_env=(NO_COLOR=1)
    on_screen 120 20 -p "$port" monitor
    eventually eval '[ "$(listeners)" = 1 ]'
    sent set long "$(printf '%05000d' 1)"
    await '…"(5000)'
    run ! eval "screen_colours | grep -q $'\e\\[3'"
}

@test "a payload as it came cannot drive a terminal" {
    on_screen 80 10 -p "$port" --payload subscribe evil
    eventually eval '[ "$(listeners)" -gt 0 ]'
    sent publish evil $'a\e]0;title\a\e[31mred'
    await '^a\\x1b\]0;title\\x07\\x1b\[31mred$'
}

@test "a narrow terminal shows the command" {
    capture_begin >"$dir/log"
    record command 1000001 0 0 tcp 127.0.0.1:5 SET user:1 "$(printf '%0500d' 1)" >>"$dir/log"
    on_screen 40 10 replay-log "$dir/log"
    await 'left 7'
    screen | grep -q 'SET user:1 "000*…"(500)$'
}

@test "a terminal that knows no escapes gets none" {
    screen_env=(TERM=dumb)
    capture_begin >"$dir/log"
    record command 1000001 0 0 tcp 127.0.0.1:5 GET k >>"$dir/log"
    on_screen 80 10 replay-log "$dir/log"
    await 'left 7'
    screen | grep -q 'GET k$'
    run ! eval "screen_colours | grep -q $'\e\[3'"
    on_screen 80 20 -p "$port" top --for 1s
    await 'left 0'
    run ! shows 'c commands'
}
