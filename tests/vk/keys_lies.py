# SPDX-License-Identifier: BSD-3-Clause
"""A server whose keys change behind the back of who scans it: prints its port, serves until it is ended."""
import socket
import threading

KEYS = [b"stays", b"gone", b"gone-later", b"changed", b"module", b"denied", b"es\x1b[31m"]
TYPES = {b"gone": b"none", b"gone-later": b"list", b"changed": b"hash", b"module": b"ReJSON-RL"}
DENIED = b"-NOPERM this user has no permissions to access one of the keys used as arguments\r\n"


def answer(words):
    command, key = words[0].upper(), words[-1]
    if command == b"SCAN":
        keys = b"".join(b"$%d\r\n%s\r\n" % (len(k), k) for k in KEYS)
        return b"*2\r\n$1\r\n0\r\n*%d\r\n%s" % (len(KEYS), keys)
    if command == b"TYPE":
        return DENIED if key == b"denied" else b"+%s\r\n" % TYPES.get(key, b"string")
    if command == b"HLEN":
        return b"-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"
    if command == b"LLEN":
        return b":0\r\n"
    if command == b"STRLEN":
        return b":5\r\n"
    if command == b"MEMORY":
        return b"$-1\r\n" if words[2] in (b"gone", b"gone-later") else b":100\r\n"
    if command == b"PTTL":
        return b":-2\r\n" if key == b"gone" else b":-1\r\n"
    if command == b"DBSIZE":
        return b":7\r\n"
    if command == b"INFO":
        text = b"redis_version:7.0.0\r\nrun_id:1\r\nused_memory:1000\r\nmaxmemory_policy:noeviction\r\n"
        return b"$%d\r\n%s\r\n" % (len(text), text)
    return b"+OK\r\n"


def serve(connection):
    stream = connection.makefile("rwb")
    for line in stream:
        words = []
        for _ in range(int(line[1:])):
            words.append(stream.read(int(stream.readline()[1:]) + 2)[:-2])
        stream.write(answer(words))
        stream.flush()


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
