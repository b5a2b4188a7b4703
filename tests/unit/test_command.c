/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/command.h"

#include "t.h"

enum { MAX_ARGS = 16 };

typedef bool question(int argc, const char *const *argv, const size_t *lens);

/* Asks about a line split at blanks, once with lengths and bytes that end in no NUL, once without.
 */
static bool ask(question *fn, const char *line) {
    char copy[256], blanks[256];
    const char *argv[MAX_ARGS], *open[MAX_ARGS];
    size_t lens[MAX_ARGS];
    int argc = 0;
    snprintf(copy, sizeof copy, "%s", line);
    snprintf(blanks, sizeof blanks, "%s", line);
    for (char *at = copy, *next; at && argc < MAX_ARGS; at = next, argc++) {
        next = strchr(at, ' ');
        if (next) *next++ = 0;
        argv[argc] = at;
        open[argc] = blanks + (at - copy);
        lens[argc] = strlen(at);
    }
    bool answer = fn(argc, argv, NULL);
    CHECK_EQ(fn(argc, open, lens), answer);
    return answer;
}

static void check_all(question *fn, const char *const *lines, size_t n, bool want) {
    for (size_t i = 0; i < n; i++)
        t_check(ask(fn, lines[i]) == want, __FILE__, __LINE__, lines[i]);
}

#define CHECK_ALL(fn, want, ...)                                                                   \
    do {                                                                                           \
        static const char *const lines[] = {__VA_ARGS__};                                          \
        check_all(fn, lines, sizeof lines / sizeof *lines, want);                                  \
    } while (0)

static void the_references_read_commands_only_read(void) {
    CHECK_ALL(command_reads_only, true, "BITCOUNT k", "BITPOS k 1", "EVALSHA_RO s 0", "EVAL_RO s 0",
              "EXISTS k", "GEODIST k a b", "GEOHASH k a", "GEOPOS k a", "GEORADIUS k 1 1 1 m",
              "GEORADIUSBYMEMBER k a 1 m", "GET k", "GETBIT k 1", "GETRANGE k 0 1", "HEXISTS k f",
              "HGET k f", "HGETALL k", "HKEYS k", "HLEN k", "HMGET k f", "HSTRLEN k f", "HVALS k",
              "KEYS *", "LINDEX k 0", "LLEN k", "LRANGE k 0 1", "MGET a b", "PTTL k", "RANDOMKEY",
              "SCARD k", "SDIFF a b", "SINTER a b", "SISMEMBER k a", "SMEMBERS k", "SRANDMEMBER k",
              "STRLEN k", "SUNION a b", "TTL k", "ZCARD k", "ZCOUNT k 0 1", "ZRANGE k 0 1",
              "ZSCORE k a");
}

static void questions_to_the_server_only_read(void) {
    CHECK_ALL(command_reads_only, true, "ping", "PING hello", "Echo a", "TIME", "DBSIZE", "INFO",
              "info all", "COMMAND", "COMMAND DOCS get", "SCAN 0", "TYPE k", "CONFIG GET *",
              "config get save", "CLIENT LIST", "CLIENT ID", "client info", "MEMORY USAGE k",
              "OBJECT ENCODING k", "ACL WHOAMI", "ZUNION 1 a", "XREAD STREAMS s 0");
}

static void what_is_not_known_to_read_writes(void) {
    CHECK_ALL(command_reads_only, false, "SET a b", "GETSET a b", "GETDEL a", "GETEX a EX 1",
              "INCR a", "CONFIG", "CONFIG SET a b", "CONFIG RESETSTAT", "CLIENT", "CLIENT KILL a",
              "CLIENT REPLY OFF", "CLIENT NO-EVICT on", "EVAL s 0", "EVALSHA s 0", "SORT k",
              "SORT k STORE d", "XREADGROUP GROUP g c STREAMS s 0", "PFCOUNT k", "SUBSCRIBE a",
              "PUBLISH a b", "SELECT 1", "AUTH a", "ACL SETUSER a", "SCRIPT LOAD x", "GETX", "GE",
              "SLOWLOG RESET", "NOSUCH GET", "A", "ZZZ",
              "GETTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT");
}

static void a_radius_that_stores_writes(void) {
    CHECK_ALL(command_reads_only, false, "GEORADIUS k 1 1 1 m STORE d",
              "georadius k 1 1 1 m ASC storedist d", "GEORADIUSBYMEMBER k a 1 m STORE d");
    CHECK_ALL(command_reads_only, true, "GEORADIUSBYMEMBER k STORE 1 m",
              "GEOSEARCH STORE a b c d e");
}

static void names_with_a_nul_are_not_known(void) {
    const char *argv[] = {"GET\0X"};
    size_t lens[] = {5};
    CHECK(!command_reads_only(1, argv, lens));
    CHECK(!command_reads_only(0, NULL, NULL));
    CHECK(!command_blocks(0, NULL, NULL));
}

static void blocking_commands_block(void) {
    CHECK_ALL(command_blocks, true, "BLPOP k 0", "blpop k 0", "BRPOP k 0", "BLMOVE a b LEFT LEFT 0",
              "BLMPOP 0 1 k LEFT", "BRPOPLPUSH a b 0", "BZPOPMIN k 0", "BZPOPMAX k 0",
              "BZMPOP 0 1 k MIN", "WAIT 1 0", "WAITAOF 1 1 0", "SUBSCRIBE a", "PSUBSCRIBE a",
              "SSUBSCRIBE a", "MONITOR", "SYNC", "PSYNC ? -1", "DEBUG SLEEP 1", "debug sleep 1");
}

static void streams_block_with_BLOCK_only(void) {
    CHECK_ALL(command_blocks, true, "XREAD BLOCK 0 STREAMS s $",
              "xread count 1 block 0 streams s $", "XREADGROUP GROUP g c BLOCK 0 STREAMS s >");
    CHECK_ALL(command_blocks, false, "XREAD STREAMS s 0", "XREAD COUNT 1 STREAMS BLOCK 0",
              "XREADGROUP GROUP BLOCK BLOCK STREAMS s >", "XRANGE BLOCK - +");
    CHECK_ALL(command_blocks, true, "XREADGROUP GROUP STREAMS STREAMS BLOCK 0 STREAMS s >");
}

static void others_do_not_block(void) {
    CHECK_ALL(command_blocks, false, "GET k", "SET k v", "PING", "LPOP k", "DEBUG OBJECT k",
              "CLIENT PAUSE 100", "BITCOUNT k", "UNSUBSCRIBE", "WAI 1", "WAITT", "XADD s * BLOCK 1",
              "DEBUG", "W", "SUBSTR k 0 1");
}

int main(void) {
    RUN(the_references_read_commands_only_read);
    RUN(questions_to_the_server_only_read);
    RUN(what_is_not_known_to_read_writes);
    RUN(a_radius_that_stores_writes);
    RUN(names_with_a_nul_are_not_known);
    RUN(blocking_commands_block);
    RUN(streams_block_with_BLOCK_only);
    RUN(others_do_not_block);
    return t_end();
}
