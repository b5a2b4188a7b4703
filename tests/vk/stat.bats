#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# --stat: what it shows is what INFO says, whatever happens to the servers; for people, as JSON and CSV, and
# in the tool's own words.
load ../helper
load ../cluster
load diff

setup_file() {
    server_start st
    cluster_start cl 3 0
}
teardown_file() {
    server_stop st
    cluster_stop cl
}
setup() { out=$BATS_TEST_TMPDIR/out said=$BATS_TEST_TMPDIR/said; }
teardown() {
    [ -z "${stat_pid:-}" ] || kill -KILL "$stat_pid" 2>/dev/null || true
    fake_stop
}

# stat_start WORDS...: in the background, to $out and $said; on return it has said something.
stat_start() {
    "$VK" --stat "$@" >"$out" 2>"$said" 3>&- &
    stat_pid=$!
    eventually test -s "$out"
}
stat_end() {
    kill -TERM "$stat_pid"
    wait "$stat_pid" 2>/dev/null || true
    stat_pid=
}
has() { grep -qE -- "$1" "$out"; }
lines() { [ "$(wc -l <"$out")" -ge "$1" ]; }

@test "JSON: the numbers are those of INFO, and the rates add up" {
    for i in $(seq 10); do echo "SET k$i v"; done | "$VK" -s "$st_sock" >/dev/null
    stat_start -p "$st_port" --json -i 0.1
    for i in $(seq 500); do echo "GET k$((i % 20))"; done | "$VK" -s "$st_sock" >/dev/null
    n=$(wc -l <"$out")
    eventually lines $((n + 3))
    stat_end
    "$VK" -s "$st_sock" info everything >"$BATS_TEST_TMPDIR/info"
    python3 - "$out" "$BATS_TEST_TMPDIR/info" "$st_port" <<'END'
import json, sys
lines = [json.loads(l) for l in open(sys.argv[1])]
info = dict(l.strip().split(":", 1) for l in open(sys.argv[2]) if ":" in l)
first, last = lines[0], lines[-1]
assert all(l["up"] and l["node"] == "127.0.0.1:" + sys.argv[3] and l["role"] == "primary" for l in lines)
assert last["keys"] == 10 and last["version"] == info["redis_version"], last
assert last["hits"] == int(info["keyspace_hits"]) and last["misses"] == int(info["keyspace_misses"])
assert int(info["total_commands_processed"]) - last["requests"] in range(0, 8)
assert all(v is None for v in first["per_s"].values()) and first["hit_rate"] is None
assert all(v >= 0 for l in lines[1:] for v in l["per_s"].values())
grown = sum(l["per_s"]["requests"] * l["seconds"] for l in lines[1:])
assert abs(grown - (last["requests"] - first["requests"])) < 1e-3 and grown >= 500, grown
assert any(0 < (l["hit_rate"] or 0) < 1 for l in lines), "of 20 keys 10 are there"
END
    grep -qE '^vk: [0-9.]+ (s|ms): 5[0-9][0-9] requests, [0-9,]+/s on average, at most [0-9,]+/s$' "$said"
}

@test "a table without a terminal: one head, all columns, so many rows" {
    run --separate-stderr "$VK" -s "$st_sock" --stat -r 3 -i 0.05
    assert_success
    assert_equal "${#lines[@]}" 4
    assert_equal "$(tr -s ' ' <<<"${lines[0]}" | sed 's/^ //')" \
        'time keys mem clients blkd requests req/s conns conn/s hit% evict/s exp/s lag cpu% in/s out/s doing'
    assert_regex "${lines[1]}" '^[0-9:]{8} +[0-9]+ +[0-9.]+[KM] +[0-9]+ +0 +[0-9]+ +- '
    assert_regex "${lines[3]}" '^[0-9:]{8} +[0-9]+ +[0-9.]+[KM] +[0-9]+ +0 +[0-9]+ +[0-9.]+ '
}

# on_terminal COLUMNS WORDS...
on_terminal() { script -qec "stty cols $1 rows 9; exec $(printf '%q ' "$VK" "${@:2}")" /dev/null </dev/null | tr -d '\r'; }

@test "on a terminal: what fits, the head again for each screen, no row too long" {
    for columns in 40 80; do
        NO_COLOR=1 TERM=xterm on_terminal $columns -s "$st_sock" --stat -r 16 -i 0.02 >"$out"
        [ "$(grep -c req/s "$out")" = 3 ] # 9 rows: a head and 7
        awk -v most=$columns 'length >= most { exit 1 }' "$out"
        run ! grep -q $'\e' "$out"
    done
    has 'keys +mem clients blkd +req/s conn/s  hit% evict/s +lag +cpu% doing'
    TERM=xterm on_terminal 80 -s "$st_sock" --stat -r 1 | grep -qF $'\e[1m'
}

@test "CSV: a head, and as many fields in each row" {
    "$VK" -p "$st_port" --stat --csv -r 3 -i 0.05 >"$out"
    python3 - "$out" <<'END'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
assert len(rows) == 3 and all(None not in r and None not in r.values() for r in rows), rows
assert rows[0]["requests_per_s"] == "" and float(rows[2]["requests_per_s"]) > 0 and int(rows[2]["keys"]) >= 0
END
}

@test "a server that is killed is shown as such, and comes back with numbers that are not negative" {
    server_start dies
    for i in $(seq 300); do echo "SET k$i v"; done | "$VK" -s "$dies_sock" >/dev/null
    stat_start -p "$dies_port" -i 0.1
    kill -KILL "$dies_pid"
    eventually has 'down for [0-9]+ s: Connection refused$'
    "$SERVER" --port "$dies_port" --bind 127.0.0.1 --save '' >/dev/null 2>&1 3>&- &
    dies_pid=$!
    eventually has ' restart$'
    n=$(wc -l <"$out")
    eventually lines $((n + 2))
    stat_end
    run ! grep -E ' -[0-9]' "$out"
    tail -n 1 "$out" | grep -qE '^[0-9:]{8} +0 ' # no keys
    run "$VK" -p "$dies_port" --stat --json -r 1
    assert_success
    server_stop dies
    run -3 --separate-stderr "$VK" -p "$dies_port" --stat -r 1
    assert_regex "$stderr" 'Connection refused'
}

@test "an interval of next to nothing is a millisecond" {
    run -0 timeout -k 1 10 "$VK" -p "$st_port" --stat -r 3 -i 1e-12
    [ "${#lines[@]}" = 4 ]
}

@test "a server that hangs is shown as such" {
    stat_start -p "$st_port" -i 0.1 --json
    kill -STOP "$st_pid"
    eventually has '"up":false,"error":"no answer for [0-9.]+ s"'
    kill -CONT "$st_pid"
    eventually eval 'tail -n 1 "$out" | grep -q "\"up\":true"'
    stat_end
}

@test "a cluster: a row for each primary and their sum; one that hangs does not hold up the others" {
    for i in $(seq 300); do echo "SET k$i v"; done | "$VK" -c -p "${cl_ports[0]}" >/dev/null
    stat_start -c -p "${cl_ports[0]}" -i 0.2
    eventually has '^sum .* 300 '
    for port in "${cl_ports[@]}"; do has "^:$port "; done
    kill -STOP "${cl_pids[2]}"
    eventually has "^:${cl_ports[2]} .*no answer for [1-9]"
    kill -CONT "${cl_pids[2]}"
    stat_end
    has '^2/3 '
    # meanwhile the others had a row in each tick, of its own interval
    [ "$(grep -c "^:${cl_ports[0]} .* [0-9.]*K* *\$" "$out")" -ge 5 ]
    run ! grep -qE "^:${cl_ports[0]} .*no answer" "$out"
    "$VK" -c -p "${cl_ports[0]}" --stat --json -r 2 -i 0.1 >"$out"
    python3 - "$out" "${cl_ports[@]}" <<'END'
import json, sys
lines = [json.loads(l) for l in open(sys.argv[1])]
nodes = {"127.0.0.1:" + p for p in sys.argv[2:]}
assert len(lines) == 6 and {l["node"] for l in lines[:3]} == nodes == {l["node"] for l in lines[3:]}
assert sum(l["keys"] for l in lines[3:]) == 300
END
    cluster_kill cl "${cl_ports[1]}"
    run -7 "$VK" -c -p "${cl_ports[0]}" --stat -r 1
    assert_output --regexp ":${cl_ports[1]} .*Connection refused"
}

@test "behind a sentinel" {
    sentinel_start sen service "$st_port" 1
    run "$VK" --sentinel "127.0.0.1:${sen_ports[0]}" --service service --stat --json -r 1
    sentinel_stop sen
    assert_success
    assert_output --regexp "\"node\":\"service \\(127.0.0.1:$st_port\\)\",\"up\":true"
}

@test "Ctrl-C ends it with a sum and 130" {
    run -130 --separate-stderr timeout -s INT --preserve-status 0.7 "$VK" -s "$st_sock" --stat -i 0.1
    assert_regex "$stderr" 'requests, .* on average'
}

@test "who may not use INFO is told so" {
    "$VK" -s "$st_sock" acl setuser some on nopass '~*' +@all -info >/dev/null
    run -5 --separate-stderr "$VK" -p "$st_port" --user some -a x --stat
    assert_regex "$stderr" 'INFO: NOPERM'
    assert_output ''
}

@test "words that do not go together" {
    run -2 --separate-stderr "$VK" -p "$st_port" --stat get k
    assert_regex "$stderr" -- '--stat goes with no command'
    run -2 --separate-stderr "$VK" -p "$st_port" --stat --nodes
    assert_regex "$stderr" exclude
}

# info KEYS MEMORY REQUESTS SAVES REWRITES LOADS: an action of the fake server.
info() {
    local text="used_memory:$2\r\nconnected_clients:12\r\nblocked_clients:3\r\ntotal_commands_processed:$3\r\n"
    text+="total_connections_received:77\r\nloading:$6\r\nrdb_bgsave_in_progress:$4\r\naof_rewrite_in_progress:$5\r\n"
    text+="db0:keys=$1,expires=0\r\ndb19:keys=2,expires=0\r\ndb20:keys=5,expires=0\r\n"
    local plain=${text//\\?/x}
    actions+=(read "send:\$${#plain}\r\n$text\r\n")
}

@test "the tool's own table, to the byte" {
    [[ $("$PEER" --version 2>/dev/null) == "redis-cli 7.0."* ]] || skip "needs redis-cli 7.0 as the peer"
    mkdir -p "$BATS_FILE_TMPDIR/bin"
    ln -sf "$VK" "$OURS"
    actions=()
    info 0 0 0 0 0 0
    info 123456789012 1023 1 1 0 0
    info 1 1024 100 0 1 0
    info 1 1048575 99 1 1 0
    info 1 1610612736 123456789012 0 0 1
    info 1 1125899906842624 123456789013 1 1 1
    actions+=(read 'send:$7\r\nx:1\r\n\r\n\r\n')
    for i in $(seq 16); do info "$i" $((i * 1000000)) $((i * i)) 0 0 0; done
    actions+=(read 'send:-ERR enough\r\n' hold)
    for who in peer ours; do
        fake_start "${actions[@]}"
        run -1 --separate-stderr timeout 20 "$(program $who)" -p "$fake_port" --stat -i 0.01
        fake_stop
        printf '%s\n' "$output" >"$BATS_TEST_TMPDIR/$who.out"
        printf '%s\n' "$stderr" >"$BATS_TEST_TMPDIR/$who.err"
    done
    same_files output "$BATS_TEST_TMPDIR"/{peer,ours}.out
    same_files errors "$BATS_TEST_TMPDIR"/{peer,ours}.err
    [ "$(grep -c '^keys' "$BATS_TEST_TMPDIR/ours.out")" = 2 ]
}
