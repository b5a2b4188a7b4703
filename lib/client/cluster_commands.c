/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of commands. The built-in table has those of the servers it was made from; those of
 * modules and of newer servers are in the cluster's own COMMAND reply, which is read once, when the
 * first of them comes. */
#include <stdio.h>

#include "client/cluster_impl.h"

enum { NODES_MAX = 3 }; /* asked before the question is given up */

/* A container stands for those of its subcommands that are not known. */
static bool is_known(const struct command_info *info, int argc) {
    return info && !(info->flags & COMMAND_CONTAINER && argc > 1);
}

static int ask(struct cluster *c, struct err *e) {
    static const char *const argv[] = {"COMMAND"};
    const struct reply *r;
    int node, code = VK_ECONNECT;
    for (int i = 0; i < NODES_MAX && (node = slots_candidate(c->slots, i)) >= 0; i++) {
        code = cluster_topology_call(c, node, 1, argv, &r, e);
        if (code == 0) return command_table_take(c->commands, r, e);
        if (code == VK_ECANCEL) break;
    }
    return code;
}

/* What a server refuses or none answers stays unknown. */
static void learn(struct cluster *c) {
    struct err e;
    char line[600];
    err_clear(&e);
    c->commands = command_table_new();
    int code = ask(c, &e);
    if (!c->hooks.trace) return;
    snprintf(line, sizeof line, "COMMAND asked for a command that is not known here%s%s",
             code < 0 ? ": " : "", code < 0 ? e.text : "");
    c->hooks.trace(c->hooks.arg, line);
}

const struct command_info *cluster_command(struct cluster *c, int argc, const char *const *argv,
                                           const size_t *lens) {
    const struct command_info *info = command_find(c->commands, argc, argv, lens);
    if (is_known(info, argc) || c->commands || !argc) return info;
    learn(c);
    return command_find(c->commands, argc, argv, lens);
}

void cluster_commands_release(struct cluster *c) {
    command_table_free(c->commands);
}
