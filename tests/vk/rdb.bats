#!/usr/bin/env bats
# --rdb and --functions-rdb against real servers, and against a fake one for what a real one does not do.
load ../helper
load ../certs
load ../cluster
load diff

MARK=0123456789abcdef0123456789abcdef01234567
# A whole dump of one key, k = "hello, world", and its CRC.
BODY='REDIS0010\xfe\x00\xfb\x01\x00\x00\x01k\x0chello, world\xff'
CRC='\xb6\xf9\x31\x69\x79\xf2\x0a\x62'

setup_file() {
    export certs=$BATS_FILE_TMPDIR/certs
    mkdir "$certs"
    certs_make "$certs"
    tls_port=$(free_port)
    export tls_port
    server_start one --repl-diskless-sync-delay 0 --tls-port "$tls_port" --tls-auth-clients no \
        --tls-cert-file "$certs/good.crt" --tls-key-file "$certs/good.key" --tls-ca-cert-file "$certs/ca.crt"
    every_type | "$VK" -s "$one_sock" >/dev/null
    "$VK" -s "$one_sock" debug populate 20000 fill: 40 >/dev/null
    mkdir "$BATS_FILE_TMPDIR/two"
}
teardown_file() { server_stop one; }
setup() {
    mkdir "$BATS_TEST_TMPDIR/work" && cd "$BATS_TEST_TMPDIR/work" || return
    "$VK" -s "$one_sock" config set repl-diskless-sync yes >/dev/null
}
teardown() {
    fake_stop
    server_stop two
    cluster_stop c
}

every_type() {
    printf '%s\n' 'set "bin\x00\xff\r\n" "\x00\x01\xff"' 'set n 12345' 'set ttl v PX 100000000' \
        'rpush list a "" 12' 'sadd set x y' 'sadd ints 1 2 3' 'zadd z 1 a 2.5 b' 'hset h f v g w' \
        'xadd st 1-1 a b' 'xgroup create st g 0' 'xreadgroup group g c streams st >' 'select 5' 'set other db' \
        'function load "#!lua name=lib\nredis.register_function(\"f\", function() return 1 end)"'
}
dump() { "$VK" -s "$one_sock" --rdb "$@"; }
# loads FILE: a fresh server that begins with it has the data of `one`.
loads() {
    cp "$1" "$BATS_FILE_TMPDIR/two/dump.rdb"
    server_start two
    assert_equal "$("$VK" -s "$two_sock" debug digest)" "$("$VK" -s "$one_sock" debug digest)"
    assert_equal "$("$VK" -s "$two_sock" function list)" "$("$VK" -s "$one_sock" function list)"
    server_stop two
}
nothing_left() { assert_equal "$(ls -A)" "${1:-}"; }
# Five replies for the handshake, then what the arguments say.
fake_dump() { fake_start read 'send:+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n' read "$@"; }

@test "a dump of every type, by a mark and by its length, is what the server has" {
    local diskless
    for diskless in yes no; do
        "$VK" -s "$one_sock" config set repl-diskless-sync $diskless >/dev/null
        run --separate-stderr -0 dump all.rdb
        assert_output ""
        assert_regex "$stderr" "^all.rdb: [0-9.]+ [KM]iB from .*, CRC64 right, replication offset [0-9]+$"
        nothing_left all.rdb
        assert_equal "$(stat -c %a all.rdb)" 600
        loads all.rdb
        rm all.rdb
    done
}

@test "- is standard output, and nothing else goes there" {
    dump - >out.rdb 2>err
    loads out.rdb
    assert_regex "$(cat err)" "^[0-9.]+ [KM]iB from .* CRC64 right"
    run --separate-stderr -2 script -qec "'$VK' -s '$one_sock' --rdb -" /dev/null
    assert_output --partial "standard output is a terminal"
    run -2 dump - --json
    assert_output --partial "both write standard output"
}

@test "by TLS and by password, and --json says what came" {
    "$VK" -s "$one_sock" acl setuser dumper on '>pw' +psync +replconf >/dev/null
    run --separate-stderr -0 env VALKEYCLI_AUTH=pw "$VK" -h localhost -p "$tls_port" --tls --cacert "$certs/ca.crt" \
        --user dumper --json --rdb tls.rdb
    assert_equal "$stderr" ""
    assert_equal "$(jq -c '[.node, .file, .bytes, .version >= 10, .crc64, (.replication_id | length)]' <<<"$output")" \
        "[\"localhost:$tls_port\",\"tls.rdb\",$(stat -c %s tls.rdb),true,true,40]"
    loads tls.rdb
}

@test "functions alone" {
    run --separate-stderr -0 "$VK" -s "$one_sock" --functions-rdb f.rdb
    cp f.rdb "$BATS_FILE_TMPDIR/two/dump.rdb"
    server_start two
    assert_equal "$("$VK" -s "$two_sock" dbsize)" 0
    assert_equal "$("$VK" -s "$two_sock" fcall f 0)" 1
}

@test "a server that writes no checksum: said, and accepted" {
    server_start two --rdbchecksum no --repl-diskless-sync-delay 0
    run --separate-stderr -0 "$VK" -s "$two_sock" --rdb no.rdb
    assert_regex "$stderr" "without a CRC64"
}

@test "an existing file keeps its mode, and is replaced by a whole dump alone" {
    echo old >d.rdb
    chmod 640 d.rdb
    fake_dump "send:\$EOF:$MARK\r\n$BODY"
    run --separate-stderr -3 "$VK" -p "$fake_port" --rdb d.rdb
    assert_equal "$(cat d.rdb)" old
    nothing_left d.rdb
    dump d.rdb
    assert_equal "$(stat -c %a d.rdb)" 640
    loads d.rdb
}

# broken TEXT STREAM...: exit 3, a message with TEXT, and nothing left
broken() {
    local text=$1
    shift
    fake_dump "$@"
    run --separate-stderr -3 "$VK" -p "$fake_port" --rdb d.rdb
    assert_regex "$stderr" "$text"
    assert_equal "${#stderr_lines[@]}" 1
    nothing_left
    fake_stop
}
@test "a stream that ends, or whose bytes are wrong, leaves nothing" {
    broken "closed" "send:\$EOF:$MARK\r\n$BODY$CRC"
    broken "closed" "send:\n\n\$100\r\n$BODY$CRC"
    broken "closed" "send:+FULLRES"
    broken "damaged: it says that its CRC64 is ff0a.*but it is 620af2796931f9b6" \
        "send:\$EOF:$MARK\r\n$BODY\xb6\xf9\x31\x69\x79\xf2\x0a\xff$MARK"
    broken "cut off" "send:\$20\r\n$BODY" hold
    broken "cut off" "send:\$0\r\n" hold
    broken "no dump: it begins with 'HTTP/1.1 '" "send:\$20\r\nHTTP/1.1 200 OK\r\n\r\n\r\n" hold
    broken "no answer to SYNC: '\+CONTINUE'" "send:+CONTINUE\r\n" hold
}

@test "a mark that comes byte by byte, and pings before, are none of the dump" {
    fake_dump "send:\n" sleep:20 "drip:1:\n\$EOF:$MARK\r\n$BODY$CRC$MARK" hold
    run --separate-stderr -0 "$VK" -p "$fake_port" --rdb d.rdb
    printf %b "$BODY$CRC" | cmp - d.rdb
}

@test "a server that falls silent is given up, exit 6" {
    fake_dump "send:\$100\r\n$BODY" hold
    run --separate-stderr -6 "$VK" -p "$fake_port" --command-timeout 0.3 --rdb d.rdb
    assert_equal "$stderr" "vk: 127.0.0.1:$fake_port: nothing has come for 0.3 s"
    nothing_left
}

received() { find "/proc/$1/fd" -lname '*(deleted)' | grep -q .; }
@test "interrupted or killed in the middle, nothing is left" {
    fake_dump "send:\$100\r\n$BODY" hold
    local sig
    for sig in TERM KILL; do
        "$VK" -p "$fake_port" --rdb d.rdb 2>../err 3>&- &
        pid=$!
        eventually received $pid
        kill -$sig $pid
        wait $pid || true
        nothing_left
    done
}

@test "Ctrl-C sums up, and the exit is by the signal" {
    fake_dump "send:\$100\r\n$BODY" hold
    run -130 bash -c 'timeout --foreground -s INT 0.5 "$0" -p "$1" --rdb d.rdb; exit $((128 + 2))' "$VK" "$fake_port"
    assert_output --partial "not kept"
    nothing_left
}

@test "a full disk: the reason, exit 2, nothing left" {
    run --separate-stderr -2 bash -c 'trap "" XFSZ; ulimit -f 64; "$0" -s "$1" --rdb d.rdb' "$VK" "$one_sock"
    assert_equal "$stderr" "vk: cannot write 'd.rdb': File too large"
    nothing_left
    run --separate-stderr -2 dump /dev/full
    assert_equal "$stderr" "vk: cannot write '/dev/full': No space left on device"
    run --separate-stderr -2 dump none/d.rdb
    assert_regex "$stderr" "^vk: cannot write 'none/d.rdb'.*No such file or directory$"
}

@test "refusals are the server's words in one line" {
    "$VK" -s "$one_sock" acl setuser reader on '>pw' '~*' +@read >/dev/null
    run --separate-stderr -5 env VALKEYCLI_AUTH=pw "$VK" -s "$one_sock" --user reader --rdb d.rdb
    assert_equal "$stderr" "vk: $one_sock: NOPERM this user has no permissions to run the 'psync' command"
    run --separate-stderr -5 env VALKEYCLI_AUTH=pw "$VK" -s "$one_sock" --user reader --functions-rdb d.rdb
    assert_regex "$stderr" "REPLCONF rdb-filter-only: NOPERM"
    server_start two --replicaof 127.0.0.1 1
    run --separate-stderr -1 "$VK" -s "$two_sock" --rdb d.rdb
    assert_equal "$stderr" "vk: $two_sock: NOMASTERLINK Can't SYNC while not connected with my master"
    fake_start read 'send:+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n-ERR Unrecognized REPLCONF option: rdb-filter-only\r\n' hold
    run --separate-stderr -1 "$VK" -p "$fake_port" --functions-rdb d.rdb
    assert_regex "$stderr" "REPLCONF rdb-filter-only: ERR Unrecognized"
    nothing_left
}

@test "-c makes a file a primary, and says which failed" {
    cluster_start c 3 0 --repl-diskless-sync-delay 0
    seq 300 | sed 's/.*/set k& v/' | "$VK" -c -p "${c_ports[0]}" >/dev/null
    run --separate-stderr -0 "$VK" -c -p "${c_ports[0]}" --json --rdb d.rdb
    assert_equal "${#lines[@]}" 3
    local port keys=0
    for port in "${c_ports[@]}"; do
        redis-check-rdb "d-127.0.0.1-$port.rdb"
        keys=$((keys + $(redis-check-rdb "d-127.0.0.1-$port.rdb" | sed -n 's/.* \([0-9]*\) keys read/\1/p')))
    done
    assert_equal $keys 300
    run -2 "$VK" -c -p "${c_ports[0]}" --rdb -
    assert_output --partial "makes a file for each primary"
    rm -- *
    echo "" >"d-127.0.0.1-${c_ports[1]}.rdb"
    chmod 400 "d-127.0.0.1-${c_ports[1]}.rdb"
    "$VK" -p "${c_ports[1]}" acl setuser default -psync -sync >/dev/null
    run --separate-stderr -7 "$VK" -c -p "${c_ports[0]}" --rdb d.rdb
    assert_regex "$stderr" "127.0.0.1:${c_ports[1]}: NOPERM"
    assert_regex "$stderr" "1 of 3 dumps failed"
    cluster_kill c "${c_ports[2]}"
    run --separate-stderr -7 "$VK" -c -p "${c_ports[0]}" --rdb d.rdb
    assert_regex "$stderr" "${c_ports[2]}: Connection refused"
    assert_regex "$stderr" "2 of 3 dumps failed"
}

@test "as redis-cli: its words, its codes, its file" {
    diff_setup_file
    dif_sock=$one_sock
    prepare() { rm -f t.rdb; }
    for diskless in yes no; do
        "$PEER" -s "$one_sock" config set repl-diskless-sync $diskless >/dev/null
        same -s "$one_sock" --rdb t.rdb
        assert_equal "$(stat -c %a t.rdb)" 644
        same -s "$one_sock" --functions-rdb t.rdb
        same -s "$one_sock" --rdb none/t.rdb
    done
    same -s "$one_sock" --rdb /dev/full
    "$PEER" -s "$one_sock" acl setuser reader on '>pw' '~*' +@read >/dev/null
    same -s "$one_sock" --user reader --pass pw --rdb t.rdb
    same -s "$one_sock" --user reader --pass pw --functions-rdb t.rdb
    same -p 1 --rdb t.rdb
}
