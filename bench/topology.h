/* SPDX-License-Identifier: BSD-3-Clause */
/* Which server serves what, for the workers of a run. The main thread reads it (client/cluster; or
 * client/sentinel, topology_sentinel.c) and makes a picture of it, which is never changed: workers
 * go over to a newer one when they see it. Nodes keep their numbers from picture to picture. All
 * pictures live until the end. */
#ifndef BENCH_TOPOLOGY_H
#define BENCH_TOPOLOGY_H

#include "bench/opening.h"
#include "client/cluster.h"

enum { TOPOLOGY_REPLICAS_MAX = 16 }; /* of a primary: more get no load */

struct topology_node {
    const struct opening_opts *opening;
    const char *where; /* "127.0.0.1:7001": what it announced */
    const char *id;
    bool replica, gone;
    int slots; /* that it serves */
    int replicas[TOPOLOGY_REPLICAS_MAX];
    int n_replicas;
};

struct topology {
    int n;
    struct topology_node *nodes;
    int16_t owner[SLOTS_COUNT]; /* the primary's number, -1 = none */
    struct topology *older;
};

struct topology_source;

/* Reads the first one. opening: what its connections share with those of one server. Both are
 * borrowed. What cluster_connect says; VK_ETLS. */
int topology_open(struct loop *l, const struct cluster_opts *cluster,
                  const struct opening_opts *opening, struct topology_source **out,
                  struct err *e) MUST_CHECK;
/* The same of one server that sentinels watch: it has all slots. What sentinel_primary says. */
int topology_open_sentinel(struct loop *l, const struct connopt *sentinels,
                           const struct opening_opts *opening, struct topology_source **out,
                           struct err *e) MUST_CHECK;
void topology_close(struct topology_source *s); /* NULL is legal */
/* The newest picture. */
const struct topology *topology_now(const struct topology_source *s);
/* Read it again: a new picture, unless nobody answers (VK_ECONNECT, ...). Turns the loop. */
int topology_read(struct topology_source *s, struct err *e) MUST_CHECK;
/* Somebody told us that it has changed. */
bool topology_has_news(struct topology_source *s);
/* A node that a redirect named gets a number, and a new picture shows it. */
int topology_know(struct topology_source *s, const char *host, int port, struct err *e) MUST_CHECK;
/* Does the node get load, when reads (or else writes, too) go `from` there? */
bool topology_serves(const struct topology *t, int node, enum cluster_read from, bool reads);
/* The number of host:port (host not terminated), -1 = not in t. */
int topology_find(const struct topology *t, const char *host, size_t len, int port);

#endif
