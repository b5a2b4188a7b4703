#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck disable=SC2154 # variables of server_start and cluster_start
# --scan: every name once at least, from one server and from a cluster that changes meanwhile.

load ../helper
load ../cluster

setup_file() {
    server_start srv
    printf '%s\n' 'set "" empty' 'set "nul\x00byte" 1' 'set "\xff\n" 1' 'set "es\x1b[31m" 1' \
        'rpush list 1' 'sadd {tag}set 1' 'xadd stream * f v' | "$VK" -s "$srv_sock" >/dev/null
    "$VK" -s "$srv_sock" debug populate 3000 key 8 >/dev/null
    cluster_start c 3 3
    seq 400 | sed 's/.*/set plain:& 1/' | "$VK" -c -p "${c_ports[0]}" >/dev/null
    for tag in a b c d e f; do
        seq 40 | sed "s/.*/set {$tag}:& 1/"
    done | "$VK" -c -p "${c_ports[0]}" >/dev/null
}

teardown_file() {
    server_stop srv
    cluster_stop c
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

@test "a cluster that moves slots during the walk hides no name" {
    in_cluster --count 5 -i 0.03 >"$BATS_TEST_TMPDIR/names" &
    local scan=$! tag from to
    for tag in a b c d e f; do
        from=$(cluster_owner c "{$tag}")
        to=${c_ports[0]}
        [ "$from" != "$to" ] || to=${c_ports[1]}
        cluster_migrate_slot c "$("$VK" --keyslot "{$tag}")" "$from" "$to"
    done
    wait $scan
    diff <(all_names) <(sort -u "$BATS_TEST_TMPDIR/names")
}

@test "a primary that dies during the walk hides no name either" {
    in_cluster --count 5 -i 0.05 >"$BATS_TEST_TMPDIR/names" 2>"$BATS_TEST_TMPDIR/err" &
    local scan=$!
    eventually test -s "$BATS_TEST_TMPDIR/names"
    cluster_kill c "${c_ports[1]}"
    wait $scan
    diff <(all_names) <(sort -u "$BATS_TEST_TMPDIR/names")
    grep -q 'looked for elsewhere' "$BATS_TEST_TMPDIR/err"
    cluster_restart c "${c_ports[1]}" && cluster_wait_ok c
}
