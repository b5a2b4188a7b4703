/* SPDX-License-Identifier: BSD-3-Clause */
/* What a command's words tell. Names are looked up in sorted tables, upper case, the second word of
 * a container command behind a blank. What is not in a table is a write that answers at once: the
 * safe side of both questions. */
#include "core/command.h"

#include <stdlib.h>
#include <string.h>

#include "core/args.h"

enum { NAME_MAX_LEN = 40 };

/* The cluster clients' READ_COMMANDS, their like among later commands, and what only asks the
 * server about itself. PFCOUNT (writes a cache into the key) and TOUCH are not among them. */
static const char *const reads[] = {
    "ACL CAT",
    "ACL GETUSER",
    "ACL LIST",
    "ACL USERS",
    "ACL WHOAMI",
    "BITCOUNT",
    "BITFIELD_RO",
    "BITPOS",
    "CLIENT GETNAME",
    "CLIENT ID",
    "CLIENT INFO",
    "CLIENT LIST",
    "CLUSTER COUNTKEYSINSLOT",
    "CLUSTER GETKEYSINSLOT",
    "CLUSTER INFO",
    "CLUSTER KEYSLOT",
    "CLUSTER LINKS",
    "CLUSTER MYID",
    "CLUSTER MYSHARDID",
    "CLUSTER NODES",
    "CLUSTER REPLICAS",
    "CLUSTER SHARDS",
    "CLUSTER SLOTS",
    "COMMAND",
    "CONFIG GET",
    "DBSIZE",
    "DUMP",
    "ECHO",
    "EVALSHA_RO",
    "EVAL_RO",
    "EXISTS",
    "EXPIRETIME",
    "FCALL_RO",
    "FUNCTION DUMP",
    "FUNCTION LIST",
    "FUNCTION STATS",
    "GEODIST",
    "GEOHASH",
    "GEOPOS",
    "GEORADIUS",
    "GEORADIUSBYMEMBER",
    "GEORADIUSBYMEMBER_RO",
    "GEORADIUS_RO",
    "GEOSEARCH",
    "GET",
    "GETBIT",
    "GETRANGE",
    "HEXISTS",
    "HEXPIRETIME",
    "HGET",
    "HGETALL",
    "HKEYS",
    "HLEN",
    "HMGET",
    "HPEXPIRETIME",
    "HPTTL",
    "HRANDFIELD",
    "HSCAN",
    "HSTRLEN",
    "HTTL",
    "HVALS",
    "INFO",
    "KEYS",
    "LASTSAVE",
    "LATENCY HISTORY",
    "LATENCY LATEST",
    "LCS",
    "LINDEX",
    "LLEN",
    "LPOS",
    "LRANGE",
    "MEMORY DOCTOR",
    "MEMORY MALLOC-STATS",
    "MEMORY STATS",
    "MEMORY USAGE",
    "MGET",
    "MODULE LIST",
    "OBJECT ENCODING",
    "OBJECT FREQ",
    "OBJECT IDLETIME",
    "OBJECT REFCOUNT",
    "PEXPIRETIME",
    "PING",
    "PTTL",
    "PUBSUB CHANNELS",
    "PUBSUB NUMPAT",
    "PUBSUB NUMSUB",
    "PUBSUB SHARDCHANNELS",
    "PUBSUB SHARDNUMSUB",
    "RANDOMKEY",
    "ROLE",
    "SCAN",
    "SCARD",
    "SCRIPT EXISTS",
    "SDIFF",
    "SINTER",
    "SINTERCARD",
    "SISMEMBER",
    "SLOWLOG GET",
    "SLOWLOG LEN",
    "SMEMBERS",
    "SMISMEMBER",
    "SORT_RO",
    "SRANDMEMBER",
    "SSCAN",
    "STRLEN",
    "SUBSTR",
    "SUNION",
    "TIME",
    "TTL",
    "TYPE",
    "XINFO CONSUMERS",
    "XINFO GROUPS",
    "XINFO STREAM",
    "XLEN",
    "XPENDING",
    "XRANGE",
    "XREAD",
    "XREVRANGE",
    "ZCARD",
    "ZCOUNT",
    "ZDIFF",
    "ZINTER",
    "ZINTERCARD",
    "ZLEXCOUNT",
    "ZMSCORE",
    "ZRANDMEMBER",
    "ZRANGE",
    "ZRANGEBYLEX",
    "ZRANGEBYSCORE",
    "ZRANK",
    "ZREVRANGE",
    "ZREVRANGEBYLEX",
    "ZREVRANGEBYSCORE",
    "ZREVRANK",
    "ZSCAN",
    "ZSCORE",
    "ZUNION",
};

static const char *const blocking[] = {
    "BLMOVE",     "BLMPOP",    "BLPOP",       "BRPOP",   "BRPOPLPUSH", "BZMPOP",
    "BZPOPMAX",   "BZPOPMIN",  "DEBUG SLEEP", "MONITOR", "PSUBSCRIBE", "PSYNC",
    "SSUBSCRIBE", "SUBSCRIBE", "SYNC",        "WAIT",    "WAITAOF",
};

/* The command's name in upper case, of so many words; false when it cannot be a known one. */
static bool name_of(const struct args *a, int n_words, char name[NAME_MAX_LEN]) {
    size_t len = 0;
    if (n_words > a->argc) return false;
    for (int i = 0; i < n_words; i++) {
        size_t n = args_len(a, i);
        if (n + len + 2 > NAME_MAX_LEN) return false;
        if (i) name[len++] = ' ';
        for (size_t j = 0; j < n; j++) {
            char c = a->argv[i][j];
            if (!c || c == ' ') return false;
            name[len++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        }
    }
    name[len] = 0;
    return true;
}

static int compare(const void *name, const void *row) {
    return strcmp(name, *(const char *const *)row);
}

/* The command, by one word or by two, is in a table. */
static bool is_among(const struct args *a, const char *const *table, size_t n) {
    char name[NAME_MAX_LEN];
    for (int n_words = 1; n_words <= 2; n_words++)
        if (name_of(a, n_words, name) && bsearch(name, table, n, sizeof *table, compare))
            return true;
    return false;
}

/* GEORADIUS and GEORADIUSBYMEMBER may end in STORE key or STOREDIST key. */
static bool stores(const struct args *a) {
    if (!args_is(a, 0, "GEORADIUS") && !args_is(a, 0, "GEORADIUSBYMEMBER")) return false;
    for (int i = 5; i < a->argc; i++)
        if (args_is(a, i, "STORE") || args_is(a, i, "STOREDIST")) return true;
    return false;
}

bool command_reads_only(int argc, const char *const *argv, const size_t *lens) {
    struct args a = {argc, argv, lens};
    return is_among(&a, reads, sizeof reads / sizeof *reads) && !stores(&a);
}

static bool stream_blocks(const struct args *a) {
    int i = args_is(a, 0, "XREAD") ? 1 : args_is(a, 0, "XREADGROUP") ? 4 : a->argc;
    for (; i < a->argc && !args_is(a, i, "STREAMS"); i++)
        if (args_is(a, i, "BLOCK")) return true;
    return false;
}

/* Most commands are told by length and first letter: this question comes with every submit. */
static bool may_block(const struct args *a) {
    return a->argc && args_len(a, 0) >= 4 && strchr("BbDdMmPpSsWwXx", a->argv[0][0]);
}

bool command_blocks(int argc, const char *const *argv, const size_t *lens) {
    struct args a = {argc, argv, lens};
    if (!may_block(&a)) return false;
    return is_among(&a, blocking, sizeof blocking / sizeof *blocking) || stream_blocks(&a);
}
