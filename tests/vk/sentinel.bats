#!/usr/bin/env bats
# Sentinel: who is asked, who is believed, and where the connection leads, with three real sentinels, a
# primary and two replicas. The last tests let the primary fail.
load ../helper
load ../certs

# sentinel_start NAME SERVICE PRIMARY_PORT [lines of its configuration...]: sets NAME_port, NAME_pid.
sentinel_start() {
    local name=$1 service=$2 primary=$3 dir=$BATS_FILE_TMPDIR/$1 port pid try
    shift 3
    mkdir -p "$dir"
    for try in 1 2 3 4 5; do
        port=$(free_port)
        {
            printf '%s\n' "port $port" 'bind 127.0.0.1' "dir $dir" "sentinel monitor $service 127.0.0.1 $primary 2" \
                "sentinel down-after-milliseconds $service 500" "sentinel failover-timeout $service 3000"
            [ $# = 0 ] || printf '%s\n' "$@"
        } >"$dir/conf"
        "$SERVER" "$dir/conf" --sentinel >"$dir/log" 2>&1 3>&- &
        pid=$!
        listens() { grep -q 'Sentinel ID is' "$dir/log" && (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }
        if eventually listens && kill -0 "$pid" 2>/dev/null; then
            printf -v "${name}_port" %s "$port"
            printf -v "${name}_pid" %s "$pid"
            export "${name}_port" "${name}_pid"
            return
        fi
        kill "$pid" 2>/dev/null || true
    done
    cat "$dir/log" >&2
    return 1
}

# ask PORT WORDS...: a sentinel, by the server's own tool
ask() { "$CLI" -p "$1" --raw sentinel "${@:2}"; }
# What a sentinel knows of a service: sees PORT FIELD
sees() { ask "$1" master mymaster | awk -v field="$2" 'found { print; exit } $0 == field { found = 1 }'; }
sees_all() {
    local port
    for port in "$s1_port" "$s2_port" "$s3_port"; do
        [ "$(sees "$port" num-other-sentinels)" = 2 ] && [ "$(sees "$port" num-slaves)" = 2 ] || return 1
    done
    [ "$(ask "$s1_port" replicas mymaster | grep -A 1 '^flags$' | grep -cx slave)" = 2 ]
}

setup_file() {
    local name
    server_start a
    server_start b --replicaof 127.0.0.1 "$a_port"
    server_start c --replicaof 127.0.0.1 "$a_port"
    for name in s1 s2 s3; do sentinel_start $name mymaster "$a_port"; done
    eventually sees_all || eventually sees_all
    server_start lone
    sentinel_start locked vault "$lone_port" 'requirepass sesame'
    sentinel_start guarded vault "$lone_port" 'user default off' 'user ann on >wonder allcommands allchannels'
    export certs=$BATS_FILE_TMPDIR/certs
    mkdir "$certs"
    certs_make "$certs"
    export tls_port
    tls_port=$(free_port)
    sentinel_start wrapped vault "$lone_port" "tls-port $tls_port" 'tls-auth-clients no' \
        "tls-cert-file $certs/good.crt" "tls-key-file $certs/good.key" "tls-ca-cert-file $certs/ca.crt"
    export sentinels=127.0.0.1:$s1_port,127.0.0.1:$s2_port,127.0.0.1:$s3_port
    echo sesame >"$BATS_FILE_TMPDIR/password"
    echo wonder >"$BATS_FILE_TMPDIR/ann"
}
teardown_file() {
    local name
    for name in s1 s2 s3 locked guarded wrapped a b c lone; do server_stop $name; done
}
teardown() { fake_stop; }

# vk by the three sentinels
vk() { "$VK" --sentinel "$sentinels" --service mymaster "$@"; }
port_of() { "$@" --raw config get port | awk 'END { print $NF }'; }
# complains EXIT TEXT WORDS...: nothing on standard output, vk's TEXT on standard error
complains() {
    local code=$1 text=$2
    shift 2
    run --separate-stderr "-$code" "$VK" "$@"
    assert_output ""
    assert_equal "$stderr" "vk: $text"
}

@test "the primary by default and by --role primary" {
    run -0 port_of vk
    assert_output "$a_port"
    run -0 port_of vk --role primary
    assert_output "$a_port"
    run -0 --separate-stderr vk --verbose ping
    assert_equal "$stderr" "vk: connected to mymaster (127.0.0.1:$a_port), RESP2, database 0"
}

@test "vkbench goes where the sentinels say; a cluster has none" {
    "$VK" -p "$a_port" config resetstat
    run -0 "$BUILD/vkbench" --sentinel "$sentinels" --service mymaster -n 100 -q -t set
    run -0 "$VK" -p "$a_port" info commandstats
    assert_output --partial cmdstat_set:calls=100,
    complains 2 "sentinels watch no cluster: --sentinel and a cluster exclude each other (vk --help shows all options)" --sentinel "$sentinels" --service mymaster -c ping
}

@test "RESP2 and RESP3 find the same" {
    for protocol in -2 -3; do
        run -0 port_of vk $protocol
        assert_output "$a_port"
        run -0 port_of vk $protocol --role replica
        assert_regex "$output" "^($b_port|$c_port)\$"
    done
}

@test "--role replica leads to either replica and never to the primary" {
    for i in $(seq 16); do
        port_of vk --role replica
    done | sort | uniq >"$BATS_TEST_TMPDIR/ports"
    assert_equal "$(cat "$BATS_TEST_TMPDIR/ports")" "$(printf '%s\n' "$b_port" "$c_port" | sort)"
}

@test "without a replica --role replica is content with the primary" {
    run -0 --separate-stderr port_of "$VK" --sentinel "127.0.0.1:$wrapped_port" --service vault --role replica
    assert_output "$lone_port"
    assert_equal "$stderr" "vk: no replica of 'vault' is up: this is its primary"
}

@test "a script, a database and a name of the connection go to the primary" {
    run -0 vk -n 3 --client-name me <<<$'set k v\nclient getname\nclient list'
    assert_line --index 1 me
    assert_output --partial "name=me"
    assert_output --partial "db=3"
    run -0 "$CLI" -p "$a_port" -n 3 get k
    assert_output v
}

@test "a dead and a silent sentinel in front are passed over" {
    run --separate-stderr -0 vk --sentinel "127.0.0.1:1,$sentinels" ping
    assert_output PONG
    assert_equal "$stderr" ""
    fake_start hold
    run --separate-stderr -0 timeout 10 "$VK" -t 0.5 --sentinel "127.0.0.1:$fake_port,$sentinels" --service mymaster ping
    assert_output PONG
}

@test "a sentinel that lies or hangs up is passed over" {
    for reply in 'send:-ERR unknown command\r\n' 'send:*1\r\n*2\r\n$4\r\nname\r\n$8\r\nmymaster\r\n' 'send::1\r\n' \
        'send:*1\r\n:7\r\n' 'send:*-1\r\n' 'send:x' read reset; do
        fake_start read 'send:+OK\r\n+OK\r\n' "$reply" hold
        run --separate-stderr -0 timeout 10 "$VK" -t 0.5 --sentinel "127.0.0.1:$fake_port,$sentinels" --service mymaster ping
        assert_output PONG
        fake_stop
    done
}

@test "only dead sentinels: exit 3, each with its reason" {
    complains 3 "no sentinel could be asked for service 'mymaster': 127.0.0.1:1: Connection refused; [::1]:2: Connection refused" \
        --sentinel '127.0.0.1:1,[::1]:2' --service mymaster ping
}

@test "only silent sentinels: exit 6, after the connect time-out" {
    fake_start hold
    complains 6 "no sentinel could be asked for service 'mymaster': 127.0.0.1:$fake_port: no reply in time" \
        -t 0.3 --sentinel "127.0.0.1:$fake_port" --service mymaster ping
}

@test "an unknown service: exit 3, and what each sentinel knows instead" {
    known="no service of that name (it knows: mymaster)"
    complains 3 "no sentinel knows service 'other': 127.0.0.1:$s1_port: $known; 127.0.0.1:1: Connection refused" \
        --sentinel "127.0.0.1:$s1_port,127.0.0.1:1" --service other ping
}

@test "--sentinel-peers: who sees too few others is not believed" {
    run -0 vk --sentinel-peers 2 ping
    assert_output PONG
    few="it sees 2 other sentinels, fewer than 3"
    for role in primary replica; do
        complains 3 "no sentinel can offer a server of service 'mymaster': 127.0.0.1:$s1_port: $few" \
            --sentinel "127.0.0.1:$s1_port" --service mymaster --sentinel-peers 3 --role $role ping
    done
}

@test "a sentinel's password: none by default, from a file when given" {
    at=(--sentinel "127.0.0.1:$locked_port" --service vault)
    for protocol in -2 -3; do
        run -0 port_of "$VK" $protocol "${at[@]}" --sentinel-password-file "$BATS_FILE_TMPDIR/password"
        assert_output "$lone_port"
        complains 5 "no sentinel could be asked for service 'vault': 127.0.0.1:$locked_port: NOAUTH Authentication required." \
            $protocol "${at[@]}" ping
        complains 5 "no sentinel could be asked for service 'vault': 127.0.0.1:$locked_port: AUTH failed: WRONGPASS invalid username-password pair or user is disabled." \
            $protocol "${at[@]}" --sentinel-password-file "$BATS_FILE_TMPDIR/ann" ping
    done
}

@test "a sentinel's user" {
    run -0 port_of "$VK" --sentinel "127.0.0.1:$guarded_port" --service vault \
        --sentinel-user ann --sentinel-password-file "$BATS_FILE_TMPDIR/ann"
    assert_output "$lone_port"
}

@test "the server's user and password never reach a sentinel" {
    fake_start "serve:$BATS_TEST_TMPDIR/seen"
    for protocol in -2 -3; do
        run -3 "$VK" $protocol --user ann -a wonder --client-name me -n 4 --sentinel "127.0.0.1:$fake_port" --service x ping
    done
    run -1 grep -aE 'wonder|ann|AUTH|SELECT|SETNAME' "$BATS_TEST_TMPDIR/seen"
    run -0 grep -ac MASTERS "$BATS_TEST_TMPDIR/seen"
    assert_output 2
}

@test "a password file for the sentinels that is not there: exit 2, nobody is asked" {
    run --separate-stderr -2 vk --sentinel-password-file "$BATS_TEST_TMPDIR/none" ping
    assert_output ""
    assert_regex "$stderr" "none'"
}

@test "--sentinel-tls: the sentinel must bear the name in the list" {
    at=(--service vault --sentinel-tls --cacert "$certs/ca.crt")
    run -0 port_of "$VK" --sentinel "localhost:$tls_port" "${at[@]}"
    assert_output "$lone_port"
    run -0 port_of "$VK" --sentinel "127.0.0.1:$tls_port" "${at[@]}"
    assert_output "$lone_port"
    run --separate-stderr -4 "$VK" --sentinel "127.0.0.1:$tls_port" --service vault --sentinel-tls ping
    assert_regex "$stderr" "^vk: no sentinel could be asked for service 'vault': 127.0.0.1:$tls_port: TLS: certificate verify failed"
    complains 4 "no sentinel could be asked for service 'vault': 127.0.0.1:$tls_port: server speaks TLS, add --tls" \
        --sentinel "127.0.0.1:$tls_port" --service vault ping
}

@test "a signal ends the wait for a silent sentinel" {
    fake_start hold
    "$VK" --sentinel "127.0.0.1:$fake_port,127.0.0.1:1" --service x ping >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    pid=$!
    sleep 0.5
    kill -TERM "$pid"
    code=0
    wait "$pid" || code=$?
    assert_equal "$code" 143
    assert_equal "$(cat "$BATS_TEST_TMPDIR/out")" ""
}

@test "without a primary or with another address: usage, exit 2" {
    complains 2 "--sentinel needs --service, the name to ask for (vk --help shows all options)" --sentinel h:1 ping
    complains 2 "--service needs --sentinel, which says whom to ask (vk --help shows all options)" --service x ping
    complains 2 "--sentinel and -h exclude each other (vk --help shows all options)" --sentinel h:1 --service x -h y ping
    complains 2 "option '--role': unknown role 'slave' (valid: primary, replica) (vk --help shows all options)" \
        --sentinel h:1 --service x --role slave ping
}

@test "the compatible face knows sentinels as well" {
    ln -sf "$VK" "$BATS_TEST_TMPDIR/valkey-cli"
    run --separate-stderr -0 "$BATS_TEST_TMPDIR/valkey-cli" --sentinel "$sentinels" --service mymaster ping
    assert_output PONG
    run --separate-stderr -1 "$BATS_TEST_TMPDIR/valkey-cli" --sentinel 127.0.0.1:1 --service mymaster ping
    assert_equal "$stderr" "Could not connect to Valkey at sentinel mymaster: Connection refused"
}

# The tests from here on change who is the primary.

patient() { vk --retries 100 --backoff constant:100 "$@"; }
primary_is_not() { [ "$(ask "$s1_port" get-master-addr-by-name mymaster | tail -n 1)" != "$1" ]; }
pid_at() {
    local name pid port
    for name in a b c; do
        port=${name}_port pid=${name}_pid
        [ "${!port}" != "$1" ] || echo "${!pid}"
    done
}

@test "a failover that was asked for: a run of commands goes on at the new primary" {
    before=$(port_of vk)
    vk set k v
    patient -r 60 -i 0.1 --retry-on lost,timeout get k >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
    pid=$!
    sleep 0.5
    ask "$s1_port" failover mymaster
    eventually primary_is_not "$before"
    wait "$pid"
    assert_equal "$(sort "$BATS_TEST_TMPDIR/out" | uniq -c | tr -s ' ')" " 60 v"
    after=$(port_of patient)
    [ "$after" != "$before" ]
    run -0 patient set k w
    assert_output OK
}

@test "kill -9 of the primary in the middle of a script: the next connect finds the new one" {
    before=$(port_of patient)
    patient set k v
    wait_for_replicas() { [ "$(vk wait 1 100)" -ge 1 ]; }
    eventually wait_for_replicas
    ln -sf "$VK" "$BATS_TEST_TMPDIR/valkey-cli"
    {
        echo "set k before"
        sleep 0.5
        kill -9 "$(pid_at "$before")"
        sleep 0.2
        printf 'get k\nset k after\nconfig get port\n'
    } | timeout 60 "$BATS_TEST_TMPDIR/valkey-cli" --sentinel "$sentinels" --service mymaster --retries 200 \
        --backoff constant:100 >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err"
    after=$(port_of patient)
    [ "$after" != "$before" ]
    assert_equal "$(cat "$BATS_TEST_TMPDIR/out")" "$(printf '%s\n' OK before OK port "$after")"
    run -0 vk get k
    assert_output after
}

@test "the primary killed under a native script ends it with exit 3; the next vk goes on at the new one" {
    two_left() { [ "$(sees "$s1_port" num-slaves)" -ge 1 ] && [ "$(vk wait 1 100)" -ge 1 ]; }
    eventually two_left
    run --separate-stderr -3 vk <<<$'config get port\nset k last\nwait 1 1000\ndebug segfault\nset k never'
    assert_line --index 2 OK
    killed=${lines[1]}
    assert_regex "$stderr" "^vk: mymaster \(127.0.0.1:$killed\): "
    run -0 patient get k
    assert_output last
    assert_not_equal "$(port_of patient)" "$killed"
}
