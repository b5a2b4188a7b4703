#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# A key typed in vk's shell, to the redrawn line with its colours and hint: lines of 200, 10,000 and 100,000
# characters, and a history of 10,000 entries. BUILD names the build folder. KEYS=2000.
set -eu
cd "$(dirname "$0")/.."
# shellcheck source=bench/server.bash
source bench/server.bash
KEYS=${KEYS:-2000}
server_begin --loglevel warning
export XDG_STATE_HOME=$dir LC_ALL=C.UTF-8
mkdir -p "$dir/valkit/history"
(umask 077 && seq 10000 | sed 's/.*/zadd board:& 1 member:&/' >"$dir/valkit/history/default")

# line BYTES: ZADD with scores and members, as many as it takes.
line() {
    printf 'zadd board:of:players nx ch'
    seq 1 "$1" | sed 's/.*/ & "player &"/' | tr -d '\n' | head -c $(($1 - 27))
}
echo "a key in the shell, CPU (reach: <= 1000 us at 200 bytes)"
for bytes in 200 10000 100000; do
    line "$bytes" >"$dir/line"
    "$BUILD/micro/typist" $((bytes > 200 ? KEYS / 10 : KEYS)) "$dir/line" "exec $BUILD/vk -s $dir/s"
done
