#!/usr/bin/env bats
# vkbench --cluster against nodes that say what real ones cannot be made to say on demand: every lie ends in
# counted errors or one clear line, never in a hang.
load ../helper
load helper

setup() { bench_before=(timeout -k 2 20); }
teardown() { [ -z "${node_pid:-}" ] || kill "$node_pid" 2>/dev/null || true; }

# node_start SLOTS GET [ASKING]: a node with its replies (escapes are undone, %p becomes its port) to CLUSTER
# SLOTS, GET and ASKING; sets node_port.
node_start() {
    rm -f "$BATS_TEST_TMPDIR/port"
    /usr/bin/python3 - "$@" >"$BATS_TEST_TMPDIR/port" 3>&- <<'PY' &
import socketserver, sys

class Node(socketserver.StreamRequestHandler):
    def handle(self):
        replies = dict(cluster=sys.argv[1], get=sys.argv[2], asking=(sys.argv[3:] or ['+OK\\r\\n'])[0], ping='+PONG\\r\\n',
                       info='$0\\r\\n\\r\\n', config='*0\\r\\n')
        while line := self.rfile.readline():
            words = []
            for _ in range(int(line[1:])):
                length = int(self.rfile.readline()[1:])
                words.append(self.rfile.read(length + 2)[:-2])
            reply = replies.get(words[0].decode().lower(), '+OK\\r\\n').replace('%p', str(self.server.server_address[1]))
            self.wfile.write(reply.encode().decode('unicode_escape').encode())

class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

with Server(('127.0.0.1', 0), Node) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
PY
    node_pid=$!
    eventually test -s "$BATS_TEST_TMPDIR/port"
    node_port=$(cat "$BATS_TEST_TMPDIR/port")
}
# own FIRST LAST [HOST PORT]: a CLUSTER SLOTS of one range
own() { printf '%s' "*1\\r\\n*3\\r\\n:$1\\r\\n:$2\\r\\n*2\\r\\n+${3:-127.0.0.1}\\r\\n:${4:-%p}\\r\\n"; }
B() { bench --cluster -p "$node_port" -c 4 "$@" -- get k; }

@test "MOVED for ever: sixteen sends each, then an error" {
    node_start "$(own 0 16383)" '-MOVED 7629 127.0.0.1:%p\r\n'
    B -n 10
    assert_equal "$code" 13
    holds "r['count'] == 0 and r['errors']['MOVED']['count'] == 10 and t['cluster']['redirects']['moved'] == 150"
    kill "$node_pid" # now one that leaves its host out
    node_start "$(own 0 16383)" '-MOVED 7629 :%p\r\n'
    B -n 10 -P 3
    assert_equal "$code" 13
    holds "r['errors']['MOVED']['count'] == 10 and r['count'] == 0"
}

@test "MOVED and ASK to where nobody is, and such as cannot be read" {
    local reply
    for reply in 'MOVED 7629 127.0.0.1:1' 'ASK 7629 127.0.0.1:1' 'MOVED 99999 127.0.0.1:1' 'MOVED' 'ASK x y' \
        'MOVED 7629 127.0.0.1:99999' 'MOVED 7629 203.0.113.1:'; do
        node_start "$(own 0 16383)" "-$reply\\r\\n"
        B -n 6
        kill "$node_pid"
        assert_equal "$reply $code" "$reply 13"
        holds "r['count'] == 0 and r['error_count'] + t['unfinished']['count'] == 6"
    done
}

@test "ASK for ever, and ASKING refused" {
    node_start "$(own 0 16383)" '-ASK 7629 127.0.0.1:%p\r\n' '-ERR unknown command\r\n'
    B -n 10
    assert_equal "$code" 13
    holds "r['errors']['ASK']['count'] == 10 and t['cluster']['redirects']['ask'] == 150 and r['error_count'] == 10"
}

@test "TRYAGAIN and CLUSTERDOWN for ever have an end" {
    local word
    for word in TRYAGAIN CLUSTERDOWN LOADING MASTERDOWN; do
        node_start "$(own 0 16383)" "-$word not now\\r\\n"
        B -n 5
        kill "$node_pid"
        assert_equal "$word $code" "$word 13"
        holds "r['errors']['$word']['count'] == 5 and t['window']['elapsed_s'] < 5"
    done
}

@test "errors that are none of a cluster's are the command's own" {
    node_start "$(own 0 16383)" '-WRONGTYPE k is no string\r\n'
    B -n 10
    assert_equal "$code" 13
    holds "r['errors']['WRONGTYPE']['count'] == 10 and sum(t['cluster']['redirects'].values()) == 0"
}

@test "a topology that cannot be: one line, no run" {
    local slots
    for slots in '*0\r\n' '+OK\r\n' '$3\r\nfoo\r\n' '-ERR go away\r\n' "$(own 0 16384)" "$(own 5 4)" "$(own -1 4)" \
        "$(own 0 16383 127.0.0.1 70000)" "$(own 0 16383 '?')" '*1\r\n*2\r\n:0\r\n:1\r\n'; do
        node_start "$slots" '+OK\r\n'
        B -n 10
        kill "$node_pid"
        [ "$code" != 0 ] && [ "$code" -lt 20 ] || { echo "$slots: $code" && return 1; }
        [ "$(wc -l <<<"$err")" = 1 ] && [ -n "$err" ] || { echo "$slots: $err" && return 1; }
    done
}

@test "a topology that names nodes which are not there" {
    node_start "$(own 0 16383 127.0.0.1 1)" '+OK\r\n'
    B -n 10
    assert_equal "$code" 3
    assert_equal "$err" "vkbench: node announced 127.0.0.1:1, unreachable (use --node-map): cannot connect to 127.0.0.1:1: Connection refused"
}
