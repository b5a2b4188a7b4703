#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-3-Clause
# --json of one command whose reply is known by name: typed objects, in the native face only.

load ../helper

setup_file() {
    server_start typed --latency-monitor-threshold 1 --slowlog-log-slower-than 0
}

teardown_file() {
    server_stop typed
}

# holds EXPRESSION: true of the JSON j in $output.
holds() {
    /usr/bin/python3 -c 'import json,sys; j=json.loads(sys.argv[1]); assert eval(sys.argv[2]), j' "$output" "$1"
}

typed() { run -0 "$VK" -p "$typed_port" --json "$@"; }

@test "what is text for people becomes objects, in RESP2 as in RESP3" {
    "$VK" -p "$typed_port" set k v
    for protocol in -2 -3; do
        typed $protocol info
        holds 'type(j["memory"]["used_memory"]) is int and j["keyspace"]["db0"]["keys"] == 1'
        holds 'type(j["server"]["redis_version"]) is str and type(j["cpu"]["used_cpu_sys"]) is float'
        typed $protocol client list
        holds 'len(j) >= 1 and type(j[0]["id"]) is int and j[-1]["cmd"] == "client|list" and j[0]["name"] == ""'
        typed $protocol client info
        holds 'j["cmd"] == "client|info" and j["db"] == 0'
        typed $protocol acl list
        holds 'j[0]["user"] == "default" and j[0]["enabled"] is True and j[0]["commands"] == ["+@all"]'
    done
}

@test "lists without names get names" {
    "$VK" -p "$typed_port" get 'a key'
    for protocol in -2 -3; do
        typed $protocol slowlog get 100
        holds 'any(e["command"] == ["get", "a key"] and type(e["duration_us"]) is int for e in j)'
        typed $protocol role
        holds 'j == {"role": "master", "offset": 0, "replicas": []}'
        typed $protocol latency latest
        holds 'type(j) is list'
        typed $protocol config get maxmemory
        holds 'j == {"maxmemory": 0}'
        typed $protocol memory stats
        holds 'type(j["total.allocated"]) is int and type(j["dataset.percentage"]) is float and type(j["db.0"]) is dict'
        typed $protocol command docs get
        holds 'j[0]["command"] == "get" and j[0]["group"] == "string"'
        typed $protocol pubsub numsub a
        holds 'j == [{"channel": "a", "subscribers": 0}]'
    done
}

@test "text for people that is no object is a string, in a script as well" {
    typed memory doctor
    holds 'type(j) is str'
    run -0 "$VK" -p "$typed_port" --json <<<'lolwut version 0'
    holds 'type(j) is str'
    run -0 "$VK" -p "$typed_port" --quoted-json memory doctor
    holds 'type(j) is str'
}

@test "other replies, formats and faces stay as they are" {
    typed hget nokey f
    assert_output null
    typed echo '{"a":1}'
    assert_output '"{\"a\":1}"'
    run -1 --separate-stderr "$VK" -p "$typed_port" --json config get
    assert_equal "$output" ''
    assert_regex "$stderr" "ERR wrong number of arguments"
    run -0 "$VK" -p "$typed_port" --json <<<'info keyspace'
    assert_line --index 0 --partial '# Keyspace'
    run -0 "$VK" -p "$typed_port" --ndjson config get maxmemory
    assert_output '{"maxmemory":"0"}'
    ln -sf "$VK" "$BATS_TEST_TMPDIR/redis-cli"
    run -0 "$BATS_TEST_TMPDIR/redis-cli" -p "$typed_port" --json config get maxmemory
    assert_output '{"maxmemory":"0"}'
}

@test "each repetition is a line of its own" {
    typed -r 3 config get maxmemory
    assert_output $'{"maxmemory":0}\n{"maxmemory":0}\n{"maxmemory":0}'
}
