# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# For the suites of vktail: one that runs behind the test, and what is asked of its output.
VKTAIL=$BUILD/vktail

# tail_start WORDS...: output in $out, standard error in $err; sets tail_pid
tail_start() {
    out=$BATS_TEST_TMPDIR/out err=$BATS_TEST_TMPDIR/err
    : >"$out"
    timeout 60 "$VKTAIL" "$@" >"$out" 2>"$err" 3>&- &
    tail_pid=$!
}

# tail_stop: as SIGTERM does; sets tail_status
tail_stop() {
    kill -TERM "$(tail_child)" 2>/dev/null || true
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

tail_end() {
    [ -z "${tail_pid:-}" ] || { kill -KILL "$(tail_child)" "$tail_pid" 2>/dev/null || true; }
    [ -z "${publisher_pid:-}" ] || publisher_stop
}

has() { grep -qe "$1" "$out"; }
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
