/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of a command in a cluster. The table names the exceptions; everything else follows
 * from where its keys are and from the server's policies, those of modules too. */
#include "core/args.h"
#include "core/command.h"

static bool has_keys(const struct command_info *info) {
    return info->n_specs || info->rule != COMMAND_RULE_NONE;
}

/* A cursor other than the first is of one node. */
static bool goes_on_scanning(const struct args *a) {
    return args_is(a, 0, "SCAN") && a->argc > 1 && !args_is(a, 1, "0");
}

static enum command_target by_policy(const struct command_info *info) {
    switch (info->request) {
    case COMMAND_REQUEST_ALL_NODES: return COMMAND_ALL_NODES;
    case COMMAND_REQUEST_ALL_SHARDS: return COMMAND_ALL_PRIMARIES;
    default: return COMMAND_ANY_NODE;
    }
}

enum command_target command_target(const struct command_info *info, int argc,
                                   const char *const *argv, const size_t *lens) {
    const struct args a = {argc, argv, lens};
    if (goes_on_scanning(&a)) return COMMAND_NEEDS_CHOICE;
    if (info->target != COMMAND_BY_POLICY) return (enum command_target)info->target;
    if (!has_keys(info)) return by_policy(info);
    return command_keys(info, argc, argv, lens, NULL, 0) ? COMMAND_BY_KEY : COMMAND_ANY_NODE;
}

/* Without a response policy: of what has keys there is one reply, or an item per key. */
static enum command_gather without_policy(const struct command_info *info) {
    if (!has_keys(info)) return COMMAND_GATHER_LIST_PER_NODE;
    if (info->request == COMMAND_REQUEST_MULTI_SHARD) return COMMAND_GATHER_BY_KEY_ORDER;
    return COMMAND_GATHER_ONE;
}

enum command_gather command_gather(const struct command_info *info) {
    if (info->gather != COMMAND_GATHER_BY_POLICY) return (enum command_gather)info->gather;
    switch (info->response) {
    case COMMAND_RESPONSE_ONE_SUCCEEDED: return COMMAND_GATHER_ANY_OK;
    case COMMAND_RESPONSE_ALL_SUCCEEDED: return COMMAND_GATHER_ALL_OK;
    case COMMAND_RESPONSE_AND: return COMMAND_GATHER_AND;
    case COMMAND_RESPONSE_OR: return COMMAND_GATHER_OR;
    case COMMAND_RESPONSE_MIN: return COMMAND_GATHER_MIN;
    case COMMAND_RESPONSE_MAX: return COMMAND_GATHER_MAX;
    case COMMAND_RESPONSE_SUM: return COMMAND_GATHER_SUM;
    case COMMAND_RESPONSE_SPECIAL: return COMMAND_GATHER_LIST_PER_NODE;
    default: return without_policy(info);
    }
}
