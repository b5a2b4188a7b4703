#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck disable=SC2154,SC2016,SC2034 # $ of RESP; prepare is diff.bash's; variables of server_start and cluster_start
# --scan: every name once at least, from one server and from a cluster that changes meanwhile.

load ../helper
load ../cluster
load ../shell
load diff

setup_file() {
    diff_setup_file
    server_start srv
    server_start dif
    printf '%s\n' 'set "" empty' 'set "nul\x00byte" 1' 'set "\xff\n" 1' 'set "es\x1b[31m" 1' \
        'rpush list 1' 'sadd {tag}set 1' 'xadd stream * f v' | "$VK" -s "$srv_sock" >/dev/null
    "$VK" -s "$srv_sock" debug populate 3000 key 8 >/dev/null
    cluster_start c 3 1
    seq 400 | sed 's/.*/set plain:& 1/' | "$VK" -c -p "${c_ports[0]}" >/dev/null
    for tag in a b c d e f; do
        seq 40 | sed "s/.*/set {$tag}:& 1/"
    done | "$VK" -c -p "${c_ports[0]}" >/dev/null
}

teardown_file() {
    server_stop srv
    server_stop dif
    cluster_stop c
}

teardown() {
    shell_teardown
    fake_stop
}

vk() { timeout 20 "$VK" -s "$srv_sock" "$@"; }
# In the background, slowly; its names are in $names.
scanning() {
    names=$BATS_TEST_TMPDIR/names
    timeout 20 "$VK" -s "$srv_sock" --scan --count 60 -i 0.02 >"$names" 2>"$names.err" &
    scan=$!
    eventually test -s "$names"
}

in_cluster() { timeout 30 "$VK" -c -p "${c_ports[0]}" --scan "$@"; }

all_names() {
    { seq -f plain:%.0f 400; for tag in a b c d e f; do seq -f "{$tag}:%.0f" 40; done; } | sort
}

@test "names come as they are on a pipe, every one of them" {
    "$VK" -s "$srv_sock" --scan >"$BATS_TEST_TMPDIR/names"
    [ "$(sort -u "$BATS_TEST_TMPDIR/names" | grep -c '^key:')" -eq 3000 ]
    grep -qx list "$BATS_TEST_TMPDIR/names"
    run -0 --separate-stderr bash -c "$VK -s $srv_sock --scan --pattern 'nul*' | od -An -c"
    assert_output "   n   u   l  \\0   b   y   t   e  \\n"
}

@test "--pattern, --type, --limit and --count choose" {
    run -0 vk --scan --pattern 'key:29?'
    assert_equal "${#lines[@]}" 10
    run -0 vk --scan --type list
    assert_output list
    run -0 vk --scan --limit 7
    assert_equal "${#lines[@]}" 7
    vk config resetstat >/dev/null
    vk --scan --count 3100 >/dev/null
    run -0 vk info commandstats
    assert_output --partial 'cmdstat_scan:calls=1,'
}

@test "JSON holds any name, CSV quotes it" {
    run -0 vk --scan --json --quoted-pattern '"\xff*"'
    assert_output '{"base64":"/wo="}'
    run -0 vk --scan --json --pattern 'nul*'
    assert_output '"nul\u0000byte"'
    run -0 vk --scan --csv --pattern 'nul*'
    assert_output '"nul\x00byte"'
}

@test "a terminal of 40 columns is not driven by a name" {
    tmux_socket=$BATS_TEST_TMPDIR/t
    tmux -S "$tmux_socket" -f /dev/null new-session -d -x 40 -y 20 \
        bash -c "'$VK' -s $srv_sock --scan --pattern 'es*'; echo left; sleep 50" 3>&-
    await left
    run screen
    assert_line --index 0 'es\x1b[31m'
}

@test "a progress line on 40 columns keeps the share, the rate and the time left, whole" {
    tmux_socket=$BATS_TEST_TMPDIR/t
    tmux -S "$tmux_socket" -f /dev/null new-session -d -x 40 -y 20 \
        "'$VK' -s $srv_sock --scan --count 50 -i 0.5 >/dev/null" 3>&-
    eventually bash -c "tmux -S '$tmux_socket' capture-pane -p | grep -E '^[0-9]+ %, [0-9,]+/s, [0-9a-z. ]+ left(, [0-9]+ found)?\$'"
    tmux -S "$tmux_socket" kill-server
}

@test "what is refused is named" {
    vk acl setuser lim on nopass '~*' +@all -scan >/dev/null
    run -5 --separate-stderr vk --user lim --pass x --scan
    [[ $stderr == *"NOPERM"*"'scan'"* ]]
    run -2 --separate-stderr vk --scan --quoted-pattern '"'
    run -2 --separate-stderr vk --scan get k
}

@test "a connection that is lost is made again, and the walk goes on where it was" {
    scanning
    vk client kill type normal skipme yes
    wait $scan
    diff <(vk --scan | sort -u) <(sort -u "$names")
    [ "$(wc -l <"$names")" -lt 3200 ]
}

@test "Ctrl-C says how far it came" {
    scanning
    kill -INT "$(pgrep -P $scan)"
    wait $scan && code=0 || code=$?
    grep -Eq 'ended early: [0-9,]+ keys listed' "$names.err"
    grep -Eq 'not through, at cursor [0-9]+' "$names.err"
    [ "$code" -eq 130 ]
}

@test "a reader that has enough ends it quietly" {
    run -0 --separate-stderr bash -c "$VK -s $srv_sock --scan | head -2"
    assert_equal "${#lines[@]}" 2
    assert_equal "$stderr" ""
}

@test "a server that lies or dies is told, and nothing hangs" {
    local reply
    for reply in '+OK' '*1\r\n$1\r\n0' '*2\r\n:0\r\n*0' '*2\r\n$2\r\nxx\r\n*0' '*2\r\n$1\r\n0\r\n*1\r\n:1'; do
        fake_start read "send:$reply\r\n" hold
        run -1 timeout 10 "$OURS" -p "$fake_port" --scan # which asks for nothing but SCAN
        fake_stop
    done
    server_start mortal
    "$VK" -s "$mortal_sock" debug populate 2000 key 8 >/dev/null
    srv_sock=$mortal_sock scanning
    kill -KILL "$mortal_pid"
    wait $scan && code=0 || code=$?
    [ "$code" -eq 3 ]
    grep -q 'keys listed' "$names.err"
}

@test "started as redis-cli it prints what redis-cli prints" {
    prepare='debug populate 100 key 8\nset "" e\nset "a\\x00b" 1\nset "\\xff\\n" 2\nset "sp ace" 1'
    same -s "$dif_sock" --scan
    same -s "$dif_sock" --scan --pattern 'key:1*'
    same -s "$dif_sock" --scan --quoted-pattern '"\xff*"'
    same -s "$dif_sock" --scan --quoted-pattern '"\xff'
    same -s "$dif_sock" --scan --quoted-pattern '"\xff*"' --pattern 'a*'
    FAKETTY=1 same -s "$dif_sock" --scan
    same -s "$dif_sock" --scan --user nobody --pass x
    same -s "$dif_sock" --scan -n 99
    same -s "$dif_sock" --scan -i 0.001
}

@test "a cluster that moves slots during the walk hides no name" {
    in_cluster --count 5 -i 0.03 >"$BATS_TEST_TMPDIR/names" &
    local scan=$!
    cluster_move_tags c a b
    wait $scan
    diff <(all_names) <(sort -u "$BATS_TEST_TMPDIR/names")
}

@test "one node of a cluster: that the others are not looked at is said" {
    run -0 --separate-stderr "$VK" -p "${c_ports[0]}" --scan --limit 1
    assert_equal "$stderr" \
        "vk: 127.0.0.1:${c_ports[0]} is one node of a cluster: only its keys are looked at (-c takes them all)"
    run -0 --separate-stderr "$VK" -c -p "${c_ports[0]}" --scan --limit 1
    assert_equal "$stderr" ''
}

@test "replicas instead of primaries name all keys too" {
    cluster_wait_ok c
    diff <(all_names) <(in_cluster --replicas | sort -u)
}

# The last: it stays dead.
@test "a primary that dies during the walk hides no name either" {
    in_cluster --count 5 -i 0.05 >"$BATS_TEST_TMPDIR/names" 2>"$BATS_TEST_TMPDIR/err" &
    local scan=$!
    eventually test -s "$BATS_TEST_TMPDIR/names"
    cluster_kill c "${c_ports[1]}"
    wait $scan
    diff <(all_names) <(sort -u "$BATS_TEST_TMPDIR/names")
    grep -q 'looked for elsewhere' "$BATS_TEST_TMPDIR/err"
}
