#!/usr/bin/env bats
# Commands that vk's own table does not know, in a real cluster: here one that its servers renamed.
load ../helper
load ../cluster

setup_file() { cluster_start c 3 0 --rename-command get my.get; }
teardown_file() { cluster_stop c; }
setup() { port=${c_ports[0]}; }

@test "a command whose keys nobody tells goes where the redirect says, and in its turn" {
    seq 30 | sed 's|.*|set key:& &\nmy.get key:&\nset key:& over\nmy.get key:&|' >"$BATS_TEST_TMPDIR/in"
    run --separate-stderr "$VK" -c -p "$port" <"$BATS_TEST_TMPDIR/in"
    assert_success
    assert_output "$(seq 30 | sed 's|.*|OK\n&\nOK\nover|')"
}

@test "COMMAND is asked once, and only for what is not known" {
    run "$VK" -c -p "$port" --trace-redirects <<<$'set a 1\nset b 2'
    assert_output $'OK\nOK'
    run --separate-stderr "$VK" -c -p "$port" --trace-redirects <<<$'set a 1\nmy.get a\nmy.get b\nnosuch'
    # shellcheck disable=SC2154
    assert_equal "$(grep -c "COMMAND asked" <<<"$stderr")" 1
}

@test "a user who may not ask COMMAND goes on without" {
    "$VK" -c -p "$port" @all acl setuser narrow on '>pw' '~*' +get +set +cluster +client +hello >/dev/null
    run --separate-stderr "$VK" -c -p "$port" --user narrow -a pw --trace-redirects <<<$'set a 1\nmy.get a\nset b 2\nmy.get b'
    assert_success
    assert_output $'OK\n1\nOK\n2'
    # shellcheck disable=SC2154
    assert_regex "$stderr" "COMMAND asked.*NOPERM"
}

@test "what no server knows is told by a server" {
    run "$VK" -c -p "$port" nosuch a b
    assert_failure 1
    assert_output --partial "unknown command"
    run "$VK" -p "$port" @primaries nosuch
    assert_failure 1
    assert_output --partial "3 of 3 parts failed"
}

@test "--json has the objects of each node under its name" {
    for words in 'cluster info' 'config get maxmemory'; do
        # shellcheck disable=SC2086
        run -0 "$VK" -c --json -p "$port" @primaries $words
        run -0 /usr/bin/python3 -c 'import json,sys; j=json.loads(sys.argv[1]); assert len(j)==3, j
for v in j.values(): assert v.get("cluster_known_nodes") == 3 or v == {"maxmemory": 0}, j' "$output"
    done
}
