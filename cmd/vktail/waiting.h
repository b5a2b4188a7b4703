/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands of clients that are not known yet, and those behind them: they wait a moment for CLIENT
 * LIST, in their order. */
#ifndef VKTAIL_WAITING_H
#define VKTAIL_WAITING_H

#include "event.h"

struct waiting_event {
    struct waiting_event *next;
    struct event ev; /* its line is its own; the command is to be taken apart again */
    int64_t since_ns;
    char line[];
};

struct waiting {
    struct waiting_event *first, **last;
    size_t bytes;
};

enum { WAITING_MS = 500, WAITING_BYTES_MAX = 16 << 20 };

void waiting_init(struct waiting *w);
void waiting_release(struct waiting *w);
/* A copy of a command joins the queue. */
void waiting_add(struct waiting *w, const struct event *ev, int64_t now_ns);
/* Has the first waited long enough, or are there too many? */
bool waiting_is_over(const struct waiting *w, int64_t now_ns);
/* The first leaves the queue; the caller frees it. NULL = none waits. */
struct waiting_event *waiting_take(struct waiting *w);

#endif
