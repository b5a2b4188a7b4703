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

/* What became of a node's events; stays when it leaves. */
struct nodes_tally {
    uint64_t events, dropped, gaps;
    int64_t missed_us; /* the gaps together */
};

struct nodes {
    struct loop *loop;
    const struct connopt *conn;
    enum nodes_which which;
    struct node_hooks hooks;
    /* a node is not listened to any more: it is no primary now, or gone. Its lost_us is 0 when
     * another has taken over the gap. */
    void (*left)(void *arg, struct node *n);
    /* Another choice than `which`: set wanted[i], all false, of the n numbers there are. NULL =
     * none. Then changed, when those who are listened to are settled. */
    void (*choose)(void *arg, bool *wanted, int n);
    void (*changed)(void *arg);
    int look_ms;                 /* how often to ask where the nodes are while all is well */
    struct cluster *cluster;     /* NULL = none */
    struct sentinel *sentinel;   /* NULL = none */
    struct nodes_place **places; /* by number; their node may have left */
    int n;
    int64_t look_at_ns;     /* when the topology is to be read again */
    int64_t doubt_until_ns; /* and until when, often */
    int64_t looked_us; /* the time of day when it was read last: since then it may have changed */
    bool settled;      /* it has been read once */
    bool unsettled;    /* to be chosen anew, of the topology that is known */
    bool *wanted;      /* by number */
};

/* cluster: NULL = conn's one server, or what its sentinels say. Finds the nodes; nothing is
 * listened to before the loop turns. As cluster_connect and sentinel_primary fail. */
int nodes_init(struct nodes *s, struct loop *l, const struct connopt *conn,
               const struct cluster_opts *cluster, struct err *e) MUST_CHECK;
void nodes_release(struct nodes *s);
/* After each turn of the loop, outside of it: what has ended is noticed, and where the nodes are is
 * asked again when that is due (which may turn the loop). */
void nodes_look(struct nodes *s);
/* To be called whenever the loop is about to wait. */
void nodes_notice(struct nodes *s);
/* The topology is not what it was: ask soon, and often for a while. */
void nodes_doubt(struct nodes *s);
/* `choose` would choose otherwise now. */
void nodes_choose(struct nodes *s);
/* The node with this number; NULL = it has left. */
struct node *nodes_at(const struct nodes *s, int number);
/* Its name, also when it has left. */
const char *nodes_name(const struct nodes *s, int number);
struct nodes_tally *nodes_tally(struct nodes *s, int number);
/* How many are listened to, or tried. */
int nodes_count(const struct nodes *s);

#endif
