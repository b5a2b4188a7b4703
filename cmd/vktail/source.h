/* SPDX-License-Identifier: BSD-3-Clause */
/* Where events come from: what is asked of a node, and what its pushes mean. One file each. */
#ifndef VKTAIL_SOURCE_H
#define VKTAIL_SOURCE_H

#include "node.h"

struct tail;

struct source {
    bool in_order; /* events bear the servers' time: several nodes' are put in order by it */
    /* See struct node_hooks. */
    int (*ask)(struct tail *t, struct node *n, struct err *e);
    void (*push)(struct tail *t, struct node *n, enum push_kind kind, const struct reply *r);
};

extern const struct source source_monitor, source_messages;

#endif
