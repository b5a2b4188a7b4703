# SPDX-License-Identifier: BSD-3-Clause
"""keys_truth.py CLI TOP PORT...: what `vk --keystats --json --top TOP` on standard input ought to say, found
out by plain commands on each of the servers, compared with what it says."""
import base64
import json
import re
import subprocess
import sys

SCRIPT = """
local lengths = {string='strlen', list='llen', set='scard', zset='zcard', hash='hlen', stream='xlen'}
local out = {}
for _, key in ipairs(redis.call('keys', '*')) do
    local hex = key:gsub('.', function(c) return string.format('%02x', c:byte()) end)
    local type = redis.call('type', key).ok
    out[#out + 1] = table.concat({type, redis.call(lengths[type], key), redis.call('memory', 'usage', key),
                                  redis.call('pttl', key), 'x' .. hex}, ' ')
end
return out
"""
NAME_MAX = 4096
BELOW_S = [("under_1m", 60), ("under_1h", 3600), ("under_1d", 86400), ("under_7d", 7 * 86400),
           ("under_30d", 30 * 86400)]


def rows(cli, port):
    """Until two answers in a row agree: a hash table that is still growing counts twice."""
    last = None
    while True:
        text = subprocess.run([cli, "-p", port, "--raw", "eval", SCRIPT, "0"], check=True,
                              stdout=subprocess.PIPE).stdout.decode()
        found = [(t, int(n), int(m), int(ttl), bytes.fromhex(name[1:]))
                 for t, n, m, ttl, name in (line.split(" ") for line in text.splitlines())]
        measures = sorted((row[4], row[1], row[2]) for row in found)
        if measures == last:
            return found
        last = measures


def name_of(value):
    return base64.b64decode(value["base64"]) if isinstance(value, dict) else value.encode()


def top_of(entries, field):
    return [(entry[field], name_of(entry["key"]), entry.get("whole_length")) for entry in entries]


def cut(name):
    return (name[:NAME_MAX], len(name) if len(name) > NAME_MAX else None)


def same(what, got, want):
    assert got == want, "%s: %.500r, not %.500r" % (what, got, want)


def ttl_class(ttl):
    if ttl < 0:
        return "none"
    return next((name for name, below in BELOW_S if ttl < below * 1000), "longer")


def main():
    cli, top, ports = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    got = json.load(sys.stdin)
    want = [row for port in ports for row in rows(cli, port)]
    same("keys", got["keys"], len(want))
    same("scanned", got["scanned"], len(want))
    same("name_bytes", got["name_bytes"], sum(len(row[4]) for row in want))
    same("complete", (got["complete"], got["vanished"], got["changed_type"]), (True, 0, 0))
    same("types", sorted(t["type"] for t in got["types"]), sorted({row[0] for row in want}))
    for told in got["types"]:
        mine = [row for row in want if row[0] == told["type"]]
        same(told["type"], told["keys"], len(mine))
        for field, column in (("elements", 1), ("bytes", 2)):
            if field not in told:
                continue
            figures = sorted(row[column] for row in mine)
            same(told["type"] + " " + field, [told[field][k] for k in ("sum", "min", "max")],
                 [sum(figures), figures[0], figures[-1]])
            median = figures[(len(figures) + 1) // 2 - 1]
            assert median <= told[field]["p50"] <= median * 1.002, (told["type"], median, told[field])
            best = sorted((-row[column], row[4]) for row in mine)[:top]
            same(told["type"] + " top", top_of(told[field]["top"], field), [(-n, *cut(name)) for n, name in best])
    if "ttls" in got:
        same("ttls", {k: n for k, n in got["ttls"].items() if n},
             {k: sum(ttl_class(row[3]) == k for row in want) for k in {ttl_class(row[3]) for row in want}})
    users = [row for row in want if re.fullmatch(rb"user:\d+", row[4])]
    told = next(p for p in got["prefixes"] if p["prefix"] == "user:*")
    same("user:*", told["keys"], len(users))
    if "bytes" in got:
        same("bytes", got["bytes"], sum(row[2] for row in want))
        same("user:* bytes", told["bytes"], sum(row[2] for row in users))


main()
