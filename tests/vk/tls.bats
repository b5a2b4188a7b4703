#!/usr/bin/env bats
# TLS end to end: whom vk trusts, what it says when it does not, and that the bytes come through.
load ../helper
load ../certs

setup_file() {
    export certs=$BATS_FILE_TMPDIR/certs
    mkdir "$certs"
    certs_make "$certs"
    tls_server one
}
teardown_file() { server_stop one; }
teardown() {
    fake_stop
    server_stop two
    [ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true
}
setup() { present good tls-auth-clients no tls-protocols ""; }

# tls_server NAME: a server with a plain port, a Unix socket and a TLS port, NAME_tls.
tls_server() {
    local name=$1 try tls_port
    for try in 1 2 3; do
        tls_port=$(free_port)
        server_start "$name" --bind 127.0.0.1 -::1 --tls-port "$tls_port" --tls-auth-clients no \
            --tls-cert-file "$certs/good.crt" --tls-key-file "$certs/good.key" --tls-ca-cert-file "$certs/ca.crt" ||
            continue
        printf -v "${name}_tls" %s "$tls_port"
        export "${name}_tls"
        return
    done
    return 1
}

# present NAME [OPTION VALUE...]: the certificate that the server shows from now on.
present() {
    local name=$1
    shift
    "$VK" -s "$one_sock" config set tls-cert-file "$certs/$name.crt" tls-key-file "$certs/$name.key" "$@" >/dev/null
}
vk() { "$VK" -h localhost -p "$one_tls" --tls --cacert "$certs/ca.crt" "$@"; }
# refused TEXT [options...]: exit 4, nothing on standard output, and exactly TEXT behind the server's name.
refused() {
    local text=$1
    shift
    run --separate-stderr -4 vk "$@" ping
    assert_output ""
    assert_equal "$stderr" "vk: localhost:$one_tls: TLS: $text"
}
bad_files() {
    local text=$1
    shift
    run --separate-stderr -4 vk "$@" ping
    assert_equal "$stderr" "vk: $text"
}
ask_plainly() { timeout 20 "$VK" -p "$fake_port" --tls --insecure "$@"; }

@test "a good certificate is accepted by name, by IPv4 and by IPv6 address" {
    run --separate-stderr -0 vk ping
    assert_output PONG
    assert_equal "$stderr" ""
    run -0 vk -h 127.0.0.1 ping
    grep -q 00000001 /proc/net/if_inet6 || skip "no IPv6 here"
    run -0 vk -h ::1 ping
    assert_output PONG
}

@test "an expired certificate: exit 4, its last day is named" {
    present expired
    refused "certificate verify failed: certificate has expired (CN=localhost, not after Jan 1 2021)"
}

@test "a certificate of the future: exit 4, its first day is named" {
    present future
    refused "certificate verify failed: certificate is not yet valid (CN=localhost, not before Jan 1 2090)"
}

@test "a wrong name: exit 4, what was expected and what was presented is named" {
    present wrong
    refused "certificate of wrong.example is not valid for 'localhost': it names DNS:wrong.example, IP:192.0.2.1 (hostname mismatch)"
    run --separate-stderr -4 vk -h 127.0.0.1 ping
    assert_equal "$stderr" "vk: 127.0.0.1:$one_tls: TLS: certificate of wrong.example is not valid for '127.0.0.1': it names DNS:wrong.example, IP:192.0.2.1 (IP address mismatch)"
}

@test "a name only in the CN does not count" {
    present cnonly
    refused "certificate of localhost is not valid for 'localhost': it has no subjectAltName, and a CN does not count (hostname mismatch)"
}

@test "a certificate of another authority, and a self-signed one: exit 4" {
    present stranger
    refused "certificate verify failed: unable to get local issuer certificate (subject CN=localhost, issuer CN=valkit other-ca); is --cacert right?"
    present self
    refused "certificate verify failed: self-signed certificate (subject CN=localhost, issuer CN=localhost); is --cacert right?"
}

@test "without --cacert the system's store decides" {
    run --separate-stderr -4 "$VK" -p "$one_tls" --tls ping
    assert_regex "$stderr" "^vk: 127.0.0.1:$one_tls: TLS: certificate verify failed: .*; the system's store does not know it, give --cacert$"
}

@test "a self-signed certificate is trusted when it is given as --cacert" {
    present self
    run -0 vk --cacert "$certs/self.crt" ping
    assert_output PONG
}

@test "--insecure takes any certificate" {
    for name in expired wrong stranger self hostile; do
        present "$name"
        run --separate-stderr -0 "$VK" -p "$one_tls" --tls --insecure ping
        assert_output PONG
    done
}

@test "--tls-verify-name is expected instead of the host, a wild card covers one label" {
    present wrong
    run -0 vk --tls-verify-name wrong.example ping
    run -0 vk --tls-verify-name 192.0.2.1 ping
    refused "certificate of wrong.example is not valid for 'other.example': it names DNS:wrong.example, IP:192.0.2.1 (hostname mismatch)" --tls-verify-name other.example
    present wildcard
    run -0 vk --tls-verify-name db.example.test ping
    run -4 vk --tls-verify-name a.db.example.test ping
    present partial
    run -4 vk --tls-verify-name foo.example.test ping
}

@test "names in a certificate never drive the terminal" {
    present hostile
    run --separate-stderr -4 vk ping
    assert_regex "$stderr" '^vk: localhost:[0-9]+: TLS: certificate of evil.x1b.31m is not valid for '
    refute [ "$(tr -d '[:print:]\n' <<<"$stderr")" ]
}

@test "the host's name is asked for (SNI), an address is not, --sni asks for another" {
    local port
    port=$(free_port)
    openssl s_server -accept "$port" -www -cert "$certs/good.crt" -key "$certs/good.key" \
        -servername localhost -cert2 "$certs/wrong.crt" -key2 "$certs/wrong.key" \
        >"$BATS_TEST_TMPDIR/log" 2>&1 3>&- </dev/null &
    pid=$!
    eventually grep -q ACCEPT "$BATS_TEST_TMPDIR/log"
    ask() { vk -p "$port" --command-timeout 0.2 "$@" ping; }
    run --separate-stderr -4 ask
    assert_regex "$stderr" "not valid for 'localhost': it names DNS:wrong.example"
    run --separate-stderr -6 ask -h 127.0.0.1
    run --separate-stderr -4 ask -h 127.0.0.1 --sni localhost
    assert_regex "$stderr" "not valid for '127.0.0.1': it names DNS:wrong.example"
    run --separate-stderr -6 ask --sni elsewhere
    kill "$pid"
}

@test "a client certificate that is required: given, missing, of another authority" {
    present good tls-auth-clients yes
    run -0 vk --cert "$certs/client.crt" --key "$certs/client.key" ping
    assert_output PONG
    refused "the server refused: alert certificate required (give --cert and --key)"
    refused "the server refused: alert unknown ca (it does not accept the certificate of --cert)" \
        --cert "$certs/stranger-client.crt" --key "$certs/stranger-client.key"
    present good tls-protocols TLSv1.2
    run --separate-stderr -4 vk ping
    assert_regex "$stderr" "TLS: the server refused: alert handshake failure \(give --cert and --key\)$"
}

@test "an encrypted key opens with --key-pass-file only" {
    present good tls-auth-clients yes
    local key=(--cert "$certs/client.crt" --key "$certs/encrypted.key")
    run -0 vk "${key[@]}" --key-pass-file "$certs/encrypted.pass" ping
    assert_output PONG
    bad_files "cannot read key '$certs/encrypted.key': it is encrypted, give --key-pass-file" "${key[@]}"
    bad_files "cannot read key '$certs/encrypted.key': the passphrase in '$certs/wrong.pass' does not open it" \
        "${key[@]}" --key-pass-file "$certs/wrong.pass"
    bad_files "cannot read '$certs/none': No such file or directory" "${key[@]}" --key-pass-file "$certs/none"
}

@test "a key that does not belong to its certificate: exit 4, both are named" {
    bad_files "key '$certs/good.key' does not belong to certificate '$certs/client.crt': key values mismatch" \
        --cert "$certs/client.crt" --key "$certs/good.key"
}

@test "files that cannot be read or are of another kind are named" {
    bad_files "cannot read CA certificate '/none': No such file or directory" --cacert /none
    bad_files "cannot read certificate '/none': No such file or directory" --cert /none --key "$certs/client.key"
    bad_files "cannot read key '/none': No such file or directory" --cert "$certs/client.crt" --key /none
    bad_files "cannot read CA folder '/none': No such file or directory" --cacertdir /none
    run --separate-stderr -4 vk --cacert "$certs/wrong.pass" ping
    assert_regex "$stderr" "^vk: cannot read CA certificate '$certs/wrong.pass': "
    run --separate-stderr -4 vk --cert "$certs/client.key" --key "$certs/client.key" ping
    assert_equal "$stderr" "vk: cannot read certificate '$certs/client.key': no PEM text of that kind in it (no start line)"
}

@test "options that need one another or --tls say so: exit 2" {
    run --separate-stderr -2 vk --cert "$certs/client.crt" ping
    assert_equal "$stderr" "vk: --cert needs --key too"
    run --separate-stderr -2 "$VK" --cacert "$certs/ca.crt" ping
    assert_regex "$stderr" "^vk: --cacert has no effect without --tls"
    run --separate-stderr -2 vk --insecure --tls-verify-name x ping
    assert_regex "$stderr" "^vk: --insecure and --tls-verify-name exclude each other"
}

@test "--cacertdir takes a folder of hashed names" {
    mkdir "$BATS_TEST_TMPDIR/cas"
    cp "$certs/ca.crt" "$BATS_TEST_TMPDIR/cas/$(openssl x509 -hash -noout -in "$certs/ca.crt").0"
    run -0 "$VK" -p "$one_tls" --tls --cacertdir "$BATS_TEST_TMPDIR/cas" ping
    assert_output PONG
    present stranger
    run --separate-stderr -4 "$VK" -p "$one_tls" --tls --cacertdir "$BATS_TEST_TMPDIR/cas" ping
    assert_regex "$stderr" "; is --cacertdir right\?$"
}

@test "--tls-ciphers and --tls-ciphersuites choose the cipher" {
    run --separate-stderr -0 vk --verbose --tls-ciphersuites TLS_CHACHA20_POLY1305_SHA256 ping
    assert_regex "$stderr" "TLSv1.3 TLS_CHACHA20_POLY1305_SHA256"
    present good tls-protocols TLSv1.2
    run --separate-stderr -0 vk --verbose --tls-ciphers ECDHE-ECDSA-AES128-GCM-SHA256 ping
    assert_regex "$stderr" "TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256"
    refused "the server refused: alert handshake failure (no cipher in common?)" --tls-ciphers ECDHE-RSA-AES128-GCM-SHA256
    run --separate-stderr -2 vk --tls-ciphers nonsense ping
    assert_equal "$stderr" "vk: --tls-ciphers: 'nonsense': no cipher match"
    run --separate-stderr -2 vk --tls-ciphersuites nonsense ping
    assert_regex "$stderr" "^vk: --tls-ciphersuites: 'nonsense': "
    run --separate-stderr -2 vk --tls-ciphers TLS_AES_128_GCM_SHA256 ping
    assert_equal "$stderr" "vk: --tls-ciphers: 'TLS_AES_128_GCM_SHA256' names only TLS 1.3 suites, which --tls-ciphersuites takes"
}

@test "--tls-min-version is kept" {
    run -0 vk --tls-min-version 1.3 ping
    run --separate-stderr -2 vk --tls-min-version 1.1 ping
    assert_equal "$stderr" "vk: --tls-min-version: '1.1' is not 1.2 or 1.3"
    present good tls-protocols TLSv1.2
    run -0 vk --tls-min-version 1.2 ping
    refused "the server refused: alert protocol version (it does not speak TLS 1.3, which --tls-min-version asks for)" --tls-min-version 1.3
}

@test "URIs: rediss and valkeys mean TLS, options stand in the query" {
    run -0 "$VK" -u "valkeys://localhost:$one_tls/3?cacert=$certs/ca.crt" set k v
    run -0 "$VK" -u "rediss://127.0.0.1:$one_tls/3?ssl_ca_certs=${certs//\//%2F}%2Fca.crt&ssl_check_hostname=true" get k
    assert_output v
    run -0 "$VK" -u "rediss://localhost:$one_tls?ssl_cert_reqs=none" ping
    run --separate-stderr -4 "$VK" -u "rediss://localhost:$one_tls?cacert=$certs/other-ca.crt" ping
    run --separate-stderr -2 "$VK" -u "rediss://localhost:$one_tls?cacrt=x" ping
    assert_regex "$stderr" "bad URI: unknown option 'cacrt' \(did you mean 'cacert'\?\)"
    present wrong
    run -0 "$VK" -u "rediss://localhost:$one_tls?cacert=$certs/ca.crt&ssl_check_hostname=false" ping
    run -0 "$VK" -u "rediss://localhost:$one_tls?cacert=$certs/ca.crt&tls_verify_name=wrong.example" ping
    run -4 "$VK" -u "rediss://localhost:$one_tls?cacert=$certs/ca.crt" ping
}

@test "a TLS server behind a plain connect is recognised: exit 4" {
    for options in "" "-n 1" "-3" "-a x"; do
        # shellcheck disable=SC2086 # no option or two
        run --separate-stderr -4 "$VK" -p "$one_tls" $options ping
        assert_equal "$stderr" "vk: 127.0.0.1:$one_tls: server speaks TLS, add --tls"
    done
    run --separate-stderr -4 "$VK" -p "$one_tls" <<<"ping"
    assert_regex "$stderr" "^vk: 127.0.0.1:$one_tls: server speaks TLS, add --tls"
}

@test "a TLS server that answers a plain command with an alert is recognised: exit 4" {
    fake_start read 'send:\x15\x03\x01\x00\x02\x02\x0a' hold
    run --separate-stderr -4 "$VK" -p "$fake_port" ping
    assert_equal "$stderr" "vk: 127.0.0.1:$fake_port: server speaks TLS, add --tls"
}

@test "a plain server behind --tls is recognised although it stays silent: exit 4, within two seconds" {
    local start=$SECONDS
    for options in "" "-t 0.4"; do
        # shellcheck disable=SC2086 # no option or two
        run --separate-stderr -4 vk -p "$one_port" $options ping
        assert_equal "$stderr" "vk: localhost:$one_port: server does not speak TLS, leave out --tls"
    done
    [ $((SECONDS - start)) -le 3 ]
}

@test "a plain server that answers the handshake with an error is recognised: exit 4" {
    fake_start read 'send:-ERR Protocol error\r\n'
    run --separate-stderr -4 ask_plainly ping
    assert_equal "$stderr" "vk: 127.0.0.1:$fake_port: server does not speak TLS, leave out --tls"
}

@test "a server silent during the TLS handshake: the connect time-out ends it with exit 6" {
    fake_start hold
    run --separate-stderr -6 ask_plainly -t 0.4 ping
    assert_equal "$stderr" "vk: cannot connect to 127.0.0.1:$fake_port: no answer in 0.4 s"
}

@test "a server that hangs up during the TLS handshake: exit 3" {
    fake_start read
    run --separate-stderr -3 ask_plainly ping
    assert_equal "$stderr" "vk: 127.0.0.1:$fake_port: server closed the connection during the TLS handshake"
    run --separate-stderr -3 "$VK" -p "$fake_port" ping
    assert_equal "$stderr" "vk: 127.0.0.1:$fake_port: server closed the connection"
}

@test "a value of 8 MB goes both ways unharmed" {
    head -c 8000000 /dev/urandom >"$BATS_TEST_TMPDIR/in"
    run -0 vk -x set big <"$BATS_TEST_TMPDIR/in"
    assert_output OK
    vk --out "$BATS_TEST_TMPDIR/out" get big
    cmp "$BATS_TEST_TMPDIR/in" "$BATS_TEST_TMPDIR/out"
    vk del big
}

@test "20,000 lines are pipelined over TLS and keep their order" {
    seq 20000 | sed 's/.*/echo &/' >"$BATS_TEST_TMPDIR/in"
    vk <"$BATS_TEST_TMPDIR/in" >"$BATS_TEST_TMPDIR/out"
    seq 20000 | cmp - "$BATS_TEST_TMPDIR/out"
}

@test "large arguments among small ones arrive whole over TLS" {
    big=$(head -c 200000 /dev/zero | tr '\0' x)
    for i in 1 2 3; do printf 'set big%d %s\nset small%d %d\n' $i "$big" $i $i; done >"$BATS_TEST_TMPDIR/in"
    run -0 vk <"$BATS_TEST_TMPDIR/in"
    run -0 vk <<<$'strlen big1\nstrlen big3\nget small3'
    assert_output $'200000\n200000\n3'
}

@test "RESP3 over TLS" {
    vk hset h f v
    run -0 vk -3 --no-raw hgetall h
    assert_output '1# "f" => "v"'
    run -0 env VK_LOOP=poll "$VK" -h localhost -p "$one_tls" --tls --cacert "$certs/ca.crt" -3 --json hgetall h
    assert_output '{"f":"v"}'
}

@test "SUBSCRIBE over TLS prints messages as they come until the signal" {
    "$VK" -h localhost -p "$one_tls" --tls --cacert "$certs/ca.crt" subscribe ch >"$BATS_TEST_TMPDIR/out" 3>&- &
    pid=$!
    eventually grep -q '^1$' "$BATS_TEST_TMPDIR/out"
    vk publish ch hello
    eventually grep -q '^hello$' "$BATS_TEST_TMPDIR/out"
    kill "$pid"
    code=0
    wait "$pid" || code=$?
    assert_equal "$code" 143
    assert_equal "$(cat "$BATS_TEST_TMPDIR/out")" $'subscribe\nch\n1\nmessage\nch\nhello'
}

@test "a server killed in mid-command over TLS: exit 3, one line" {
    tls_server two
    "$VK" -h localhost -p "$two_tls" --tls --cacert "$certs/ca.crt" blpop nothing 0 \
        >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
    pid=$!
    blocked() { "$VK" -s "$two_sock" info clients | grep -q '^blocked_clients:1'; }
    eventually blocked
    kill -9 "$two_pid"
    code=0
    wait "$pid" || code=$?
    assert_equal "$code" 3
    [ ! -s "$BATS_TEST_TMPDIR/out" ]
    assert_regex "$(cat "$BATS_TEST_TMPDIR/err")" "^vk: localhost:$two_tls: (server closed the connection|connection lost: [^:]*)$"
}

@test "as redis-cli the chain is verified, the name is not" {
    ln -sf "$VK" "$BATS_TEST_TMPDIR/redis-cli"
    cli() { "$BATS_TEST_TMPDIR/redis-cli" -p "$one_tls" --tls "$@" ping; }
    present wrong
    run --separate-stderr -0 cli --cacert "$certs/ca.crt"
    assert_output PONG
    assert_equal "$stderr" ""
    run --separate-stderr -1 cli --cacert "$certs/other-ca.crt"
    assert_equal "$stderr" "Could not connect to Redis at 127.0.0.1:$one_tls: SSL_connect failed: certificate verify failed"
    run --separate-stderr -1 cli --cacert /none
    assert_regex "$stderr" "^Could not negotiate a TLS connection: "
    run --separate-stderr -1 "$BATS_TEST_TMPDIR/redis-cli" -p "$one_tls" ping
    assert_equal "$stderr" "Error: Connection reset by peer"
}
