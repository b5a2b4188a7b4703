/* SPDX-License-Identifier: BSD-3-Clause */
/* notify-keyspace-events of the nodes: looked at before a node counts as listening and now and then
 * behind that, widened where the user allows it, and put back at the end. */
#ifndef VKTAIL_FLAGS_H
#define VKTAIL_FLAGS_H

#include "node.h"
#include "notify.h"

struct flags_node;

struct flags {
    struct loop *loop;
    notify_set asked;
    bool enable;
    struct flags_node **nodes; /* by number; NULL = never asked */
    int n;
};

void flags_init(struct flags *f, struct loop *l, notify_set asked, bool enable);
/* Nothing is put back. */
void flags_release(struct flags *f);
/* A new connection of n: it is held (node_hold) until the flags are known, and set if need be.
 * Under flags that tell nothing of what is asked it is refused with VK_ESTATE. */
void flags_check(struct flags *f, struct node *n);
/* n listens: have the flags been narrowed since? Then it is refused, lost since the last look. */
void flags_look(struct flags *f, struct node *n);
/* Put back what n had, if it was changed. Waits for the server, which turns the loop, FLAGS_BACK_MS
 * at most. What cannot be put back is said. */
enum { FLAGS_BACK_MS = 3000 };
void flags_put_back(struct flags *f, struct node *n);

#endif
