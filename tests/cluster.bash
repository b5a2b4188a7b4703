# For suites that need a real cluster, behind helper.bash. All nodes are on loopback and end with the suite.

# cluster_start NAME PRIMARIES REPLICAS [server options...]: sets the array NAME_ports (primaries first; REPLICAS of
# them in all follow). An option FREE is a free port for each node. Ready: all slots covered, replicas in step. Node data lives under $BATS_FILE_TMPDIR/NAME.
cluster_start() {
    local name=$1 primaries=$2 replicas=$3 try
    shift 3
    for try in 1 2 3; do
        cluster_try "$name" "$primaries" "$replicas" "$@" && return
        cluster_stop "$name"
    done
    echo "the cluster does not come up" >&2
    return 1
}

cluster_try() {
    local name=$1 primaries=$2 replicas=$3 n i ports=()
    shift 3
    n=$((primaries + replicas))
    local dir=$BATS_FILE_TMPDIR/$name
    rm -rf "$dir"
    mkdir -p "$dir"
    for i in $(seq "$n"); do
        local port
        port=$(free_port)
        ports+=("$port")
        mkdir -p "$dir/$port"
        local own=() option
        for option in "$@"; do
            [ "$option" != FREE ] || option=$(free_port)
            own+=("$option")
        done
        "$SERVER" --port "$port" --bind 127.0.0.1 --cluster-enabled yes --cluster-port "$(free_port)" --save '' --appendonly no \
            --cluster-node-timeout 1500 --cluster-replica-validity-factor 0 --repl-diskless-sync-delay 0 --repl-ping-replica-period 1 --dir "$dir/$port" --daemonize no \
            --enable-debug-command yes "${own[@]}" >"$dir/$port/log" 2>&1 3>&- &
        echo $! >"$dir/$port/pid"
    done
    printf '%s\n' "${ports[@]}" >"$dir/ports"
    echo "$replicas" >"$dir/replicas"
    cluster_load "$name"
    for i in $(seq 0 $((n - 1))); do
        eventually cluster_node "${ports[i]}" ping || return 1
        cluster_node "${ports[i]}" cluster set-config-epoch $((i + 1)) >/dev/null
    done
    for i in $(seq 0 $((primaries - 1))); do
        cluster_node "${ports[i]}" cluster addslotsrange $((i * 16384 / primaries)) $(((i + 1) * 16384 / primaries - 1)) >/dev/null
    done
    for i in $(seq 1 $((n - 1))); do
        cluster_node "${ports[0]}" cluster meet 127.0.0.1 "${ports[i]}" "$(cluster_node "${ports[i]}" config get cluster-port | tail -n 1)" >/dev/null
    done
    for i in $(seq "$primaries" $((n - 1))); do
        local id
        id=$(cluster_node "${ports[$(((i - primaries) % primaries))]}" cluster myid)
        eventually cluster_node "${ports[i]}" cluster replicate "$id" || return 1
    done
    cluster_wait_ok "$name"
}

# The arrays are not inherited by the tests' own processes: a suite's setup calls this.
cluster_load() {
    mapfile -t "${1}_ports" <"$BATS_FILE_TMPDIR/$1/ports"
}

cluster_node() {
    local port=$1
    shift
    "$VK" --no-follow -p "$port" "$@"
}

cluster_is_ok() {
    local replicas=$1 port
    shift
    for port in "$@"; do
        local info
        info=$(cluster_node "$port" cluster info | tr -d '\r') || return 1
        [[ $info == *cluster_state:ok* && $info == *cluster_slots_ok:16384* ]] || return 1
        info=$(cluster_node "$port" info replication | tr -d '\r')
        [[ $info == *role:master* || $info == *master_link_status:up* ]] || return 1
        info=$(cluster_node "$port" cluster nodes)
        [ "$(grep -c ' connected' <<<"$info")" -ge $# ] && [ "$(grep -c slave <<<"$info")" = "$replicas" ] || return 1
        # a replica is listed once its offset is known
        info=$(cluster_node "$port" --csv cluster slots)
        [ "$(grep -o '127\.0\.0\.1' <<<"$info" | wc -l)" = $# ] || return 1
    done
}

# cluster_wait_ok NAME: every node says so.
cluster_wait_ok() {
    local i ports replicas
    mapfile -t ports <"$BATS_FILE_TMPDIR/$1/ports"
    replicas=$(cat "$BATS_FILE_TMPDIR/$1/replicas")
    for i in $(seq 150); do
        cluster_is_ok "$replicas" "${ports[@]}" && return
        sleep 0.1
    done
    return 1
}

cluster_stop() {
    local file pid
    for file in "$BATS_FILE_TMPDIR/$1"/*/pid; do
        [ -e "$file" ] || continue
        pid=$(cat "$file")
        kill -9 "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
        rm -f "$file"
    done
}

# cluster_kill NAME PORT: kill -9.
cluster_kill() {
    local file=$BATS_FILE_TMPDIR/$1/$2/pid
    kill -9 "$(cat "$file")"
    wait "$(cat "$file")" 2>/dev/null || true
    rm -f "$file"
}

# cluster_owner NAME KEY: the port of the primary that has it.
cluster_owner() {
    local slot ports
    mapfile -t ports <"$BATS_FILE_TMPDIR/$1/ports"
    slot=$("$VK" --keyslot "$2")
    cluster_node "${ports[0]}" --json cluster slots |
        /usr/bin/python3 -c 'import json, sys; print([e[2][1] for e in json.load(sys.stdin) if e[0] <= int(sys.argv[1]) <= e[1]][0])' "$slot"
}

# cluster_migrate_slot NAME SLOT FROM TO [--leave-migrating]: ports. Keys move one by one.
cluster_migrate_slot() {
    local slot=$2 from=$3 to=$4 from_id to_id key port ports
    mapfile -t ports <"$BATS_FILE_TMPDIR/$1/ports"
    from_id=$(cluster_node "$from" cluster myid)
    to_id=$(cluster_node "$to" cluster myid)
    cluster_node "$to" cluster setslot "$slot" importing "$from_id" >/dev/null
    cluster_node "$from" cluster setslot "$slot" migrating "$to_id" >/dev/null
    while key=$(cluster_node "$from" cluster getkeysinslot "$slot" 100) && [ -n "$key" ]; do
        # shellcheck disable=SC2086 # keys of these suites have no blanks
        cluster_node "$from" migrate 127.0.0.1 "$to" '' 0 5000 keys $key >/dev/null
    done
    [ "${5:-}" != --leave-migrating ] || return 0
    cluster_node "$to" cluster setslot "$slot" node "$to_id" >/dev/null
    cluster_node "$from" cluster setslot "$slot" node "$to_id" >/dev/null
}
