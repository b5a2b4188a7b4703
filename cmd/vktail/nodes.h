/* SPDX-License-Identifier: BSD-3-Clause */
/* All the nodes that are listened to: one server, what the sentinels name as the primary, or those
 * of a cluster, followed through failovers and changes of the topology. */
#ifndef VKTAIL_NODES_H
#define VKTAIL_NODES_H

#include "client/cluster.h"
#include "client/sentinel.h"
#include "node.h"

enum nodes_which { NODES_PRIMARIES, NODES_REPLICAS, NODES_ALL };

struct nodes_place;

struct nodes {
    struct loop *loop;
    const struct connopt *conn;
    enum nodes_which which;
    struct node_hooks hooks;
    /* a node is not listened to any more: it is no primary now, or gone */
    void (*left)(void *arg, struct node *n);
    struct cluster *cluster;     /* NULL = none */
    struct sentinel *sentinel;   /* NULL = none */
    struct nodes_place **places; /* by number; their node may have left */
    int n;
    int64_t look_at_ns; /* when the topology is to be read again */
};

/* cluster: NULL = conn's one server, or what its sentinels say. Finds the nodes; nothing is
 * listened to before the loop turns. As cluster_connect and sentinel_primary fail. */
int nodes_init(struct nodes *s, struct loop *l, const struct connopt *conn,
               const struct cluster_opts *cluster, struct err *e) MUST_CHECK;
void nodes_release(struct nodes *s);
/* After each turn of the loop, outside of it: what has ended is noticed, and where the nodes are is
 * asked again when that is due (which may turn the loop). */
void nodes_look(struct nodes *s);
/* The topology is not what it was: ask soon. */
void nodes_doubt(struct nodes *s);
/* The node with this number; NULL = it has left. */
struct node *nodes_at(const struct nodes *s, int number);
/* Its name, also when it has left. */
const char *nodes_name(const struct nodes *s, int number);
/* How many are listened to, or tried. */
int nodes_count(const struct nodes *s);

#endif
