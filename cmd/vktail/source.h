/* SPDX-License-Identifier: BSD-3-Clause */
/* Where events come from: what is asked of a node, and what its pushes mean. One file each. */
#ifndef VKTAIL_SOURCE_H
#define VKTAIL_SOURCE_H

#include "node.h"

struct tail;

struct source {
    bool in_order; /* events bear the servers' time: several nodes' are put in order by it */
    bool watched;  /* a server holds what we do not take: see watch.h */
    bool keeps;    /* what is not heard is heard later: a lost connection makes no gap */
    int quiet_ms;  /* see struct watch_opts, on top of the interval of health checks; 0 = none */
    bool pings;    /* commands may be sent on the connection that listens */
    int look_ms;   /* see struct nodes; 0 = its default */
    /* Make t->state; end frees it, and undoes what was done to the servers, which may turn the
     * loop. Both may be NULL. */
    int (*begin)(struct tail *t, struct err *e);
    void (*end)(struct tail *t);
    /* See struct node_hooks. */
    int (*ask)(struct tail *t, struct node *n, struct err *e);
    void (*push)(struct tail *t, struct node *n, enum push_kind kind, const struct reply *r);
    /* NULL = nothing is to be done. left may turn the loop. */
    void (*listening)(struct tail *t, struct node *n);
    void (*ended)(struct tail *t, struct node *n);
    void (*left)(struct tail *t, struct node *n);
    /* See struct nodes. */
    void (*choose)(struct tail *t, bool *wanted, int n);
    void (*changed)(struct tail *t);
    void (*tick)(struct tail *t); /* each second */
    /* All that was taken has been written out; called often. */
    void (*written)(struct tail *t);
};

/* source_none: nobody is listened to. */
extern const struct source source_monitor, source_messages, source_events, source_stream,
    source_none;

#endif
