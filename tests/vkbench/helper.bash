# For the suites of vkbench, behind ../helper.
VKBENCH=$BUILD/vkbench
bench_before=() # what runs it

# Where exact times matter, both sides go before whatever else the machine does, if that is allowed.
first_in_line=()
if chrt -f 10 true 2>/dev/null; then first_in_line=(chrt -f 10); fi

# rig_start OPTIONS...: a rigserver (tests/fake); sets rig_port, rig_pid.
rig_start() {
    rm -f "$BATS_TEST_TMPDIR/rig.port"
    "${first_in_line[@]}" "$BUILD/rigserver" "$@" >"$BATS_TEST_TMPDIR/rig.port" 3>&- &
    rig_pid=$!
    eventually test -s "$BATS_TEST_TMPDIR/rig.port"
    rig_port=$(cat "$BATS_TEST_TMPDIR/rig.port")
}
rig_stop() {
    [ -n "${rig_pid:-}" ] || return 0
    kill "$rig_pid" 2>/dev/null || true
    wait "$rig_pid" 2>/dev/null || true
    rig_pid=
}

# bench ARGS...: vkbench --json; its document in $json, its exit code in $code, standard error in $err.
bench() {
    code=0
    "${bench_before[@]}" "$VKBENCH" --json "$@" >"$BATS_TEST_TMPDIR/json" 2>"$BATS_TEST_TMPDIR/err" || code=$?
    json=$BATS_TEST_TMPDIR/json
    err=$(cat "$BATS_TEST_TMPDIR/err")
}
# j EXPRESSION: of the document d, its first test t and that one's first row r.
j() {
    /usr/bin/python3 - "$json" "$1" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
t = d["tests"][0] if d.get("tests") else None
r = t["results"][0] if t and t["results"] else None
print(eval(sys.argv[2]))
PY
}
# holds EXPRESSION: it is true of the document.
holds() {
    [ "$(j "$1")" = True ] && return
    echo "not true: $1" >&2
    j "$(printf '%s' "$1" | sed 's/\(==\|<=\|>=\|<\|>\).*//')" >&2 || head -c 4000 "$json" "$BATS_TEST_TMPDIR/err" >&2
    return 1
}

# valid: the document satisfies the schema.
valid() {
    /usr/bin/python3 - "$ROOT/tests/vkbench/report.schema.json" "$json" <<'PY'
import json, sys, jsonschema
def no(x): raise ValueError(x)
jsonschema.validate(json.load(open(sys.argv[2]), parse_constant=no), json.load(open(sys.argv[1])))
PY
}

# calls NAME COMMAND: how often server NAME has run it.
calls() {
    local sock=${1}_sock
    "$VK" -s "${!sock}" info commandstats | tr -d '\r' | sed -n "s/^cmdstat_$2:calls=\([0-9]*\),.*/\1/p" | grep . || echo 0
}

# assert_fits COLUMNS: no line of $output is wider.
assert_fits() {
    local widest
    widest=$(LC_ALL=C.UTF-8 wc -L <<<"$output")
    [ "$widest" -le "$1" ] && return
    echo "a line of $widest columns in:" "$output" >&2
    return 1
}
