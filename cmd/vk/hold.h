/* SPDX-License-Identifier: BSD-3-Clause */
/* A reply that came before its turn: nodes answer when they like, the output keeps the order of the
 * commands. */
#ifndef VK_HOLD_H
#define VK_HOLD_H

#include "core/session.h"
#include "resp/reply.h"

struct hold {
    struct reply_builder *tree; /* NULL: nothing came yet, or no reply at all */
    bool any, over;
    int code; /* when over: 0, or why there is no reply */
    struct err why;
};

/* Take what a session_cb is given; why is kept with code < 0. */
void hold_take(struct hold *h, int code, const struct resp_event *ev, const struct err *why);
/* It is over and its turn: give it all to cb, and forget it. */
void hold_give(struct hold *h, session_cb *cb, void *arg);
void hold_release(struct hold *h);

#endif
