#!/usr/bin/env bats
# A real cluster of three primaries and three replicas behind vk.
load ../helper
load ../cluster

setup_file() { cluster_start c 3 1; }
teardown_file() { cluster_stop c; }
setup() {
    port=${c_ports[0]}
    "$VK" -c -p "$port" @primaries flushall >/dev/null
}

@test "keys go where they are, without a redirect" {
    run "$VK" -c -p "$port" --trace-redirects set foo bar
    assert_success
    assert_output OK
    for p in "${c_ports[@]:0:3}"; do
        run "$VK" -c -p "$p" --trace-redirects get foo
        assert_output bar
    done
}

@test "a script over all nodes: replies in order" {
    seq 2000 | sed 's|.*|set key:& value:&|' >"$BATS_TEST_TMPDIR/in"
    seq -f 'get key:%.0f' 2000 >>"$BATS_TEST_TMPDIR/in"
    run --separate-stderr "$VK" -c -p "$port" <"$BATS_TEST_TMPDIR/in"
    assert_success
    assert_equal "$(tail -n 2000 <<<"$output")" "$(seq -f 'value:%.0f' 2000)"
    assert_equal "$("$VK" -c -p "$port" dbsize 2>/dev/null)" 2000
}

@test "the first redirect makes a cluster of the connection" {
    run --separate-stderr "$VK" -p "$port" <<<$'set a 1\nset b 2\nset c 3\nget a\nget b\nget c'
    assert_success
    assert_output $'OK\nOK\nOK\n1\n2\n3'
    run "$VK" -p "$port" --no-follow <<<$'get a\nget b\nget c'
    assert_failure 7
    assert_output --partial MOVED
}

@test "targets" {
    run "$VK" -p "$port" @primaries ping
    assert_success
    run "$VK" --json -p "$port" @all info server
    assert_success
    assert_equal "$(grep -o '127.0.0.1:[0-9]*":' <<<"$output" | wc -l)" 6
    "$VK" -c -p "$port" mset '{x}a' 1 '{x}b' 2
    "$VK" -c -p "$port" set y 1
    run --separate-stderr "$VK" -c -p "$port" dbsize
    assert_output 3
    run --separate-stderr "$VK" -c -p "$port" keys '*'
    assert_equal "$(sort <<<"$output")" $'y\n{x}a\n{x}b'
    run "$VK" -p "$port" "@127.0.0.1:${c_ports[1]}" config get port
    assert_output $'port\n'"${c_ports[1]}"
    run "$VK" -p "$port" @127.0.0.1:1 ping
    assert_failure 1
    assert_output --partial "names no node"
}

@test "FLUSHALL wants a choice; SWAPDB is not for a cluster" {
    "$VK" -c -p "$port" set a 1
    run "$VK" -c -p "$port" flushall
    assert_failure 1
    assert_output --partial "@primaries"
    assert_equal "$("$VK" -c -p "$port" get a)" 1
    run "$VK" -c -p "$port" @primaries flushall
    assert_success
    assert_output OK
}

@test "what would hold for one connection only is refused in its place, and sent to a named node" {
    run --separate-stderr "$VK" -c -p "$port" --ndjson <<<$'client reply off\nset a 1\nset b 2\nauth pw\nmonitor\nget a\nclient reply on'
    assert_failure 7
    assert_line --index 0 --partial "client reply would hold for one node's connection only"
    assert_line --index 3 --partial "auth would hold"
    assert_line --index 4 --partial "monitor would show one node"
    assert_equal "${lines[*]:1:2} ${lines[*]:5}" '"OK" "OK" "1" "OK"'
    run --separate-stderr "$VK" -c -p "$port" client setname me
    assert_failure 1
    # shellcheck disable=SC2154
    assert_equal "$stderr" "ERR client setname would hold for one node's connection only: --client-name gives every connection the name"
    run "$VK" -c -p "$port" "@127.0.0.1:$port" client setname me
    assert_success
    run timeout 2 "$VK" -c -p "$port" @primaries monitor
    assert_equal "$(grep -c OK <<<"$output")" 3
}

@test "a keyless command says who answered" {
    run --separate-stderr "$VK" -c -p "$port" time
    assert_success
    # shellcheck disable=SC2154
    assert_regex "$stderr" 'answered by 127\.0\.0\.1:[0-9]+'
}

@test "CROSSSLOT is told before anything is sent" {
    run "$VK" -c -p "$port" mset a 1 b 2
    assert_failure 1
    assert_output --partial CROSSSLOT
}

@test "--split: one command a slot, one reply" {
    run --separate-stderr "$VK" -c --split -p "$port" mset a 1 b 2 c 3
    assert_success
    assert_output OK
    assert_equal "$stderr" "vk: mset was split over 3 slots: not atomic"
    run --separate-stderr "$VK" -c --split -p "$port" --json mget c nokey a b a
    assert_output '["3",null,"1","2","1"]'
    run --separate-stderr "$VK" -c --split -p "$port" exists a b nokey
    assert_output 2
    "$VK" -c -p "$port" lpush l x
    run --separate-stderr "$VK" -c --split -p "$port" --json mget a l
    assert_output '["1",null]'
    run --separate-stderr "$VK" -c --split -p "$port" del a b c
    assert_output 3
    run --separate-stderr "$VK" -c --split -p "$port" mset a 1 b
    assert_failure 1
    run "$VK" -c --split -p "$port" mset '{t}a' 1 '{t}b' 2
    assert_output OK
}

@test "transactions are pinned to the node of the first key" {
    run --separate-stderr "$VK" -c -p "$port" <<<$'multi\nset {t}a 1\nincr {t}a\nexec\nget {t}a'
    assert_success
    assert_output $'OK\nQUEUED\nQUEUED\nOK\n2\n2'
    run --separate-stderr "$VK" -c -p "$port" <<<$'watch {t}a\nmulti\nincr {t}a\nexec'
    assert_success
    assert_output $'OK\nOK\nQUEUED\n3'
    run --separate-stderr "$VK" -c -p "$port" <<<$'multi\nset a 1\nset b 2\nset c 3\nexec'
    assert_failure 7
    assert_output --partial EXECABORT
}

@test "a redirect ends a transaction: told once, nothing applied, the next one runs" {
    local words=('multi' 'set {t}a 1' 'set b 2' 'set c 3' 'exec' 'get {t}a' 'multi' 'set {t}a 2' 'exec')
    run --separate-stderr "$VK" -c -p "$port" --ndjson <<<"$(printf '%s\n' "${words[@]}")"
    assert_failure 7
    assert_equal "${#lines[@]}" 9
    assert_equal "${lines[*]:5}" 'null "OK" "QUEUED" ["OK"]'
    # shellcheck disable=SC2154
    assert_equal "$(grep -c "transaction discarded, nothing of it was applied: set was answered by" <<<"$stderr")" 1
    run --separate-stderr bash -c "for l in 'multi' 'set {t}a 3' 'set b 2' 'get {t}a' 'exec' 'get {t}a'; do echo \$l; sleep 0.2; done | '$VK' -c -p '$port'"
    assert_failure 7
    assert_equal "$(grep -c EXECABORT <<<"$output")" 2
    assert_equal "$(tail -n 1 <<<"$output")" 2
    assert_equal "$(grep -c "transaction discarded" <<<"$stderr")" 1
}

@test "ASK in the middle of a migrating slot" {
    "$VK" -c -p "$port" set '{m}1' one
    local slot from to
    slot=$("$VK" --keyslot '{m}1')
    from=$(cluster_owner c '{m}1')
    to=${c_ports[0]}
    [ "$to" != "$from" ] || to=${c_ports[1]}
    cluster_migrate_slot c "$slot" "$from" "$to" --leave-migrating
    run --separate-stderr "$VK" -c -p "$port" --trace-redirects get '{m}1'
    assert_output one
    run --separate-stderr "$VK" -c -p "$port" get '{m}2'
    assert_success
    assert_output ''
    run --separate-stderr "$VK" -c -p "$port" <<<$'multi\nset {m}1 two\nset {m}2 two\nexec\nget {m}1'
    assert_failure 7
    # shellcheck disable=SC2154
    assert_regex "$stderr" "transaction discarded.*'ASK $slot "
    assert_equal "$(tail -n 1 <<<"$output")" one
    cluster_migrate_slot c "$slot" "$from" "$to"
    assert_equal "$("$VK" -c -p "$port" get '{m}1')" one
}

@test "MOVED while a script runs: every acknowledged write is there" {
    local slot from to
    slot=$("$VK" --keyslot '{r}')
    from=$(cluster_owner c '{r}')
    to=${c_ports[0]}
    [ "$to" != "$from" ] || to=${c_ports[2]}
    (
        seq 3000 | sed 's|.*|set {r}:& &|'
        sleep 1
        seq 3001 6000 | sed 's|.*|set {r}:& &|'
    ) | "$VK" -c -p "$port" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    local pid=$!
    sleep 0.3
    cluster_migrate_slot c "$slot" "$from" "$to"
    wait $pid
    assert_equal "$(sort <"$BATS_TEST_TMPDIR/out" | uniq -c | tr -s ' ')" " 6000 OK"
    assert_equal "$(seq -f 'get {r}:%.0f' 6000 | "$VK" -c -p "$port")" "$(seq 6000)"
}

@test "--nodes: the topology as a table, and as JSON" {
    run "$VK" -p "$port" --nodes
    assert_success
    assert_equal "${#lines[@]}" 7
    assert_equal "$(grep -c primary <<<"$output") $(grep -c replica$'\|'replica' ' <<<"$output")" "3 4"
    run "$VK" -p "$port" --nodes --json
    assert_success
    /usr/bin/python3 -c 'import json,sys; d=json.loads(sys.argv[1]); assert len(d)==6 and {n["role"] for n in d}=={"primary","replica"}' "$output"
}

# on_terminal COLUMNS WORDS...
on_terminal() { script -qec "stty cols $1; ${*:2}" /dev/null </dev/null | tr -d '\r'; }

@test "--nodes fits a terminal: short ids, slots in several lines; elsewhere they are whole" {
    local slot
    for slot in 100 2000 4000; do cluster_migrate_slot c $slot "${c_ports[0]}" "${c_ports[1]}"; done
    run on_terminal 80 "$VK" -p "$port" --nodes
    assert_success
    assert [ "$(wc -L <<<"$output")" -le 80 ]
    assert_equal "$(grep -cE ' [0-9a-f]{8}$' <<<"$output")" 6
    assert_line --regexp '^ +[0-9]+-'
    run on_terminal 200 "$VK" -p "$port" --nodes
    assert_equal "$(grep -cE ' [0-9a-f]{40}$' <<<"$output")" 6
    run "$VK" -p "$port" --nodes
    assert_equal "$(grep -cE ' [0-9a-f]{40}$' <<<"$output")" 6
    assert_equal "${#lines[@]}" 7
    for slot in 100 2000 4000; do cluster_migrate_slot c $slot "${c_ports[1]}" "${c_ports[0]}"; done
}

@test "--keyslot needs no server" {
    run "$VK" --keyslot foo '{user1000}.following' 'foo{}{bar}' 'foo{{bar}}zap' 'foo{bar}{zap}' '' 123456789
    assert_success
    assert_output $'12182\n3443\n8363\n4015\n5061\n0\n12739'
}

@test "a redirect that cannot be followed is told, and nothing waits for it" {
    "$VK" -c -p "$port" @all acl setuser narrow on '>pw' '~*' +get +client +hello >/dev/null
    local other=${c_ports[0]}
    [ "$(cluster_owner c foo)" != "$other" ] || other=${c_ports[1]}
    run timeout 10 "$VK" -p "$other" --user narrow -a pw get foo
    assert_failure 5
    assert_output --partial NOPERM
    run timeout 10 "$VK" -p "$other" --user narrow -a pw <<<$'get foo\nget foo'
    assert_failure 5
}

@test "a redirect in front of an open transaction ends the script; nothing of it runs for real" {
    local other=${c_ports[0]}
    [ "$(cluster_owner c foo)" != "$other" ] || other=${c_ports[1]}
    "$VK" -c -p "$port" del '{b}zz'
    run --separate-stderr timeout 10 bash -c "(echo get foo; echo multi; sleep 0.5; echo 'set {b}zz 1'; echo exec) | '$VK' -p '$other'"
    assert_failure
    assert_regex "$stderr" "transaction is open"
    assert_equal "$("$VK" -c -p "$port" exists '{b}zz')" 0
}

@test "a node that is not there fails the commands for it, in their place" {
    local owner map
    owner=$(cluster_owner c a)
    map=127.0.0.1:$owner=127.0.0.1:1
    run --separate-stderr timeout 20 "$VK" -c -p "$(cluster_owner c b)" --cluster-attempts 0 --node-map "$map" <<<$'blpop {b}list 1\nget a'
    assert_failure 3
    assert_regex "$stderr" "unreachable"
}

@test "subscribing again is confirmed again" {
    run timeout 2 "$VK" -c -p "$port" <<<$'ssubscribe ch\nsunsubscribe ch\nssubscribe ch'
    assert_output $'ssubscribe\nch\n1\nsunsubscribe\nch\n0\nssubscribe\nch\n1'
}

@test "a shard channel follows its slot" {
    local slot from to
    slot=$("$VK" --keyslot news)
    from=$(cluster_owner c news)
    to=${c_ports[0]}
    [ "$to" != "$from" ] || to=${c_ports[1]}
    "$VK" -c -p "$port" ssubscribe news >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    local pid=$!
    eventually grep -q news "$BATS_TEST_TMPDIR/out"
    "$VK" -c -p "$port" spublish news one
    cluster_migrate_slot c "$slot" "$from" "$to"
    moved() { [ "$("$VK" -c -p "$port" spublish news two)" = 1 ]; }
    eventually moved
    eventually grep -q two "$BATS_TEST_TMPDIR/out"
    kill "$pid"
    wait "$pid" || true
    assert_equal "$(cat "$BATS_TEST_TMPDIR/out")" $'ssubscribe\nnews\n1\nsmessage\nnews\none\nsmessage\nnews\ntwo'
}

@test "as redis-cli: one node at a time, and the line about a redirect" {
    [ -n "$CLI" ] || skip "no tool to compare with"
    ln -sf "$VK" "$BATS_TEST_TMPDIR/$(basename "$CLI")"
    local tool out=()
    for tool in "$CLI" "$BATS_TEST_TMPDIR/$(basename "$CLI")"; do
        "$VK" -p "$port" @primaries flushall >/dev/null
        out+=("$(
            "$tool" -c -p "$port" set foo bar
            "$tool" -c -p "$port" -r 2 get foo
            "$tool" -c -p "$port" --csv get foo
            "$tool" -p "${c_ports[0]}" get foo
            printf 'set foo bar\nget foo\nset a 1\nget b\nmget a b\nmulti\nset foo 1\nset b 2\nexec\nget c\n' | "$tool" -c -p "$port"
        )")
    done
    assert_equal "${out[1]}" "${out[0]}"
    assert_regex "${out[1]}" "-> Redirected to slot \[[0-9]+\] located at 127.0.0.1:"
}

@test "reading from replicas" {
    "$VK" -c -p "$port" set k v
    sleep 0.2
    run "$VK" -c -p "$port" --read-from random-replica <<<$'get k\nget k\nget k'
    assert_success
    assert_output $'v\nv\nv'
}

@test "a cluster option on a server that is none" {
    server_start plain
    run "$VK" -c -p "$plain_port" get a
    assert_failure 2
    assert_output --partial "is no node of a cluster: ERR This instance has cluster support disabled"
    server_stop plain
    run "$VK" -c -s "$BATS_TEST_TMPDIR/sock" get a
    assert_failure 2
    run "$VK" -c -p "$port" -n 1 get a
    assert_failure 2
    run "$VK" -c -p "$(free_port)" get a
    assert_failure 3
}

@test "a primary is killed: its replica takes over in the middle of a script" {
    local owner
    owner=$(cluster_owner c foo)
    "$VK" -c -p "$port" set foo 1
    sleep 0.2
    cluster_kill c "$owner"
    eventually "$VK" -c -p "${c_ports[4]}" --cluster-attempts 0 set foo 2
    assert_equal "$("$VK" -c -p "${c_ports[4]}" get foo)" 2
    run timeout 5 "$VK" -c -p "${c_ports[4]}" ssubscribe a b
    assert_failure 1 # CROSSSLOT, and no waiting
}

@test "--scratch-cluster: a cluster of one's own, gone at the end" {
    mkdir "$BATS_TEST_TMPDIR/tmp"
    TMPDIR=$BATS_TEST_TMPDIR/tmp run --separate-stderr "$VK" --scratch-cluster 3x1 <<<$'set a 1\nset b 2\nset c 3\nmget {c}\nget c\ndbsize'
    assert_success
    assert_output $'OK\nOK\nOK\n\n3\n3'
    assert_equal "$(ls "$BATS_TEST_TMPDIR/tmp")" ""
    run "$VK" --scratch-cluster 0 ping
    assert_failure 2
    run "$VK" --scratch-cluster 2 --scratch ping
    assert_failure 2
}

@test "--scratch-cluster: killed at any moment of its start it leaves no folder" {
    local ms pid
    mkdir "$BATS_TEST_TMPDIR/tmp"
    for ms in 002 005 010 015 020 030 050 100; do
        TMPDIR=$BATS_TEST_TMPDIR/tmp "$VK" --scratch-cluster 3 ping >/dev/null 2>&1 3>&- &
        pid=$!
        sleep 0.$ms
        kill -9 $pid 2>/dev/null || true
        wait $pid || true
    done
    empty() { [ -z "$(ls "$BATS_TEST_TMPDIR/tmp")" ]; }
    eventually empty
}

@test "a script goes where its keys are, and so does its debugger" {
    local script=$BATS_TEST_TMPDIR/s.lua p n=0
    echo "return redis.call('set', KEYS[1], ARGV[1]).ok" >"$script"
    for p in "${c_ports[@]}"; do
        "$VK" -p "$p" role 2>/dev/null | grep -q master || continue # a test before this one kills one
        n=$((n + 1))
        run -0 "$VK" -c -p "$p" --eval "$script" foo , "$p"
        assert_output OK
        run -0 "$VK" -p "$p" --ldb --eval "$script" foo , none <<<c
        assert_line --partial "s.lua:1, step over"
        assert_line OK
        [ "$("$VK" -c -p "$p" get foo)" = "$p" ]
        run -0 "$VK" -c -p "$p" --ldb-sync-mode --eval "$script" foo , "sync $p" <<<c
        [ "$("$VK" -c -p "$p" get foo)" = "sync $p" ]
        port=$p
    done
    [ "$n" = 3 ]
    p=$port
    run -1 --separate-stderr "$VK" -c -p "$p" --ldb --eval "$script" foo bar <<<c
    assert_regex "$stderr" '^CROSSSLOT '
    echo "return redis.call('dbsize')" >"$script"
    run -0 "$VK" -p "$p" --eval "$script" @primaries
    assert_equal "$(wc -l <<<"$output")" 3
}
