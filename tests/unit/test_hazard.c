/* SPDX-License-Identifier: BSD-3-Clause */
/* Which commands are asked about, and which a reader may not send: a line of text each. */
#include "core/hazard.h"

#include "t.h"

enum { MAX_WORDS = 8 };

struct line {
    char text[128];
    int argc;
    const char *argv[MAX_WORDS];
    const struct command_info *info;
};

static void split(struct line *l, const char *text) {
    char *save = NULL;
    snprintf(l->text, sizeof l->text, "%s", text);
    l->argc = 0;
    for (char *w = strtok_r(l->text, " ", &save); w && l->argc < MAX_WORDS;
         w = strtok_r(NULL, " ", &save))
        l->argv[l->argc++] = w;
    l->info = command_find(NULL, l->argc, l->argv, NULL);
}

static enum hazard hazard(const char *text, const char **what) {
    struct line l;
    split(&l, text);
    return hazard_of(l.info, l.argc, l.argv, NULL, what);
}

static bool reads(const char *text) {
    struct line l;
    split(&l, text);
    return !hazard_to_reader(l.info, l.argc, l.argv, NULL);
}

static void check_all(const char *const *lines, enum hazard want) {
    const char *what;
    for (; *lines; lines++) {
        enum hazard got = hazard(*lines, &what);
        if (got != want) printf("%s\n", *lines);
        CHECK_EQ(got, want);
        CHECK_EQ(*what != 0, want != HAZARD_NONE);
    }
}

static void test_what_destroys(void) {
    static const char *const lines[] = {
        "flushall",
        "FLUSHALL ASYNC",
        "flushdb",
        "shutdown",
        "SHUTDOWN nosave",
        "debug segfault",
        "debug sleep 1",
        "replicaof h 1",
        "slaveof h 1",
        "cluster reset hard",
        "function flush",
        "cluster flushslots",
        NULL,
    };
    check_all(lines, HAZARD_DESTROYS);
}

static void test_what_disturbs(void) {
    static const char *const lines[] = {
        "keys *",
        "KEYS help",
        "monitor",
        "swapdb 0 1",
        "config set a b",
        "config rewrite",
        "script flush",
        "client kill 1.2.3.4:5",
        "replicaof no one",
        "acl log reset",
        "migrate h 1 k 0 10",
        "cluster forget x",
        "bgsave",
        "slowlog reset",
        "module load x",
        "client pause 100",
        "failover",
        "cluster failover",
        "acl deluser x",
        "restore k 0 v",
        NULL,
    };
    check_all(lines, HAZARD_DISTURBS);
}

static void test_what_is_harmless(void) {
    static const char *const lines[] = {
        "get k",          "del k",          "set k v",        "info",
        "client list",    "config get *",   "role",           "lastsave",
        "slowlog get",    "acl list",       "acl log",        "sort k",
        "sort_ro k",      "shutdown abort", "debug help",     "debug object k",
        "scan 0",         "config help",    "latency doctor", "cluster slots",
        "latency latest", "module list",    "cluster help",   "client no-evict on",
        "eval return 0",  "nosuch x",       "acl getuser x",  NULL,
    };
    check_all(lines, HAZARD_NONE);
}

static void test_a_servers_own_word_counts(void) {
    const char *what;
    const char *const argv[] = {"GRAPH.WIPE"};
    struct command_info info = {.name = "GRAPH.WIPE", .acl = COMMAND_ACL_DANGEROUS};
    CHECK_EQ(hazard_of(&info, 1, argv, NULL, &what), HAZARD_DISTURBS);
    CHECK_STR(what, "is of the category @dangerous");
    info.flags = COMMAND_REPEATABLE;
    CHECK_EQ(hazard_of(&info, 1, argv, NULL, &what), HAZARD_NONE);
}

static void test_the_words_say_it(void) {
    const char *what;
    hazard("flushall", &what);
    CHECK_STR(what, "deletes every key of every database");
    hazard("slaveof no one", &what);
    CHECK_STR(what, "makes a primary of the replica");
}

static void test_a_reader(void) {
    static const char *const may[] = {
        "get k",
        "info",
        "keys *",
        "monitor",
        "config get x",
        "multi",
        "exec",
        "auth x",
        "select 1",
        "eval_ro s 0",
        "fcall_ro f 0",
        "sort k",
        "georadius k 1 2 3 m",
        "subscribe c",
        "client setname x",
        "hello 3",
        "scan 0",
        "object freq k",
        "watch k",
        "config help",
        "debug object k",
        "xread streams s 0",
        "script exists x",
    };
    static const char *const may_not[] = {
        "set k v",
        "getdel k",
        "getex k",
        "eval s 0",
        "evalsha s 0",
        "fcall f 0",
        "sort k store d",
        "georadius k 1 2 3 m store d",
        "flushall",
        "config set a b",
        "shutdown",
        "debug sleep 1",
        "client kill x",
        "acl setuser x",
        "bgsave",
        "restore k 0 v",
        "script flush",
        "nosuch",
        "config nosuch",
        "publish c m",
        "xreadgroup group g c streams s >",
        "spop k",
        "function load x",
        "pfdebug a b",
    };
    for (size_t i = 0; i < sizeof may / sizeof *may; i++) {
        if (!reads(may[i])) printf("%s\n", may[i]);
        CHECK(reads(may[i]));
    }
    for (size_t i = 0; i < sizeof may_not / sizeof *may_not; i++) {
        if (reads(may_not[i])) printf("%s\n", may_not[i]);
        CHECK(!reads(may_not[i]));
    }
}

int main(void) {
    RUN(test_what_destroys);
    RUN(test_what_disturbs);
    RUN(test_what_is_harmless);
    RUN(test_a_servers_own_word_counts);
    RUN(test_the_words_say_it);
    RUN(test_a_reader);
    return t_end();
}
