#!/usr/bin/env bats
# --pipe: mass insertion in every format, its errors by line, stopping and going on, losses, redis-cli's face.
load ../helper
load ../cluster

setup_file() {
    server_start pipe
    cluster_start c 3 0
}
teardown_file() {
    server_stop pipe
    cluster_stop c
}
setup() {
    port=$pipe_port
    cd "$BATS_TEST_TMPDIR" || return 1
    "$VK" -s "$pipe_sock" flushall
    "$VK" -s "$pipe_sock" rpush alist x
}
teardown() {
    fake_stop
    [ -z "${doomed_pid:-}" ] || kill -9 "$doomed_pid" 2>/dev/null || true
}
vk() { timeout 20 "$VK" -p "$port" "$@"; }
# What a fake server answers to the greeting, and to the question in front of a load.
single=(read 'send:+OK\r\n+OK\r\n-ERR This instance has cluster support disabled\r\n')
# number NAME: the first of that name in the summary
number() { grep -o "\"$1\":[0-9]*" <<<"$output" | head -n 1 | cut -d: -f2; }
lines_of_errors() { sed -n 's/^vk: line \([0-9]*\), byte.*/\1/p'; }

# The bad lines of the 100,000: every 9,999th is of the wrong type, every 20,011th cannot be read.
bad_lines() { seq 100000 | awk '$1 % 9999 == 0 || $1 % 20011 == 0'; }
lines() {
    awk 'BEGIN { for (i = 1; i <= 100000; i++)
        if (i % 9999 == 0) print "incr alist"; else if (i % 20011 == 0) print "set \"k"; else print "set k:" i " v" i }'
}
as_resp() {
    awk 'BEGIN { for (i = 1; i <= 100000; i++)
        if (i % 9999 == 0) printf "*2\r\n$4\r\nINCR\r\n$5\r\nalist\r\n"
        else { k = "k:" i; printf "*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$1\r\nv\r\n", length(k), k } }'
}
as_csv() {
    awk 'BEGIN { for (i = 1; i <= 100000; i++)
        if (i % 9999 == 0) print "incr,alist"; else if (i % 20011 == 0) print "\"a\"b,c"; else print "incr,\"k:" i "\"" }'
}

@test "100,000 lines: each bad one is told by its number, the others are in, the file can be fed again" {
    lines >in
    run -7 --separate-stderr vk --pipe --errors-to bad <in
    assert_regex "$output" "^99,996 replies, 14 errors \(WRONGTYPE 10, input 4\), "
    # shellcheck disable=SC2154
    assert_equal "$(lines_of_errors <<<"$stderr")" "$(bad_lines)"
    assert_regex "$stderr" "line 9999, byte $(head -n 9998 in | wc -c): incr alist: WRONGTYPE"
    assert_equal "$(vk dbsize)" 99987
    assert_equal "$(stat -c %a bad)" 600
    assert_equal "$(cat bad)" "$(bad_lines | while read -r n; do sed -n "${n}p" in; done)"
    vk del alist
    run -7 --separate-stderr vk --pipe --errors-to again <bad
    assert_equal "$(vk get alist)" 10
    assert_equal "$(cat again)" "$(grep '"' bad)"
}

@test "the same in RESP, in CSV and in TSV" {
    as_resp >in
    run -7 --separate-stderr vk --pipe --errors-to bad <in
    assert_regex "$output" "^100,000 replies, 10 errors \(WRONGTYPE 10\)"
    # a command of INCR has five lines, one of SET seven
    # shellcheck disable=SC2154
    assert_equal "$(lines_of_errors <<<"$stderr")" "$(seq 10 | awk '{ print ($1 * 9998) * 7 + ($1 - 1) * 5 + 1 }')"
    assert_equal "$(grep -c INCR bad)" 10
    assert_equal "$(vk dbsize)" 99991
    vk flushall
    vk rpush alist x
    as_csv >in
    run -7 --separate-stderr vk --pipe --template '{1} {2}' --errors-to bad <in
    assert_equal "$(lines_of_errors <<<"$stderr")" "$(bad_lines)"
    assert_equal "$(cat bad)" "$(bad_lines | while read -r n; do sed -n "${n}p" in; done)"
    printf 'id\tname\n1\t"x\n2\n3\tz z\n' >in
    run -7 --separate-stderr vk --pipe --header --template 'set {{u}{id} {name}' --errors-to bad <in
    assert_equal "$(lines_of_errors <<<"$stderr")" 3
    assert_equal "$(vk mget '{u}1' '{u}3')" $'"x\nz z'
    assert_equal "$(cat bad)" $'id\tname\n2'
}

@test "a cluster: routed by slot, errors in the input's order, in all formats" {
    port=${c_ports[0]}
    vk -c del alist
    vk -c rpush alist x
    lines >in
    run -7 --separate-stderr vk -c --pipe --errors-to bad <in
    assert_regex "$output" "^99,996 replies, 14 errors \(WRONGTYPE 10, input 4\)"
    # shellcheck disable=SC2154
    assert_equal "$(lines_of_errors <<<"$stderr")" "$(bad_lines)"
    assert_equal "$(wc -l <bad)" 14
    assert_equal "$(vk @primaries dbsize | awk '{ n += $NF } END { print n }')" 99987
    # a lone node that is asked without -c says that it is one of a cluster
    printf 'id,n\n1,one\n2,two\n3,three\n' | vk --pipe --header --template 'set {n} {id}'
    assert_equal "$(vk -c get three)" 3
    run -0 vk -c --pipe < <(printf '*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*1\r\n$4\r\nEXEC\r\nping\r\n')
    assert_output --regexp "^4 replies, 0 errors"
}

@test "kill -9 of the server in the middle: what is in doubt, and --resume ends with every line applied" {
    server_start doomed
    port=$doomed_port
    seq 300000 | sed 's/.*/rpush l &/' >in
    run -3 --separate-stderr vk --pipe --json < <(head -n 150000 in; kill -9 "$doomed_pid"; tail -n +150001 in)
    assert_regex "$output" '"stopped":"lost"'
    replies=$(number replies)
    offset=$(number offset)
    line=$(number line)
    assert_equal "$line" $((replies + 1))
    assert_equal "$offset" "$(head -n "$replies" in | wc -c)"
    # shellcheck disable=SC2154
    assert_regex "$stderr" "--resume $offset:$line"
    # what was acknowledged is gone with the server here; the rest is told exactly
    port=$pipe_port
    vk --pipe --resume "$offset:$line" <in
    assert_equal "$(vk llen l)" $((300000 - replies))
    assert_equal "$(vk lindex l 0)" "$line"
    # a pipe cannot seek, and without a line it is counted
    vk del l
    tail -c +1 in | vk --pipe --resume "$offset"
    assert_equal "$(vk lindex l 0)" "$line"
}

@test "--resume with a header, into the middle of a line, behind the end" {
    printf 'id,n\n1,a\n2,b\n' >in
    vk --pipe --header --template 'set {n} {id}' --resume 9:3 <in
    vk --pipe --resume 3:1 <<<$'\xef\xbb\xbfset c 3' # behind the mark of a spreadsheet
    assert_equal "$(vk get c)" 3
    assert_equal "$(vk mget a b)" $'\n2'
    run -2 --separate-stderr vk --pipe --resume 6 --template 'set {1} {2}' <in
    # shellcheck disable=SC2154
    assert_equal "$stderr" "vk: --resume 6: no command begins there"
    run -2 --separate-stderr vk --pipe --resume 99:9 --template 'set {1} {2}' <in
    assert_equal "$stderr" "vk: --resume 99: the input ends before that"
}

@test "SIGINT in the middle: a summary, a place to go on, and death by the signal" {
    mkfifo fifo
    timeout --foreground 20 env --default-signal=INT "$VK" -p "$port" --pipe <fifo >out 2>err 3>&- & # a shell's would ignore it
    pid=$!
    exec 9>fifo
    seq 1000 | sed 's/.*/rpush l &/' >&9
    all_in() { [ "$(vk llen l)" = 1000 ]; }
    eventually all_in
    kill -INT "$pid"
    wait "$pid" || rc=$?
    assert_equal "$rc" 130
    exec 9>&-
    assert_regex "$(cat out)" "^1,000 replies, 0 errors"
    assert_regex "$(cat err)" "vk: interrupted"
    assert_regex "$(cat err)" "to go on from line 1001: --resume 11893:1001"
}

@test "SIGINT before anything is sent, and when all was read and part of it not yet sent: nothing is forgotten" {
    local value place rc=0
    value=$(printf 'x%.0s' {1..4000})
    seq 100 | sed "s/.*/rpush l & $value/" >in
    mkfifo fifo
    timeout --foreground 20 env --default-signal=INT "$VK" -s "$pipe_sock" --pipe <fifo >out 2>err 3>&- & # its buffer is small
    pid=$!
    exec 9>fifo
    echo ping >&9
    eventually bash -c "'$VK' -s '$pipe_sock' --raw info commandstats | grep -q cmdstat_ping"
    kill -STOP "$pipe_pid"
    cat in >&9
    exec 9>&-
    sleep 0.2 # for what it is about; without it the test is a weaker one
    kill -INT "$pid"
    sleep 0.1
    kill -CONT "$pipe_pid"
    wait "$pid" || rc=$?
    assert_equal "$rc" 130
    place=$(sed -n 's/.*--resume \([0-9:]*\).*/\1/p' err)
    [ -z "$place" ] || { echo ping; cat in; } | vk --pipe --resume "$place"
    assert_equal "$(vk llen l)" 200
    timeout --foreground 20 env --default-signal=INT "$VK" -p "$port" --pipe --resume 11:2 <fifo >out 2>err 3>&- &
    pid=$!
    exec 9>fifo
    eventually bash -c "'$VK' -s '$pipe_sock' --raw client list | grep -q 'cmd=cluster|info'"
    kill -INT "$pid"
    wait "$pid" || rc=$?
    exec 9>&-
    assert_regex "$(cat err)" "to go on from line 2: --resume 11:2"
}

@test "a server that never answers, one that hangs up, one that answers too much" {
    fake_start "${single[@]}" hold
    port=$fake_port
    run -6 --separate-stderr vk --pipe --pipe-timeout 1 <<<$'set a 1\nset b 2'
    # shellcheck disable=SC2154
    assert_regex "$output" "^0 replies, 0 errors, 2 in doubt"
    assert_regex "$stderr" "no reply for 1 s"
    assert_regex "$stderr" "2 commands from line 1 on were sent and not answered: they may or may not have been applied"
    assert_regex "$stderr" "--resume 0:1 \(sends them again\)"
    assert_regex "$stderr" "to leave them out: --resume 16:3"
    fake_stop
    fake_start "${single[@]}" read 'send:+OK\r\n'
    port=$fake_port
    run -3 --separate-stderr vk --pipe <<<$'set a 1\nset b 2'
    assert_output --regexp "^1 reply, 0 errors, 1 in doubt"
    assert_regex "$stderr" "the command in line 2 was sent and not answered"
    fake_stop
    fake_start "${single[@]}" read 'send:+OK\r\n+OK\r\n' hold
    port=$fake_port
    run -3 --separate-stderr vk --pipe <<<'set a 1'
    assert_regex "$stderr" "a reply that belongs to no command"
}

@test "a slow writer, an empty input, a last line without its end" {
    run -0 vk --pipe < <(printf '*2\r\n$3\r'; sleep 0.2; printf '\nGET\r\n$1\r\na\r\npi'; sleep 0.2; printf 'ng')
    assert_output --regexp "^2 replies, 0 errors, 24 B"
    run -0 vk --pipe </dev/null
    assert_output --regexp "^0 replies, 0 errors, 0 B"
}

@test "RESP that breaks off or goes wrong: where, what, and nothing behind it is sent" {
    printf '*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*3\r\n$3\r\nSET\r\n$1\r\nb\r\n$5\r\n12' >in
    run -7 --separate-stderr vk --pipe <in
    # shellcheck disable=SC2154
    assert_regex "$stderr" "line 8, byte 27: the input ends in the middle of a command; nothing of it or behind was sent"
    printf '*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPINGxx*1\r\n$8\r\nFLUSHALL\r\n' >in
    run -7 --separate-stderr vk --pipe <in
    assert_regex "$stderr" "line 6, byte 26: expected CRLF behind an argument, got 'x'"
    assert_equal "$(vk exists a b)" 1
}

@test "what would break the count is refused, and what is behind it goes on" {
    run -7 --separate-stderr vk --pipe <<<$'client reply off\nset a 1\nsubscribe c\nmonitor\nclient reply on\nset b 1'
    assert_output --regexp "^3 replies, 3 errors \(refused 3\)"
    # shellcheck disable=SC2154
    assert_regex "$stderr" "line 1, byte 0: not sent: CLIENT REPLY takes replies away"
    assert_equal "$(vk exists a b)" 2
}

@test "MULTI and EXEC: an error inside is one of EXEC" {
    run -7 --separate-stderr vk --pipe <<<$'multi\nset a 1\nincr alist\nexec\nmulti\nset a 2\nexec'
    assert_output --regexp "^7 replies, 1 error \(WRONGTYPE 1\)"
    # shellcheck disable=SC2154
    assert_equal "$stderr" "vk: line 4, byte 25: exec: 1 error in its reply, the first: WRONGTYPE Operation against a key holding the wrong kind of value"
}

@test "--stop-on-error and --max-errors stop, and say where to go on" {
    lines >in
    run -7 --separate-stderr vk --pipe --stop-on-error --json <in
    assert_regex "$output" '"stopped":"error"'
    offset=$(number offset)
    replies=$(number replies)
    bad=$(number not_sent)
    assert_equal "$offset" "$(head -n $((replies + bad)) in | wc -c)"
    vk --pipe --resume "$offset" <in || true
    assert_equal "$(vk dbsize)" 99987
    run -7 --separate-stderr vk --pipe --max-errors 2 <<<$'x\nx\nx\n'
    # shellcheck disable=SC2154
    assert_regex "$stderr" "stopped at 2 errors"
    # lines that are never sent are no more than that either, here and in a cluster
    seq 2000 | sed 's/.*/set "k/' >in
    for port in "$pipe_port" "${c_ports[0]}"; do
        run -7 --separate-stderr vk --pipe --max-errors 3 <in
        assert_equal "$(lines_of_errors <<<"$stderr")" $'1\n2\n3'
        assert_regex "$stderr" "--resume 21:4"
    done
}

@test "a secret that the server repeats in its reply is not shown" {
    run -7 --separate-stderr vk --pipe <<<$'acl setuser joe #hunter2\nset a hunter2 nx xx'
    # shellcheck disable=SC2154
    assert_regex "$stderr" "line 1, byte 0: acl setuser: ERR Error in ACL SETUSER modifier '\(redacted\)': The password"
    refute_regex "$stderr" hunter2
}

@test "a server that takes nothing: one line rather than a million" {
    seq 100000 | sed 's/.*/set k:& &/' >in
    vk config set requirepass pw
    run -5 --separate-stderr vk --pipe --errors-to bad <in
    vk -a pw config set requirepass ""
    # shellcheck disable=SC2154
    assert_equal "$stderr" "vk: NOAUTH Authentication required.: nothing was sent"
    vk config set maxmemory 1
    run -1 --separate-stderr vk --pipe --errors-to bad <in
    vk config set maxmemory 0
    assert_regex "$stderr" "^vk: line 1, byte 0: set k:1: OOM "
    assert_regex "$stderr" "vk: stopped: the server refuses what is sent: OOM"
    assert_regex "$stderr" "--resume 0:1"
    [ "$(wc -l <<<"$stderr")" = 4 ]
    [ ! -s bad ]
    # what it took all the same, on the way, would be done twice
    vk config set maxmemory 1
    { head -n 150 in && yes ping | head -n 10; } >both # it is read at once, and sent at once
    run -7 --separate-stderr vk --pipe <both
    assert_regex "$stderr" "to go on from line 1: --resume 0:1"
    assert_regex "$stderr" "10 commands behind that succeeded, and would be sent again"
    run -7 --separate-stderr vk --pipe --max-errors 0 --errors-to bad < <(head -n 150 in; echo ping)
    assert_equal "$(wc -l <bad)" 150
    # in the middle of others a row of them goes to the file, and the load goes on
    run -7 --separate-stderr vk --pipe --errors-to bad <<<$'set a 1\nset b 1\nset c 1\nping\nset d 1'
    vk config set maxmemory 0
    assert_regex "$stderr" "the same for the next 2 commands, to line 3"
    assert_equal "$(wc -l <bad)" 4
    run -7 --separate-stderr vk --pipe < <(seq 5000 | sed 's/.*/nosuch &/')
    assert_regex "$stderr" "stopped: all commands so far have failed"
}

@test "--errors-to a place that cannot be written, --read-only, options that do not go together" {
    run -2 --separate-stderr vk --pipe --errors-to /nonexistent/x <<<'set a 1'
    # shellcheck disable=SC2154
    assert_regex "$stderr" "/nonexistent/x"
    assert_equal "$(vk exists a)" 0
    run -5 --separate-stderr vk --pipe --read-only <<<'set a 1'
    run -2 vk --template 'set {1} {2}' </dev/null
    run -2 vk --pipe --pipe-format csv </dev/null
    run -2 vk --pipe --pipe-format xml </dev/null
    run -2 vk --pipe --header </dev/null
    run -2 vk --pipe --resume 1:0 </dev/null
    run -2 --separate-stderr vk --pipe --template 'set {name}' </dev/null
    assert_equal "$stderr" "vk: --template: {name}: names need --header"
}

@test "a terminal of 40 columns sees a progress line that fits, and it goes away" {
    command -v script >/dev/null || skip "no script(1)"
    mkfifo fifo
    { seq 1000 | sed 's/.*/set k:& &/'; sleep 1; echo ping; } >fifo &
    run script -qec "stty cols 40; '$VK' -p $port --pipe <fifo" /dev/null </dev/null
    assert_output --partial "sent "
    assert_output --partial "1,001 replies"
    while IFS= read -r -d $'\r' part; do
        part=${part%$'\e[K'}
        [ "${#part}" -lt 40 ] || [[ $part == *replies* ]] || fail "too wide: $part"
    done <<<"$output"
}

# same_as_cli INPUT ARGS...: each on its own server, at once: some of it waits
same_as_cli() {
    { "$CLI" -p "$port" --pipe "${@:2}" <"$1" >want 2>want.err || echo "exit $?" >>want; } 3>&- &
    ./redis-cli -p "$twin_port" --pipe "${@:2}" <"$1" >got 2>got.err || echo "exit $?" >>got
    wait $!
    cmp want got
    cmp want.err got.err
}

@test "redis-cli's face to the byte: good, bad, broken, unanswered, refused" {
    [[ $CLI == *redis-cli ]] || skip "no redis-cli"
    server_start twin
    ln -s "$VK" redis-cli
    while IFS= read -r text; do
        # shellcheck disable=SC2059
        printf "$text" >in
        vk flushall
        vk -p "$twin_port" flushall
        same_as_cli in --pipe-timeout 1
    done <<'INPUTS'

set a 1\nset b 2\n
set a 1\nlpush a 1\nfoo bar\nget a
*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$3\r\nGET\r\nx
multi\nset a 1\nlpush a 2\nexec\n
quit\nping\n
client reply off\nset a 1\n
INPUTS
    same_as_cli /dev/null -a wrong
    same_as_cli /dev/null -n 99
    server_stop twin
}

@test "a slot that moves while its keys come: redirects are followed, everything acknowledged is there" {
    local slot from to
    port=${c_ports[0]}
    vk @primaries flushall
    slot=$(vk --keyslot '{r}')
    from=$(cluster_owner c '{r}')
    to=${c_ports[0]}
    [ "$to" != "$from" ] || to=${c_ports[2]}
    seq 20000 | sed 's/.*/set {r}:& &/' >in
    run -0 --separate-stderr vk -c --pipe < <(head -n 5000 in; cluster_migrate_slot c "$slot" "$from" "$to"; tail -n +5001 in)
    assert_output --regexp "^20,000 replies, 0 errors"
    assert_equal "$(cluster_owner c '{r}')" "$to"
    assert_equal "$(cluster_ask c "$to" cluster countkeysinslot "$slot")" 20000
}

# The last one: it leaves the cluster without a node.
@test "a node of a cluster that dies: what is acknowledged, in doubt and to go on from" {
    port=${c_ports[0]}
    vk -c rpush alist x
    seq 200000 | sed 's/.*/set k:& &/; 0~7s/.*/incr alist/' >in
    run --separate-stderr vk -c --pipe --json --max-errors 0 --pipe-timeout 3 < <(head -n 50000 in; kill -9 "${c_pids[1]}"; tail -n +50001 in)
    [ "$status" = 3 ] || [ "$status" = 6 ]
    assert_regex "$output" '"stopped":"(lost|timeout)"'
    assert_regex "$output" '"resume":\{"offset":[0-9]+,"line":[0-9]+\}'
    line=$(number line)
    [ "$line" -gt 1 ] && [ "$line" -le 200000 ]
    assert_equal "$(head -c "$(number offset)" in | wc -l)" $((line - 1))
}
