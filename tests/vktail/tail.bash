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

# publisher_start "PORTS..." WORDS...: WORDS 1, WORDS 2, ... in the cluster of these nodes, by a vk that is
# replaced when it gives up; what is lost on this way is lost before it was published
publisher_start() {
    touch "$BATS_TEST_TMPDIR/publish"
    _publish "${@:2}" | _publish_through $1 >"$BATS_TEST_TMPDIR/published" 2>&1 3>&- &
    publisher_pid=$!
}
_publish() {
    local i=0
    while [ -e "$BATS_TEST_TMPDIR/publish" ]; do
        i=$((i + 1))
        echo "$* $i"
        sleep 0.005
    done
}
_publish_through() {
    local port
    while [ -e "$BATS_TEST_TMPDIR/publish" ]; do
        for port in "$@"; do "$VK" -c -p "$port" --command-timeout 1 || true; done
    done
}
publisher_stop() {
    rm -f "$BATS_TEST_TMPDIR/publish"
    wait "$publisher_pid" 2>/dev/null || true
    publisher_pid=
}

# Of the numbers at the end of each line none comes twice or late, and none is missing but where a gap is told.
exactly_once() {
    sed 's/"$//; s/ *$//' "$out" | awk '
        /^#.* gap from / { told = 1; next }
        /^#/ { next }
        {
            n = $NF
            gsub(/"/, "", n)
            n += 0
            if (last && n <= last) { print "again or late: " n " behind " last; bad = 1 }
            if (last && n > last + 1 && !told) { print "missing between " last " and " n; bad = 1 }
            if (last && n > last + 1) skipped++
            last = n
            told = 0
        }
        END { if (!last) { print "nothing at all"; bad = 1 } exit bad }'
}
