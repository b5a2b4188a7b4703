#!/usr/bin/env bats
# vktail top: the table on a terminal and what its keys do, the sum at the end, its figures, its memory.
load ../helper
load tail

setup_file() { server_start top; }
teardown_file() { server_stop top; }
setup() {
    port=$top_port screen_env=()
    dir=$BATS_TEST_TMPDIR
}
teardown() { tail_teardown; }

send_some() {
    for i in 1 2 3 4 5; do echo "SET user:$i:name x"; done
    echo 'GET user:1:name'
    echo 'LPUSH queue:mail a'
}
some() { send_some | "$VK" -p "$port" >/dev/null; }

@test "a live table: views and orders by keys, the screen restored, the sum left behind" {
    on_screen 80 24 -p "$port" top
    await 'c commands'
    eventually eval '[ "$(listeners)" = 1 ]'
    some
    await '^SET  *5 '
    await '^COMMAND  *COUNT  *RATE/S  *SHARE  *BYTES$'
    keys p
    await '^user:\*:name  *6 '
    keys k
    await '^user:1:name  *2 '
    keys l
    await '^127.0.0.1:[0-9]'
    keys n
    await "^127.0.0.1:$port "
    screen_colours | grep -qF $'\e[7mn nodes'
    keys c b
    await '^SET  *5 '
    keys q
    await 'left 0'
    await '^LPUSH  *1 ' # the sum
    run ! shows 'c commands'
}

@test "an end by a key leaves nothing of the table, and the sum is as wide as the terminal" {
    on_screen 50 60 -p "$port" top
    await 'c commands'
    eventually eval '[ "$(listeners)" = 1 ]'
    some
    await '^SET  *5 '
    sleep 1 # rates are over the time it listened
    keys q
    await 'left 0'
    await '^7 events in [1-9][0-9]*\.[0-9] s ([0-7]/s)'
    await '^COMMAND  *COUNT  *RATE/S  *SHARE$'
    run ! shows 'c commands'
}

@test "the table follows the terminal's size, and Ctrl-C gives it back" {
    on_screen 80 24 -p "$port" top
    await 'q quit'
    tmux -S "$tail_socket" resize-window -x 50 -y 10
    await 'c commands'
    eventually eval '[ "$(screen | grep -n "c commands" | cut -d: -f1)" = 10 ]'
    keys C-c
    await 'left 0'
    eventually eval '[ "$(tmux -S "$tail_socket" display-message -p "#{cursor_flag}#{alternate_on}")" = 10 ]'
    # keys are lines again
    tmux -S "$tail_socket" send-keys -l abc
    await abc
}

@test "a signal leaves no spoilt terminal either" {
    on_screen 80 24 -p "$port" top
    await 'q quit'
    local pane
    pane=$(tmux -S "$tail_socket" display-message -p '#{pane_pid}')
    kill -TERM "$(cat "/proc/$pane/task/$pane/children")"
    await 'left 143'
    assert_equal "$(tmux -S "$tail_socket" display-message -p '#{alternate_on}')" 0
}

@test "without a terminal: the sum alone, as text and as JSON" {
    tail_on top
    some
    settle
    tail_stop
    run cat "$out"
    assert_line --regexp '^[0-9]+ events in '
    assert_line --regexp '^SET +5 '
    assert_line --regexp '^user:\*:name +6 '
    run ! grep -q $'\e' "$out"
    tail_on top --json --category @write
    some
    settle
    tail_stop
    python3 - "$out" <<'END'
import json, sys
top = json.load(open(sys.argv[1]))
assert top["events"] == 6 and top["sample"] == 1, top
assert [(c["name"], c["count"], c["error"]) for c in top["commands"]] == [("SET", 5, 0), ("LPUSH", 1, 0)]
assert {p["name"]: p["count"] for p in top["prefixes"]} == {"user:*:name": 5, "queue:*": 1}
assert abs(sum(n["share"] for n in top["nodes"]) - 1) < 1e-9
END
}
# What was sent has been counted: vktail's own line in CLIENT LIST has nothing left to take.
settle() {
    "$VKTAIL" -p "$port" monitor --count 1 >/dev/null 2>&1 3>&- &
    local other=$!
    eventually eval '[ "$(listeners)" -ge 2 ]'
    sent ping
    wait "$other"
}

@test "a capture as a table; samples are scaled; another delimiter" {
    {
        capture_begin
        record node 1 127.0.0.1:7001
        for i in $(seq 3000); do record command "$((1000000 + i * 1000))" $((i % 2)) 0 lua '' GET "a/$i/b"; done
        record gap 9000000 0 8000000 lost
        record end 9 3003
    } >"$dir/log"
    run -7 --separate-stderr "$VKTAIL" replay-log "$dir/log" --top --delimiter /
    assert_line -n 0 --regexp '^3000 events in 3.0 s \(1000/s\), .* bytes, 1 gap$'
    assert_line --regexp '^a/\*/b +3000 '
    assert_line --regexp '^127.0.0.1:7001 +1500 +500 +50.0% '
    run -7 --separate-stderr "$VKTAIL" replay-log "$dir/log" --top --sample 1/10
    assert_line -n 0 --partial 'reckoned from one in 10'
    local n=${lines[0]%% *}
    [ "$n" -gt 2000 ] && [ "$n" -lt 4000 ]
    run -0 "$VKTAIL" replay-log "$dir/log" --no-pretty --count 1
    assert_output --regexp '^127.0.0.1:7001 1.001000 '
}

@test "half a million keys in little memory, and the hot one found with its error said" {
    python3 - >"$dir/log" <<'END'
import random, sys
random.seed(1)
def record(*words):
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)
out = sys.stdout.buffer
out.write(record(b"valkit-capture", b"1", b"1", b"test", b"monitor") + record(b"node", b"0", b"n:1"))
for i in range(500000):
    key = b"hot" if i % 50 == 0 else b"key:%x" % random.getrandbits(64)
    out.write(record(b"command", b"%d" % (1000000 + i), b"0", b"0", b"lua", b"", b"GET", key))
out.write(record(b"end", b"2", b"500001"))
END
    local limit=100000
    ! grep -q __asan_init "$VKTAIL" || limit=unlimited # its shadow has no bounds
    run -0 bash -c "ulimit -v $limit; exec '$VKTAIL' replay-log '$dir/log' --top --json"
    python3 - "$output" <<'END'
import json, sys
top = json.loads(sys.argv[1])
hot = top["keys"][0]
assert hot["name"] == "hot" and hot["count"] - hot["error"] <= 10000 <= hot["count"], hot
END
}
