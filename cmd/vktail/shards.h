/* SPDX-License-Identifier: BSD-3-Clause */
/* Names that belong to slots, shard channels or keys, and the node at which each is asked for: the
 * owner of its slot, followed as the slot moves. Without a cluster all are at node 0. */
#ifndef VKTAIL_SHARDS_H
#define VKTAIL_SHARDS_H

#include "nodes.h"

struct shards_name {
    const char *name; /* borrowed */
    unsigned slot;
    int owner;       /* as the topology has it, or a redirect since; -1 = nobody */
    int at;          /* where it was asked for; -1 = nowhere */
    int64_t lost_us; /* since when it is not heard, though it was; 0 = it is, or never was */
    int64_t told_ns; /* when a redirect named the owner; 0 = the topology did */
    void *arg;       /* the user's */
};

struct shards {
    struct shards_name *names;
    int n, cap;
};

/* Also sets the slot. */
void shards_add(struct shards *s, const char *name, void *arg);
void shards_release(struct shards *s);
/* Each name's owner, as the cluster has it now, and wanted[owner] of n. Without a cluster it is n
 * itself, the only node, and wanted may be NULL. */
void shards_choose(struct shards *s, const struct cluster *c, bool *wanted, int n);
/* The server's answer was an error: true when it is a redirect of its slot, and name->owner what it
 * names. */
bool shards_redirect(struct shards_name *name, struct cluster *c, const struct node *n,
                     const char *text, size_t len);

#endif
