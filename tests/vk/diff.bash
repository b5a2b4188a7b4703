# SPDX-License-Identifier: BSD-3-Clause
# Shared by the suites that hold vk, started under the name redis-cli, against redis-cli itself.
# shellcheck disable=SC2154 # dif_sock comes from server_start
PEER=$(command -v redis-cli || true)

# Once a file: our link, or the reason to leave the file out. Another release prints other bytes.
diff_setup_file() {
    [[ $("$PEER" --version 2>/dev/null) == "redis-cli 7.0."* ]] || skip "needs redis-cli 7.0 as the peer"
    mkdir "$BATS_FILE_TMPDIR/bin"
    ln -s "$VK" "$BATS_FILE_TMPDIR/bin/redis-cli"
    ln -s "$VK" "$BATS_FILE_TMPDIR/bin/valkey-cli"
    unset TERM
}
OURS=$BATS_FILE_TMPDIR/bin/redis-cli
program() { [ "$1" = peer ] && echo "$PEER" || echo "$OURS"; }

# The data before either program runs: $prepare, a script.
prepare=
prepare() { printf 'flushall\n%b' "$prepare" | "$PEER" -s "$dif_sock" >/dev/null; }

# same_files WHAT PEER OURS: nothing, or the difference and 1.
same_files() {
    cmp -s "$2" "$3" && return
    echo "--- $1: redis-cli (-) and ours (+)"
    diff -u <(cat -A "$2") <(cat -A "$3") | tail -n +3 | head -n 30
    return 1
}

# same ARGS...: both programs, given $input (printf %b) on standard input, print the same bytes on both
# outputs and exit alike. Nothing is said when they do.
input=
events=
same() {
    local who code dir=$BATS_TEST_TMPDIR
    for who in peer ours; do
        prepare
        timeout 10 "$(program $who)" "$@" >"$dir/$who.out" 2>"$dir/$who.err" < <(printf %b "$input") &&
            code=0 || code=$?
        echo $code >"$dir/$who.exit"
    done
    same_results "$* <<< $input"
}
same_results() {
    local dir=$BATS_TEST_TMPDIR bad=0
    same_files "standard output of: $1" "$dir/peer.out" "$dir/ours.out" || bad=1
    same_files "standard error of: $1" "$dir/peer.err" "$dir/ours.err" || bad=1
    same_files "exit code of: $1" "$dir/peer.exit" "$dir/ours.exit" || bad=1
    return $bad
}

# hears ARGS...: the same for a program that listens: it gets $input, its connection is awaited, then
# $events (a script) happen, then the message "end" on ch, then the program is ended.
hears() {
    local who
    for who in peer ours; do
        prepare
        hear $who "$@"
    done
    sed -i -E '/"client" "list"/d; s/[0-9]+\.[0-9]+ \[[^]]*\]/TIME [FROM]/' "$BATS_TEST_TMPDIR"/*.out
    same_results "$* <<< $input"
}
listens() { "$PEER" -s "$dif_sock" client list | grep -qE 'cmd=([ps]?subscribe|monitor)'; }
hear() {
    local who=$1 dir=$BATS_TEST_TMPDIR pid code
    shift
    "$(program "$who")" -s "$dif_sock" "$@" >"$dir/$who.out" 2>"$dir/$who.err" < <(printf %b "$input") 3>&- &
    pid=$!
    eventually listens
    printf '%b\npublish ch end\nspublish ch end\n' "$events" | "$PEER" -s "$dif_sock" >/dev/null
    eventually grep -q end "$dir/$who.out"
    sleep 0.05
    kill -TERM "$pid"
    wait "$pid" && code=0 || code=$?
    echo $code >"$dir/$who.exit"
    eventually not_listens
}
not_listens() { ! listens; }
