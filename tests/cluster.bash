# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2178 # namerefs are no strings
# Real clusters and real sentinels on free loopback ports, for bats files that load helper before. What a
# start sets (NAME_ports, NAME_pids) also holds in the tests of a file whose setup_file called it; so does
# what a test changes. Nodes are asked over Unix sockets, by vk, so neither TLS nor redirects stand between.

# ---- what is known of them, from one process of bats to the next ----

_cluster_dir() { echo "$BATS_FILE_TMPDIR/$1.cluster"; }

# _cluster_save NAME: ports, bus ports, pids ("-" = none), ids; password
_cluster_save() {
    local member
    for member in ports buses pids ids auth; do
        local -n _values=${1}_$member
        echo "${1}_$member=(${_values[*]:-})"
    done >"$(_cluster_dir "$1")/state"
}

_cluster_load() {
    local state
    for state in "${BATS_FILE_TMPDIR:-}"/*.cluster/state; do
        # shellcheck disable=SC1090
        if [ -e "$state" ]; then source "$state"; fi
    done
}
_cluster_load

# ---- asking ----

# _cluster_ask NAME NODE [WORDS...]: without words what stands in standard input
_cluster_ask() {
    local -n _auth=${1}_auth
    local socket
    socket=$(_cluster_dir "$1")/$2/s
    shift 2
    if [ -n "${_auth[*]:-}" ]; then local -x VALKEYCLI_AUTH=${_auth[0]}; fi
    timeout 10 "$VK" -s "$socket" "$@"
}

# _cluster_node NAME PORT: its number
_cluster_node() {
    local -n _ports=${1}_ports
    local node
    for node in "${!_ports[@]}"; do
        [ "${_ports[node]}" != "$2" ] || { echo "$node" && return; }
    done
    echo "no node of $1 has port $2" >&2
    return 1
}

# cluster_ask NAME PORT WORDS...: what this node says
cluster_ask() {
    local node
    node=$(_cluster_node "$1" "$2") && _cluster_ask "$1" "$node" "${@:3}"
}

_cluster_alive() {
    local -n _pids=${1}_pids
    [ "${_pids[$2]}" != - ] && kill -0 "${_pids[$2]}" 2>/dev/null
}

# _cluster_until SECONDS COMMAND...
_cluster_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -le "$end" ] || { echo "never came true: $*" >&2 && return 1; }
        sleep 0.05
    done
}

# _cluster_view NAME NODE: who is who and owns what as that node sees it, one line for each node. Fails unless
# it serves, has what its primary has, and CLUSTER SLOTS shows all that the view does.
_cluster_view() {
    printf '%s\n' 'cluster info' 'info replication' 'cluster nodes' 'cluster slots' |
        _cluster_ask "$1" "$2" | tr -d '\r' | awk '
            $0 == "cluster_state:ok" || $0 == "role:master" || $0 == "master_link_status:up" { good++ }
            NF == 1 && length($0) == 40 && /^[0-9a-f]+$/ && !shown[$1]++ { n_shown++ }
            NF >= 8 && length($1) == 40 {
                if ($3 ~ /handshake|fail\?/) unsure = 1
                sub("myself,", "", $3)
                slots = ""
                for (i = 9; i <= NF; i++) if ($i !~ /^\[/) slots = slots " " $i
                if (slots != "") serves[$1] = 1
                if ($3 !~ /fail/) shard[$1] = $3 ~ /slave/ ? $4 : $1
                print $1, $3, $4 slots
            }
            END {
                for (id in shard) if (shard[id] in serves) n_expected++
                exit good != 2 || unsure || n_shown != n_expected
            }' | sort
    [ "${PIPESTATUS[3]}" = 0 ]
}

# All that are alive have one view, of all nodes, and in it those that are not are known to have failed.
_cluster_is_ok() {
    local -n _ids=${1}_ids
    local node view first=''
    for node in "${!_ids[@]}"; do
        _cluster_alive "$1" "$node" || continue
        view=$(_cluster_view "$1" "$node") || return 1
        [ "${first:=$view}" = "$view" ] || return 1
    done
    for node in "${!_ids[@]}"; do
        if _cluster_alive "$1" "$node"; then
            grep -q "^${_ids[node]} [a-z]* " <<<"$first" || return 1
        else
            grep -q "^${_ids[node]} [a-z]*,fail " <<<"$first" || return 1
        fi
    done
}

# ---- the life of a cluster ----

# _cluster_run NAME NODE: by the words of its launch
_cluster_run() {
    local -n _pids=${1}_pids
    local dir words
    dir=$(_cluster_dir "$1")/$2
    mapfile -d '' words <"$dir/words"
    "${words[@]}" >>"$dir/log" 2>&1 3>&- &
    _pids[$2]=$!
    disown # or its kill -9 would be told as news
}

# _cluster_launch NAME NODE [server options...]
_cluster_launch() {
    local -n _ports=${1}_ports _buses=${1}_buses
    local node=$2 dir
    dir=$(_cluster_dir "$1")/$2
    mkdir -p "$dir"
    _ports[node]=$(free_port) _buses[node]=$(free_port)
    printf '%s\0' "$SERVER" "${cluster_port_option:---port}" "${_ports[node]}" --cluster-port "${_buses[node]}" \
        --bind 127.0.0.1 --unixsocket "$dir/s" --cluster-enabled yes --cluster-announce-ip 127.0.0.1 \
        --cluster-node-timeout 2000 --repl-diskless-sync-delay 0 --repl-ping-replica-period 1 --save '' --appendonly no \
        --dir "$dir" --daemonize no --enable-debug-command yes "${@:3}" >"$dir/words"
    _cluster_run "$1" "$2"
}

# Until it answers; one whose port was taken meanwhile starts again with others.
_cluster_await() {
    local -n _pids=${1}_pids _auth=${1}_auth
    local dir try
    if [ -n "${_auth[*]:-}" ]; then local -x VALKEYCLI_AUTH=${_auth[0]}; fi
    dir=$(_cluster_dir "$1")/$2
    for try in 1 2 3 4 5; do
        server_wait "$dir/s" "${_pids[$2]}" && return
        grep -q 'listening on port' "$dir/log" || break
        _cluster_launch "$@"
    done
    cat "$dir/log" >&2
    return 1
}

# _cluster_introduce NAME NODE PRIMARIES: what a node is told first, before any meets another
_cluster_introduce() {
    local -n _ids=${1}_ids
    _ids[$2]=$(_cluster_ask "$1" "$2" cluster myid) &&
        _cluster_ask "$1" "$2" cluster set-config-epoch $(($2 + 1)) >/dev/null || return
    [ "$2" -ge "$3" ] ||
        _cluster_ask "$1" "$2" cluster addslotsrange $(($2 * 16384 / $3)) $((($2 + 1) * 16384 / $3 - 1)) >/dev/null
}

# It meets all the nodes behind it.
_cluster_meet() {
    local -n _ports=${1}_ports _buses=${1}_buses
    local other
    for ((other = $2 + 1; other < ${#_ports[@]}; other++)); do
        echo "cluster meet 127.0.0.1 ${_ports[other]} ${_buses[other]}"
    done | _cluster_ask "$1" "$2" >/dev/null
}

_cluster_replicate() { _cluster_ask "$1" "$2" cluster replicate "$3" >/dev/null 2>&1; }

# _cluster_make NAME PRIMARIES: of servers that know nothing of each other
_cluster_make() {
    local -n _ids=${1}_ids _pids=${1}_pids
    local node
    for node in "${!_pids[@]}"; do _cluster_introduce "$1" "$node" "$2" || return; done
    for node in "${!_pids[@]}"; do _cluster_meet "$1" "$node" || return; done
    for ((node = $2; node < ${#_ids[@]}; node++)); do
        _cluster_until 10 _cluster_replicate "$1" "$node" "${_ids[node % $2]}" || return
    done
}

# cluster_start NAME PRIMARIES REPLICAS [server options...]: as many replicas for each primary; sets NAME_ports
# and NAME_pids, the primaries first, in the order of their slots, then the replicas of the first to the last
# primary, and again. A --requirepass wants a --masterauth.
cluster_start() {
    local name=$1 primaries=$2 n=$(($2 * (1 + $3))) node
    shift 3
    declare -ga "${name}_ports=()" "${name}_buses=()" "${name}_pids=()" "${name}_ids=()" "${name}_auth=()"
    local -n _password=${name}_auth
    for ((node = 1; node < $#; node++)); do
        [ "${!node}" != --requirepass ] || _password=("${@:node+1:1}")
    done
    for ((node = 0; node < n; node++)); do _cluster_launch "$name" "$node" "$@"; done
    _cluster_save "$name" # so that they can be stopped, whatever comes
    for ((node = 0; node < n; node++)); do _cluster_await "$name" "$node" "$@" || return; done
    _cluster_make "$name" "$primaries" || return
    _cluster_save "$name"
    cluster_wait_ok "$name"
}

# cluster_add NAME [server options...]: one more primary, without slots, the last of NAME_ports
cluster_add() {
    local -n _ports=${1}_ports
    local node=${#_ports[@]}
    _cluster_launch "$1" "$node" "${@:2}"
    _cluster_save "$1"
    _cluster_await "$1" "$node" "${@:2}" && _cluster_introduce "$1" "$node" 0 && _cluster_meet "$1" 0 || return
    _cluster_save "$1"
    cluster_wait_ok "$1"
}

# cluster_start_tls NAME PRIMARIES REPLICAS CERTS [server options...]: the same with TLS on all ports, and the
# certificate "good" of certs_make CERTS. For names: --cluster-announce-hostname localhost
# --cluster-preferred-endpoint-type hostname.
cluster_start_tls() {
    local cluster_port_option=--tls-port certs=$4
    cluster_start "${@:1:3}" --port 0 --tls-cluster yes --tls-replication yes --tls-auth-clients no \
        --tls-cert-file "$certs/good.crt" --tls-key-file "$certs/good.key" --tls-ca-cert-file "$certs/ca.crt" "${@:5}"
}

# Also for sentinels. Those that a test added or started again are known from what it saved alone.
cluster_stop() {
    _cluster_load
    local -n _pids=${1}_pids
    local pid
    [ -n "${_pids[*]:-}" ] || return 0
    for pid in "${_pids[@]}"; do
        [ "$pid" = - ] || kill -KILL "$pid" 2>/dev/null || true
    done
    for pid in "${_pids[@]}"; do
        [ "$pid" = - ] || _cluster_until 5 _cluster_gone "$pid" || return
    done
    _pids=("${_pids[@]/*/-}")
    _cluster_save "$1"
}

# ---- what happens to one ----

# cluster_wait_ok NAME: every slot is served, and every node alive knows the same of all (20 s)
cluster_wait_ok() { _cluster_until 20 _cluster_is_ok "$1"; }

# _cluster_any NAME: the number of a node that is alive
_cluster_any() {
    local -n _pids=${1}_pids
    local node
    for node in "${!_pids[@]}"; do
        if _cluster_alive "$1" "$node"; then echo "$node" && return; fi
    done
    return 1
}

# cluster_owner NAME KEY: the port of the primary that serves the key
cluster_owner() {
    local -n _ids=${1}_ids _ports=${1}_ports
    local any slot owner node
    any=$(_cluster_any "$1") && slot=$(_cluster_ask "$1" "$any" cluster keyslot "$2") || return
    owner=$(_cluster_ask "$1" "$any" cluster nodes | awk -v slot="$slot" '{
        for (i = 9; i <= NF; i++) {
            n = split($i, range, "-")
            if ($i !~ /^\[/ && slot >= range[1] + 0 && slot <= range[n] + 0) print $1
        }
    }')
    for node in "${!_ids[@]}"; do
        [ "${_ids[node]}" != "$owner" ] || echo "${_ports[node]}"
    done
}

# cluster_migrate_slot NAME SLOT FROM_PORT TO_PORT [--leave-migrating]: left migrating, all its keys have moved
# and it is still FROM's; to do it again without the option makes it TO's.
cluster_migrate_slot() {
    local -n _ids=${1}_ids _auth=${1}_auth
    local name=$1 slot=$2 from to node keys
    from=$(_cluster_node "$1" "$3") && to=$(_cluster_node "$1" "$4") || return
    _cluster_ask "$name" "$to" cluster setslot "$slot" importing "${_ids[from]}" >/dev/null || return
    _cluster_ask "$name" "$from" cluster setslot "$slot" migrating "${_ids[to]}" >/dev/null || return
    while mapfile -t keys < <(_cluster_ask "$name" "$from" cluster getkeysinslot "$slot" 500) && [ -n "${keys[*]}" ]; do
        _cluster_ask "$name" "$from" migrate 127.0.0.1 "$4" '' 0 5000 ${_auth:+auth "${_auth[0]}"} keys "${keys[@]}" \
            >/dev/null || return
    done
    [ "${5:-}" != --leave-migrating ] || return 0
    _cluster_ask "$name" "$to" cluster setslot "$slot" node "${_ids[to]}" >/dev/null || return
    _cluster_ask "$name" "$from" cluster setslot "$slot" node "${_ids[to]}" >/dev/null || return
    for node in "${!_ids[@]}"; do # the others would hear of it a little later; replicas take no orders
        [ "$node" = "$from" ] || [ "$node" = "$to" ] || ! _cluster_alive "$name" "$node" ||
            _cluster_ask "$name" "$node" cluster setslot "$slot" node "${_ids[to]}" >/dev/null 2>&1 || true
    done
}

# cluster_move_tags NAME TAG...: the slot of each {TAG} goes to the first node, or from it to the second
cluster_move_tags() {
    local -n _ports=${1}_ports
    local tag from to
    for tag in "${@:2}"; do
        from=$(cluster_owner "$1" "{$tag}")
        to=${_ports[0]}
        [ "$from" != "$to" ] || to=${_ports[1]}
        cluster_migrate_slot "$1" "$("$VK" --keyslot "{$tag}")" "$from" "$to" || return
    done
}

_cluster_gone() { ! kill -0 "$1" 2>/dev/null; }

# cluster_kill NAME PORT: kill -9, also for sentinels
cluster_kill() {
    local -n _pids=${1}_pids
    local node pid
    node=$(_cluster_node "$1" "$2") || return
    pid=${_pids[node]}
    _pids[node]=-
    _cluster_save "$1"
    kill -KILL "$pid" && _cluster_until 5 _cluster_gone "$pid"
}

# cluster_restart NAME PORT: one that was killed comes back under its ports, as the same node, without its keys
cluster_restart() {
    local -n _pids=${1}_pids
    local node
    node=$(_cluster_node "$1" "$2") || return
    _cluster_run "$1" "$node"
    _cluster_save "$1"
    server_wait "$(_cluster_dir "$1")/$node/s" "${_pids[node]}"
}

_cluster_is_primary() { [[ $(_cluster_ask "$1" "$2" role) == master* ]]; }

# cluster_failover NAME REPLICA_PORT: it becomes the primary, in agreement with the one that is
cluster_failover() {
    local node
    node=$(_cluster_node "$1" "$2") || return
    _cluster_ask "$1" "$node" cluster failover >/dev/null || return
    _cluster_until 15 _cluster_is_primary "$1" "$node" && cluster_wait_ok "$1"
}

# ---- sentinels ----

# _sentinel_launch NAME NODE SERVICE PRIMARY_PORT COUNT [lines...]
_sentinel_launch() {
    local -n _ports=${1}_ports _pids=${1}_pids
    local node=$2 service=$3 dir
    dir=$(_cluster_dir "$1")/$2
    mkdir -p "$dir"
    _ports[node]=$(free_port)
    printf '%s\n' "port ${_ports[node]}" 'bind 127.0.0.1' "dir $dir" \
        "sentinel monitor $service 127.0.0.1 $4 $(($5 > 1 ? 2 : 1))" \
        "sentinel down-after-milliseconds $service 500" "sentinel failover-timeout $service 3000" "${@:6}" >"$dir/conf"
    "$SERVER" "$dir/conf" --sentinel >"$dir/log" 2>&1 3>&- &
    _pids[node]=$!
    disown # or its kill -9 would be told as news
}

_sentinel_listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# It has said that it runs, or has ended.
_sentinel_decided() { grep -q '+monitor master' "$1/log" || ! kill -0 "$2" 2>/dev/null; }

_sentinel_await() {
    local -n _pids=${1}_pids _ports=${1}_ports
    local dir try
    dir=$(_cluster_dir "$1")/$2
    for try in 1 2 3 4 5; do
        _cluster_until 10 _sentinel_decided "$dir" "${_pids[$2]}" || break
        kill -0 "${_pids[$2]}" 2>/dev/null && _sentinel_listens "${_ports[$2]}" && return
        grep -q 'listening on port' "$dir/log" || break
        _sentinel_launch "$@"
    done
    cat "$dir/log" >&2
    return 1
}

# All have heard of all: _sentinel_met NAME COUNT
_sentinel_met() {
    local node
    for ((node = 0; node < $2; node++)); do
        [ "$(grep -c ' +sentinel sentinel ' "$(_cluster_dir "$1")/$node/log")" -ge $(($2 - 1)) ] || return 1
    done
}

# sentinel_start NAME SERVICE PRIMARY_PORT COUNT [lines of the configuration...]: sets NAME_ports, NAME_pids.
# They agree by 2, take a primary for down after 500 ms, and know each other on return.
sentinel_start() {
    local name=$1 count=$4 node
    declare -ga "${name}_ports=()" "${name}_buses=()" "${name}_pids=()" "${name}_ids=()" "${name}_auth=()"
    for ((node = 0; node < count; node++)); do _sentinel_launch "$name" "$node" "${@:2}"; done
    _cluster_save "$name"
    for ((node = 0; node < count; node++)); do _sentinel_await "$name" "$node" "${@:2}" || return; done
    _cluster_save "$name"
    _cluster_until 15 _sentinel_met "$name" "$count"
}
sentinel_stop() { cluster_stop "$1"; }
