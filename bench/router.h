/* SPDX-License-Identifier: BSD-3-Clause */
/* Which connection an operation goes to, when there are several servers: one per worker, private to
 * the engine. A link is bound to a node. An operation that is drawn by a link of another node waits
 * in its own node's queue, from which that node's links take first: so pipelines stay full, and
 * every key goes where it belongs.
 *   router.c        drawing, queues, going over to a new map
 *   router_map.c    nodes, and who owns which slot
 *   router_again.c  what a redirect sent elsewhere, and what is tried again
 *   router_links.c  which link is bound to which node */
#ifndef BENCH_ROUTER_H
#define BENCH_ROUTER_H

#include <stdatomic.h>

#include "bench/link.h"
#include "bench/outage.h"
#include "bench/topology.h"
#include "load/schedule.h"

struct worker;

/* A server as one worker sees it. */
struct router_node {
    struct link_peer peer;
    const struct opening_opts *opening;
    struct opqueue queue;                /* operations that wait for one of its links */
    struct link *room_first, *room_last; /* at a rate: links that can take more */
    int number;
    int links, open;   /* bound to it (or about to be); open */
    int64_t down_ns;   /* since when none is open; 0 = one is */
    int slots, own_at; /* that it serves: how many, where they begin in the router's list */
    bool asked;        /* an ASK named it, */
    bool fresh;        /* or a MOVED did, though the picture shows no slots of it */
};

/* A kept command. */
struct router_again {
    struct link_kept kept;
    struct route route;
    int node; /* an ASK named it; -1 = by its slot */
    int64_t due_ns;
    bool used, waits; /* waits: to be sent; else it is in flight */
};

struct router_counts {
    uint64_t moved, asked, tryagain, restarts;
};

struct router {
    link_fn *move;              /* the worker's: a link, with nothing in flight, goes to its goal */
    struct router_node **nodes; /* by number; room for SLOTS_NODES_MAX */
    atomic_int n_nodes;         /* live */
    /* the rest is for runs with a topology */
    const struct topology *topology; /* NULL: one server, nodes[0] */
    struct route_opts route;
    bool spreads; /* reads go to replicas as well */
    int16_t owner[SLOTS_COUNT];
    uint16_t own[SLOTS_COUNT]; /* slots by owner; router_node.own_at */
    uint64_t moved;
    struct router_counts counts;
    struct router_again *again;
    uint32_t n_again, used, waiting; /* entries; in use; of these that wait */
    struct image_op held;            /* drawn, and its node's queue is full */
    bool holding;
    uint64_t refused; /* operations that were never sent, for want of their node */
    unsigned turn;    /* among replicas, and among nodes for what has no key */
    struct outages outages;
    char unknown_host[256];  /* a node that a redirect named and no picture shows: for the main */
    atomic_int unknown_port; /* thread, which sets the port to 0 when it has it */
};

/* One server, or what the plan's topology shows. */
void router_init(struct worker *w);
void router_release(struct worker *w);

/* ---- drawing ---- */

/* Up to max operations of s for l's node into w->ops; returns how many. base: added to numbers. */
int router_take(struct worker *w, struct link *l, struct schedule *s, uint64_t base, int max);
/* At a rate: the next operation of s goes to its node's queue. False: there is no room for it. */
bool router_draw(struct worker *w, struct schedule *s, uint64_t base);
/* Up to max operations from n's queue into w->ops; returns how many. */
int router_take_queued(struct worker *w, struct router_node *n, int max);
uint64_t router_waiting(const struct worker *w); /* operations */
/* What waits is given up. */
void router_clear(struct worker *w);
/* Operations that wait for nodes which have been away for long fail. */
void router_lose_patience(struct worker *w, int64_t now_ns);

/* ---- the map ---- */

/* Take over what t shows; NULL: one server, the plan's. */
void router_take_map(struct worker *w, const struct topology *t);

/* Go over to the newest picture, if there is one. */
void router_adopt(struct worker *w);
/* The picture seems to be old. */
void router_want_picture(struct worker *w);
/* The node of an operation: -1 = its slot has no owner. */
int router_target(struct worker *w, const struct image_op *op);
/* Deal what waits in the queues out again. */
void router_deal(struct worker *w);

/* ---- redirects ---- */

link_redirect_fn router_on_redirect;
link_settled_fn router_on_settled;
/* Send what is due; returns when the next is, INT64_MAX = none. */
int64_t router_resend(struct worker *w, int64_t now_ns);
/* At the end: what waits to be sent again is unfinished. */
void router_end(struct worker *w);
/* So many links have to stay idle for what waits to be sent again. */
int router_held_links(const struct worker *w);

/* Links tell of settled operations only while somebody wants to know: what is to be sent again, an
 * outage that is open. */
void router_watch(struct worker *w);

/* ---- links ---- */

/* Bind all of them, before any is open. */
void router_bind(struct worker *w);
/* After a change of the map: links of nodes that serve nothing go to others. */
void router_balance(struct worker *w);
/* A link goes over to its goal. */
void router_moved(struct link *l);
void router_opened(struct link *l);
void router_closed(struct worker *w, struct link *l, bool lost);
/* It could not be opened. */
void router_failed(struct worker *w, struct link *l);

#endif
