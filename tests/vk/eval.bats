#!/usr/bin/env bats
# --eval: a Lua script from a file, natively and as redis-cli has it.
load ../helper
load diff

setup_file() {
    server_start dif
    [ -z "$PEER" ] || { mkdir "$BATS_FILE_TMPDIR/bin" && ln -s "$VK" "$OURS"; }
    cd "$BATS_FILE_TMPDIR" || return
    printf '%s\n' "redis.call('set', KEYS[1], ARGV[1])" 'return {redis.call("get", KEYS[1]), #KEYS, #ARGV}' >good.lua
    printf '%s\n' 'local y = nil' '' "	return y.z" >bad.lua
    printf '%s\n' 'local x =' 'return = 1' >syntax.lua
    printf 'local v = "\\27[2J\\7"\nif KEYS[1] then error(v) end\nreturn v\n' >escape.lua
    : >empty.lua
}
teardown_file() { server_stop dif; }
setup() { cd "$BATS_FILE_TMPDIR" || return; }
vk() { timeout 10 "$VK" -s "$dif_sock" "$@"; }

@test "keys, a lone comma, arguments; the reply in any format; the script from standard input" {
    run -0 vk --eval good.lua k , v w
    assert_output $'v\n1\n2'
    run -0 vk --json --eval good.lua k k2 , v
    assert_output '["v",2,1]'
    run -0 vk --no-raw --eval - k , , <good.lua
    assert_output $'1) ","\n2) (integer) 1\n3) (integer) 1'
    run -0 vk --quoted-input --eval good.lua '"k\x20"' , '"a\nb"'
    [ "$(vk get 'k ')" = $'a\nb' ]
    run -0 vk -x --eval good.lua k , <<<$'from\nstdin'
    [ "$(vk get k)" = $'from\nstdin' ]
    run -0 vk -r 2 --eval good.lua k , v
    assert_output $'v\n1\n1\nv\n1\n1'
    echo 'return ARGV[1]' >echo.lua
    run -0 vk --out out --eval echo.lua , bytes
    [ "$(cat out)" = bytes ]
}

@test "a comma at the end of a key is most often meant otherwise: that is said" {
    run -0 --separate-stderr vk --eval - k, v <<<'return #KEYS'
    assert_equal "$output" 2
    assert_equal "$stderr" "vk: the key 'k,' ends in a comma: the one in front of arguments stands alone"
    run -0 --separate-stderr vk --eval - k, , v <<<'return #KEYS'
    assert_equal "$stderr" ''
}

@test "an error of the script: its file, its line, and the line itself; exit 1" {
    run -1 --separate-stderr vk --eval bad.lua
    assert_equal "$output" ''
    assert_equal "$stderr" $'bad.lua:3: attempt to index local \'y\' (a nil value)\n    3 | return y.z'
    run -1 --separate-stderr vk --json --eval syntax.lua
    assert_equal "$stderr" $'syntax.lua:2: unexpected symbol near \'return\'\n    2 | return = 1'
    vk rpush list 1
    run -1 --separate-stderr vk --eval - list , v <<<'return redis.call("get", KEYS[1])'
    assert_equal "$stderr" $'standard input:1: WRONGTYPE Operation against a key holding the wrong kind of value
    1 | return redis.call("get", KEYS[1])'
    run -1 --separate-stderr vk --eval - <<<'return redis.error_reply("MY words")'
    assert_equal "$stderr" 'MY words'
}

@test "a script that only reads says so to the server" {
    run -1 --separate-stderr vk --eval - k <<<$'#!lua flags=no-writes\nreturn redis.call("set", KEYS[1], 1)'
    assert_regex "$stderr" '^standard input:2: Write commands are not allowed'
}

@test "a user who may not: exit 5, in the server's words" {
    vk acl setuser low on nopass '~*' +@all -eval
    run -5 --separate-stderr vk --user low --pass x --eval good.lua k , v
    assert_regex "$stderr" '^NOPERM '
}

@test "what cannot be read or means nothing: one line, exit 2" {
    local words
    truncate -s 33M large.lua
    while read -r words; do
        # shellcheck disable=SC2086 # words
        run -2 --separate-stderr vk $words </dev/null
        assert_equal "$output" ''
        assert_equal "$(wc -l <<<"$stderr")" 1
    done <<'END'
--eval nosuch.lua k
--eval empty.lua
--eval large.lua
--eval .
--eval -
--eval
--eval - -x k
--eval good.lua --nodes
--eval good.lua --keyslot k
--eval good.lua --profiles
--eval good.lua -r 2 --out f
--ldb
--ldb-sync-mode
--ldb --eval -
--ldb -r 2 --eval good.lua
--ldb --eval good.lua @all
--ldb --out f --eval good.lua
END
}

@test "a script's escapes reach no terminal, neither as value nor as error" {
    run -0 script -qec "'$VK' -s '$dif_sock' --eval escape.lua" /dev/null </dev/null
    assert_equal "$output" $'"\\x1b[2J\\a"\r'
    run -1 script -qec "'$VK' -s '$dif_sock' --eval escape.lua k" /dev/null </dev/null
    refute_output --partial $'\e'
    assert_output --partial 'escape.lua:2: \x1b[2J\x07'
}

@test "as redis-cli: bytes and exit codes" {
    [[ $("$PEER" --version 2>/dev/null) == "redis-cli 7.0."* ]] || skip "needs redis-cli 7.0 as the peer"
    local words
    unset TERM
    prepare='set k old\n'
    input='z\n'
    while read -r words; do
        # shellcheck disable=SC2086 # words
        same -s "$dif_sock" $words
    done <<'END'
--eval good.lua k , v
--eval good.lua k, v
--eval good.lua k , v , w
--eval good.lua , v
--eval bad.lua
-e --eval bad.lua
--eval syntax.lua
--eval nosuch.lua
--eval empty.lua
--eval .
--eval
-r 2 --eval good.lua k , v
-x --eval good.lua k ,
--quoted-input --eval good.lua "k" , v
--json --eval good.lua k , v
--csv --eval escape.lua
--no-raw --eval good.lua k , v
--ldb --eval nosuch.lua
END
    same -p 1 --eval nosuch.lua
    PATH=$BATS_FILE_TMPDIR/bin:$PATH run -1 --separate-stderr redis-cli --ldb-sync-mode
    assert_equal "$stderr" $'Options --ldb and --ldb-sync-mode require --eval.\nTry redis-cli --help for more information.'
}
