#!/usr/bin/env bats
# What vktail's parsers are held to by a real server: its globs, and its lines of MONITOR.
load ../helper

setup_file() { server_start par; }
teardown_file() { server_stop par; }

@test "globs match what the server matches, also at random" {
    "$BUILD/tests/test_glob" answers >"$BATS_TEST_TMPDIR/answers"
    "$BUILD/tests/test_glob" ask | "$VK" -p "$par_port" >"$BATS_TEST_TMPDIR/server"
    cmp "$BATS_TEST_TMPDIR/answers" "$BATS_TEST_TMPDIR/server"
    grep -q 1 "$BATS_TEST_TMPDIR/server"
}

has_line() { grep -q "$1" "$BATS_TEST_TMPDIR/lines"; }

@test "lines of MONITOR are put together to the byte: binary, quotes, scripts, unix sockets" {
    "$CLI" -p "$par_port" monitor >"$BATS_TEST_TMPDIR/lines" 3>&- &
    local monitor=$!
    eventually has_line OK
    "$VK" -p "$par_port" <<'END'
SET x "end\\"
SET "say \"hi\" \\\"" "\x00\x01\x07\x08\t\n\x0b\x0c\r\x1f\x7f\x80\xff"
ECHO ""
EVAL "return redis.call('set', KEYS[1], '\\0 \"')" 1 "a b"
END
    "$VK" -s "$par_sock" echo '] "in brackets"'
    "$VK" -s "$par_sock" echo the-end
    eventually has_line the-end
    kill "$monitor"
    sed -i 1d "$BATS_TEST_TMPDIR/lines"
    [ "$(grep -c '"' "$BATS_TEST_TMPDIR/lines")" -ge 7 ]
    "$BUILD/tests/test_monitor" again <"$BATS_TEST_TMPDIR/lines" >"$BATS_TEST_TMPDIR/again"
    cmp "$BATS_TEST_TMPDIR/lines" "$BATS_TEST_TMPDIR/again"
}
