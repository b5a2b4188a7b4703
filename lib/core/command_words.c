/* SPDX-License-Identifier: BSD-3-Clause */
/* The servers' names for flags and ACL categories of commands. */
#include <stddef.h>

#include "base/str.h"
#include "core/command.h"

struct word {
    const char *text;
    uint32_t bit;
};

static const struct word flags[] = {
    {"write", COMMAND_WRITE},
    {"readonly", COMMAND_READONLY},
    {"denyoom", COMMAND_DENYOOM},
    {"admin", COMMAND_ADMIN},
    {"pubsub", COMMAND_PUBSUB},
    {"noscript", COMMAND_NOSCRIPT},
    {"loading", COMMAND_LOADING},
    {"stale", COMMAND_STALE},
    {"fast", COMMAND_FAST},
    {"no_auth", COMMAND_NO_AUTH},
    {"no_multi", COMMAND_NO_MULTI},
    {"allow_busy", COMMAND_ALLOW_BUSY},
    {"movablekeys", COMMAND_MOVABLEKEYS},
    {"blocking", COMMAND_BLOCKING},
    {NULL, 0},
};

static const struct word categories[] = {
    {"admin", COMMAND_ACL_ADMIN},
    {"bitmap", COMMAND_ACL_BITMAP},
    {"blocking", COMMAND_ACL_BLOCKING},
    {"connection", COMMAND_ACL_CONNECTION},
    {"dangerous", COMMAND_ACL_DANGEROUS},
    {"fast", COMMAND_ACL_FAST},
    {"geo", COMMAND_ACL_GEO},
    {"hash", COMMAND_ACL_HASH},
    {"hyperloglog", COMMAND_ACL_HYPERLOGLOG},
    {"keyspace", COMMAND_ACL_KEYSPACE},
    {"list", COMMAND_ACL_LIST},
    {"pubsub", COMMAND_ACL_PUBSUB},
    {"read", COMMAND_ACL_READ},
    {"scripting", COMMAND_ACL_SCRIPTING},
    {"set", COMMAND_ACL_SET},
    {"slow", COMMAND_ACL_SLOW},
    {"sortedset", COMMAND_ACL_SORTEDSET},
    {"stream", COMMAND_ACL_STREAM},
    {"string", COMMAND_ACL_STRING},
    {"transaction", COMMAND_ACL_TRANSACTION},
    {"write", COMMAND_ACL_WRITE},
    {NULL, 0},
};

static uint32_t bit_of(const struct word *words, const char *p, size_t len) {
    for (; words->text; words++)
        if (str_ieq(p, len, words->text)) return words->bit;
    return 0;
}

uint32_t command_words_flag(const char *p, size_t len) {
    return bit_of(flags, p, len);
}

uint32_t command_words_category(const char *p, size_t len) {
    return len && *p == '@' ? bit_of(categories, p + 1, len - 1) : 0;
}
