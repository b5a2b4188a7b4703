/* SPDX-License-Identifier: BSD-3-Clause */
/* What a whole cluster is not sent, and what it is sent all the same. */
#include "client/cluster_refused.h"

#include <stdio.h>
#include <string.h>

#include "t.h"

enum { WORDS_MAX = 8 };

/* text's words are separated by one blank. */
static const char *refused(const char *text, int *words) {
    static char copy[256];
    const char *argv[WORDS_MAX];
    int argc = 0;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *p = copy; p && argc < WORDS_MAX; argc++) {
        argv[argc] = p;
        p = strchr(p, ' ');
        if (p) *p++ = 0;
    }
    return cluster_refused(command_find(NULL, argc, argv, NULL), argc, argv, NULL, words);
}

static void what_holds_for_one_connection(void) {
    static const char *const rows[] = {
        "ASKING",
        "AUTH pw",
        "auth user pw",
        "CLIENT CACHING yes",
        "CLIENT CAPA redirect",
        "CLIENT NO-EVICT on",
        "CLIENT NO-TOUCH on",
        "CLIENT REPLY OFF",
        "client reply skip",
        "CLIENT SETNAME x",
        "CLIENT TRACKING on",
        "HELLO 3",
        "READONLY",
        "READWRITE",
        "RESET",
        "SELECT 1",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int words = 0;
        const char *why = refused(rows[i], &words);
        CHECK(why && strstr(why, "one node's connection"));
        CHECK_EQ(words, strncasecmp(rows[i], "CLIENT", 6) ? 1 : 2);
    }
}

static void what_wants_a_node(void) {
    static const char *const rows[] = {
        "BGSAVE",
        "BGSAVE SCHEDULE",
        "BGREWRITEAOF",
        "SAVE",
        "CLIENT KILL ID 1",
        "CLIENT PAUSE",
        "CLIENT UNPAUSE",
        "CLIENT UNBLOCK",
        "MODULE LOAD x",
        "MODULE UNLOAD x",
        "FLUSHALL",
        "FLUSHDB ASYNC",
        "FAILOVER",
        "CLUSTER RESET",
        "SHUTDOWN",
        "SCAN 17",
        "SYNC",
        "MONITOR",
        "CLUSTER FORGET",
        "DEBUG SLEEP 0",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int words = 0;
        const char *why = refused(rows[i], &words);
        CHECK(why && strstr(why, "one node of a cluster: say which"));
    }
}

static void what_is_for_no_cluster(void) {
    static const char *const rows[] = {"SWAPDB 0 1", "REPLICAOF NO ONE", "CLUSTER FLUSHSLOTS"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int words = 0;
        const char *why = refused(rows[i], &words);
        CHECK(why && strstr(why, "not for a cluster"));
        CHECK_EQ(words, 1 + (i == 2));
    }
}

static void what_is_sent(void) {
    static const char *const rows[] = {
        "GET k",         "SET k v",       "CLIENT REPLY ON", "CLIENT TRACKING off",
        "CLIENT LIST",   "CLIENT ID",     "CLIENT",          "HELLO",
        "SELECT 0",      "SELECT",        "NOSUCH COMMAND",  "SUBSCRIBE ch",
        "PING",          "SCAN 0",        "DBSIZE",          "CONFIG SET a b",
        "ACL SETUSER x", "SCRIPT LOAD x", "MULTI",           "EVAL x 0",
        "WAIT 1 100",    "CLUSTER NODES", "MOVE k 1",        "DEBUG OBJECT k",
        "MODULE LIST",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int words = 0;
        CHECK(refused(rows[i], &words) == NULL);
    }
}

int main(void) {
    RUN(what_holds_for_one_connection);
    RUN(what_wants_a_node);
    RUN(what_is_for_no_cluster);
    RUN(what_is_sent);
    return t_end();
}
