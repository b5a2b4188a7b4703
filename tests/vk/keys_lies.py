# SPDX-License-Identifier: BSD-3-Clause
"""A server whose keys change behind the back of who scans it: prints its port, serves until it is ended. It is
a cluster's only node, too; there one key's slot has moved away for the connection that scans."""
import socket
import threading

KEYS = [b"stays", b"gone", b"gone-later", b"changed", b"module", b"denied", b"es\x1b[31m", b"moved"]
TYPES = {b"gone": b"none", b"gone-later": b"list", b"changed": b"hash", b"module": b"ReJSON-RL", b"moved": b"zset"}
DENIED = b"-NOPERM this user has no permissions to access one of the keys used as arguments\r\n"


def bulk(text):
    return b"$%d\r\n%s\r\n" % (len(text), text)


def about_cluster(what):
    if what == b"SLOTS":
        return b"*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$9\r\n127.0.0.1\r\n:%d\r\n%s" % (PORT, bulk(b"a" * 40))
    return bulk(b"%s 127.0.0.1:%d@1 myself,master - 0 0 1 connected 0-16383\n" % (b"a" * 40, PORT))


def answer(words, scans):
    command, key = words[0].upper(), words[-1]
    if scans and b"moved" in words:
        return b"-MOVED 1 127.0.0.1:%d\r\n" % PORT
    if command == b"SCAN":
        return b"*2\r\n$1\r\n0\r\n*%d\r\n%s" % (len(KEYS), b"".join(bulk(k) for k in KEYS))
    if command == b"TYPE":
        return DENIED if key == b"denied" else b"+%s\r\n" % TYPES.get(key, b"string")
    if command == b"HLEN":
        return b"-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"
    if command == b"MEMORY":
        return b"$-1\r\n" if words[2] in (b"gone", b"gone-later") else b":100\r\n"
    if command == b"PTTL":
        return b":-2\r\n" if key == b"gone" else b":-1\r\n"
    if command == b"INFO":
        return bulk(b"redis_version:7.0.0\r\nrun_id:1\r\nused_memory:1000\r\nmaxmemory_policy:noeviction\r\n")
    if command == b"CLUSTER":
        return about_cluster(words[1].upper())
    return {b"LLEN": b":0\r\n", b"STRLEN": b":5\r\n", b"ZCARD": b":7\r\n", b"DBSIZE": b":8\r\n"}.get(command, b"+OK\r\n")


def serve(connection):
    stream = connection.makefile("rwb")
    scans = False
    for line in stream:
        words = []
        for _ in range(int(line[1:])):
            words.append(stream.read(int(stream.readline()[1:]) + 2)[:-2])
        scans |= words[0].upper() == b"SCAN"
        stream.write(answer(words, scans))
        stream.flush()


listener = socket.create_server(("127.0.0.1", 0))
PORT = listener.getsockname()[1]
print(PORT, flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
