/* SPDX-License-Identifier: BSD-3-Clause */
/* One node that is listened to: a connection that is made, greeted and asked for events on the
 * loop, and made again whenever it ends. Nothing here waits. */
#ifndef VKTAIL_NODE_H
#define VKTAIL_NODE_H

#include "client/client.h"
#include "side.h"

enum node_state {
    NODE_WAITING,    /* for the next try */
    NODE_CONNECTING, /* transport and handshake */
    NODE_ASKING,     /* the commands that ask for events are not all answered */
    NODE_LISTENING,
};

struct node;

struct node_hooks {
    /* It is connected: node_send what asks for events. A failure ends the connection. */
    int (*ask)(void *arg, struct node *n, struct err *e);
    void (*push)(void *arg, struct node *n, enum push_kind kind, const struct reply *r);
    /* All that was asked is granted. */
    void (*listening)(void *arg, struct node *n);
    /* The connection ended, could not be made, or was refused what it asked for; another try
     * follows. before: the state it was in. */
    void (*ended)(void *arg, struct node *n, enum node_state before, const struct err *why);
    void *arg;
};

struct node {
    const struct node_hooks *hooks;
    struct loop *loop;
    int number;
    const char *name; /* "127.0.0.1:6379", for people */
    const struct connopt *conn;
    struct client *client;
    struct side *side; /* NULL = nothing was asked yet; see node_side */
    enum node_state state;
    struct loop_timer again;
    int failures;       /* since it listened last */
    int unanswered;     /* of what was asked */
    struct err refusal; /* in the server's words; code 0 = none */
    struct retry_policy backoff;
    struct rng rng;
    /* for whoever listens */
    bool was_heard;  /* it has listened once */
    int64_t lost_us; /* the time of day when it was lost; 0 = it is heard, or never was */
    uint64_t n_events, n_dropped, n_gaps;
};

/* conn, hooks and name are borrowed; n must stay where it is. The first try begins with the loop's
 * next turn. VK_ETLS, VK_EUSAGE (TLS files). */
int node_init(struct node *n, struct loop *l, const struct connopt *conn,
              const struct node_hooks *hooks, int number, const char *name,
              struct err *e) MUST_CHECK;
void node_release(struct node *n);
/* Its second connection, for questions; as long as the node is there. */
struct side *node_side(struct node *n);
/* One of the commands by which `ask` asks. */
int node_send(struct node *n, int argc, const char *const *argv, const size_t *lens,
              struct err *e) MUST_CHECK;
/* To be called after each turn of the loop: a connection that has ended is noticed here. */
void node_look(struct node *n);
/* End the connection for a reason of ours; another follows. */
void node_restart(struct node *n, const struct err *why);
/* End it until node_resume. */
void node_pause(struct node *n);
void node_resume(struct node *n);

#endif
