#!/usr/bin/env bats
# A cluster that gets a node while vk is at work in it.
load ../helper
load ../cluster

setup_file() { cluster_start c 2 0; }
teardown_file() { cluster_stop c; }

# Ten slots' keys, each written time and again.
writes() { seq "$1" "$2" | awk '{ print "set {" $1 % 10 "}" $1 " " $1 }'; }

@test "a node is added and takes slots over while a script runs: every acknowledged write is there" {
    local port=${c_ports[0]} tag slot new
    mkfifo "$BATS_TEST_TMPDIR/lines"
    "$VK" -c -p "$port" <"$BATS_TEST_TMPDIR/lines" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    local pid=$!
    exec 9>"$BATS_TEST_TMPDIR/lines"
    writes 1 2000 >&9
    cluster_add c 9>&- # or its server would hold the lines open
    new=${c_ports[2]}
    for tag in 0 1 2 3 4; do
        slot=$("$VK" --keyslot "$tag")
        cluster_migrate_slot c "$slot" "$(cluster_owner c "$tag")" "$new"
        writes $((2001 + tag * 400)) $((2400 + tag * 400)) >&9
    done
    exec 9>&-
    wait $pid
    assert_equal "$(sort <"$BATS_TEST_TMPDIR/out" | uniq -c | tr -s ' ')" " 4000 OK"
    assert_equal "$(seq 4000 | awk '{ print "get {" $1 % 10 "}" $1 }' | "$VK" -c -p "$port")" "$(seq 4000)"
    assert_equal "$("$VK" -p "$new" --no-follow dbsize)" 2000
    run --separate-stderr "$VK" -p "$port" --nodes
    assert_line --regexp "^127.0.0.1:$new +primary "
}
