/* SPDX-License-Identifier: BSD-3-Clause */
/* See cluster_refused.h. What a server of a cluster refuses by itself (MOVE, SWAPDB inside MULTI)
 * is left to it. */
#include "client/cluster_refused.h"

#include "core/args.h"

#define CHOICE "would run on one node of a cluster: say which (@primaries, @HOST:PORT)"
#define ONE "would hold for one node's connection only"

struct refusal {
    const char *command, *sub; /* sub NULL = whatever follows */
    const char *unless;        /* what may follow */
    int at_least;              /* of so many words, 0 = any */
    const char *why;
};

static const struct refusal refusals[] = {
    {"ASKING", NULL, NULL, 0, ONE ": vk sends it by itself where a redirect asks for it"},
    {"AUTH", NULL, NULL, 0, ONE ": --user and -a (or another source) log in at every node"},
    {"BGREWRITEAOF", NULL, NULL, 0, CHOICE},
    {"BGSAVE", NULL, NULL, 0, CHOICE},
    {"CLIENT", "CACHING", NULL, 0, ONE},
    {"CLIENT", "CAPA", NULL, 0, ONE},
    {"CLIENT", "IMPORT-SOURCE", "OFF", 0, ONE},
    {"CLIENT", "KILL", NULL, 0, CHOICE},
    {"CLIENT", "NO-EVICT", "OFF", 0, ONE},
    {"CLIENT", "NO-TOUCH", "OFF", 0, ONE},
    {"CLIENT", "PAUSE", NULL, 0, CHOICE},
    {"CLIENT", "REPLY", "ON", 0, ONE},
    {"CLIENT", "SETNAME", NULL, 0, ONE ": --client-name gives every connection the name"},
    {"CLIENT", "TRACKING", "OFF", 0, ONE},
    {"CLIENT", "UNBLOCK", NULL, 0, CHOICE},
    {"CLIENT", "UNPAUSE", NULL, 0, CHOICE},
    {"HELLO", NULL, NULL, 2, ONE ": -2 and -3 choose the protocol of all"},
    {"MODULE", "LOAD", NULL, 0, CHOICE},
    {"MODULE", "LOADEX", NULL, 0, CHOICE},
    {"MODULE", "UNLOAD", NULL, 0, CHOICE},
    {"MONITOR", NULL, NULL, 0, "would show one node of a cluster: say which (@all, @HOST:PORT)"},
    {"READONLY", NULL, NULL, 0, ONE ": --read-from lets replicas answer"},
    {"READWRITE", NULL, NULL, 0, ONE ": --read-from says who answers"},
    {"RESET", NULL, NULL, 0, ONE},
    {"SAVE", NULL, NULL, 0, CHOICE},
    {"SELECT", NULL, "0", 2, ONE ": a cluster has one database"},
};

static bool is_refused(const struct refusal *r, const struct args *a) {
    int next = r->sub ? 2 : 1;
    if (!args_is(a, 0, r->command) || (r->sub && !args_is(a, 1, r->sub))) return false;
    if (r->unless && args_is(a, next, r->unless)) return false;
    return a->argc >= r->at_least;
}

static const char *by_target(enum command_target target) {
    if (target == COMMAND_NEEDS_CHOICE) return CHOICE;
    if (target == COMMAND_REFUSED)
        return "is not for a cluster; @HOST:PORT sends it to one node all the same";
    return NULL;
}

const char *cluster_refused(const struct command_info *info, int argc, const char *const *argv,
                            const size_t *lens, int *words) {
    const struct args a = {argc, argv, lens};
    if (info && (info->n_specs || info->rule)) return NULL; /* what has keys knows its node */
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        if (!is_refused(&refusals[i], &a)) continue;
        *words = refusals[i].sub ? 2 : 1;
        return refusals[i].why;
    }
    *words = info && strchr(info->name, ' ') ? 2 : 1;
    return info ? by_target(command_target(info, argc, argv, lens)) : NULL;
}
