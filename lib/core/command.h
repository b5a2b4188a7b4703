/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of a command by its words alone: arity, flags, where its keys are, and what becomes
 * of it in a cluster. The built-in table is const data out of a server's own COMMAND reply
 * (scripts/command-table); what a server says at run time (modules, newer versions) is asked before
 * it. No function here changes anything or needs a server. */
#ifndef CORE_COMMAND_H
#define CORE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "resp/reply.h"

/* ---- a command ---- */

enum {
    COMMAND_WRITE = 1 << 0,
    COMMAND_READONLY = 1 << 1,
    COMMAND_DENYOOM = 1 << 2,
    COMMAND_ADMIN = 1 << 3,
    COMMAND_PUBSUB = 1 << 4,
    COMMAND_NOSCRIPT = 1 << 5,
    COMMAND_LOADING = 1 << 6, /* answered while the server loads its data, */
    COMMAND_STALE = 1 << 7,   /* or while a replica has lost its primary */
    COMMAND_FAST = 1 << 8,
    COMMAND_NO_AUTH = 1 << 9,
    COMMAND_NO_MULTI = 1 << 10,
    COMMAND_ALLOW_BUSY = 1 << 11,
    COMMAND_MOVABLEKEYS = 1 << 12,
    /* The reply may be held back for as long as the server likes: its own flag, and beyond that
     * WAIT, MONITOR, the subscribe family, ... XREAD and XREADGROUP bear it for their BLOCK. */
    COMMAND_BLOCKING = 1 << 13,
    /* Ours, not the server's: sending it twice changes nothing. */
    COMMAND_REPEATABLE = 1 << 14,
    COMMAND_CONTAINER = 1 << 15, /* its second word may name a command of its own */
};

enum {
    COMMAND_ACL_ADMIN = 1 << 0,
    COMMAND_ACL_BITMAP = 1 << 1,
    COMMAND_ACL_BLOCKING = 1 << 2,
    COMMAND_ACL_CONNECTION = 1 << 3,
    COMMAND_ACL_DANGEROUS = 1 << 4,
    COMMAND_ACL_FAST = 1 << 5,
    COMMAND_ACL_GEO = 1 << 6,
    COMMAND_ACL_HASH = 1 << 7,
    COMMAND_ACL_HYPERLOGLOG = 1 << 8,
    COMMAND_ACL_KEYSPACE = 1 << 9,
    COMMAND_ACL_LIST = 1 << 10,
    COMMAND_ACL_PUBSUB = 1 << 11,
    COMMAND_ACL_READ = 1 << 12,
    COMMAND_ACL_SCRIPTING = 1 << 13,
    COMMAND_ACL_SET = 1 << 14,
    COMMAND_ACL_SLOW = 1 << 15,
    COMMAND_ACL_SORTEDSET = 1 << 16,
    COMMAND_ACL_STREAM = 1 << 17,
    COMMAND_ACL_STRING = 1 << 18,
    COMMAND_ACL_TRANSACTION = 1 << 19,
    COMMAND_ACL_WRITE = 1 << 20,
};

/* The server's own hints for clients of a cluster (request_policy and response_policy). */
enum command_request {
    COMMAND_REQUEST_NONE,
    COMMAND_REQUEST_ALL_NODES,
    COMMAND_REQUEST_ALL_SHARDS,
    COMMAND_REQUEST_MULTI_SHARD, /* may be split by its keys' slots, and loses nothing by it */
    COMMAND_REQUEST_SPECIAL,
};

enum command_response {
    COMMAND_RESPONSE_NONE,
    COMMAND_RESPONSE_ONE_SUCCEEDED,
    COMMAND_RESPONSE_ALL_SUCCEEDED,
    COMMAND_RESPONSE_AND,
    COMMAND_RESPONSE_OR,
    COMMAND_RESPONSE_MIN,
    COMMAND_RESPONSE_MAX,
    COMMAND_RESPONSE_SUM,
    COMMAND_RESPONSE_SPECIAL,
};

/* Keys whose places the server's key specs do not tell, or tell wrongly. */
enum command_rule {
    COMMAND_RULE_NONE,
    COMMAND_RULE_STORE,   /* the first key, and one behind the last STORE or STOREDIST */
    COMMAND_RULE_MIGRATE, /* one key, or all behind KEYS when that is empty */
};

enum command_begin { COMMAND_BEGIN_UNKNOWN, COMMAND_BEGIN_INDEX, COMMAND_BEGIN_KEYWORD };
enum command_find { COMMAND_FIND_UNKNOWN, COMMAND_FIND_RANGE, COMMAND_FIND_KEYNUM };

/* One key spec, as the server's: where the keys begin, and how they go on from there. */
struct command_spec {
    uint8_t begin;   /* enum command_begin */
    uint8_t find;    /* enum command_find */
    bool incomplete; /* there may be more keys than it tells */
    int16_t at;      /* INDEX: argument number. KEYWORD: where the search starts, negative: from
                        the end, backwards */
    int16_t last;    /* RANGE: last key, counted from the first; negative: from argc. KEYNUM:
                        where the number of keys is, counted from the beginning */
    int16_t first;   /* KEYNUM: the first key, counted from the beginning */
    int16_t step;    /* from one key to the next, at least 1 */
    int16_t limit;   /* RANGE with last = -1: only one limit-th of what is left is keys; 0 = all */
    const char *keyword; /* KEYWORD: in upper case */
};

struct command_info {
    const char *name; /* upper case; of a subcommand both words: "CONFIG GET" */
    const struct command_spec *specs;
    uint32_t flags;            /* COMMAND_... */
    uint32_t acl;              /* COMMAND_ACL_... */
    int16_t arity;             /* words with the name; negative: at least so many */
    int16_t first, last, step; /* keys by the old reckoning; first = 0: none, or none fixed */
    uint8_t name_len;
    uint8_t n_specs;
    uint8_t rule;     /* enum command_rule */
    uint8_t request;  /* enum command_request */
    uint8_t response; /* enum command_response */
    uint8_t target;   /* enum command_target, or COMMAND_BY_POLICY: see command_target */
    uint8_t gather;   /* enum command_gather, or COMMAND_GATHER_BY_POLICY: see command_gather */
};

/* ---- finding it ---- */

struct command_table; /* what a server said */

struct command_table *command_table_new(void);
void command_table_free(struct command_table *t);
/* Take the reply of COMMAND (or COMMAND INFO name ...; RESP2 or RESP3, with key specs or of the old
 * form without) in place of what was taken before. An entry that makes no sense is left out, as is
 * one that tells less than the built-in table. VK_ESERVER: an error reply, in the server's words.
 * VK_EPROTO: no list at all; VK_ELIMIT: a list beyond all reason; in all these cases the table is
 * as it was. The reply is not needed afterwards. */
int command_table_take(struct command_table *t, const struct reply *r, struct err *e) MUST_CHECK;

/* The command that argv[0..argc) calls, in any case of letters: the subcommand where there is one,
 * else the container. t may be NULL. lens NULL: argv are C strings. NULL: unknown. Valid until t's
 * next take. */
const struct command_info *command_find(const struct command_table *t, int argc,
                                        const char *const *argv, const size_t *lens);
/* The i-th command of the built-in table, in the order of names; NULL behind the last. */
const struct command_info *command_at(size_t i);

static inline bool command_arity_fits(const struct command_info *info, int argc) {
    return info->arity >= 0 ? argc == info->arity : argc >= -info->arity;
}

/* The COMMAND_... bit of a flag's name ("write", "no_auth"), the COMMAND_ACL_... bit of a
 * category's
 * ("@read"), in any case of letters; 0 = there is none. */
uint32_t command_words_flag(const char *p, size_t len);
uint32_t command_words_category(const char *p, size_t len);

/* ---- what it does ---- */

/* Positions of the keys in argv, in the order that the server names them, the channels of sharded
 * pub/sub among them (they route by slot as keys do). Returns how many there are; at most max are
 * written. Of what the server will refuse (too few words, a number of keys that is none or is more
 * than there are) only those that are keys all the same: 0, as a rule. VK_EPARSE: not known,
 * COMMAND GETKEYS would tell. */
int command_keys(const struct command_info *info, int argc, const char *const *argv,
                 const size_t *lens, int *positions, int max);

/* argv only reads: sending it twice changes nothing. Unknown commands are writes. */
bool command_reads_only(int argc, const char *const *argv, const size_t *lens);
/* The server may hold back the reply for as long as it likes (BLPOP, XREAD BLOCK, WAIT, ...): no
 * command time-out applies, and an interrupted one means a new connection. */
bool command_blocks(int argc, const char *const *argv, const size_t *lens);
/* The same of a command that was looked up already (NULL = unknown). */
bool command_info_reads_only(const struct command_info *info, int argc, const char *const *argv,
                             const size_t *lens);
bool command_info_blocks(const struct command_info *info, int argc, const char *const *argv,
                         const size_t *lens);

/* ---- in a cluster ---- */

/* Where a command goes that the user gave no target. */
enum command_target {
    COMMAND_BY_POLICY, /* in tables only: follows from keys and request policy */
    COMMAND_BY_KEY,    /* the owner of its keys' slot */
    COMMAND_ANY_NODE,  /* one; a primary, as it may want to write */
    COMMAND_ALL_PRIMARIES,
    COMMAND_ALL_NODES,
    COMMAND_BY_SLOT_ARGUMENT, /* the owner of the slot whose number is argv[2] */
    COMMAND_NEEDS_CHOICE,     /* none: does harm, or makes no sense, without a node named */
    COMMAND_REFUSED,          /* none: works against the cluster */
};

/* How the replies of several nodes make one. Numbers are put together item by item where the
 * replies are lists of numbers. Unless said otherwise, any error is the reply. */
enum command_gather {
    COMMAND_GATHER_BY_POLICY, /* in tables only: follows from the response policy */
    COMMAND_GATHER_ONE,       /* there is only one */
    COMMAND_GATHER_ALL_OK,    /* the first, once all have succeeded */
    COMMAND_GATHER_ANY_OK,    /* the first that succeeded; an error if none did */
    COMMAND_GATHER_AND,       /* of 0 and 1 */
    COMMAND_GATHER_OR,
    COMMAND_GATHER_MIN,
    COMMAND_GATHER_MAX,
    COMMAND_GATHER_SUM,
    COMMAND_GATHER_SUM_BY_NAME,   /* name, number, name, number ... (PUBSUB NUMSUB) */
    COMMAND_GATHER_UNION,         /* the lists' members, each once */
    COMMAND_GATHER_LIST_PER_NODE, /* cannot be put together */
    COMMAND_GATHER_BY_KEY_ORDER,  /* of a split command: an item per key, as the keys stood */
};

/* The arguments matter: EVAL without keys goes anywhere, SCAN with a cursor to the node that the
 * cursor is of, which is to be named. A command whose keys are not known is BY_KEY. */
enum command_target command_target(const struct command_info *info, int argc,
                                   const char *const *argv, const size_t *lens);
/* Also of use where the user named several nodes. */
enum command_gather command_gather(const struct command_info *info);

#endif
