/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of worker only:
 *   worker_open.c  its connections
 *   worker_send.c  what goes out when
 *   worker.c       its life */
#ifndef BENCH_WORKER_IMPL_H
#define BENCH_WORKER_IMPL_H

#include "bench/worker.h"

static inline struct worker *worker_of(struct link *l) {
    return l->host->arg;
}

static inline bool worker_is_stopping(struct worker *w) {
    return atomic_load_explicit(&w->plan->stop, memory_order_relaxed);
}

static inline bool worker_is_routed(const struct worker *w) {
    return w->router.topology != NULL;
}

/* worker_open.c */
/* End the whole run; the first reason of a worker counts. */
void worker_fail(struct worker *w, const struct err *e);
/* Connect l to its node, at at_ns (0 = now). */
void worker_open(struct worker *w, struct link *l, int64_t at_ns);
/* At the beginning: as many of the rest as may be under way at once. */
void worker_open_more(struct worker *w);
/* Without keep-alive: a new connection for the next batch. */
void worker_renew(struct link *l);
/* l, which has nothing in flight, goes over to its goal. */
link_fn worker_move;
link_lost_fn worker_on_lost;

/* worker_send.c */
link_fn worker_on_room;
/* The one that is drawn from now. */
struct schedule *worker_schedule(struct worker *w);
/* At a rate: send what is due. */
void worker_dispatch(struct worker *w, int64_t now_ns);
/* What was not there for a link may be now. */
void worker_wake_thirsty(struct worker *w);

#endif
