#!/usr/bin/env bats
# The shell on production: the guard, --read-only, what a new connection brings back and what is said of the
# rest, the prompt, \connect. On a real terminal (tmux).
load ../helper
load ../shell

setup_file() {
    server_start safe --databases 16
    server_start locked --requirepass sesame
    command -v tmux >/dev/null || skip "no tmux"
}
teardown_file() {
    server_stop safe
    server_stop locked
}
setup() {
    export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state XDG_CONFIG_HOME=$BATS_TEST_TMPDIR
    mkdir -p "$XDG_CONFIG_HOME/valkit"
    profiles
    admin flushall
    admin set k v
}
teardown() {
    shell_teardown
    fake_stop
}

profiles() {
    local name
    for name in production staging dev; do
        printf '[%s-one]\nenvironment = %s\nport = %s\n' "$name" "$name" "$safe_port"
    done >"$XDG_CONFIG_HOME/valkit/config"
    cat >>"$XDG_CONFIG_HOME/valkit/config" <<EOF
[reader]
port = $safe_port
read-only = yes
[locked]
environment = staging
colour = magenta
port = $locked_port
pass = sesame
[own]
port = $safe_port
prompt = <%p|%r|%d|%u|%s>
EOF
    chmod 600 "$XDG_CONFIG_HOME/valkit/config"
}
admin() { "$VK" -s "$safe_sock" --raw "$@"; }
enter() {
    type_in "$1"
    keys Enter
}
has_keys() { [ "$(admin dbsize)" = "$1" ]; }
kick() {
    admin client kill type normal skipme yes >/dev/null
    admin client kill type pubsub >/dev/null
}

# The server has a command of the shell's and says nothing.
waits_for_reply() { admin client list type normal | grep -v cmd=client | grep -q ' qbuf=[1-9]\| flags=b'; }

covered() { "$VK" -s "$node_sock" cluster info | grep -q cluster_state:ok; }

# on_terminal COMMAND: at a terminal, "left CODE" when it has ended.
on_terminal() {
    tmux_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
    LC_ALL=C.UTF-8 tmux -u -S "$tmux_socket" -f /dev/null new-session -d -x 120 -y 40 \
        bash -c "trap : INT; $1; echo left \$?; sleep 100" 3>&-
}

@test "production: the profile's name is the answer, and nothing else is" {
    shell 120 @production-one
    enter 'flushall async'
    await "'flushall async' deletes every key of every database: production-one (production), 127.0.0.1:$safe_port, 1 key$"
    await '^type production-one to send it: *$'
    enter y
    await '^vk: not sent$'
    has_keys 1
    enter '3 flushall'
    await '^type production-one to send it: *$'
    keys C-c
    await 'primary 127.0.0.1:[0-9]*> *$'
    has_keys 1
    enter 'flushall'
    await "'flushall' deletes"
    await '^type production-one to send it: *$'
    enter production-one
    await '^OK$'
    has_keys 0
    enter 'client list'
    await 'addr'
    enter 'eval "return 42" 0'
    await '^(integer) 42$'
}

@test "production: asked once for a repeated command, and in a transaction when it is queued" {
    shell 120 @production-one
    enter '3 keys *'
    await '^type production-one to send it: *$'
    enter production-one
    await 'k$'
    enter multi
    await '(tx)> *$'
    enter 'config set maxmemory 0'
    await '^type production-one to send it: *$'
    enter no
    await '^vk: not sent$'
    await '(tx)> *$'
    enter 'flushdb'
    await 'deletes every key of the database'
    await '^type production-one to send it: *$'
    enter production-one
    await '(tx 1)> *$'
    has_keys 1
}

@test "staging: y or n; what is pasted is no answer" {
    shell 120 @staging-one
    enter 'keys *'
    await '^send it? \[y/N\] *$'
    enter n
    await '^vk: not sent$'
    printf 'flushall\ny\n' | tmux -S "$tmux_socket" load-buffer -
    tmux -S "$tmux_socket" paste-buffer
    await "'flushall' deletes"
    await '^send it? \[y/N\] *$'
    has_keys 1
    enter y
    await '^OK$'
    has_keys 0
}

@test "dev: never; without an environment: what destroys, and only that; --yes: never" {
    shell 120 @dev-one
    enter 'flushall'
    await '^OK$'
    shell_teardown
    admin set k v
    shell 120 -p "$safe_port"
    enter 'keys *'
    await '^1) k$'
    enter flushall
    await '^send it? \[y/N\] *$'
    enter ''
    await '^vk: not sent$'
    has_keys 1
    shell_teardown
    shell 120 @production-one --yes
    enter flushall
    await '^OK$'
}

@test "one command at a terminal is asked about by the environment; a script never is" {
    on_terminal "'$VK' @production-one flushall"
    await '^type production-one to send it: *$'
    enter production
    await '^vk: not sent$'
    await '^left 130$'
    has_keys 1
    shell_teardown
    on_terminal "'$VK' -p $safe_port flushall"
    await '^left 0$'
    shell_teardown
    admin set k v
    run -0 "$VK" @production-one flushall </dev/null
    run -0 "$VK" @production-one <<<'flushall'
}

@test "a plain prompt asks as well" {
    on_terminal "TERM=dumb '$VK' @production-one"
    await "^production-one 127.0.0.1:$safe_port> *$"
    enter flushall
    await '^type production-one to send it: *$'
    enter x
    await '^vk: not sent$'
    enter flushall
    await '^type production-one to send it: *$'
    keys C-c
    enter 'get k'
    await '"v"$'
    has_keys 1
}

@test "vkbench asks as well before it loads production" {
    on_terminal "'$BUILD/vkbench' @production-one -n 10 -q ping"
    await "^vkbench: this puts production-one (production), 127.0.0.1:$safe_port, under load$"
    await '^type production-one to do it: *$'
    enter yes
    await '^vkbench: not confirmed$'
    await '^left 130$'
    shell_teardown
    on_terminal "'$BUILD/vkbench' @production-one -n 10 -q ping"
    await '^type production-one to do it: *$'
    enter production-one
    await '^left 0$'
}

@test "--read-only in the shell, in a script and for one command" {
    shell 100 @reader
    await '(read-only)> *$'
    enter 'set k w'
    await "^vk: not sent, reader is read-only: 'set k w' writes$"
    enter 'get k'
    await '"v"\|^v$'
    enter 'eval "return 1" 0'
    await "runs a script that may write$"
    enter 'no.such x'
    await "is not known, so it may write$"
    run -5 --separate-stderr "$VK" -p "$safe_port" --read-only set k w
    assert_equal "$stderr" "vk: not sent, --read-only: 'set k w' writes"
    echo "return redis.call('set', KEYS[1], 'w')" >"$BATS_TEST_TMPDIR/s.lua"
    run -5 --separate-stderr "$VK" @reader --eval "$BATS_TEST_TMPDIR/s.lua" k
    run -2 --separate-stderr "$VK" @reader --ldb-sync-mode --eval "$BATS_TEST_TMPDIR/s.lua" k
    assert_regex "$stderr" '^vk: --ldb-sync-mode runs the script for real: not read-only'
    run -5 --separate-stderr "$VK" @reader <<<$'get k\nset k w\nget k'
    assert_output $'v\nv'
    assert_equal "$stderr" "vk: line 2: not sent, reader is read-only: 'set k w' writes"
    run -5 --separate-stderr "$VK" @reader -e <<<$'get k\nconfig set maxmemory 0\nget k'
    assert_output v
    [ "$(admin get k)" = v ]
}

@test "a new connection has the user, database, protocol, name and READONLY of the last one" {
    admin acl setuser ann on '>pw' '~*' '+@all' >/dev/null
    shell 120 -p "$safe_port" -2
    enter 'auth ann pw'
    enter 'hello 3'
    enter 'select 3'
    enter 'client setname joe'
    enter 'client no-evict on'
    eventually eval '[[ $(admin client list type normal) == *" flags=e "* ]]'
    await '\[3\] ann> *$'
    kick
    await 'the connection is lost; the next command connects again'
    await '127.0.0.1:[0-9]*\[3\] not connected> *$'
    enter 'acl whoami'
    await '^vk: reconnected as ann, database 3$'
    await '^"\?ann"\?$'
    [[ $(admin client list type normal) == *" name=joe "*" flags=e db=3 "*" user=ann "*" resp=3"* ]]
    run ! grep -rq pw "$XDG_STATE_HOME"
}

@test "a new connection to a cluster's node has READONLY again; lines behind MONITOR are in no doubt" {
    server_start node --cluster-enabled yes
    run -0 "$VK" -s "$node_sock" cluster addslotsrange 0 16383
    eventually covered
    shell 100 -p "$node_port"
    enter readonly
    await '^OK$'
    run -0 "$VK" -s "$node_sock" client kill type normal skipme yes
    await 'not connected> *$'
    enter ping
    await '^vk: reconnected, READONLY$'
    run -0 "$VK" -s "$node_sock" --raw client list type normal
    assert_line --regexp ' flags=r '
    shell_teardown
    run timeout 2 "$VK" -c -p "$node_port" <<<"$(printf 'set a 1\n@127.0.0.1:%s monitor\nset a 2\nset a 3' "$node_port")"
    assert_output --partial 'line 3 was not sent, nor what follows it'
    refute_output --partial 'applied'
    server_stop node
}

@test "what a lost connection takes with it is said" {
    shell 120 -p "$safe_port"
    enter 'watch k'
    await '(watching)> *$'
    enter 'multi'
    enter 'set k w'
    enter 'client tracking on'
    enter 'nosuch'
    await '(tx 2, will fail)> *$'
    kick
    await 'is lost, and with it: the transaction (2 commands, not applied), the watched keys; the next command'
    await 'not connected> *$'
    enter 'get k'
    await '; lost: the transaction (2 commands, not applied), the watched keys$'
    enter 'subscribe news'
    await '(subscribed)> *$'
    enter 'client tracking on'
    await '^OK$'
    kick
    await 'not connected> *$'
    enter 'ping'
    await '; lost: the subscriptions, CLIENT TRACKING$'
}

@test "Ctrl-C is the way out of MONITOR; CLIENT REPLY OFF does not hang the shell" {
    shell 100 -p "$safe_port"
    enter 'select 4'
    await '\[4\]> *$'
    enter monitor
    await '(monitor)> *$'
    admin echo overheard
    await 'overheard'
    enter 'get k'
    await 'nothing can be sent after MONITOR'
    keys C-c
    await '^vk: reconnected, database 4; lost: MONITOR$'
    await '\[4\]> *$'
    enter 'client reply off'
    await '(replies off)> *$'
    enter 'set silent 1'
    enter 'client reply on'
    await '^OK$'
    enter 'get silent'
    await '^1$\|"1"'
}

@test "Ctrl-C is the way out of a subscription of RESP2" {
    shell 100 -2 -p "$safe_port"
    enter 'subscribe news'
    await '(subscribed)> *$'
    keys C-c
    await '^vk: reconnected; lost: the subscriptions$'
    enter 'echo again'
    await '^again$'
    shell_teardown
    shell 100 -p 1
    keys C-c
    await '^127.0.0.1:1 not connected> *^C$'
    keys C-d
    await '^left 0$'
}

@test "a password that is no good any more: said, and \\connect begins anew" {
    admin acl setuser bob on '>pw' '~*' '+@all' >/dev/null
    shell 100 -p "$safe_port"
    enter 'auth bob pw'
    await ' bob> *$'
    admin acl setuser bob resetpass '>other' >/dev/null
    kick
    await 'not connected> *$'
    enter ping
    await 'AUTH failed: WRONGPASS'
    await 'connect alone begins anew, as the options say'
    enter '\connect'
    await '> *$'
    enter 'acl whoami'
    await 'default'
}

@test "a write whose reply is lost may have been applied: it is named, without its secrets, and not sent again" {
    shell 120 -p "$safe_port"
    admin client pause 100000 write
    enter 'incr counter'
    eventually waits_for_reply
    kick
    await "^vk: no reply to 'incr counter': it may or may not have been applied, and is not sent again$"
    await ' not connected> *$'
    enter 'auth ann hunter2'
    enter 'migrate h 1 k 0 10 auth hunter2'
    eventually waits_for_reply
    keys C-c
    await "^vk: no reply to 'migrate h 1 k 0 10 auth (redacted)': it may or may not"
    admin client unpause
    enter 'get counter'
    await '(nil)'
}

@test "a read whose reply is lost; a repeat says how far it came; a script's lines" {
    shell 120 -p "$safe_port"
    enter 'xread block 0 streams s $'
    eventually waits_for_reply
    kick
    await "^vk: no reply to 'xread block 0 streams s \$': it changes nothing, so it may be sent again$"
    enter '3 blpop list 0'
    await 'reconnected'
    admin rpush list one
    await 'one'
    kick
    await "^vk: no reply to 'blpop list 0': it may or may not have been applied"
    await '^vk: 1 of 3 were answered$'
    fake_start read sleep:1000 # the line may come with the handshake or behind it
    run -3 --separate-stderr "$VK" -p "$fake_port" <<<$'set a 1'
    assert_regex "$stderr" 'no reply to line 1: it may or may not have been applied$'
}

@test "the prompt: role, database, colour, a format of one's own" {
    shell 100 @production-one
    await "^production-one primary 127.0.0.1:$safe_port> *$"
    shows_colours $'\e[31mproduction-one'
    enter 'select 2'
    await "127.0.0.1:$safe_port\[2\]> *$"
    enter 'replicaof 127.0.0.1 1'
    await 'type production-one to'
    enter production-one
    await '^production-one replica '
    enter 'replicaof no one'
    await 'makes a primary'
    await '^type production-one to send it: *$'
    enter production-one
    await "^production-one primary 127.0.0.1:$safe_port\[2\]> *$"
    shell_teardown
    shell 100 @own
    await '^<own|primary|||> *$'
    shell_teardown
    shell 40 @production-one --prompt '%e:%d:\>'
    await '^production::> *$'
}

@test "the prompt follows a role that somebody else changes" {
    shell 100 @dev-one
    await '^dev-one primary '
    admin replicaof 127.0.0.1 1
    kick
    await 'not connected> *$'
    enter ping
    await '^dev-one replica '
    admin replicaof no one
}

@test "\\connect: a profile, a URI, host and port; what cannot be reached leaves all as it is; no secret is kept" {
    shell 140 @production-one
    enter multi
    enter 'set a b'
    await '(tx 1)> *$'
    enter '\connect 127.0.0.1 1'
    await 'cannot connect to 127.0.0.1:1.*; still connected to 127.0.0.1:'
    await '(tx 1)> *$'
    enter '\connect locked'
    await '^vk: lost with the connection that was left: the transaction (1 command, not applied)$'
    await "^locked primary 127.0.0.1:$locked_port> *$"
    shows_colours $'\e[35mlocked'
    enter 'set where here'
    await '^OK$'
    enter "\\connect redis://:wrong@127.0.0.1:$locked_port"
    await 'WRONGPASS.*; still connected to'
    enter "\\connect redis://:sesame@127.0.0.1:$locked_port/5"
    await "^primary 127.0.0.1:$locked_port\[5\]> *$"
    enter "\\connect unix://$safe_sock"
    await "^primary .*safe/s> *$"
    enter '\connect @nope'
    await "unknown target '@nope'"
    enter '\connect a b'
    await "'b' is no port"
    keys C-d
    await '^left 0$'
    run ! grep -rq 'sesame\|wrong@' "$XDG_STATE_HOME"
    grep -q 'connect (redacted)' "$XDG_STATE_HOME/valkit/history/locked"
    grep -q 'set where here' "$XDG_STATE_HOME/valkit/history/locked"
    run -0 "$VK" @locked --raw get where
    assert_output here
}
