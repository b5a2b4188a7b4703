#!/usr/bin/env bats
# Profiles: @NAME in front of a command, --profiles, and the file behind them.
load ../helper
VKBENCH=$BUILD/vkbench

setup_file() {
    server_start one
    server_start two --requirepass sesame
}
teardown_file() {
    server_stop one
    server_stop two
}
setup() {
    export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR
    mkdir -p "$XDG_CONFIG_HOME/valkit"
    config=$XDG_CONFIG_HOME/valkit/config
    cat >"$config" <<EOF
# where our servers are
[one]
environment = dev
port = $one_port

[two]
environment = production
colour = red
port = $two_port
pass = sesame
db = 3
EOF
    chmod 600 "$config"
}

port_of() { "$VK" "$@" --raw config get port | tail -n 1; }

@test "a command goes to the profile's server, as its user, in its database" {
    run -0 --separate-stderr "$VK" @one ping
    assert_output PONG
    assert_equal "$stderr" ""
    run -0 "$VK" @two config get port
    assert_line --index 1 "$two_port"
    run -0 "$VK" @two client list
    assert_output --partial ' db=3 '
}

@test "a script goes there too" {
    run -0 --separate-stderr "$VK" @two <<<$'set k v\nget k'
    assert_output $'OK\nv'
}

@test "options may stand on both sides of the profile, and win over it" {
    run -0 "$VK" -n 5 @two client list
    assert_output --partial ' db=5 '
    run -0 "$VK" @two -n 6 client list
    assert_output --partial ' db=6 '
    assert_equal "$(port_of @one -s "$two_sock" -a sesame)" "$two_port"
    run -0 "$VK" @two --json echo x
    assert_output '"x"'
}

@test "a password that was typed takes the place of the profile's" {
    run -5 --separate-stderr "$VK" @two -a wrong ping
    echo sesame >"$BATS_TEST_TMPDIR/pw"
    run -0 "$VK" @two --password-file "$BATS_TEST_TMPDIR/pw" ping
    assert_output PONG
}

@test "a target may stand behind the profile, and the names of targets are no profiles" {
    run -3 --separate-stderr "$VK" @one -p 1 @random ping
    for name in all primaries replicas random; do
        printf '[%s]\nport = %s\n' "$name" "$one_port" >"$config"
        run -2 --separate-stderr "$VK" @one ping
        assert_equal "$stderr" "vk: $config:1: that name is a target's, no profile can have it (vk --help shows all options)"
    done
}

@test "a file that holds a password and that others may read is refused" {
    chmod 640 "$config"
    run -2 --separate-stderr "$VK" @one ping
    assert_equal "$stderr" "vk: '$config' holds a password and others may read it: its mode must be 600"
    sed -i /pass/d "$config"
    run -0 "$VK" @one ping
}

@test "what is wrong in a profile is said with file and line" {
    printf '[one]\n\nprot = 1\n' >"$config"
    run -2 --separate-stderr "$VK" @one ping
    assert_equal "$stderr" "vk: $config:3: unknown key 'prot' (did you mean 'port'?) (vk --help shows all options)"
    run -2 --separate-stderr "$VKBENCH" @one
    assert_equal "$stderr" "vkbench: $config:3: unknown key 'prot' (did you mean 'port'?) (vkbench --help shows all options)"
}

@test "a name that is no profile is refused, with and without a file" {
    run -2 --separate-stderr "$VK" @three get k
    assert_equal "$stderr" "vk: unknown target '@three': no profile or target has that name (vk --help shows all options)"
    rm "$config"
    run -2 --separate-stderr "$VK" @one get k
    assert_equal "$stderr" "vk: unknown target '@one': no profile or target has that name (vk --help shows all options)"
}

@test "--profiles lists them, without passwords" {
    printf '[by-uri]\nuri = rediss://ops:hunter2@db.example:7/2\n' >>"$config"
    run -0 --separate-stderr "$VK" --profiles
    assert_output "one     dev         127.0.0.1:$one_port
two     production  127.0.0.1:$two_port/3
by-uri              ops@db.example:7/2, TLS"
    run -2 --separate-stderr "$VK" --profiles ping
    assert_equal "$stderr" "vk: --profiles goes with no command (vk --help shows all options)"
}

@test "--profiles names one that cannot work" {
    printf '[bad]\nhost = a\nsocket = b\n' >>"$config"
    run -2 --separate-stderr "$VK" --profiles
    assert_equal "$stderr" "vk: profile 'bad': -s and -h exclude each other"
}

@test "--profiles without a file says where it would be" {
    rm "$config"
    run -0 --separate-stderr "$VK" --profiles
    assert_output ""
    assert_equal "$stderr" "vk: no profiles in '$config'"
}

@test "without XDG_CONFIG_HOME the file is below ~/.config" {
    mkdir -p "$BATS_TEST_TMPDIR/home/.config"
    mv "$XDG_CONFIG_HOME/valkit" "$BATS_TEST_TMPDIR/home/.config/"
    run -0 env -u XDG_CONFIG_HOME HOME="$BATS_TEST_TMPDIR/home" "$VK" @one ping
    assert_output PONG
}

@test "vkbench takes the same profiles" {
    run -0 --separate-stderr "$VKBENCH" @two --yes -n 100 -t get -q
    assert_output --partial GET:
    run -0 --separate-stderr "$VKBENCH" -n 100 @two --yes ping
    assert_output --partial "127.0.0.1:$two_port"
    run -0 --separate-stderr "$VKBENCH" @two --yes packer -n 10
    assert_output --partial "127.0.0.1:$two_port"
    printf '[one]\nport = %s\nretry-on = lost\nread-from = random\nprompt = %%a\n' "$one_port" >"$config"
    run -0 --separate-stderr "$VKBENCH" @one -n 100 -q ping
}

@test "vkbench loads no production and no read-only profile unasked" {
    run -2 --separate-stderr "$VKBENCH" @two -n 10 ping
    assert_equal "$stderr" "vkbench: profile 'two' is in production: not without --yes"
    printf '[one]\nport = %s\nread-only = yes\n' "$one_port" >"$config"
    run -2 --separate-stderr "$VKBENCH" @one -n 10 ping
    assert_equal "$stderr" "vkbench: profile 'one' is read-only: not without --yes"
    run -0 --separate-stderr "$VKBENCH" @one --yes -n 10 -q ping
}

@test "a profile's own keys: what they may be" {
    printf '[one]\nread-only = perhaps\n' >"$config"
    run -2 --separate-stderr "$VK" @one ping
    assert_equal "$stderr" "vk: $config:2: read-only: the value must be one of no yes (vk --help shows all options)"
    printf '[one]\nread_only = yes\n' >"$config"
    run -2 --separate-stderr "$VK" @one ping
    assert_equal "$stderr" "vk: $config:2: unknown key 'read_only' (did you mean 'read-only'?) (vk --help shows all options)"
    printf '[one]\nport = %s\nprompt = %%z\n' "$one_port" >"$config"
    run -2 --separate-stderr "$VK" @one ping
    assert_equal "$stderr" "vk: prompt: unknown '%z' (valid: %p %e %r %a %d %u %s %c %o %%) (vk --help shows all options)"
}

@test "--profiles marks what is read-only" {
    printf '[one]\nport = %s\nread-only = yes\n' "$one_port" >"$config"
    run -0 --separate-stderr "$VK" --profiles
    assert_output "one              127.0.0.1:$one_port, read-only"
}

@test "the compatible faces know no profiles" {
    ln -s "$VK" "$BATS_TEST_TMPDIR/redis-cli"
    run "$BATS_TEST_TMPDIR/redis-cli" -p "$one_port" @one ping
    assert_output --partial "ERR unknown command '@one'"
}

@test "--help needs no profile" {
    run -0 --separate-stderr "$VK" @nobody --help
    assert_line --index 0 "vk: run commands on a Valkey or Redis server"
}
