/* SPDX-License-Identifier: BSD-3-Clause */
/* The inside of struct cluster, for lib/client/cluster*.c only. A request is in one of three
 * places: the queue (in the order of its number), a node's session (in flight), or the list of
 * those that are over and whose callbacks wait for a place where they may be called. */
#ifndef CLIENT_CLUSTER_IMPL_H
#define CLIENT_CLUSTER_IMPL_H

#include "base/rng.h"
#include "client/cluster.h"
#include "resp/reply.h"

#define CLUSTER_ERROR_MAX ((size_t)1 << 20) /* bytes of an error reply */

struct cluster_request {
    struct cluster *cluster;
    struct cluster_request *next;
    uint64_t number;
    int argc;
    const char *const *argv;
    const size_t *lens;
    session_cb *cb;
    void *arg;
    struct route route;
    int fixed; /* the node it must go to, -1 = by slot */
    int node;  /* in flight: where */
    int ask;   /* the node that an ASK named for the next try, -1 = none */
    unsigned slot;
    bool has_slot, reads;
    bool alone;              /* its keys are not known: nothing may overtake it, nor it anything */
    bool tx, tx_first;       /* part of a transaction */
    bool tx_begins;          /* our own MULTI, whose reply is nobody's */
    bool tx_inside, tx_ends; /* behind MULTI; EXEC, DISCARD, UNWATCH */
    int64_t due_ns;          /* not before; 0 = at once */
    bool passing;            /* its reply goes to the callback */
    struct reply_builder *error; /* its reply is an error, under way */
    int code; /* when it is over: 0 = error holds the reply, or "OK" when that is NULL */
    struct err why;
};

struct cluster_shard;

struct cluster_link {
    struct cluster *cluster;
    struct cluster_door door;
    int number; /* the node's */
    struct client *client;
    uint64_t generation; /* counts connections */
    bool connected_once;
};

enum { CLUSTER_ASK_MAX = 64 }; /* nodes that may fail to tell the topology */

enum cluster_tx { /* what the commands submitted so far have opened */
                  TX_NONE,
                  TX_WATCHED,
                  TX_ANNOUNCED, /* MULTI was answered here and waits for a node */
                  TX_OPEN,
};

struct cluster {
    struct loop *loop;
    struct cluster_opts opts;
    struct cluster_hooks hooks;
    struct slots *slots;
    struct cluster_link **links; /* by node number */
    int n_links;
    struct client *control; /* reads topologies: never inside a transaction, never blocked */
    struct cluster_door control_door;
    int control_node;
    bool has_map, refresh_wanted;
    struct command_table *commands; /* what a server said of them; NULL = none was asked */
    uint64_t moved;                 /* so far */
    uint64_t redirects;             /* MOVED and ASK */
    struct rng rng;
    unsigned turn; /* of reading round-robin */

    struct cluster_request *queue, **queue_end;
    struct cluster_request *over, **over_end;
    struct cluster_request *spare;
    uint64_t next_number;
    size_t queued, in_flight, finishing;
    size_t alone;            /* of those in flight */
    struct loop_timer timer; /* the earliest due_ns in the queue */

    bool closing;
    uint32_t busy[SLOTS_COUNT];      /* in flight, by slot */
    uint16_t busy_node[SLOTS_COUNT]; /* and where; UINT16_MAX = at several */
    uint32_t held[SLOTS_COUNT];      /* the scan in which one of the slot had to wait */
    uint32_t scan;

    enum cluster_tx tx;
    unsigned tx_slot;
    bool tx_has_slot;
    int tx_node; /* where the transaction under way is, -1 = not there yet */
    uint64_t tx_generation;
    bool tx_waits;     /* its MULTI is not answered */
    bool tx_ended;     /* its EXEC or DISCARD was sent */
    bool tx_discarded; /* a redirect came: nobody is to send any more of it */
    int tx_first_slot; /* -1 = none */
    struct err tx_lost;

    struct cluster_shard **shards; /* shard channels that are subscribed to */
    int n_shards;

    struct err why;
    int answering;
    unsigned in_callback;
};

/* cluster_queue.c: requests and their lists. */
struct cluster_request *cluster_queue_new(struct cluster *c);
void cluster_queue_free(struct cluster *c, struct cluster_request *q);
/* Where an error reply to it is put together. */
struct reply_builder *cluster_queue_error(struct cluster_request *q);
/* Make text its answer, as an error reply. */
void cluster_queue_say(struct cluster_request *q, const char *text);
/* Into its place by number. */
void cluster_queue_put(struct cluster *c, struct cluster_request *q);
/* Take the request behind *at out of the queue. */
struct cluster_request *cluster_queue_take(struct cluster *c, struct cluster_request **at);
/* It is over: code and q->why or q->error say how; the callback comes with cluster_queue_tell. */
void cluster_queue_over(struct cluster *c, struct cluster_request *q, int code);
bool cluster_queue_tell(struct cluster *c); /* true: there was one */
/* Everything that the cluster's requests hold. */
void cluster_queue_release(struct cluster *c);

/* cluster_node.c: connections. */
struct cluster_link *cluster_node_link(struct cluster *c, int node);
/* Turns the loop: once, for so long, or (0) as the options say. */
int cluster_node_connect(struct cluster *c, struct cluster_link *l, int node, int64_t timeout_ms,
                         struct err *e) MUST_CHECK;
/* Where a node is really reached, in host (cap bytes); returns the port. */
int cluster_node_address(const struct cluster *c, int node, char *host, size_t cap);
int cluster_node_check_map(const char *map, struct err *e) MUST_CHECK;
void cluster_node_release(struct cluster *c);

/* cluster_topology.c */
int cluster_topology_read(struct cluster *c, struct err *e) MUST_CHECK;
/* Ask node over the control connection, which is led there. Turns the loop. The reply is valid
 * until the next. */
int cluster_topology_call(struct cluster *c, int node, int argc, const char *const *argv,
                          const struct reply **out, struct err *e) MUST_CHECK;
void cluster_topology_release(struct cluster *c);

/* cluster_commands.c */
void cluster_commands_release(struct cluster *c);

/* cluster_reply.c: what comes for a request in flight, and what it means. */
void cluster_reply_event(void *request, int code, const struct resp_event *ev);
/* It could not be sent: node's connection could not be made, for the reason e. */
void cluster_reply_unreachable(struct cluster *c, struct cluster_request *q, const struct err *e);
/* Its slot has no owner. */
void cluster_reply_uncovered(struct cluster *c, struct cluster_request *q);
void cluster_reply_trace(struct cluster *c, const struct cluster_request *q,
                         const struct route_decision *d);

/* cluster_shards.c: shard channels. */
/* What a command of the user's changes about them. */
void cluster_shards_note(struct cluster *c, const struct cluster_request *q);
/* A push came from l; true when it is not for the user. */
bool cluster_shards_push(struct cluster *c, const struct cluster_link *l, enum push_kind kind,
                         const struct reply *r);
/* Some are subscribed to, or are being so again. */
bool cluster_shards_any(const struct cluster *c);
/* Queue what is to be subscribed again. */
void cluster_shards_follow(struct cluster *c);
void cluster_shards_release(struct cluster *c);

/* cluster_tx.c: transactions. */
/* Follows MULTI, WATCH, EXEC ... by what is submitted; true when q was taken in (queued, or over).
 */
bool cluster_tx_admit(struct cluster *c, struct cluster_request *q);
enum cluster_tx_way {
    CLUSTER_TX_SEND, /* to *node; -1 = its slot has no owner */
    CLUSTER_TX_WAIT, /* and so must all behind it */
    CLUSTER_TX_LOST, /* q->why says why */
    CLUSTER_TX_OVER, /* it was discarded: q has its answer */
};
enum cluster_tx_way cluster_tx_way(struct cluster *c, struct cluster_request *q, int *node);
/* Nobody goes on with the transaction under way: end what the server keeps of it. */
void cluster_tx_abandon(struct cluster *c);
void cluster_tx_sent(struct cluster *c, const struct cluster_request *q);
/* q was answered with a redirect, which may have made it the transaction's end. */
void cluster_tx_redirected(struct cluster *c, struct cluster_request *q);

#endif
