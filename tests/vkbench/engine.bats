#!/usr/bin/env bats
# What is sent: exact counts, keys and connections, on a real server.
load ../helper
load ../certs
load helper

setup_file() { server_start b; }
teardown_file() { server_stop b; }
setup() {
    "$VK" -s "$b_sock" flushall
    "$VK" -s "$b_sock" config resetstat
}
B() { bench -s "$b_sock" "$@"; }

# monitored ARGS...: run vkbench under MONITOR; the commands, as MONITOR prints them, in $seen.
monitored() {
    "$VK" -s "$b_sock" monitor >"$BATS_TEST_TMPDIR/monitor" 2>/dev/null 3>&- &
    local pid=$!
    eventually grep -q . "$BATS_TEST_TMPDIR/monitor" || true
    B "$@"
    sleep 0.2
    kill "$pid"
    wait "$pid" || true
    seen=$(sed -n 's/^[0-9.]* \[[^]]*\] //p' "$BATS_TEST_TMPDIR/monitor" | grep -vi '"\(ping\|info\|config\|hello\|select\|client\)"')
}

@test "-n is exact, for any connections, pipelines and threads" {
    local c p t
    for t in 1 2 3; do
        for p in 1 7 30 1000; do
            for c in 1 3 50; do
                "$VK" -s "$b_sock" config resetstat
                B -n 1009 -c $c -P $p --threads $t -- set k v
                assert_equal "$code" 0
                assert_equal "$(calls b set)" 1009
                holds "r['count'] == 1009 and sum(b[2] for b in r['latency']['service']['histogram']) == 1009"
            done
        done
    done
}

@test "fewer requests than connections" {
    B -n 3 -c 50 --threads 4 -- incr n
    assert_equal "$("$VK" -s "$b_sock" get n)" 3
}

@test "without -r a placeholder stays, with it twelve digits below it" {
    B -n 100 -- set key:__rand_int__ v
    assert_equal "$("$VK" -s "$b_sock" keys '*')" key:__rand_int__
    "$VK" -s "$b_sock" flushall
    B -n 2000 -r 10 -P 8 -- set key:__rand_int__ v
    assert_equal "$("$VK" -s "$b_sock" keys '*' | sort)" "$(seq -f 'key:%012.0f' 0 9)"
}

@test "--sequential writes every key once, whatever the threads" {
    B -n 5000 -r 5000 --sequential -c 7 -P 3 --threads 3 -- set key:__rand_int__ v
    assert_equal "$("$VK" -s "$b_sock" dbsize)" 5000
    B -n 5000 -r 2500 --sequential -- set seq:__rand_int__ v
    assert_equal "$("$VK" -s "$b_sock" dbsize)" 7500
}

@test "one seed gives the same requests at any number of threads, another seed others" {
    local one
    monitored -n 500 -r 100000 --seed 7 -t set,mset
    one=$(sort <<<"$seen")
    monitored -n 500 -r 100000 --seed 7 -t set,mset --threads 2 -c 5 -P 4
    assert_equal "$(sort <<<"$seen")" "$one"
    monitored -n 500 -r 100000 --seed 7 -t set,mset --threads 3 -c 9 --rps 5000
    assert_equal "$(sort <<<"$seen")" "$one"
    monitored -n 500 -r 100000 --seed 8 -t set,mset
    [ "$(sort <<<"$seen")" != "$one" ]
}

@test "a sequence with repeat counts, in order on each connection" {
    monitored -c 1 -n 12 -- multi ';' 3 incr n ';' get n ';' exec
    assert_equal "$seen" "$(printf '"multi"\n"incr" "n"\n"incr" "n"\n"incr" "n"\n"get" "n"\n"exec"\n%.0s' 1 2)"
    holds "[x['name'] for x in t['results']] == ['multi', 'incr n', 'get n', 'exec']"
    holds "[x['count'] for x in t['results']] == [2, 6, 2, 2]"
}

@test "a sequence is cut so that -n is exact" {
    B -c 2 -n 11 -P 2 -- set a 1 ';' incr b
    assert_equal "$(calls b set) $(calls b incr)" "6 5"
}

@test "__rand_1st__ is one value in one command, __data__ is -d bytes" {
    monitored -n 20 -r 1000000 -d 9 -- set __rand_1st__ __rand_1st__:__data__
    assert_equal "$(wc -l <<<"$seen")" 20
    run grep -vE '^"set" "([0-9]{12})" "\1:.{9,}"$' <<<"$seen"
    assert_output ""
}

@test "-x takes the last argument from standard input" {
    printf 'a\r\nb' | "$VKBENCH" -s "$b_sock" -q -n 1 -x -- set k
    assert_equal "$("$VK" -s "$b_sock" get k)" $'a\r\nb'
}

@test "-k 0 makes a connection for each batch" {
    local before after
    before=$("$VK" -s "$b_sock" info stats | sed -n 's/total_connections_received:\([0-9]*\).*/\1/p')
    B -k 0 -c 4 -P 5 -n 200 -- incr n
    after=$("$VK" -s "$b_sock" info stats | sed -n 's/total_connections_received:\([0-9]*\).*/\1/p')
    assert_equal "$("$VK" -s "$b_sock" get n)" 200
    holds "t['connect']['count'] >= 40"
    [ $((after - before)) -ge 41 ]
    [ $((after - before)) -le 50 ]
}

@test "-I holds the connections open and ends on a signal" {
    "$VKBENCH" -s "$b_sock" -I -c 20 >"$BATS_TEST_TMPDIR/idle" 2>&1 3>&- &
    local pid=$!
    eventually sh -c "'$VK' -s '$b_sock' info clients | grep -qE 'connected_clients:2[1-3]'"
    kill -TERM $pid
    wait $pid || true
    grep -q 20 "$BATS_TEST_TMPDIR/idle"
}

@test "--duration lasts as long, --warmup is not counted" {
    B --duration 1 --warmup 0.5 -c 3 -- incr n
    holds "0.95 < t['window']['elapsed_s'] < 1.3"
    [ "$(j "r['count']")" -lt "$("$VK" -s "$b_sock" get n)" ]
    B --duration 1 --warmup 1 --rps 200 -- incr m
    holds "195 <= r['count'] <= 201"
    [ "$("$VK" -s "$b_sock" get m)" -ge 390 ]
}

@test "SIGINT prints the report of what ran" {
    "$VKBENCH" -s "$b_sock" --duration 60 -- incr n >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    local pid=$! code=0
    eventually sh -c "'$VK' -s '$b_sock' get n | grep -q ..."
    kill -TERM $pid
    wait $pid || code=$?
    assert_equal "$code" 143
    grep -qi interrupted "$BATS_TEST_TMPDIR/out"
    grep -q "incr n" "$BATS_TEST_TMPDIR/out"
}

@test "RESP3, SELECT, a client's name and CLIENT TRACKING" {
    B -3 --dbnum 5 -n 10 -- set k v
    assert_equal "$("$VK" -s "$b_sock" -n 5 dbsize)" 1
    B -3 --enable-tracking -c 2 -n 500 -r 5 -P 2 -- get key:__rand_int__ ';' set key:__rand_int__ v
    assert_equal "$code" 0
    holds "t['pushes'] > 0"
}

@test "AUTH by password and by user; a wrong one is told once, exit 5" {
    server_start locked --requirepass secret
    bench -s "$locked_sock" -a secret -n 10 -- ping
    assert_equal "$code" 0
    bench -s "$locked_sock" --user default -a secret -n 10 -c 20 --threads 2 -- ping
    assert_equal "$code" 0
    bench -s "$locked_sock" -a wrong -n 10 -- ping
    assert_equal "$code" 5
    [[ $err == *WRONGPASS* ]]
    [[ $err != *wrong\ * ]]
    bench -s "$locked_sock" -n 10 -- ping
    assert_equal "$code" 5
    [[ $err == *NOAUTH* ]]
    server_stop locked
}

@test "by TLS, with names verified" {
    certs_make "$BATS_TEST_TMPDIR"
    server_start tls --tls-port "$(free_port)" --tls-cert-file "$BATS_TEST_TMPDIR/good.crt" \
        --tls-key-file "$BATS_TEST_TMPDIR/good.key" --tls-ca-cert-file "$BATS_TEST_TMPDIR/ca.crt" --tls-auth-clients no
    local port
    port=$("$VK" -s "$tls_sock" config get tls-port | tail -n 1)
    bench -h localhost -p "$port" --tls --cacert "$BATS_TEST_TMPDIR/ca.crt" -n 2000 -c 10 -P 4 --threads 2 -d 20000 -t set,get
    assert_equal "$code" 0
    holds "r['count'] == 2000"
    bench -h localhost -p "$port" --tls --cacert "$BATS_TEST_TMPDIR/ca.crt" -k 0 -n 20 -c 2 -- ping
    assert_equal "$code" 0
    bench -h localhost -p "$port" --tls -n 10 -- ping
    assert_equal "$code" 4
    server_stop tls
}

@test "large values go out whole" {
    B -n 50 -c 5 -P 3 -d 3000000 -t set
    assert_equal "$code" 0
    assert_equal "$("$VK" -s "$b_sock" strlen key:__rand_int__)" 3000000
}

@test "a server killed in the middle ends the run with a report and exit 3" {
    server_start dying
    bench -s "$dying_sock" -n 100000000 -c 5 -- incr n &
    local pid=$! code=0
    eventually sh -c "'$VK' -s '$dying_sock' get n | grep -q ..."
    kill -9 "$dying_pid"
    wait $pid || true
    json=$BATS_TEST_TMPDIR/json
    holds "r['count'] > 100"
    holds "r['errors']['LOST']['count'] >= 1"
    holds "d['exit'] == 3"
}
