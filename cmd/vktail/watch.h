/* SPDX-License-Identifier: BSD-3-Clause */
/* Is a node still there, does it know that we listen, and how much of its memory do we cost it?
 * Each second the side asks for our own line of CLIENT LIST, which no MONITOR shows; a connection
 * on which something can be sent gets a PING now and then. */
#ifndef VKTAIL_WATCH_H
#define VKTAIL_WATCH_H

#include "node.h"

struct watch_opts {
    int64_t every_ns;  /* for a sign of life at most, and between PINGs; 0 = not asked for */
    uint64_t omem_max; /* 0 = no limit */
    int64_t quiet_ns;  /* the connection that listens is never silent for longer; 0 = it may be */
    bool asks;         /* for our line of CLIENT LIST */
    bool pings;        /* PING goes on the connection that listens */
};

enum { WATCH_EVERY_MS = 1000 };

/* In front of what asks for events: who are we? */
int watch_ask(struct node *n, struct err *e) MUST_CHECK;
/* Every WATCH_EVERY_MS, for a node that is connected. A connection that is no good any more is
 * refused (node_refuse). */
void watch_look(struct node *n, const struct watch_opts *o);
/* What we cost the server is above the limit, as of the last answer; *omem is how much. */
bool watch_is_over(const struct node *n, const struct watch_opts *o, uint64_t *omem);

#endif
