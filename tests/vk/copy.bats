#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# --export, --import, --copy-to: keys of every type between servers, compared by DEBUG DIGEST, and what goes
# wrong on the way.
load ../helper
load ../cluster

setup_file() {
    server_start src && server_start dst && cluster_start c 3 0 || return
    disown "$dst_pid" # or its kill -9 would be told as news
    fill | "$VK" -s "$src_sock" >/dev/null
    "$VK" -s "$src_sock" --export >"$BATS_FILE_TMPDIR/keys"
    "$VK" -s "$src_sock" --export --pattern 'key:*' >"$BATS_FILE_TMPDIR/small"
    "$VK" -s "$src_sock" debug digest >"$BATS_FILE_TMPDIR/digest"
    export c_first=${c_ports[0]}
}

teardown_file() {
    server_stop src
    server_stop dst
    cluster_stop c
}

teardown() { kill -CONT "$dst_pid" 2>/dev/null || true; }

setup() {
    KEYS=$BATS_FILE_TMPDIR/keys SMALL=$BATS_FILE_TMPDIR/small
    dst flushall >/dev/null
}

src() { "$VK" -s "$src_sock" "$@"; }
dst() { timeout 20 "$VK" -s "$dst_sock" "$@"; }
cluster() { timeout 20 "$VK" -p "$c_first" -c "$@"; }
is_same() { [ "$("$1" debug digest)" = "$(cat "$BATS_FILE_TMPDIR/digest")" ]; }

# move_slot KEY [--leave-migrating]: to the first other node
move_slot() {
    local from to
    from=$(cluster_owner c "$1")
    for to in "${c_ports[@]}"; do [ "$to" = "$from" ] || break; done
    cluster_migrate_slot c "$("$VK" --keyslot "$1")" "$from" "$to" "${@:2}"
}

fill() {
    cat <<'END'
set str hello
set "bin\x00\xff\r\n" "v\x00\xff"
set "" ""
set int 42
set ttl v EX 1000
set "exact" v PXAT 4000000000123
rpush list a b c
sadd set 1 2 3
sadd words a b c
hset hash f v g w
hset "user:1" name "a\x00b"
hset "user:2" name b
zadd zset 1 a 2.5 b
zadd one 1 a
xadd stream 1-1 a b
xadd stream 2-1 a b
xgroup create stream g 0
xreadgroup group g c1 streams stream >
xgroup createconsumer stream g c2
pfadd hll a b c
setbit bits 100 1
geoadd geo 13.36 38.11 Palermo
debug populate 3000 key 50
eval "for i=1,20000 do redis.call('rpush','biglist',i); redis.call('sadd','bigset',i) end" 0
eval "for i=1,20000 do redis.call('hset','bighash',i,i); redis.call('zadd','bigzset',i,i) end" 0
eval "redis.call('set','bigstring',string.rep('x',9000000))" 0
END
}

@test "what was exported is imported to the same, with times to live to the millisecond" {
    run -0 --separate-stderr dst --import <"$KEYS"
    assert_output --regexp '^restored 3,023 keys \([0-9.]+ [KM]iB\) in '
    is_same dst
    run -0 dst pexpiretime exact
    assert_output 4000000000123
    dst set last v PXAT 9223372036854775807 >/dev/null
    dst --export --pattern last >"$BATS_TEST_TMPDIR/last"
    run -0 dst --import --replace <"$BATS_TEST_TMPDIR/last"
    assert_output --partial 'restored 1 key '
    [ "$(dst pexpiretime last)" = 9223372036854775807 ]
}

@test "single to cluster and cluster to single keep everything" {
    cluster @primaries flushall >/dev/null
    run -0 cluster --import <"$KEYS"
    cluster --export --out "$BATS_TEST_TMPDIR/again"
    run -0 dst --import --json <"$BATS_TEST_TMPDIR/again"
    assert_output --partial '"complete":true,"keys":3023,'
    is_same dst
}

@test "--copy-to goes to a server, and finds by itself that one is a cluster's node" {
    cluster @primaries flushall >/dev/null
    run -0 --separate-stderr src --copy-to "redis://127.0.0.1:$c_first"
    assert_output --regexp '^copied 3,023 keys '
    [ "$(cluster dbsize)" = 3023 ]
    run -0 --separate-stderr cluster --copy-to "unix://$dst_sock" --json
    assert_output --partial '"restored":3023,'
    is_same dst
}

@test "a password in --copy-to's URI is not in the process list" {
    kill -STOP "$dst_pid" # which then never answers
    timeout 20 "$VK" -s "$src_sock" --copy-to "unix://me:topsecret@$dst_sock" 3>&- 2>/dev/null &
    local pid=$!
    wiped() { tr '\0' ' ' <"/proc/$(pgrep -P "$pid")/cmdline" | grep -q ' --copy-to unix://me:xxxxxxxxx@'; }
    eventually wiped
    kill "$pid"
    kill -CONT "$dst_pid"
    wait "$pid" || true
}

@test "filters and --rewrite-prefix choose and rename" {
    src --export --pattern 'user:*' | dst --import --rewrite-prefix '"user:":"u\x00"'
    [ "$(dst --no-raw --scan | sort)" = $'"u\\x001"\n"u\\x002"' ]
    dst flushall
    run -0 src --copy-to "unix://$dst_sock" --type zset --pattern 'z*' --rewrite-prefix z:y
    [ "$(dst keys '*')" = yset ]
    run -2 dst --import --rewrite-prefix a:b:c <"$KEYS"
    assert_output --partial 'not A:B with one colon'
}

@test "keys that are there stay, are counted and named; --replace overwrites them" {
    dst set str mine
    run -7 --separate-stderr dst --import <"$KEYS"
    assert_output --regexp '^restored 3,022 keys .* 1 failed$'
    [ "$stderr" = "vk: 1 key not restored: BUSYKEY Target key name already exists. (--replace overwrites what is there): 'str'" ]
    [ "$(dst get str)" = mine ]
    run -0 dst --import --replace <"$KEYS"
    is_same dst
}

@test "keys whose time is over are passed over" {
    local soon=$BATS_TEST_TMPDIR/soon ms=100
    until grep -aq soon "$soon" 2>/dev/null; do # a slow machine needs more
        src set soon v px $((ms *= 2)) >/dev/null
        src --export --pattern soon >"$soon"
    done
    gone() { [ "$(src exists soon)" = 0 ]; }
    eventually gone
    run -0 --separate-stderr dst --import <"$soon"
    assert_output --regexp '^restored 0 keys .*, 1 had expired$'
}

# kept WHAT VALUE: an export and import of a key that RESTORE gave WHAT VALUE; what OBJECT then says
kept() {
    dst set model v >/dev/null
    dst eval "return redis.call('restore','k',0,redis.call('dump','model'),ARGV[1],ARGV[2])" 0 "$1" "$2" >/dev/null
    dst --export --with-idle --pattern k >"$BATS_TEST_TMPDIR/$1" 2>/dev/null
    dst --import --replace <"$BATS_TEST_TMPDIR/$1" >/dev/null
    dst object "$1" k
    dst flushall >/dev/null
}

@test "idle times and frequencies go along with --with-idle" {
    [ "$(kept idletime 5000)" -ge 5000 ]
    dst config set maxmemory-policy allkeys-lfu >/dev/null
    [ "$(kept freq 200)" -ge 190 ]
    dst config set maxmemory-policy noeviction >/dev/null
}

@test "--with-idle without the right to OBJECT says so, and exports without" {
    dst mset k v l w >/dev/null
    dst acl setuser nobody on '>pw' '~*' +@all -object >/dev/null
    VALKEYCLI_AUTH=pw run -0 --separate-stderr dst --user nobody --export --with-idle --out "$BATS_TEST_TMPDIR/x"
    assert_regex "$stderr" "vk: keys go without idle times: OBJECT: NOPERM .*'object\\|idletime'"
    assert_regex "$stderr" 'exported 2 keys'
    dst acl deluser nobody >/dev/null
}

@test "a file that was cut, altered, or is none is refused before anything is written" {
    local size bad=$BATS_TEST_TMPDIR/bad
    size=$(stat -c %s "$KEYS")
    head -c $((size - 30)) "$KEYS" >"$bad"
    run -2 dst --import <"$bad"
    assert_output --regexp "^vk: standard input: the file is cut: it ends at byte $((size - 30)), .*; nothing was restored$"
    cp "$KEYS" "$bad"
    printf '\x55\xaa\x55' | dd of="$bad" bs=1 seek=$((size / 2)) conv=notrunc status=none
    run -2 dst --import <"$bad"
    assert_output --regexp '^vk: standard input: record [0-9]+, at byte [0-9]+ of the file: its check is wrong'
    run -2 dst --import < <(printf 'valkit-dump 2\nwhatever')
    assert_output --partial 'version 2 of the format, and this program knows version 1'
    run -2 dst --import --dry-run < <(echo SET a b)
    assert_output 'vk: standard input: this is no file of --export'
    [ "$(dst dbsize)" = 0 ]
}

@test "through a pipe what is in front of the damage is restored, and the rest not" {
    head -c 60000 "$SMALL" >"$BATS_TEST_TMPDIR/cut"
    run -7 --separate-stderr dst --import < <(cat "$BATS_TEST_TMPDIR/cut")
    assert_output --regexp '^ended early, restored [0-9]+ keys'
    [[ $stderr == *'it ends at byte 60000, '* ]]
}

@test "--dry-run reads the file and asks nobody" {
    run -0 "$VK" -p 1 --import --dry-run <"$KEYS"
    assert_output --regexp "^the file is whole: 3,023 keys \([0-9.]+ [KM]iB\), 2 with a time to live; exported 20.* UTC by vk "
}

@test "who only reads may export and not import" {
    src --read-only --export --pattern str >/dev/null
    run -5 dst --read-only --import <"$KEYS"
    assert_output 'vk: --read-only, and this writes: nothing was sent'
    run -5 src --read-only --copy-to "unix://$dst_sock"
    [ "$(dst dbsize)" = 0 ]
}

@test "a command that may not be sent is named; a key that may not be read is counted" {
    src acl setuser half on nopass '~key:*' +@all -debug
    src acl setuser nodump on nopass '~*' +@all -dump
    run -7 --separate-stderr src --user half --pass x --export --out "$BATS_TEST_TMPDIR/half"
    [[ $stderr == *'23 keys not exported: NOPERM '* ]]
    run -5 --separate-stderr src --user nodump --pass x --export --out "$BATS_TEST_TMPDIR/none"
    [[ $stderr == *"NOPERM "*"'dump' command"* ]]
    [ ! -e "$BATS_TEST_TMPDIR/none" ]
    dst acl setuser norestore on nopass '~*' +@all -restore
    run -5 --separate-stderr dst --user norestore --pass x --import <"$KEYS"
    [[ $stderr == *"'restore' command"* ]]
}

@test "a server without PEXPIRETIME is asked for PTTL" {
    src acl setuser old on nopass '~*' +@all -pexpiretime
    src --user old --pass x --export --pattern exact | dst --import
    local now
    now=$(dst pexpiretime exact)
    [ $((now - 4000000000123)) -lt 2000 ] && [ $((4000000000123 - now)) -lt 2000 ]
}

@test "a full disk is one line, and no file" {
    run -2 bash -c '"$1" -s "$2" --export >/dev/full' - "$VK" "$src_sock"
    assert_line --index 0 --regexp '^vk: ended early, after [0-9,]+ keys .*, and --import refuses it$'
    assert_line --index 1 'vk: cannot write standard output: No space left on device'
    local full=$BATS_TEST_TMPDIR/full
    mkdir "$full"
    run -2 bash -c 'trap "" XFSZ; ulimit -f 100; "$1" -s "$2" --export --out "$3"' - "$VK" "$src_sock" "$full/x"
    assert_line --index 0 --regexp '^vk: ended early, after [0-9,]+ keys .*: no file was made$'
    assert_line --index 1 "vk: cannot write '$full/x': File too large"
    [ -z "$(ls -A "$full")" ]
}

@test "Ctrl-C leaves no file, says how far it came, and is 130" {
    local dir=$BATS_TEST_TMPDIR/dir
    mkdir "$dir"
    (trap - INT && exec "$VK" -s "$src_sock" --export --count 10 -i 0.5 --out "$dir/x") \
        2>"$BATS_TEST_TMPDIR/said" 3>&- &
    local pid=$! code=0
    begun() { src client list | grep -q cmd=pexpiretime; }
    eventually begun
    kill -INT "$pid"
    wait "$pid" || code=$?
    [ "$code" = 130 ]
    grep -q '^vk: ended early, after [0-9]* keys .*: no file was made$' "$BATS_TEST_TMPDIR/said"
    [ -z "$(ls -A "$dir")" ]
}

@test "a server that hangs up whenever it is asked for a key is given up, behind --limit as well" {
    local limit
    src config set client-output-buffer-limit 'normal 50kb 0 0' >/dev/null
    for limit in 1000 1; do
        run -3 --separate-stderr timeout 10 "$VK" -s "$src_sock" --export --pattern bighash --limit $limit \
            --out "$BATS_TEST_TMPDIR/none"
        [[ $stderr == *'ended early, after 0 keys '*'server closed the connection'* ]]
    done
    src config set client-output-buffer-limit 'normal 0 0 0' >/dev/null
}

@test "slots that move during an export and an import lose nothing" {
    local pid code=0 dir=$BATS_TEST_TMPDIR
    mkfifo "$dir/pipe"
    cluster @primaries flushall >/dev/null
    cluster --import <"$dir/pipe" >"$dir/out" 3>&- &
    pid=$!
    exec 9>"$dir/pipe"
    head -c 20000 "$SMALL" >&9
    eventually eval '[ "$(cluster dbsize)" -gt 100 ]'
    move_slot key:1
    tail -c +20001 "$SMALL" >&9
    exec 9>&-
    wait "$pid" || code=$?
    [ "$code" = 0 ]
    [ "$(cluster dbsize)" = 3000 ]
    "$VK" -p "$c_first" -c --export --count 20 -i 0.02 >"$dir/again" 3>&- &
    pid=$!
    move_slot key:2
    wait "$pid" || code=$?
    [ "$code" = 0 ]
    dst --import --replace <"$dir/again"
    [ "$(dst dbsize)" = 3000 ]
}

@test "keys of a slot that is half way to another node are asked for where they are" {
    cluster @primaries flushall >/dev/null
    cluster --import <"$SMALL"
    move_slot key:4 --leave-migrating
    cluster --export | dst --import
    move_slot key:4
    [ "$(dst dbsize)" = 3000 ]
}

@test "kill -9 of the target: what was acknowledged is counted, what is in doubt as well, and it is 3" {
    mkfifo "$BATS_TEST_TMPDIR/pipe"
    dst --import <"$BATS_TEST_TMPDIR/pipe" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    local pid=$! code=0
    exec 9>"$BATS_TEST_TMPDIR/pipe"
    head -c 20000 "$SMALL" >&9
    eventually eval '[ "$(dst dbsize)" -gt 100 ]'
    local there
    there=$(dst dbsize)
    dst client pause 100000 write
    head -c 60000 "$SMALL" | tail -c +20001 >&9
    eventually eval '[ "$(dst info clients | sed -n "s/^blocked_clients:\([0-9]*\).*/\1/p")" -gt 0 ]'
    kill -KILL "$dst_pid"
    wait "$pid" || code=$?
    exec 9>&-
    [ "$code" = 3 ]
    grep -q "^ended early, restored $there keys" "$BATS_TEST_TMPDIR/out"
    grep -q 'sent without a reply: may or may not have been restored' "$BATS_TEST_TMPDIR/err"
}
