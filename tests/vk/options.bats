#!/usr/bin/env bats
# The command line itself: help, version, completion, and which of two sources of a setting wins.
load ../helper

setup_file() {
    server_start opt
    server_start other --requirepass tell
}
teardown_file() {
    server_stop opt
    server_stop other
}
setup() { "$VK" -s "$opt_sock" flushall; }

# The names of all options, out of the help.
names() { "$VK" --help | grep -oE '^ {2}(-[^ ,]|  )(, |  )?(--[a-z-]+)?' | grep -oE -- '--?[a-zA-Z0-9-]+' | sort -u; }
# Who answered: the port of the server.
port_of() { "$VK" "$@" --raw config get port | tail -n 1; }

@test "--help fits in 80 columns and exits 0" {
    run -0 --separate-stderr "$VK" --help
    assert_equal "$stderr" ""
    assert_equal "$(awk 'length > 80' <<<"$output")" ""
    assert_line --index 0 "vk: run commands on a Valkey or Redis server"
}

@test "--help names every option that the design promises" {
    all=$(names)
    for name in -h -p -s -a --user --pass --askpass -u -r -i -n -2 -3 -x -X -d -D -e -4 -6 -t --raw --no-raw \
        --quoted-input --csv --json --quoted-json --show-pushes --verbose --no-auth-warning --help --version \
        --command-timeout --password-file --password-fd --auth-command --ndjson --out --scratch --tls --cacert \
        --cacertdir --cert --key --key-pass-file --sni --tls-ciphers --tls-ciphersuites --tls-min-version \
        --insecure --tls-verify-name --completion; do
        grep -qxF -- "$name" <<<"$all" || { echo "not in the help: $name" >&2; return 1; }
    done
}

@test "every option of the help is known, and takes a value when it says so" {
    for name in $(names); do
        run --separate-stderr "$VK" "$name" --no-such-option </dev/null
        refute_regex "$stderr" "unknown option '$name'"
    done
    run -2 --separate-stderr "$VK" --no-such-option
}

@test "-h alone is --help, -h with a host is the host" {
    run -0 "$VK" -h
    assert_output "$("$VK" --help)"
    run -0 "$VK" -p "$opt_port" -h 127.0.0.1 ping
    assert_output PONG
    run -2 --separate-stderr "$VK" -p "$opt_port" -h
    assert_equal "$stderr" "vk: option '-h' needs a HOST (vk --help shows all options)"
}

@test "--version prints name and version, wherever it stands" {
    run -0 --separate-stderr "$VK" --version
    assert_regex "$output" '^vk [0-9]+\.[0-9]+\.[0-9]+$'
    run -0 "$VK" -p 1 --version ping
    assert_line --index 0 --regexp '^vk [0-9]'
}

@test "the completion scripts parse in their shells" {
    for shell in bash zsh fish; do
        "$VK" --completion "$shell" >"$BATS_TEST_TMPDIR/$shell"
        command -v "$shell" >/dev/null || continue
        run -0 "$shell" -n "$BATS_TEST_TMPDIR/$shell"
        assert_output ""
    done
}

# completed WORDS...: what the bash completion offers for the last word.
completed() {
    bash --norc -c 'source <("$1" --completion bash); COMP_WORDS=(vk "${@:2}"); COMP_CWORD=$(($# - 1))
        _vk; printf "%s\n" "${COMPREPLY[@]}"' x "$VK" "$@" | sort
}

@test "the bash completion knows options, their values, and where they end" {
    run -0 completed --tl
    assert_output "$(names | grep '^--tl' | sort)"
    assert_line -- --tls
    run -0 completed --tls-min-version ''
    assert_output $'1.2\n1.3'
    run -0 completed -p 6379 --show-pushes = y
    assert_output yes
    run -0 completed -p 6379 get --
    assert_output ""
    run -0 completed -- --t
    assert_output ""
    run -0 completed -p --t
    assert_output ""
}

@test "the bash completion knows the profiles" {
    mkdir -p "$BATS_TEST_TMPDIR/valkit"
    printf '[prod]\n[stage]\n[preview]\n' >"$BATS_TEST_TMPDIR/valkit/config"
    export XDG_CONFIG_HOME=$BATS_TEST_TMPDIR PATH=$BUILD:$PATH
    run -0 completed @ pr
    assert_output $'@preview\n@prod'
    run -0 completed -n 3 @
    assert_output $'@preview\n@prod\n@stage'
    run -0 completed get @ pr
    assert_output ""
    run -0 completed @ prod --tls-min
    assert_output ""
}

@test "every option is in every completion script" {
    for shell in bash zsh fish; do
        "$VK" --completion "$shell" >"$BATS_TEST_TMPDIR/$shell"
        for name in $(names | grep ^--); do
            grep -qE -- "${name#--}\b" "$BATS_TEST_TMPDIR/$shell" || { echo "$shell: $name" >&2; return 1; }
        done
    done
}

@test "of an option given twice the last one wins" {
    run -0 "$VK" -p 1 -p "$opt_port" ping
    assert_output PONG
    run -0 "$VK" -p "$opt_port" --csv --json echo x
    assert_output '"x"'
    run -0 "$VK" -p "$opt_port" -n 3 -n 5 client info
    assert_output --partial " db=5 "
    run -0 "$VK" -p "$other_port" -a wrong -a tell ping
    assert_output PONG
}

@test "-- ends the options, and so does the command" {
    run -0 "$VK" -p "$opt_port" -- echo -p
    assert_output -- -p
    run -0 "$VK" -p "$opt_port" echo --help
    assert_output -- --help
    run -1 --separate-stderr "$VK" -p "$opt_port" -- --help
    assert_regex "$stderr" "^ERR unknown command '--help'"
}

@test "an option wins over the environment" {
    export VALKEYCLI_HOST=nohost.invalid VALKEYCLI_PORT=1
    run -0 port_of -h 127.0.0.1 -p "$opt_port"
    assert_output "$opt_port"
    run -0 "$VK" -s "$opt_sock" ping
    assert_output PONG
    VALKEYCLI_HOST=127.0.0.1 VALKEYCLI_PORT=$opt_port run -0 port_of
    assert_output "$opt_port"
}

@test "VALKEYCLI_AUTH wins over REDISCLI_AUTH, an option over both" {
    REDISCLI_AUTH=tell run -0 "$VK" -p "$other_port" ping
    VALKEYCLI_AUTH=tell REDISCLI_AUTH=wrong run -0 "$VK" -p "$other_port" ping
    VALKEYCLI_AUTH=wrong run -0 "$VK" -p "$other_port" -a tell ping
    VALKEYCLI_AUTH=wrong REDISCLI_AUTH=tell run -5 "$VK" -p "$other_port" ping
}

@test "an option wins over the URI wherever it stands, the URI over the environment" {
    export VALKEYCLI_PORT=1 VALKEYCLI_AUTH=wrong
    run -0 port_of -u "redis://:tell@127.0.0.1:$other_port"
    assert_output "$other_port"
    run -0 port_of -u "redis://:wrong@127.0.0.1:1" -p "$other_port" -a tell
    assert_output "$other_port"
    run -0 port_of -p "$other_port" -a tell -u "redis://:wrong@127.0.0.1:1"
    assert_output "$other_port"
    run -0 "$VK" -n 4 -u "redis://:tell@127.0.0.1:$other_port/7" client info
    assert_output --partial " db=4 "
    run -0 "$VK" -u "redis://:tell@127.0.0.1:$other_port/7" client info
    assert_output --partial " db=7 "
}

@test "a URI sets what its query says" {
    run -0 "$VK" -u "redis://127.0.0.1:$opt_port/1?client_name=me&protocol=3&db=2" client info
    assert_output --partial " name=me "
    assert_output --partial " db=2 "
    assert_output --partial " resp=3"
    run -0 "$VK" -u "unix://$opt_sock?db=6" client info
    assert_output --partial " db=6 "
    run -0 "$VK" -u "unix://:t%65ll@$other_sock" ping
    assert_output PONG
}

# meaningless TEXT WORDS...: refused in that one line, before any server is asked
meaningless() {
    run -2 --separate-stderr timeout 5 "$VK" -p 1 "${@:2}" </dev/null
    assert_equal "$output" ""
    assert_equal "$stderr" "vk: $1 (vk --help shows all options)"
}

@test "an option that would do nothing in a mode is refused; what a profile says is not" {
    local walks='--scan, --export, --copy-to, --unlink, --expire, --persist'
    meaningless '--dry-run goes with --unlink, --expire, --persist or --import' --dry-run flushall
    meaningless '--idle does not go with --scan, but with --unlink, --expire or --persist' --scan --idle 3
    meaningless "--limit does not go with --import, but with ${walks/%, --persist/ or --persist}" --import --limit 3
    meaningless "--pattern does not go with --rdb, but with $walks, --bigkeys, --memkeys, --keystats or --hotkeys" \
        --rdb x --pattern 'a*'
    mkdir -p "$BATS_TEST_TMPDIR/valkit"
    printf '[fit]\nsocket = %s\ncount = 100\nrate = 5\ntop = 3\n' "$opt_sock" >"$BATS_TEST_TMPDIR/valkit/config"
    XDG_CONFIG_HOME=$BATS_TEST_TMPDIR run -0 "$VK" @fit ping
    assert_output PONG
    XDG_CONFIG_HOME=$BATS_TEST_TMPDIR meaningless '--top goes with --bigkeys, --memkeys or --keystats' @fit --top 3 ping
}
