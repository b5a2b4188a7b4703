/* SPDX-License-Identifier: BSD-3-Clause */
/* The inside of struct slots, for lib/core/slots*.c only. A topology under way has nodes and a map
 * of its own, with numbers of its own, so that one that comes to nothing leaves no trace. */
#ifndef CORE_SLOTS_IMPL_H
#define CORE_SLOTS_IMPL_H

#include "core/slots.h"

enum {
    SLOTS_NOBODY = 0xffff, /* where a node's or a shard's number would stand */
    SLOTS_HOST_MAX = 255,
    SLOTS_BUCKETS = 1024,
};

struct slots_entry {
    struct slots_node node;
    int owned; /* slots */
    int next;  /* older entry of the same bucket, -1 = none */
};

/* Nodes by number and by address. An entry stays where it is in memory. */
struct slots_roster {
    struct slots_entry **entries;
    int n, cap;
    int buckets[SLOTS_BUCKETS]; /* the newest entry, -1 = none */
};

/* The nodes that serve some slots alike: n members from first on, the primary in front. */
struct slots_shard {
    size_t first;
    int n;
};

struct slots_map {
    uint16_t primary[SLOTS_COUNT];
    uint16_t shard[SLOTS_COUNT]; /* SLOTS_NOBODY: the primary has no replicas */
    struct slots_shard *shards;
    int n_shards, cap_shards;
    uint16_t *members;
    size_t n_members, cap_members;
    int covered;
};

struct slots_refresh {
    struct slots_roster roster;
    struct slots_map map;
    int differences;
    unsigned differs;  /* the first slot that does, */
    int first, second; /* and whose it is said to be */
};

struct slots {
    struct slots_roster roster;
    struct slots_map map;
    struct slots_refresh *refresh; /* under way, or NULL */
    uint16_t order[SLOTS_NODES_MAX];
    int n_start; /* numbers below are start nodes */
    uint64_t epoch;
};

/* slots_roster.c */
void slots_roster_init(struct slots_roster *r);
void slots_roster_release(struct slots_roster *r);
int slots_roster_find(const struct slots_roster *r, const char *host, int port);
/* -1: there are SLOTS_NODES_MAX already. */
int slots_roster_add(struct slots_roster *r, const char *host, int port);
/* Forget those with numbers from n on. */
void slots_roster_cut(struct slots_roster *r, int n);
/* "host:port", or "[host]:port". */
const char *slots_roster_where(const struct slots_node *n, char *text, size_t cap);

/* slots_map.c */
void slots_map_init(struct slots_map *m);
void slots_map_release(struct slots_map *m);
/* A new shard; its members are added behind, the primary first. */
void slots_map_open(struct slots_map *m);
void slots_map_member(struct slots_map *m, int node);

/* slots_tale.c: one node's topology, whatever its form. Texts lie in the reply. */
struct slots_tale_node {
    const char *host, *hostname; /* "" = none */
    const char *id;
    int port, number; /* number: for who merges it */
};

struct slots_tale_shard {
    int node, n_nodes; /* the primary first */
    int range, n_ranges;
};

struct slots_tale_range {
    unsigned from, to;
};

struct slots_tale {
    struct slots_tale_node *nodes;
    struct slots_tale_shard *shards;
    struct slots_tale_range *ranges;
    int n_nodes, n_shards, n_ranges;
    int cap_nodes, cap_shards, cap_ranges;
    int slots; /* in all ranges */
};

/* VK_EPROTO, VK_ESERVER as slots_take; where names the node that was asked. Release it even so. */
int slots_tale_read(struct slots_tale *t, const struct reply *r, bool tls, const char *where,
                    struct err *e) MUST_CHECK;
void slots_tale_release(struct slots_tale *t);

#endif
