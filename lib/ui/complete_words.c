/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables. See complete_words.h. */
#include "ui/complete_words.h"

#include <string.h>

#define WORDS (const char *const[])

const char *const complete_words_categories[] = {
    "admin", "all",       "bitmap",      "blocking", "connection",  "dangerous", "fast",      "geo",
    "hash",  "keyspace",  "hyperloglog", "list",     "pubsub",      "read",      "scripting", "set",
    "slow",  "sortedset", "stream",      "string",   "transaction", "write",     NULL,
};

static const char *const info_sections[] = {
    "all",         "clients",     "cluster",  "commandstats", "cpu",    "default",
    "errorstats",  "everything",  "keyspace", "latencystats", "memory", "modules",
    "persistence", "replication", "server",   "stats",        NULL,
};

static const char *const acl_rules[] = {
    "allchannels",
    "allcommands",
    "allkeys",
    "clearselectors",
    "nocommands",
    "nopass",
    "off",
    "on",
    "reset",
    "resetchannels",
    "resetkeys",
    "resetpass",
    "sanitize-payload",
    "skip-sanitize-payload",
    NULL,
};

static const char *const key_types[] = {"hash", "list", "set", "stream", "string", "zset", NULL};

static const struct complete_words table[] = {
    {"ACL CAT", "categoryname", .kind = COMPLETE_ACL_CATEGORY,
     .category_prefixes = WORDS{"", NULL}},
    {"ACL CAT", "category", .kind = COMPLETE_ACL_CATEGORY, .category_prefixes = WORDS{"", NULL}},
    {"ACL DRYRUN", "command", .command_prefixes = WORDS{"", NULL}},
    {"ACL SETUSER", "rule", .kind = COMPLETE_ACL_CATEGORY, .words = acl_rules,
     .category_prefixes = WORDS{"+@", "-@", NULL}, .command_prefixes = WORDS{"+", "-", NULL}},
    {"CLIENT KILL", "yes/no", .words = WORDS{"no", "yes", NULL}},
    {"CLIENT KILL", "skipme", .words = WORDS{"no", "yes", NULL}},
    {"COMMAND DOCS", "command-name", .command_prefixes = WORDS{"", NULL}},
    {"COMMAND GETKEYS", "command", .command_prefixes = WORDS{"", NULL}},
    {"COMMAND GETKEYSANDFLAGS", "command", .command_prefixes = WORDS{"", NULL}},
    {"COMMAND INFO", "command-name", .command_prefixes = WORDS{"", NULL}},
    {"COMMAND LIST", "category", .kind = COMPLETE_ACL_CATEGORY,
     .category_prefixes = WORDS{"", NULL}},
    {"CONFIG GET", "parameter", .kind = COMPLETE_CONFIG_PARAMETER},
    {"CONFIG SET", "parameter", .kind = COMPLETE_CONFIG_PARAMETER},
    {"HELLO", "protover", .words = WORDS{"2", "3", NULL}},
    {"INFO", "section", .words = info_sections},
    {"LATENCY HISTOGRAM", "command", .command_prefixes = WORDS{"", NULL}},
    {"SCAN", "type", .words = key_types},
};

const struct complete_words *complete_words_of(const struct grammar_command *c,
                                               const struct grammar_arg *a) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].command, c->name) && !strcmp(table[i].argument, a->name))
            return &table[i];
    return NULL;
}

static enum complete_kind kind_by_name(const char *name) {
    static const struct {
        const char *name;
        enum complete_kind kind;
    } kinds[] = {
        {"channel", COMPLETE_CHANNEL},
        {"client-id", COMPLETE_CLIENT_ID},
        {"consumer", COMPLETE_CONSUMER},
        {"consumername", COMPLETE_CONSUMER},
        {"field", COMPLETE_FIELD},
        {"function", COMPLETE_FUNCTION},
        {"group", COMPLETE_GROUP},
        {"groupname", COMPLETE_GROUP},
        {"ip:port", COMPLETE_CLIENT_ADDRESS},
        {"key", COMPLETE_KEY},
        {"library-name", COMPLETE_LIBRARY},
        {"library-name-pattern", COMPLETE_LIBRARY},
        {"node-id", COMPLETE_NODE_ID},
        {"shardchannel", COMPLETE_SHARD_CHANNEL},
        {"username", COMPLETE_USER},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kinds[i].name, name)) return kinds[i].kind;
    return COMPLETE_NONE;
}

enum complete_kind complete_words_kind(const struct grammar_arg *a) {
    enum complete_kind kind = kind_by_name(a->name);
    if (a->type == GRAMMAR_KEY) return COMPLETE_KEY;
    if (a->type == GRAMMAR_PATTERN) return COMPLETE_PATTERN;
    if (kind) return kind;
    return a->type == GRAMMAR_INTEGER || a->type == GRAMMAR_UNIX_TIME ? COMPLETE_INTEGER
                                                                      : COMPLETE_NONE;
}
