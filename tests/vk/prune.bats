#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck disable=SC2154,SC2016 # variables of server_start and cluster_start; xargs' own $
# --unlink, --expire, --persist: what matches and nothing else, asked about first, told exactly.

load ../helper
load ../cluster
load ../shell

setup_file() {
    server_start srv --repl-diskless-sync-delay 0
    cluster_start c 3 1
}

teardown_file() {
    server_stop srv
    cluster_stop c
}

teardown() { shell_teardown; }

setup() {
    printf '%s\n' flushall 'acl deluser part' 'set "" empty' 'set "nul\x00byte" 1' 'set "es\x1b[31m" 1' \
        'set keep:1 1' 'rpush drop:list 1 2' 'set drop:ttl 1 ex 500' >"$BATS_TEST_TMPDIR/data"
    seq -f 'set drop:%.0f value' 300 >>"$BATS_TEST_TMPDIR/data"
    "$VK" -s "$srv_sock" <"$BATS_TEST_TMPDIR/data" >/dev/null 2>&1
}

vk() { timeout 20 "$VK" -s "$srv_sock" "$@"; }
is_idle() { [ "$(vk object idletime "$1")" -ge 1 ]; }
is_below() { [ "$(size)" -lt "$1" ]; }
is_copied() { [ "$("$VK" -s "$copy_sock" dbsize)" -eq "$(size)" ]; }
size() { vk dbsize; }

@test "what matches goes, and the number is the server's" {
    run -0 --separate-stderr vk --unlink --pattern 'drop:*' --yes
    assert_output --regexp '^302 keys unlinked in [0-9.]+ [mu]?s$'
    run -0 vk --scan --pattern '*:*'
    assert_output keep:1
    run -0 vk --unlink --pattern 'drop:*' --yes
    assert_output --partial '0 keys unlinked'
}

@test "binary and empty names go as well" {
    run -0 vk --unlink --quoted-pattern '"nul\x00*"' --yes
    assert_output --partial '1 key unlinked'
    run -0 vk --unlink --pattern '' --yes
    assert_output --partial '1 key unlinked'
    [ "$(size)" -eq 304 ]
}

@test "--type, --ttl none and --limit choose" {
    run -0 vk --unlink --pattern 'drop:*' --type list --yes
    assert_output --partial '1 key unlinked'
    run -0 vk --expire 1000 --pattern 'drop:*' --ttl none --yes
    assert_output --partial '300 keys'
    [ "$(vk ttl drop:ttl)" -le 500 ]
    [ "$(vk ttl drop:7)" -gt 900 ]
    run -0 vk --persist --pattern 'drop:t*' --yes
    assert_output --partial '1 key persisted'
    [ "$(vk ttl drop:ttl)" -eq -1 ]
    run -0 vk --unlink --pattern '*' --limit 7 --yes
    assert_output --partial '7 keys unlinked'
    [ "$(size)" -eq 298 ]
}

@test "--idle spares what was used, and looking is no use" {
    eventually is_idle drop:7
    vk get drop:5 >/dev/null
    run -0 vk --unlink --pattern 'drop:?' --idle 1 --yes
    assert_output --partial '8 keys unlinked'
    vk config set maxmemory-policy allkeys-lfu >/dev/null
    run -1 --separate-stderr vk --unlink --pattern 'drop:*' --idle 1 --yes
    vk config set maxmemory-policy noeviction >/dev/null
    [[ $stderr == *"--idle cannot be told: ERR An LFU maxmemory policy"* ]]
    [ "$(size)" -eq 298 ]
}

@test "--dry-run shows a sample and changes nothing, as JSON too" {
    run -0 --separate-stderr vk --unlink --pattern 'drop:*' --dry-run
    assert_line --index 0 --regexp '^302 keys match on .*, among them:$'
    assert_equal "${#lines[@]}" 9
    run -0 --separate-stderr vk --unlink --pattern 'drop:*' --dry-run --json
    assert_output --regexp '^\{"mode":"unlink","dry_run":true,"matched":302,'
    [ "$(size)" -eq 306 ]
}

@test "without a terminal or a pattern it says what is needed" {
    run -2 --separate-stderr vk --unlink --pattern 'drop:*' </dev/null
    [[ $stderr == *"needs --yes"* ]]
    run -2 --separate-stderr vk --unlink --yes
    [[ $stderr == *"needs a --pattern"* ]]
    run -2 vk --unlink --expire 5 --pattern x --yes
    run -5 --separate-stderr vk --unlink --pattern 'drop:*' --yes --read-only
    [ "$(size)" -eq 306 ]
}

@test "errors are counted by kind, and a part that failed is exit 7" {
    vk acl setuser part on nopass '+@all' '~keep*' '~drop:1*' >/dev/null
    run -7 --separate-stderr vk --user part --pass x --expire 100 --pattern 'drop:*' --yes
    assert_output --partial '111 keys set to expire in'
    assert_output --partial '191 failed'
    [[ $stderr == *"191 failed: NOPERM"* ]]
    vk acl setuser part -unlink >/dev/null
    run -5 --separate-stderr vk --user part --pass x --unlink --pattern 'drop:1*' --yes
    vk acl setuser part -scan >/dev/null
    run -5 --separate-stderr vk --user part --pass x --unlink --pattern 'drop:1*' --yes
    [[ $stderr == *NOPERM*scan* ]]
}

@test "a cluster loses what matches, wherever it is, and says so as JSON" {
    seq -f 'set drop:%.0f 1' 500 | timeout 20 "$VK" -c -p "${c_ports[0]}" >/dev/null
    seq -f 'set {one}:%.0f 1' 100 | timeout 20 "$VK" -c -p "${c_ports[0]}" >/dev/null
    run -0 --separate-stderr timeout 20 "$VK" -c -p "${c_ports[0]}" --unlink --pattern '*' --dry-run
    assert_line --index 0 '600 keys match, among them:'
    assert_equal "${#lines[@]}" 12
    run -0 --separate-stderr timeout 20 "$VK" -c -p "${c_ports[0]}" --unlink --pattern '*' --yes --json
    assert_output --partial '"matched":600,"changed":600,"untouched":0,"failed":0,"unanswered":0,"errors":[]'
    run -0 timeout 20 "$VK" -c -p "${c_ports[0]}" --scan
    assert_output ''
}

@test "one node of a cluster loses what it has, and a replica says why it does not" {
    seq -f 'set drop:%.0f 1' 200 | timeout 20 "$VK" -c -p "${c_ports[0]}" >/dev/null
    local own
    own=$(cluster_ask c "${c_ports[0]}" dbsize)
    run -0 --separate-stderr timeout 20 "$VK" -p "${c_ports[0]}" --unlink --pattern '*' --yes
    assert_output --partial "$own keys unlinked"
    run -0 timeout 20 "$VK" -c -p "${c_ports[0]}" --unlink --pattern '*' --yes
    assert_output --partial "$((200 - own)) keys unlinked"
    server_start copy --replicaof 127.0.0.1 "$srv_port"
    eventually is_copied
    run -1 --separate-stderr timeout 20 "$VK" -s "$copy_sock" --unlink --pattern '*' --yes
    [[ $stderr == *"failed: READONLY"* ]]
    server_stop copy
}

@test "slots that move meanwhile are followed" {
    local tag
    for tag in a b; do seq -f "set {$tag}:%.0f 1" 60; done | timeout 20 "$VK" -c -p "${c_ports[0]}" >/dev/null
    timeout 20 "$VK" -c -p "${c_ports[0]}" --unlink --pattern '*' --count 5 --rate 60 --yes --json \
        >"$BATS_TEST_TMPDIR/out" &
    local prune=$!
    cluster_move_tags c a b
    wait $prune
    cat "$BATS_TEST_TMPDIR/out"
    grep -qF '"changed":120,' "$BATS_TEST_TMPDIR/out"
    grep -qF '"failed":0,"unanswered":0,' "$BATS_TEST_TMPDIR/out"
}

@test "a connection lost in the middle is told exactly, and the same again finds the rest" {
    vk debug populate 20000 many 8 >/dev/null
    vk --unlink --pattern 'many:*' --yes --json --rate 20000 >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
    local prune=$! code
    eventually is_below 19500
    vk client kill type normal skipme yes
    wait $prune && code=0 || code=$?
    cat "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err"
    local changed unanswered
    changed=$(sed -E 's/.*"changed":([0-9]+).*/\1/' "$BATS_TEST_TMPDIR/out")
    unanswered=$(sed -E 's/.*"unanswered":([0-9]+).*/\1/' "$BATS_TEST_TMPDIR/out")
    local gone=$((20306 - $(size)))
    [ "$changed" -le "$gone" ] && [ "$gone" -le $((changed + unanswered)) ]
    local matched untouched # each key is told once, also those that had not left when it ended
    matched=$(sed -E 's/.*"matched":([0-9]+).*/\1/' "$BATS_TEST_TMPDIR/out")
    untouched=$(sed -E 's/.*"untouched":([0-9]+).*/\1/' "$BATS_TEST_TMPDIR/out")
    [ "$matched" -eq $((changed + untouched + unanswered)) ]
    [ "$code" -eq 0 ] || [ "$code" -eq 3 ]
    run -0 vk --unlink --pattern 'many:*' --yes
    [ "$(size)" -eq 306 ]
}

# at_terminal COLUMNS ARGS...
at_terminal() {
    tmux_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
    tmux -S "$tmux_socket" -f /dev/null new-session -d -x "$1" -y 24 \
        bash -c "trap : INT; '$VK' -s $srv_sock ${*:2}; echo left \$?; sleep 50" 3>&-
}

@test "on a terminal it shows what it found and asks" {
    at_terminal 40 "--unlink --pattern '[de]*'"
    await 'unlink them? .y/N.'
    run screen
    assert_output --partial '303 keys match on'
    refute_output --partial $'\x1b'
    type_in n
    keys Enter
    await 'left 130'
    shows 'nothing was done'
    shell_teardown
    at_terminal 40 "--unlink --pattern '[de]*'"
    await 'unlink them'
    type_in y
    keys Enter
    await 'left 0'
    shows '303 keys unlinked'
    [ "$(size)" -eq 3 ]
}
