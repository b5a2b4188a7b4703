# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# For the suites of vktail: one that runs behind the test or on a terminal of its own, what is asked of its
# output, and captures made by hand.
VKTAIL=$BUILD/vktail

# tail_start WORDS...: output in $out, standard error in $err; sets tail_pid
tail_start() {
    out=$BATS_TEST_TMPDIR/out err=$BATS_TEST_TMPDIR/err
    : >"$out"
    timeout 60 "$VKTAIL" "$@" >"$out" 2>"$err" 3>&- &
    tail_pid=$!
}

# tail_on WORDS...: the same on the server whose port is $port; on return it listens
tail_on() {
    local before
    before=$(listeners)
    tail_start -p "$port" "$@"
    eventually eval '[ "$(listeners)" -gt "$before" ]'
}
listeners() { "$CLI" -p "$port" client list | grep -cE 'cmd=(monitor|subscribe|psubscribe)' || true; }

# tail_stop: as SIGTERM does; sets tail_status
tail_stop() {
    kill -TERM "$(tail_child)" 2>/dev/null || true
    tail_wait
}

tail_kill() {
    kill -KILL "$(tail_child)"
    tail_wait
}

# Until it ends by itself; sets tail_status
tail_wait() {
    tail_status=0
    wait "$tail_pid" || tail_status=$?
    tail_pid=
}

# The process of vktail itself, under timeout(1).
tail_child() { tr -d ' ' <"/proc/$tail_pid/task/$tail_pid/children"; }

tail_teardown() {
    [ -z "${tail_pid:-}" ] || { kill -KILL "$(tail_child)" "$tail_pid" 2>/dev/null || true; }
    [ -z "${tail_socket:-}" ] || tmux -S "$tail_socket" kill-server 2>/dev/null || true
    tail_pid='' tail_socket=''
    [ -z "${publisher_pid:-}" ] || publisher_stop
}

has() { grep -qe "$1" "$out"; }
has_text() { grep -qF -- "$1" "${2:-$out}"; }
says() { grep -qe "$1" "$err"; }
# lines N: at least
lines() { [ "$(grep -vc '^#' "$out")" -ge "$1" ]; }

# publisher_start "PORTS..." WORDS...: WORDS 1, WORDS 2, ... in the cluster of these nodes; what was carried out
# stands in $published
publisher_start() {
    published=$BATS_TEST_TMPDIR/published
    : >"$published"
    touch "$BATS_TEST_TMPDIR/publish"
    _publish "$@" 3>&- &
    publisher_pid=$!
}
_publish() {
    local ports i=0
    read -ra ports <<<"$1"
    while [ -e "$BATS_TEST_TMPDIR/publish" ]; do
        i=$((i + 1))
        if timeout 2 "$VK" -c -p "${ports[0]}" --command-timeout 1 "${@:2}" "$i" >/dev/null 2>&1; then
            echo "$i" >>"$published"
        else
            ports=("${ports[@]:1}" "${ports[0]}")
        fi
    done
}
publisher_stop() {
    rm -f "$BATS_TEST_TMPDIR/publish"
    wait "$publisher_pid" 2>/dev/null || true
    publisher_pid=
}

# Of the numbers at the end of each line none comes twice or late, and none of those in $published (without it, of
# all) is missing but where a gap is told.
exactly_once() {
    sed 's/"$//; s/ *$//' "$out" | awk -v published="${published:-}" '
        BEGIN { while (published != "" && (getline n <published) > 0) known[n] = 1 }
        function is_missing(from, to, i) {
            for (i = from + 1; i < to; i++) if (published == "" || i in known) return 1
            return 0
        }
        /^#.* gap from / { told = 1; next }
        /^#/ { next }
        {
            n = $NF
            gsub(/"/, "", n)
            n += 0
            if (last && n <= last) { print "again or late: " n " behind " last; bad = 1 }
            if (last && !told && is_missing(last, n)) { print "missing between " last " and " n; bad = 1 }
            last = n
            told = 0
        }
        END { if (!last) { print "nothing at all"; bad = 1 } exit bad }'
}

# ---- captures ----

sent() { "$CLI" -p "$port" "$@" >/dev/null; }

# record WORDS...: one record of a capture.
record() {
    local LC_ALL=C word
    printf '*%d\r\n' $#
    for word; do printf '$%d\r\n%s\r\n' ${#word} "$word"; done
}
# capture_begin [TIME]: header and one node.
capture_begin() {
    record valkit-capture 1 "${1:-1000000}" test monitor
    record node 0 127.0.0.1:7000
}

# ---- a terminal ----

# on_screen COLUMNS ROWS WORDS...: vktail on a terminal of its own; "left CODE" shows when it has ended.
on_screen() {
    tail_socket=$(mktemp -u "$BATS_TEST_TMPDIR/tXXXX")
    LC_ALL=C.UTF-8 tmux -u -S "$tail_socket" -f /dev/null new-session -d -x "$1" -y "$2" \
        env "${screen_env[@]}" bash -c "trap : INT; '$VKTAIL' ${*:3}; echo left \$?; sleep 100" 3>&-
}
screen() { tmux -S "$tail_socket" capture-pane -p; }
screen_colours() { tmux -S "$tail_socket" capture-pane -pe; }
keys() { tmux -S "$tail_socket" send-keys "$@"; }
shows() { screen | grep -q -- "$1"; }
await() { eventually shows "$1" || { screen >&2; return 1; }; }
