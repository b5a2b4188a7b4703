#!/usr/bin/env bats
# --replica: what the primary sends, as redis-cli shows it and as we do; and --lru-test.
load ../helper
load ../cluster
load diff

setup_file() {
    server_start one --repl-diskless-sync-delay 0 --maxmemory-policy allkeys-lru
}
teardown_file() { server_stop one; }
setup() {
    cd "$BATS_TEST_TMPDIR" || return
    "$VK" -s "$one_sock" config set repl-diskless-sync yes maxmemory 0 >/dev/null
}
teardown() {
    [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || true
    fake_stop
    server_stop two
    cluster_stop c
}

# follow [PROGRAM] ARGS...: --replica in the background, once its stream has begun; out, err, $pid
follow() {
    "$@" --replica >out 2>err 3>&- </dev/null &
    pid=$!
    eventually grep -qE 'following|ACK 0|sync done\.|SYNC done\.' err
}
online() { "$VK" -s "$one_sock" info replication | grep -q state=online; }
end_it() {
    kill -TERM "$pid"
    wait "$pid" || true
    pid=
}
happen() {
    eventually online
    printf '%s\n' 'set k "v w\n\x01\xff\x1b[31m\""' 'select 3' 'lpush l 1 2' 'multi' 'set x 1' 'incr x' 'exec' |
        "$VK" -s "$one_sock" >/dev/null
    eventually grep -qi 'exec' out
}

@test "commands with their time and database, harmless, and the upkeep left out" {
    local diskless
    for diskless in yes no; do
        "$VK" -s "$one_sock" config set repl-diskless-sync $diskless >/dev/null
        follow "$VK" -s "$one_sock"
        happen
        end_it
        assert_equal "$(sed -E 's/^[0-9:]{8}\.[0-9]{3} //' out)" \
            '[0] set k "v w\n\x01\xff\x1b[31m\""
[3] lpush l 1 2
[3] MULTI
[3] set x 1
[3] incr x
[3] EXEC'
        assert_regex "$(cat err)" "^vk: following $one_sock.vk: 6 commands in "
    done
}

@test "--json is a line a command, exact to the byte" {
    follow "$VK" -s "$one_sock" --json
    happen
    end_it
    assert_equal "$(jq -c '[.db, .argv[0]]' out | head -n 2 | tr '\n' ' ')" '[0,"set"] [3,"lpush"] '
    assert_equal "$(jq -r '.argv[2].base64' out | head -n 1 | base64 -d | od -An -tx1)" \
        "$(printf 'v w\n\x01\xff\x1b[31m"' | od -An -tx1)"
}

@test "it keeps nothing, so WAIT does not count it, and has no address that a sentinel would keep" {
    follow "$VK" -s "$one_sock"
    eventually online
    run -0 "$VK" -s "$one_sock" info replication
    assert_line --partial "slave0:ip=,port=0,state=online"
    run -0 "$VK" -s "$one_sock" <<<$'set a b\nwait 1 200'
    assert_output $'OK\n0'
}

@test "with -c the commands of all primaries, with whose they are" {
    cluster_start c 3 0 --repl-diskless-sync-delay 0
    local port n=0
    follow "$VK" -c -p "${c_ports[0]}"
    for port in "${c_ports[@]}"; do
        eventually grep -q "following 127.0.0.1:$port" err
        n=$((n + 1))
    done
    all_online() { for port in "${c_ports[@]}"; do "$VK" -p "$port" info replication | grep -q state=online || return; done; }
    eventually all_online
    printf 'set %s v\n' a b c d e f | "$VK" -c -p "${c_ports[0]}" >/dev/null
    eventually eval '[ "$(wc -l <out)" = 6 ]'
    for port in "${c_ports[@]}"; do assert grep -q " 127.0.0.1:$port\[0\] set" out; done
    end_it
}

@test "a primary that goes away ends it, exit 3" {
    server_start two --repl-diskless-sync-delay 0
    follow "$VK" -s "$two_sock"
    kill -KILL "$two_pid"
    run wait "$pid"
    wait "$pid" && code=0 || code=$?
    pid=
    assert_equal "$code" 3
    assert_regex "$(tail -n 1 err)" "^vk: $two_sock: .*closed"
}

@test "as redis-cli: its CSV and its words" {
    diff_setup_file
    local who diskless
    for diskless in yes no; do
        "$VK" -s "$one_sock" config set repl-diskless-sync $diskless >/dev/null
        for who in peer ours; do
            follow "$(program $who)" -s "$one_sock"
            happen
            end_it
            grep -v -e '^"SELECT","0"' -e '^"ping"' out >$who.out
            sed -E 's/(after|discarding) [0-9]+/\1 N/' err >$who.err
            echo 0 >$who.exit
        done
        same_results "--replica, diskless $diskless"
    done
    "$PEER" -s "$one_sock" acl setuser reader on '>pw' '~*' +@read >/dev/null
    prepare() { :; }
    same -s "$one_sock" --user reader --pass pw --replica
    same -s "$one_sock" --slave --user reader --pass pw
}

@test "--lru-test: hits of a cache that is too small, each second and in all" {
    "$VK" -s "$one_sock" config set maxmemory 3mb >/dev/null
    run -130 bash -c 'timeout --foreground -s INT 2.5 "$0" -s "$1" --lru-test 30000; exit 130' "$VK" "$one_sock" </dev/null
    assert_line --regexp "writes keys lru:1 to lru:30000"
    assert_line --regexp "^[0-9,]+ gets/s, [0-9.]+ % hits, [0-9.]+ % misses$"
    assert_line --regexp "% of [0-9,]+ gets were hits"
    key=$("$VK" -s "$one_sock" --scan --pattern 'lru:*' --limit 1) # any may have been evicted
    run -0 "$VK" -s "$one_sock" --raw strlen "$key"
    assert_output 5
}

@test "--lru-test says what makes it useless, and does not write for who only reads" {
    run -5 "$VK" -s "$one_sock" --read-only --lru-test 10 </dev/null
    assert_output "vk: --lru-test writes keys: not with --read-only"
    fake_start read 'send:+OK\r\n+OK\r\n' 'send:$13\r\nmaxmemory:0\r\n\r\n' read 'send:-OOM command not allowed\r\n' hold
    run -1 "$VK" -p "$fake_port" --lru-test 10 </dev/null
    assert_line --regexp "has no maxmemory"
    assert_line "vk: SET: OOM command not allowed"
}
