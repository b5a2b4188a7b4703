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

/* Of the present connection; see watch.h. */
struct node_watch {
    int64_t id;         /* CLIENT ID; -1 = not known */
    bool asked, pinged; /* and not answered yet, */
    int64_t asked_ns, pinged_ns;
    bool blind;    /* the server does not tell */
    uint64_t omem; /* bytes that wait for us there, as it said last */
};

struct node_hooks {
    /* It is connected: node_send what asks for events. A failure ends the connection. */
    int (*ask)(void *arg, struct node *n, struct err *e);
    void (*push)(void *arg, struct node *n, enum push_kind kind, const struct reply *r);
    /* All that was asked is granted; again after each node_send to one that listens. */
    void (*listening)(void *arg, struct node *n);
    /* The connection ended, could not be made, or was refused what it asked for; another try
     * follows. before: the state it was in. */
    void (*ended)(void *arg, struct node *n, enum node_state before, const struct err *why);
    void *arg;
    bool side_first; /* the side connects first: what it says while it does would be heard later */
};

struct node {
    const struct node_hooks *hooks;
    struct loop *loop;
    int number;
    const char *name; /* "127.0.0.1:6379", for people */
    const struct connopt *conn;
    struct connopt own; /* the same without a time limit for what is asked: see watch.h */
    struct client *client;
    struct side *side; /* NULL = nothing was asked yet; see node_side */
    enum node_state state;
    struct loop_timer again;
    unsigned round;     /* counts the connections */
    int failures;       /* since it listened last */
    int unanswered;     /* of what was asked */
    struct err refusal; /* in the server's words; code 0 = none */
    struct retry_policy backoff;
    struct rng rng;
    uint64_t received; /* bytes, as of the last look */
    int64_t heard_us;  /* the time of day when a sign of life came last */
    int64_t bytes_ns;  /* when bytes came last, on the connection that listens */
    int64_t ended_us;  /* when the connection's end was seen; 0 = not yet */
    /* for whoever listens */
    bool was_heard;      /* it has listened once */
    bool said_lost;      /* the user knows */
    int64_t lost_us;     /* since when something of it may be missing; 0 = nothing is */
    const char *lost_by; /* why, a phrase */
    struct node_watch watch;
};

/* conn, hooks and name are borrowed; n must stay where it is. The first try begins with the loop's
 * next turn. VK_ETLS, VK_EUSAGE (TLS files). */
int node_init(struct node *n, struct loop *l, const struct connopt *conn,
              const struct node_hooks *hooks, int number, const char *name,
              struct err *e) MUST_CHECK;
void node_release(struct node *n);
/* Its second connection, for questions; as long as the node is there. */
struct side *node_side(struct node *n);

/* One of the commands by which `ask` asks; also later, to a node that is connected. */
int node_send(struct node *n, int argc, const char *const *argv, const size_t *lens,
              struct err *e) MUST_CHECK;
/* The same; fn is given the reply's first value (ev NULL: the connection ended, or it is a
 * subscription's) and says whether an error in it refuses the whole connection. */
typedef bool node_answer_fn(void *arg, struct node *n, const struct resp_event *ev);
int node_send_to(struct node *n, int argc, const char *const *argv, node_answer_fn *fn, void *arg,
                 struct err *e) MUST_CHECK;
/* The same without a bearing on whether it listens. */
int node_send_aside(struct node *n, int argc, const char *const *argv, node_answer_fn *fn,
                    void *arg, struct err *e) MUST_CHECK;
/* It does not count as listening before as many node_let_go, of the same round. */
void node_hold(struct node *n);
void node_let_go(struct node *n, unsigned round);

/* To be called whenever the loop is about to wait: sees signs of life, and ends, when they come. */
void node_notice(struct node *n);
/* To be called after each turn of the loop: a connection that has ended is dealt with here. */
void node_look(struct node *n);
/* To be dealt with at the next node_look: the connection is no good. */
void node_refuse(struct node *n, const struct err *why);
/* End it until node_resume. */
void node_pause(struct node *n);
void node_resume(struct node *n);

#endif
