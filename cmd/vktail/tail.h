/* SPDX-License-Identifier: BSD-3-Clause */
/* The engine: what the sources hear goes through the window that puts it in order, the filters and
 * the limits to the output, and nobody on this way ever waits for somebody behind him. */
#ifndef VKTAIL_TAIL_H
#define VKTAIL_TAIL_H

#include "core/merge.h"
#include "io/outlet.h"
#include "nodes.h"
#include "options.h"
#include "source.h"

struct tail {
    const struct options *opts;
    struct loop *loop;
    const struct source *source;
    struct nodes nodes;
    struct merge *merge; /* NULL = events go out as they come */
    int *merge_sources;  /* by node number; -1 = none */
    int n_merge_sources;
    struct monitor monitor; /* the command that is looked at */
    struct form form;
    struct queue queue;
    struct outlet *outlet;
    bool full;               /* the output takes no more for now */
    struct loop_timer limit; /* --for */
    uint64_t n_events, n_malformed, n_gaps;
    bool heard;        /* a node has listened */
    bool done;         /* the end was asked for */
    struct err failed; /* why it cannot go on; code 0 = it can */
};

int tail_init(struct tail *t, const struct options *o, struct loop *l, struct err *e) MUST_CHECK;
void tail_release(struct tail *t);
/* From a source: an event of a node. */
void tail_take(struct tail *t, struct event *ev);
/* The whole job; returns the exit code. */
int tail_run(struct tail *t);

#endif
