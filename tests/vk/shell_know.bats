#!/usr/bin/env bats
# What vk's shell knows of the server: its commands (asked once, kept on disk), names for Tab, help.
load ../helper
load ../cluster
load ../shell

setup_file() {
    command -v tmux >/dev/null || skip "no tmux"
    server_start know
    "$VK" -s "$know_sock" acl setuser plain on nopass '~*' '&*' +@all -acl '-command|docs' -scan -config
    cluster_start cl 2 0
}
teardown_file() {
    server_stop know
    cluster_stop cl
}
setup() {
    export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    cache=$XDG_CACHE_HOME/valkit/commands
    ask flushall
    ask config resetstat
}
teardown() {
    shell_teardown
    fake_stop
    [ -z "${old_pid:-}" ] || server_stop old
}

ask() { "$VK" -s "$know_sock" "$@" >/dev/null; }
# calls COMMAND: how often the server was asked.
calls() { "$VK" -s "${2:-$know_sock}" info commandstats | sed -n "s/^cmdstat_$1:calls=\([0-9]*\),.*/\1/p"; }
were_calls() { [ "$(calls "$1")" = "$2" ]; }
was_kept() { [ -n "$(find "$cache" -name '[a-z]*-[0-9]*-*' -size +10k)" ]; }
# tab TEXT: type it, and Tab; twice for the menu.
tab() { type_in "$1" && keys Tab; }
menu() { tab "$1" && keys Tab; }
anew() { keys C-u && keys C-l && eventually is_blank; }
is_blank() { [ "$(screen | grep -c .)" = 1 ] && shows '> *$'; }

@test "the server is asked for its commands once; what it said is kept where nobody else reads it" {
    shell 100 -s "$know_sock"
    eventually was_kept
    [ "$(calls 'command|docs')" = 1 ]
    [ "$(stat -c '%a %n' "$cache"/* "$cache" | cut -d' ' -f1 | xargs)" = '600 700' ]
    type_in 'getex k '
    await 'getex k \[EX seconds'
    shell_teardown
    shell 100 -s "$know_sock"
    type_in 'getex k '
    await 'getex k \[EX seconds'
    eventually were_calls 'command|count' 2
    [ "$(calls 'command|docs')" = 1 ]
}

@test "a damaged cache is thrown away and made anew" {
    shell 100 -s "$know_sock"
    eventually was_kept
    shell_teardown
    truncate -s 5000 "$cache"/*
    shell 100 -s "$know_sock"
    eventually were_calls 'command|docs' 2
    eventually eval '[ "$(stat -c %s "$cache"/*)" -gt 5000 ]'
    keys C-d
    await '^left 0$'
}

@test "Tab finds keys by SCAN, with what ends in them quoted and harmless; and fields of a hash" {
    ask mset user:1 a user:2 b 'us*' c $'b\e[31mad' d 'a[b]c' e
    ask hset h name Ada born 1815
    shell 100 -s "$know_sock"
    menu 'get user:'
    await '^ user:2 *$'
    run -1 shows 'us\*'
    anew
    tab 'get us*'
    await '> get us\* *$'
    anew
    tab 'get a['
    await '> get a\[b\]c *$'
    anew
    tab 'get b'
    await '> get "b\\x1b\[31mad" *$'
    anew
    menu 'hget h '
    await '^ name *$'
    run -0 "$VK" -s "$know_sock" slowlog len
    assert_output 0
}

@test "keys that were typed or shown are known without a question; --no-key-completion asks none" {
    ask mset typed 1 hidden 2 shown 3
    shell 100 -s "$know_sock" --no-key-completion
    type_in 'get typed'
    keys Enter
    await '^1$'
    type_in 'keys sh*'
    keys Enter
    await 'shown$'
    tab 'append t'
    await '> append typed'
    anew
    tab 'append sh'
    await '> append shown'
    anew
    type_in 'get nothing-there'
    keys Enter
    await '(nil)'
    type_in 'del typed'
    keys Enter
    await '(integer) 1'
    menu 'append '
    keys a b c
    await '> append .*abc'
    run -1 shows '> append .*\(typed\|nothing\|hidden\)'
    [ -z "$(calls scan)" ]
}

@test "parameters, users, categories, clients and channels are completed" {
    ask acl setuser alice on nopass
    shell 100 -s "$know_sock"
    tab 'config get maxmemory-p'
    await '> config get maxmemory-policy'
    anew
    tab 'acl getuser al'
    await '> acl getuser alice'
    anew
    tab 'acl setuser bob +@sorteds'
    await '> acl setuser bob +@sortedset'
    anew
    type_in 'subscribe news.weather'
    keys Enter
    await '(subscribed)> *$'
    tab 'publish news'
    await '> publish news.weather'
    anew
    id=$("$VK" -s "$know_sock" client list | sed -n 's/^id=\([0-9]*\) .*sub=1 .*/\1/p')
    menu 'client kill id '
    await "\(> client kill id\|^\) $id\>" # there may be others on their way out
    ask acl deluser alice
}

@test "groups and consumers of a stream, functions and their libraries are completed" {
    ask xadd st 1-1 a b
    ask xgroup create st workers 0
    ask xgroup createconsumer st workers alice
    ask function load replace $'#!lua name=mylib\nredis.register_function("myfunc", function() return 1 end)'
    shell 100 -s "$know_sock"
    tab 'xpending st '
    await '> xpending st workers'
    anew
    tab 'xgroup delconsumer st workers '
    await '> xgroup delconsumer st workers alice'
    anew
    tab 'fcall '
    await '> fcall myfunc'
    anew
    tab 'function delete '
    await '> function delete mylib'
}

@test "nothing is asked inside a transaction, nor behind CLIENT REPLY OFF" {
    ask mset user:1 a other:1 b
    shell 100 -s "$know_sock"
    eventually was_kept
    type_in 'multi'
    keys Enter
    await '(tx.*)> *$'
    menu 'get us'
    type_in 'er:1'
    keys Enter
    await QUEUED
    type_in exec
    keys Enter
    await '^1) a$\|^a$\|"a"'
    [ -z "$(calls scan)" ]
    type_in 'client reply off'
    keys Enter
    menu 'get ot'
    type_in x
    await '> get otx'
    [ -z "$(calls scan)" ]
}

@test "a user who may not ask is left in peace: built-in hints, no error, one try of each" {
    shell 100 -s "$know_sock" --user plain --pass x
    type_in 'set k v '
    await 'set k v \[NX | XX\]'
    anew
    for _ in 1 2 3; do
        menu 'get us'
        keys C-u
        menu 'config get maxm'
        keys C-u
        menu 'acl getuser '
        keys C-u
        type_in 'ping' # behind a command all would be asked again
        keys Enter
    done
    type_in 'set k v'
    keys Enter
    await '^OK$'
    run -1 shows 'NOPERM'
    run -0 "$VK" -s "$know_sock" acl log
    run -0 awk '/^count$/ { getline; n += $1 } END { print n }' <<<"$output"
    assert_output 4 # command|docs, scan, config, acl
}

@test "an answer that comes too late, or is given up by Ctrl-C, is not taken for the next reply" {
    ask set user:1 a
    shell 100 -s "$know_sock"
    eventually was_kept
    ask client pause 1500 all
    tab 'get us'
    eventually eval 'keys C-c; shows "\^C$"' # the first one ends the question
    type_in 'echo mine'
    keys Enter
    await '^mine$'
    tab 'get us'
    await '> get user:1'
}

@test "in a cluster Tab knows the keys of all primaries and the nodes" {
    for i in 1 2 3 4 5 6; do "$VK" -c -p "${cl_ports[0]}" set "k:$i" 1 >/dev/null; done
    shell 100 -c -p "${cl_ports[0]}"
    menu 'get k:'
    for i in 1 2 3 4 5 6; do await "^ k:$i *$"; done
    anew
    menu 'cluster replicate '
    for i in 0 1; do await "^ ${cl_ids[i]} *127.0.0.1:${cl_ports[i]} .*master"; done
    eventually was_kept
}

@test "in a cluster each node's reply looks as it does alone; an EXEC that is refused ends the transaction" {
    shell 100 -c -p "${cl_ports[0]}"
    type_in '@primaries info keyspace'
    keys Enter
    for i in 0 1; do await "^127.0.0.1:${cl_ports[i]}\$"; done
    await '^# Keyspace$'
    type_in 'multi'
    keys Enter
    await ' tx)>'
    type_in 'set a 1'
    keys Enter
    await ' tx 1)>'
    type_in 'set foo 1'
    keys Enter
    await ' tx 2)>'
    type_in 'exec'
    keys Enter
    await 'CROSSSLOT'
    await 'nodes)> *$'
}

@test "in a cluster Ctrl-C is the way out of MONITOR" {
    shell 100 -c -p "${cl_ports[0]}"
    type_in "@127.0.0.1:${cl_ports[0]} monitor"
    keys Enter
    await ', monitor)> *$'
    keys C-c
    await '^vk: no longer listening$'
    await 'nodes)> *$'
    type_in "@127.0.0.1:${cl_ports[0]} echo again"
    keys Enter
    await '^again$'
}

@test "help: a command, a group, a mistyped name, the shell's own" {
    shell 80 -s "$know_sock"
    type_in 'help getdel'
    keys Enter
    await '^GETDEL key$'
    await '^  complexity  O(1)$'
    type_in 'help @hyperloglog'
    keys Enter
    await '^  PFCOUNT  *Return'
    type_in 'help config gte'
    keys Enter
    await '^  CONFIG GET '
    type_in 'help \watch'
    keys Enter
    await '^\\watch '
    type_in 'help'
    keys Enter
    await '@string '
}

@test "a server without HELLO and without COMMAND: RESP2, a password, built-in hints, keys all the same" {
    server_start old --rename-command HELLO '' --rename-command COMMAND ''
    "$VK" -s "$old_sock" mset user:1 a h:1 b >/dev/null
    "$VK" -s "$old_sock" config set requirepass hunter2 >/dev/null
    shell_env=(VALKEYCLI_AUTH=hunter2)
    shell 100 -s "$old_sock"
    tab 'get us'
    await '> get user:1'
    keys Enter
    await '^a$'
    type_in 'set k v '
    await 'set k v \[NX | XX\]'
    [ -z "$(ls "$cache" 2>/dev/null)" ]
}

@test "a server that answers anything with OK teaches nothing and breaks nothing" {
    fake_start "serve:$BATS_TEST_TMPDIR/said"
    shell 100 -2 -p "$fake_port"
    eventually grep -q INFO "$BATS_TEST_TMPDIR/said"
    menu 'get k'
    keys C-u
    menu 'client kill id '
    keys C-u
    menu 'hget h '
    keys C-u
    type_in 'get k'
    keys Enter
    await '^OK$'
}
