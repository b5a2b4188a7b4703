#!/usr/bin/env bats
# vktail's filters on a real server: what passes, who sent it, what is refused.
load ../helper
load tail

setup_file() { server_start fil; }
teardown_file() { server_stop fil; }
setup() { port=$fil_port; }
teardown() { tail_teardown; }

# What was sent before has reached whoever monitors: another has seen what came behind it.
settled() {
    "$VKTAIL" -p "$port" monitor --count 1 >/dev/null 2>&1 3>&- &
    local other=$!
    eventually eval '[ "$(listeners)" -ge 2 ]'
    sent ping
    wait "$other"
}

# Of a fixed set of commands, those that pass: passing OPTIONS...
passing() {
    tail_on monitor --no-pretty "$@"
    "$CLI" -p "$port" >/dev/null <<'END'
SET user:1 alice
GET user:1
MSET page:1 a user:2 b
CONFIG GET maxmemory
EVAL "return redis.call('INCR', KEYS[1])" 1 cnt
SELECT 3
DEL page:1
SET the-end x
END
    settled
    tail_stop
    sed -E 's/^[^]]*\] //' "$out"
}

@test "by command, subcommand and category" {
    run passing --cmd get,del
    assert_output $'"GET" "user:1"\n"DEL" "page:1"'
    run passing --category @scripting
    assert_output --partial '"EVAL"'
    run passing --category @write --not --cmd mset --not --match the-end
    assert_output $'"SET" "user:1" "alice"\n"INCR" "cnt"\n"DEL" "page:1"'
}

@test "by key, database and address" {
    run passing --match 'user:*'
    assert_output $'"SET" "user:1" "alice"\n"GET" "user:1"\n"MSET" "page:1" "a" "user:2" "b"'
    run passing --db 3 --cmd del,set
    assert_output $'"DEL" "page:1"\n"SET" "the-end" "x"'
    run passing --not -n 0 --not --db 9 --cmd set,get,del
    assert_output $'"DEL" "page:1"\n"SET" "the-end" "x"'
    run passing -n 0 --db 3 --cmd get,del
    assert_output $'"GET" "user:1"\n"DEL" "page:1"'
    run passing --addr lua
    assert_output '"INCR" "cnt"'
}

@test "by text, and none of them twice" {
    run passing --grep 'ali|page:1$'
    assert_output $'"SET" "user:1" "alice"\n"DEL" "page:1"'
    run passing --grep 'SET user:1' --grep 'GET user'
    assert_output $'"SET" "user:1" "alice"\n"GET" "user:1"'
}

@test "by user, name and library, out of CLIENT LIST: from a connection's first command on" {
    local feed
    sent acl setuser bob on '>x' '~*' +@all
    tail_on monitor --no-pretty --by-user bob --cmd set
    exec {feed}> >("$CLI" -p "$port" --user bob --pass x >/dev/null 2>&1)
    echo 'SET first by-bob' >&"$feed"
    eventually has_text '"first" "by-bob"'
    sent set by default # a connection that is gone before the list comes, or is another's
    echo 'SET second by-bob' >&"$feed"
    eventually has_text '"second" "by-bob"'
    exec {feed}>&-
    tail_stop
    assert_equal "$(wc -l <"$out")" 2
}

@test "--names: who sent it, in every form" {
    local feed
    tail_on monitor --json --names --cmd echo
    exec {feed}> >("$CLI" -p "$port" >/dev/null 2>&1)
    printf '%s\n' 'CLIENT SETNAME app-1' >&"$feed"
    echo_shows() { echo 'ECHO hi' >&"$feed" && has_text '"user":"default","name":"app-1","argv":["ECHO","hi"]'; }
    eventually echo_shows
    exec {feed}>&-
    tail_stop
}

@test "--count counts what passes; the sample is about right" {
    tail_on monitor --count 2 --cmd get
    sent set a b
    sent get a
    sent get b
    tail_wait
    assert_equal "$tail_status" 0
    assert_equal "$(wc -l <"$out")" 2
    tail_on monitor --sample 1/4 --cmd echo
    "$VK" -p "$port" < <(yes 'echo x' | head -n 4000) >/dev/null
    sent echo the-end
    eventually eval '[ "$(wc -l <"$out")" -gt 800 ]'
    tail_stop
    [ "$(wc -l <"$out")" -lt 1200 ]
}

@test "messages are filtered by channel and text" {
    tail_on subscribe news weather --no-pretty --match 'news*' --not --grep boring
    sent publish news one
    sent publish weather two
    sent publish news boring
    sent publish news three
    eventually has_text '"three"'
    tail_stop
    assert_equal "$(sed 's/^[^ ]* //' "$out")" $'"news" "one"\n"news" "three"'
}

refused() {
    run -2 --separate-stderr "$VKTAIL" -p "$port" "${@:2}"
    [[ $stderr == "vktail: $1"* ]] || { echo "$stderr" >&2; return 1; }
    assert_equal "${#stderr_lines[@]}" 1
}

@test "what makes no sense is refused in one line" {
    refused '--cmd means nothing for subscribe' subscribe c --cmd get
    refused '--by-user means nothing for replay-log' replay-log x --by-user u
    refused '--not needs a filter' monitor --not
    refused "option '--grep': 'a(': " monitor --grep 'a('
    refused "option '--category': unknown category or flag 'set' (did you mean '@set'?)" monitor --category set
    refused 'subscribe is in one database' subscribe c --not --db 3
    refused "option '--for': '3d' is no time" monitor --for 3d
    refused '--key is the file of' monitor --key 'user:*'
    refused '--names means nothing for subscribe' subscribe x --names
    refused '--top is for monitor and replay-log' subscribe x --top
    refused '--gzip and --record-size need --record' monitor --gzip
}

@test "a command that is not known here is hinted at, and looked for" {
    tail_on monitor --cmd gett,json.get --no-pretty
    sent json.get doc || true
    "$CLI" -p "$port" gett x >/dev/null 2>&1 || true
    sent get x
    settled
    tail_stop
    run cat "$err"
    assert_line "vktail: --cmd: 'gett' is none of the commands known here (did you mean 'GET'?)"
    assert_line "vktail: --cmd: 'json.get' is none of the commands known here"
}
