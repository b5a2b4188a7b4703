#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Completion of key names in vk's shell over a large database: how long Tab takes until its menu is on the
# screen, and what the server's slow log has of it.
#   bench/shell_keys_1m.sh [KEYS] [ROUNDS]
# KEYS (1000000) keys under four prefixes, one of them rare; ROUNDS (10) of each, by one shell in tmux. Ends
# with 1 when a menu took longer than 50 ms or the slow log (5 ms) is not empty.
set -euo pipefail
cd "$(dirname "$0")/.."
keys=${1:-1000000} rounds=${2:-10}
build=${B:-build}
server=$(command -v valkey-server || command -v redis-server)
port=${PORT:-7390}
scratch=$(mktemp -d)
export XDG_CACHE_HOME=$scratch XDG_STATE_HOME=$scratch XDG_CONFIG_HOME=$scratch

"$server" --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$scratch" --daemonize no \
    --slowlog-log-slower-than 5000 --enable-debug-command yes >/dev/null 2>&1 &
pid=$!
cleanup() {
    [ ! -S "$scratch/t" ] || tmux -S "$scratch/t" kill-server || true
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
    rm -rf "$scratch"
}
trap cleanup EXIT
vk() { "$build/vk" -p "$port" "$@"; }
until vk ping >/dev/null 2>&1; do sleep 0.05; done

vk debug populate "$((keys / 2))" user 16 >/dev/null
vk debug populate "$((keys / 2))" order 16 >/dev/null
vk mset rare:1 a rare:2 b session:1 c session:2 d >/dev/null
vk slowlog reset >/dev/null

tmux -u -S "$scratch/t" -f /dev/null new-session -d -x 80 -y 40 "$build/vk -p $port"
screen() { tmux -S "$scratch/t" capture-pane -p; }
keys_in() { tmux -S "$scratch/t" send-keys "$@"; }
until screen | grep -q '> *$'; do sleep 0.05; done

# What the terminal gets, to wait for: polling the screen would take the server's processor from it.
mkfifo "$scratch/seen"
tmux -S "$scratch/t" pipe-pane -o "cat >$scratch/seen"
exec 3<"$scratch/seen"
now_us() { echo "${EPOCHREALTIME/./}"; }
scans() { vk info commandstats | sed -n 's/^cmdstat_scan:calls=\([0-9]*\),.*/\1/p'; }

# tab PREFIX: sets took_us. A command in front makes every earlier answer out of date; the "~" behind shows
# when Tab is dealt with.
tab() {
    local from
    keys_in -l "echo ${SRANDOM}"
    keys_in Enter
    keys_in -l "get $1"
    while read -r -t 0.1 -N 1 -u 3 _; do :; done
    from=$(now_us)
    keys_in Tab '~'
    read -r -d '~' -u 3 _
    took_us=$(($(now_us) - from))
    keys_in C-u C-l
}

worst=0
for prefix in user: order: '' rare: nothing:; do
    total=0 slowest=0 before=$(scans)
    for ((round = 0; round < rounds; round++)); do
        tab "$prefix"
        total=$((total + took_us))
        ((took_us <= slowest)) || slowest=$took_us
    done
    printf "get %-9s Tab to menu: %6.1f ms on average, %6.1f ms at most; %d SCANs each\n" "$prefix" \
        "$((total / rounds))e-3" "${slowest}e-3" $((($(scans) - ${before:-0}) / rounds))
    ((slowest <= worst)) || worst=$slowest
done

vk info commandstats | sed -n 's/^cmdstat_scan:calls=[0-9]*,usec=[0-9]*,usec_per_call=\([0-9.]*\),.*/a SCAN takes the server \1 us/p'
slow=$(vk slowlog len)
[ "$slow" = 0 ] || vk slowlog get
printf 'the slowest menu: %.1f ms; slow log: %s\n' "${worst}e-3" "$slow"
((worst <= 50000)) && [ "$slow" = 0 ]
