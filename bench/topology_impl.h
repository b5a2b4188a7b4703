/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of topology only. */
#ifndef BENCH_TOPOLOGY_IMPL_H
#define BENCH_TOPOLOGY_IMPL_H

#include "bench/topology.h"
#include "client/sentinel.h"

/* What does not change of a node. */
struct topology_member {
    struct cluster_door door;
    struct opening_opts opening;
    char where[300], id[SLOTS_ID_MAX + 1];
};

struct topology_source {
    int (*read)(struct topology_source *s, struct err *e);
    struct loop *loop;         /* of those who listen */
    struct cluster *cluster;   /* or */
    struct sentinel *sentinel; /* who know the only server */
    struct sentinel *listener; /* to their news */
    bool switched;             /* there was some */
    bool replica;              /* of which a replica is wanted */
    struct connopt conn;       /* for the topology alone: with patience that ends */
    struct cluster_opts opts;
    const struct opening_opts *common;
    struct topology_member **members; /* by number */
    int n_members;
    struct topology *now;
};

/* m's door is made; it becomes the next number. VK_ETLS, and m is freed. */
int topology_add_member(struct topology_source *s, struct topology_member *m, const char *host,
                        int port, struct err *e) MUST_CHECK;
/* t becomes the newest. One that shows nothing new is dropped: while a cluster is down it is read
 * ten times a second. */
void topology_add_picture(struct topology_source *s, struct topology *t);

#endif
