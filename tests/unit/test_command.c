/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/command.h"

#include <stdlib.h>

#include "t.h"

enum { MAX_ARGS = 16 };

typedef bool question(int argc, const char *const *argv, const size_t *lens);

/* A line split at blanks ('' = an empty word), with lengths and bytes that end in no NUL, and with
 * NULs. */
struct words {
    char copy[256], blanks[256];
    const char *argv[MAX_ARGS], *open[MAX_ARGS];
    size_t lens[MAX_ARGS];
    int argc;
};

static void split(struct words *w, const char *line) {
    w->argc = 0;
    snprintf(w->copy, sizeof w->copy, "%s", line);
    snprintf(w->blanks, sizeof w->blanks, "%s", line);
    for (char *at = w->copy, *next; at && w->argc < MAX_ARGS; at = next, w->argc++) {
        next = strchr(at, ' ');
        if (next) *next++ = 0;
        if (!strcmp(at, "''")) *at = 0;
        w->argv[w->argc] = at;
        w->open[w->argc] = w->blanks + (at - w->copy);
        w->lens[w->argc] = strlen(at);
    }
}

static bool ask(question *fn, const char *line) {
    struct words w;
    split(&w, line);
    bool answer = fn(w.argc, w.argv, NULL);
    CHECK_EQ(fn(w.argc, w.open, w.lens), answer);
    return answer;
}

static const struct command_info *find(const char *line) {
    struct words w;
    split(&w, line);
    const struct command_info *found = command_find(NULL, w.argc, w.argv, NULL);
    CHECK(command_find(NULL, w.argc, w.open, w.lens) == found);
    return found;
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

/* The commands of the table that may block, their arguments the least that it takes. */
static void every_blocking_command_passes_the_first_look(void) {
    int n = 0;
    for (size_t i = 0; command_at(i); i++) {
        const struct command_info *info = command_at(i);
        char line[256];
        int len = snprintf(line, sizeof line, "%s", info->name);
        for (int j = 2; j < abs(info->arity) && len < 200; j++)
            len += snprintf(line + len, sizeof line - (size_t)len, j == 5 ? " BLOCK" : " b");
        if (!(info->flags & COMMAND_BLOCKING) || !strcmp(info->name, "XREAD")) continue;
        n++;
        t_check(ask(command_blocks, line), __FILE__, __LINE__, line);
    }
    CHECK_EQ(n, 18);
}

/* ---- finding ---- */

static void each_command_is_found_by_its_name(void) {
    size_t n = 0;
    for (; command_at(n); n++) {
        const struct command_info *info = command_at(n);
        CHECK(find(info->name) == info);
        CHECK_EQ(info->name_len, strlen(info->name));
        CHECK(!n || strcmp(command_at(n - 1)->name, info->name) < 0);
    }
    CHECK(n > 400);
}

static void names_come_in_any_case_and_with_arguments(void) {
    CHECK_STR(find("get k")->name, "GET");
    CHECK_STR(find("gEt")->name, "GET");
    CHECK_STR(find("config get *")->name, "CONFIG GET");
    CHECK_STR(find("Config")->name, "CONFIG");
    CHECK_STR(find("CONFIG NOSUCH")->name, "CONFIG");
    CHECK_STR(find("client no-touch on")->name, "CLIENT NO-TOUCH");
    CHECK_STR(find("GET CONFIG")->name, "GET");
}

static void no_other_name_is_known(void) {
    static const char *const lines[] = {"", "G", "GETT", "CONFIGGET", "CONFIG|GET", "NOSUCH GET"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        t_check(!find(lines[i]), __FILE__, __LINE__, lines[i]);
    static const char *const whole[] = {"CONFIG GET"}, *const cut[] = {"CONFIG", "GET X"};
    CHECK(!command_find(NULL, 1, whole, NULL));
    CHECK_STR(command_find(NULL, 2, cut, NULL)->name, "CONFIG");
    CHECK(!command_find(NULL, 0, NULL, NULL));
    char endless[300];
    memset(endless, 'A', sizeof endless);
    const char *argv[] = {endless, endless};
    size_t lens[] = {sizeof endless, sizeof endless};
    CHECK(!command_find(NULL, 2, argv, lens));
    argv[0] = "CONFIG", lens[0] = 6;
    CHECK_STR(command_find(NULL, 2, argv, lens)->name, "CONFIG");
}

static void what_the_server_says_is_in_the_table(void) {
    const struct command_info *info = find("CONFIG SET a b");
    CHECK_EQ(info->arity, -4);
    CHECK_EQ(info->flags, COMMAND_ADMIN | COMMAND_NOSCRIPT | COMMAND_LOADING | COMMAND_STALE);
    CHECK_EQ(info->acl, COMMAND_ACL_ADMIN | COMMAND_ACL_SLOW | COMMAND_ACL_DANGEROUS);
    CHECK_EQ(info->request, COMMAND_REQUEST_ALL_NODES);
    CHECK_EQ(info->response, COMMAND_RESPONSE_ALL_SUCCEEDED);
    info = find("MSET a 1");
    CHECK(info->first == 1 && info->last == -1 && info->step == 2);
    CHECK(command_arity_fits(info, 3) && command_arity_fits(info, 9));
    CHECK(!command_arity_fits(info, 2));
    CHECK(command_arity_fits(find("GET"), 2) && !command_arity_fits(find("GET"), 3));
}

/* ---- keys ---- */

static const char *keys_of(const char *line, char text[128]) {
    struct words w;
    int keys[MAX_ARGS], again[MAX_ARGS];
    split(&w, line);
    const struct command_info *info = command_find(NULL, w.argc, w.argv, NULL);
    if (!info) return "unknown";
    int n = command_keys(info, w.argc, w.argv, NULL, keys, MAX_ARGS), len = 0;
    text[0] = 0;
    for (int i = 0; i < n; i++)
        len += snprintf(text + len, 128 - (size_t)len, i ? " %d" : "%d", keys[i]);
    if (strstr(line, "\'\'")) return text;
    CHECK_EQ(command_keys(info, w.argc, w.open, w.lens, again, MAX_ARGS), n);
    CHECK(n < 0 || !memcmp(keys, again, (size_t)n * sizeof *keys));
    return n < 0 ? "not known" : text;
}

struct vector {
    const char *line, *keys;
};

static void check_keys(const struct vector *v, size_t n) {
    char text[128];
    for (size_t i = 0; i < n; i++) {
        const char *got = keys_of(v[i].line, text);
        t_mem(got, strlen(got), v[i].keys, strlen(v[i].keys), __FILE__, __LINE__, v[i].line);
    }
}

#define CHECK_KEYS(...)                                                                            \
    do {                                                                                           \
        static const struct vector vectors[] = {__VA_ARGS__};                                      \
        check_keys(vectors, sizeof vectors / sizeof *vectors);                                     \
    } while (0)

static void keys_at_fixed_places(void) {
    CHECK_KEYS(
        {"GET k", "1"}, {"SET k v GET", "1"}, {"PING", ""}, {"DBSIZE", ""}, {"RENAME a b", "1 2"},
        {"COPY a b DB 1", "1 2"}, {"SMOVE a b m", "1 2"}, {"LMOVE a b LEFT LEFT", "1 2"},
        {"LCS a b LEN", "1 2"}, {"PFMERGE d a b", "1 2 3"}, {"RESTORE-ASKING k 0 v", "1"},
        {"GEOSEARCHSTORE d s FROMMEMBER a BYRADIUS 1 m", "1 2"}, {"BITOP AND d a b", "2 3 4"},
        {"BITOP NOT d a", "2 3"}, {"ZRANGESTORE d s 0 1", "1 2"});
}

static void keys_in_a_row(void) {
    CHECK_KEYS({"MGET a", "1"}, {"MGET a b c", "1 2 3"}, {"DEL a b", "1 2"}, {"EXISTS a a", "1 2"},
               {"MSET a 1 b 2 c 3", "1 3 5"}, {"MSETNX a 1 b 2", "1 3"}, {"MSET a 1 b", "1 3"},
               {"BLPOP a b 0", "1 2"}, {"BZPOPMIN a 0", "1"}, {"SDIFFSTORE d a b", "1 2 3"},
               {"WATCH a b", "1 2"}, {"PFCOUNT a b", "1 2"}, {"TOUCH a b", "1 2"});
}

static void keys_behind_their_number(void) {
    CHECK_KEYS({"EVAL s 0", ""}, {"EVAL s 0 a", ""}, {"EVAL s 2 a b c", "3 4"},
               {"EVALSHA h 1 a", "3"}, {"EVAL_RO s 1 a", "3"}, {"EVALSHA_RO h 1 a b", "3"},
               {"FCALL f 0", ""}, {"FCALL f 2 a b", "3 4"}, {"FCALL_RO f 1 a", "3"},
               {"ZUNION 2 a b", "2 3"}, {"ZINTER 1 a WITHSCORES", "2"}, {"ZDIFF 2 a b", "2 3"},
               {"SINTERCARD 2 a b", "2 3"}, {"ZINTERCARD 1 a LIMIT 1", "2"},
               {"LMPOP 2 a b LEFT", "2 3"}, {"ZMPOP 1 a MIN", "2"}, {"BLMPOP 0 2 a b LEFT", "3 4"},
               {"BZMPOP 0 1 a MIN", "3"}, {"ZUNIONSTORE d 2 a b WEIGHTS 1 2", "1 3 4"},
               {"ZINTERSTORE d 1 a", "1 3"}, {"ZDIFFSTORE d 2 a b", "1 3 4"},
               {"MSETEX 2 a 1 b 2 EX 5", "2 4"});
}

static void a_number_of_keys_that_cannot_be_gives_none(void) {
    CHECK_KEYS({"EVAL s 5 a b", ""}, {"EVAL s 3 a b", ""}, {"EVAL s -1 a b", ""},
               {"EVAL s x a", ""}, {"EVAL s 2147483647 a", ""},
               {"EVAL s 9223372036854775807 a", ""}, {"EVAL s 99999999999999999999 a", ""},
               {"EVAL s '' a", ""}, {"LMPOP 3 a b LEFT x", "2 3 4"}, {"ZUNIONSTORE d 5 a", "1"},
               {"ZUNIONSTORE d x a", "1"}, {"MSETEX 3 a 1 b 2", ""},
               {"MSETEX 9223372036854775807 a 1 b 2", ""}, {"MSETEX 2 a 1 b", "2 4"});
}

static void keys_behind_a_word(void) {
    CHECK_KEYS({"XREAD STREAMS a 0", "2"}, {"XREAD COUNT 2 BLOCK 0 streams a b c 0 0 0", "6 7 8"},
               {"XREAD STREAMS a b 0", "2"}, {"XREAD COUNT 2 STREAMS", ""},
               {"XREAD COUNT 2 COUNT", ""}, {"XREADGROUP GROUP g c STREAMS a b > >", "5 6"},
               {"XREADGROUP GROUP STREAMS STREAMS BLOCK 0 STREAMS s >", "7"});
}

static void keys_that_are_stored_to(void) {
    CHECK_KEYS(
        {"SORT k", "1"}, {"SORT k STORE d", "1 3"}, {"SORT k ALPHA store d DESC", "1 4"},
        {"SORT k BY w_* LIMIT 0 5 GET x STORE d", "1 10"}, {"SORT k STORE", "1"},
        {"SORT k BY STORE GET STORE STORE d", "1 7"}, {"SORT k STORE a STORE b", "1 5"},
        {"SORT_RO k BY w_* GET x", "1"}, {"GEORADIUS k 1 1 1 m", "1"},
        {"GEORADIUS k 1 1 1 m STORE d", "1 7"}, {"GEORADIUS k 1 1 1 m COUNT 3 STOREDIST d", "1 9"},
        {"GEORADIUS k 1 1 1 m STORE a STOREDIST b", "1 9"}, {"GEORADIUSBYMEMBER k STORE 1 m", "1"},
        {"GEORADIUSBYMEMBER k a 1 m STORE d", "1 6"}, {"GEORADIUS_RO k 1 1 1 m", "1"});
}

static void keys_that_migrate(void) {
    CHECK_KEYS({"MIGRATE h 1 k 0 1", "3"}, {"MIGRATE h 1 k 0 1 COPY", "3"},
               {"MIGRATE h 1 '' 0 1 KEYS a b", "7 8"}, {"MIGRATE h 1 '' 0 1", "3"},
               {"MIGRATE h 1 '' 0 1 COPY REPLACE AUTH KEYS KEYS a", "11"},
               {"MIGRATE h 1 '' 0 1 AUTH2 KEYS KEYS KEYS a", "10"},
               {"MIGRATE h 1 '' 0 1 KEYS", "3"}, {"MIGRATE h 1 k 0 1 KEYS a b", "3"},
               {"MIGRATE h 1 '' 0 1 AUTH", "3"});
}

static void keys_of_subcommands(void) {
    CHECK_KEYS({"OBJECT ENCODING k", "2"}, {"OBJECT HELP", ""}, {"MEMORY USAGE k SAMPLES 0", "2"},
               {"MEMORY STATS", ""}, {"XINFO STREAM k FULL", "2"}, {"XINFO CONSUMERS k g", "2"},
               {"XGROUP CREATE k g $ MKSTREAM", "2"}, {"XGROUP HELP", ""},
               {"PFDEBUG GETREG k", "2"}, {"DEBUG OBJECT k", "2"}, {"DEBUG SLEEP 1", ""},
               {"CONFIG GET *", ""});
}

static void channels_that_route_by_slot(void) {
    CHECK_KEYS({"SSUBSCRIBE a b", "1 2"}, {"SUNSUBSCRIBE a", "1"}, {"SUNSUBSCRIBE", ""},
               {"SPUBLISH a m", "1"}, {"SUBSCRIBE a b", ""}, {"PSUBSCRIBE a", ""},
               {"PUBLISH a m", ""}, {"UNSUBSCRIBE a", ""}, {"PUBSUB SHARDNUMSUB a", ""},
               {"CLUSTERSCAN 0", "1"});
}

static void keys_of_later_servers_commands(void) {
    CHECK_KEYS({"HEXPIRE k 1 FIELDS 1 f", "1"}, {"HGETDEL k FIELDS 1 f", "1"},
               {"HSETEX k FIELDS 1 f v", "1"}, {"DELIFEQ k v", "1"}, {"VADD k VALUES 1 1 e", "1"},
               {"XACKDEL k g KEEPREF IDS 1 1-1", "1"}, {"WAITAOF 1 1 0", ""}, {"DIGEST k", "1"},
               {"CLIENT CAPA redirect", ""}, {"CLUSTER SLOT-STATS SLOTSRANGE 0 1", ""});
}

static void too_few_or_many_words_have_no_keys(void) {
    CHECK_KEYS({"GET", ""}, {"GET a b", ""}, {"MSET", ""}, {"MSET a", ""}, {"EVAL s", ""},
               {"SORT", ""}, {"MIGRATE h 1 k 0", ""}, {"MIGRATE", ""}, {"GEORADIUS k", ""},
               {"XREAD STREAMS a", ""}, {"BLPOP a", ""}, {"OBJECT ENCODING", ""}, {"OBJECT", ""},
               {"RENAME a", ""});
}

static void positions_beyond_the_room_are_counted_only(void) {
    const char *argv[] = {"MGET", "a", "b", "c"};
    int keys[3] = {-1, -1, -1};
    CHECK_EQ(command_keys(find("MGET"), 4, argv, NULL, keys, 2), 3);
    CHECK(keys[0] == 1 && keys[1] == 2 && keys[2] == -1);
    CHECK_EQ(command_keys(find("MGET"), 4, argv, NULL, NULL, 0), 3);
}

static void specs_that_tell_not_all_are_not_known(void) {
    static const struct command_spec specs[] = {
        {COMMAND_BEGIN_INDEX, COMMAND_FIND_RANGE, false, 1, 0, 0, 1, 0, NULL},
        {COMMAND_BEGIN_KEYWORD, COMMAND_FIND_RANGE, true, -1, -1, 0, 1, 0, "KEYS"},
        {.begin = COMMAND_BEGIN_UNKNOWN},
    };
    struct command_info info = {.name = "X", .arity = -1, .specs = specs, .n_specs = 1};
    const char *argv[] = {"X", "a", "KEYS", "b"};
    int keys[4];
    CHECK_EQ(command_keys(&info, 4, argv, NULL, keys, 4), 1);
    CHECK_EQ(command_keys(&info, 1, argv, NULL, keys, 4), 0);
    info.n_specs = 2;
    CHECK_EQ(command_keys(&info, 4, argv, NULL, keys, 4), VK_EPARSE);
    info.specs = specs + 2, info.n_specs = 1;
    CHECK_EQ(command_keys(&info, 4, argv, NULL, keys, 4), VK_EPARSE);
}

static void specs_that_point_beyond_the_words_stay_inside(void) {
    static const struct command_spec specs[] = {
        {COMMAND_BEGIN_INDEX, COMMAND_FIND_RANGE, false, 1, 2, 0, 1, 0, NULL},
        {COMMAND_BEGIN_INDEX, COMMAND_FIND_RANGE, false, 2, INT16_MAX, 0, 1, 0, NULL},
        {COMMAND_BEGIN_INDEX, COMMAND_FIND_RANGE, false, INT16_MAX, 0, 0, 1, 0, NULL},
        {COMMAND_BEGIN_INDEX, COMMAND_FIND_RANGE, false, 1, INT16_MIN, 0, 1, 0, NULL},
        {COMMAND_BEGIN_INDEX, COMMAND_FIND_KEYNUM, false, 1, 2, 0, 1, 0, NULL},
        {COMMAND_BEGIN_INDEX, COMMAND_FIND_KEYNUM, false, 1, INT16_MIN, 1, 1, 0, NULL},
        {COMMAND_BEGIN_INDEX, COMMAND_FIND_KEYNUM, false, 1, 0, INT16_MIN, 1, 0, NULL},
        {COMMAND_BEGIN_INDEX, COMMAND_FIND_KEYNUM, false, 1, 0, INT16_MAX, INT16_MAX, 0, NULL},
        {COMMAND_BEGIN_KEYWORD, COMMAND_FIND_RANGE, false, INT16_MIN, 0, 0, 1, 0, "2"},
        {COMMAND_BEGIN_KEYWORD, COMMAND_FIND_RANGE, false, INT16_MAX, 0, 0, 1, 0, "2"},
        {COMMAND_BEGIN_KEYWORD, COMMAND_FIND_RANGE, false, -1, 0, 0, 1, 0, "2"},
    };
    static const int counts[] = {2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    /* the word behind the last is there to be looked at by mistake */
    const char *argv[] = {"X", "2", "a", "1", "b"};
    int keys[4] = {0};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct command_info info = {.arity = -1, .specs = specs + i, .n_specs = 1};
        CHECK_EQ(command_keys(&info, 3, argv, NULL, keys, 4), counts[i]);
        CHECK(keys[0] < 3 && keys[1] < 3);
    }
}

/* ---- in a cluster ---- */

static enum command_target target_of(const char *line) {
    struct words w;
    split(&w, line);
    return command_target(command_find(NULL, w.argc, w.argv, NULL), w.argc, w.argv, NULL);
}

static void check_targets(enum command_target want, const char *const *lines, size_t n) {
    for (size_t i = 0; i < n; i++)
        t_eq(target_of(lines[i]), want, __FILE__, __LINE__, lines[i]);
}

#define CHECK_TARGETS(want, ...)                                                                   \
    do {                                                                                           \
        static const char *const lines[] = {__VA_ARGS__};                                          \
        check_targets(want, lines, sizeof lines / sizeof *lines);                                  \
    } while (0)

static void keys_say_where_to_go(void) {
    CHECK_TARGETS(COMMAND_BY_KEY, "GET k", "MGET a b", "EVAL s 1 k", "XREAD STREAMS s 0",
                  "SPUBLISH c m", "SSUBSCRIBE c", "OBJECT ENCODING k", "SORT k",
                  "MIGRATE h 1 k 0 1", "DEBUG OBJECT k");
    CHECK_TARGETS(COMMAND_ANY_NODE, "EVAL s 0", "FCALL f 0", "EVAL s x", "GET", "SUNSUBSCRIBE");
}

static void keyless_commands_have_their_nodes(void) {
    CHECK_TARGETS(COMMAND_ANY_NODE, "PING", "ECHO a", "TIME", "RANDOMKEY", "CLUSTER INFO",
                  "CLUSTER NODES", "CLIENT LIST", "CONFIG GET *", "COMMAND", "ACL WHOAMI",
                  "FUNCTION DUMP", "PUBLISH a b", "SUBSCRIBE a", "MULTI", "CLUSTER KEYSLOT k",
                  "LASTSAVE");
    CHECK_TARGETS(COMMAND_ALL_PRIMARIES, "DBSIZE", "KEYS *", "WAIT 1 0", "WAITAOF 1 1 0", "SCAN 0",
                  "INFO", "SCRIPT EXISTS a", "FUNCTION LOAD a", "FUNCTION LIST", "FUNCTION FLUSH",
                  "CLUSTER SLOT-STATS SLOTSRANGE 0 1");
    CHECK_TARGETS(COMMAND_ALL_NODES, "CONFIG SET a b", "CONFIG RESETSTAT", "SCRIPT LOAD a",
                  "SCRIPT FLUSH", "PUBSUB NUMSUB a", "PUBSUB CHANNELS", "SLOWLOG LEN",
                  "ACL SETUSER a", "COMMANDLOG LEN slow");
    CHECK_TARGETS(COMMAND_BY_SLOT_ARGUMENT, "CLUSTER COUNTKEYSINSLOT 1",
                  "CLUSTER GETKEYSINSLOT 1 1", "CLUSTER SETSLOT 1 STABLE", "CLUSTER DELSLOTS 1",
                  "CLUSTER DELSLOTSRANGE 1 2", "CLUSTER FLUSHSLOT 1");
}

static void what_does_harm_is_not_sent_unasked(void) {
    CHECK_TARGETS(COMMAND_NEEDS_CHOICE, "FLUSHALL", "FLUSHDB ASYNC", "SHUTDOWN", "CLUSTER RESET",
                  "CLUSTER FAILOVER", "CLUSTER ADDSLOTS 1", "SCAN 17", "SCAN 17 MATCH a*");
    CHECK_TARGETS(COMMAND_REFUSED, "SWAPDB 0 1", "REPLICAOF a 1", "SLAVEOF NO ONE",
                  "CLUSTER FLUSHSLOTS", "CLUSTER BUMPEPOCH");
}

static void replies_of_several_nodes_make_one(void) {
    static const struct {
        const char *name;
        enum command_gather want;
    } rows[] = {
        {"GET", COMMAND_GATHER_ONE},
        {"MGET", COMMAND_GATHER_BY_KEY_ORDER},
        {"DEL", COMMAND_GATHER_SUM},
        {"UNLINK", COMMAND_GATHER_SUM},
        {"MSET", COMMAND_GATHER_ALL_OK},
        {"DBSIZE", COMMAND_GATHER_SUM},
        {"WAIT", COMMAND_GATHER_SUM},
        {"WAITAOF", COMMAND_GATHER_MIN},
        {"PING", COMMAND_GATHER_ALL_OK},
        {"KEYS", COMMAND_GATHER_UNION},
        {"PUBSUB CHANNELS", COMMAND_GATHER_UNION},
        {"PUBSUB NUMSUB", COMMAND_GATHER_SUM_BY_NAME},
        {"PUBSUB NUMPAT", COMMAND_GATHER_SUM},
        {"SCRIPT EXISTS", COMMAND_GATHER_AND},
        {"SCRIPT LOAD", COMMAND_GATHER_ALL_OK},
        {"SCRIPT KILL", COMMAND_GATHER_ANY_OK},
        {"CLIENT UNBLOCK", COMMAND_GATHER_OR},
        {"CONFIG SET", COMMAND_GATHER_ALL_OK},
        {"BGSAVE", COMMAND_GATHER_ALL_OK},
        {"SCAN", COMMAND_GATHER_LIST_PER_NODE},
        {"INFO", COMMAND_GATHER_LIST_PER_NODE},
        {"CLIENT LIST", COMMAND_GATHER_LIST_PER_NODE},
        {"CONFIG GET", COMMAND_GATHER_LIST_PER_NODE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        t_eq(command_gather(find(rows[i].name)), rows[i].want, __FILE__, __LINE__, rows[i].name);
}

/* By the policy that says so, and by no other command: each key's part must stand on its own. */
static void six_commands_may_be_split(void) {
    int n = 0;
    for (size_t i = 0; command_at(i); i++)
        n += command_at(i)->request == COMMAND_REQUEST_MULTI_SHARD;
    CHECK_EQ(n, 6);
    CHECK_EQ(find("MSETNX")->request, COMMAND_REQUEST_NONE);
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
    RUN(every_blocking_command_passes_the_first_look);
    RUN(each_command_is_found_by_its_name);
    RUN(names_come_in_any_case_and_with_arguments);
    RUN(no_other_name_is_known);
    RUN(what_the_server_says_is_in_the_table);
    RUN(keys_at_fixed_places);
    RUN(keys_in_a_row);
    RUN(keys_behind_their_number);
    RUN(a_number_of_keys_that_cannot_be_gives_none);
    RUN(keys_behind_a_word);
    RUN(keys_that_are_stored_to);
    RUN(keys_that_migrate);
    RUN(keys_of_subcommands);
    RUN(channels_that_route_by_slot);
    RUN(keys_of_later_servers_commands);
    RUN(too_few_or_many_words_have_no_keys);
    RUN(positions_beyond_the_room_are_counted_only);
    RUN(specs_that_tell_not_all_are_not_known);
    RUN(specs_that_point_beyond_the_words_stay_inside);
    RUN(keys_say_where_to_go);
    RUN(keyless_commands_have_their_nodes);
    RUN(what_does_harm_is_not_sent_unasked);
    RUN(replies_of_several_nodes_make_one);
    RUN(six_commands_may_be_split);
    return t_end();
}
