/* SPDX-License-Identifier: BSD-3-Clause */
/* One connection before the load: is the server there, will it have us, and what is it? */
#ifndef VKBENCH_PREFLIGHT_H
#define VKBENCH_PREFLIGHT_H

#include "client/cluster.h"

struct node_facts;

struct server_facts {
    char name[16];                 /* "valkey" or "redis" */
    char version[32];              /* "" when INFO is refused */
    char mode[16];                 /* "standalone", "cluster", "sentinel" */
    char save[256], appendonly[8]; /* CONFIG GET; has_config says whether they could be had */
    bool has_config;
    int io_threads;           /* 0 = unknown */
    int64_t keys;             /* of all databases; -1 = unknown */
    struct node_facts *nodes; /* compatible, of a cluster: those that get load; else NULL */
    int n_nodes;
};
struct node_facts {
    char where[300], id[SLOTS_ID_MAX + 1];
    bool replica;
    struct server_facts server;
};

/* native: HELLO/AUTH by the options, PING (LOADING, NOAUTH, NOPERM and their like are told as what
 * they are), INFO, CONFIG GET save and appendonly. compatible: what valkey-benchmark's first
 * connection sends: AUTH when there is one, CONFIG GET save, CONFIG GET appendonly. VK_EAUTH,
 * VK_ESERVER, VK_ECONNECT ... A refused INFO or CONFIG is no error. */
int preflight(struct loop *l, const struct connopt *conn, bool compatible, struct server_facts *f,
              struct err *e) MUST_CHECK;

/* What valkey-benchmark asks a cluster: compatible, of each node. VK_EUSAGE: it is none. */
int preflight_cluster(struct loop *l, const struct cluster_opts *o, struct server_facts *f,
                      struct err *e) MUST_CHECK;
void preflight_release(struct server_facts *f);

#endif
