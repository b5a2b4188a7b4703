/* SPDX-License-Identifier: BSD-3-Clause */
/* Which operations a worker performs, and when each of them is meant to start. Operations are
 * numbered 0, 1, 2 ... over the whole run; the schedule deals them out beforehand, so that workers
 * share nothing. Pure arithmetic: time is passed in.
 *
 * Closed loop: with a total, every worker has a contiguous share in proportion to its connections;
 * without, worker w of W has w, w + W, ... At a rate, worker w always has w, w + W, ..., and
 * operation i is meant for start + i / rate: the comb of all workers together is even, never
 * re-based, and what is late stays due (no coordinated omission, no burst allowance). */
#ifndef LOAD_SCHEDULE_H
#define LOAD_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#define SCHEDULE_NO_END UINT64_MAX

struct schedule {
    uint64_t next, stride, end; /* operations next, next + stride, ... below end */
    double rate;                /* operations per second of all workers together; 0 = closed loop */
    int64_t start_ns;           /* operation 0 of a rate is meant for this moment */
};

struct schedule_share {
    int worker, workers;       /* this one, and how many there are */
    uint64_t first_connection; /* connections of the workers before this one */
    uint64_t connections, all_connections;
};

/* total: operations of all workers, SCHEDULE_NO_END = without bound. */
void schedule_deal(struct schedule *s, const struct schedule_share *share, uint64_t total,
                   double rate);
static inline bool schedule_is_done(const struct schedule *s) {
    return s->next >= s->end;
}
/* When operation op is meant to start (rate > 0): start_ns + op / rate, exact to 1 ns for runs of
 * up to 2^62 ns. */
int64_t schedule_intended(const struct schedule *s, uint64_t op);
/* At a rate: how many of this worker's operations from next on are due at now (0 when none; at most
 * max). */
uint64_t schedule_due(const struct schedule *s, int64_t now_ns, uint64_t max);
/* Take n operations off the front; returns the first one's number. */
uint64_t schedule_take(struct schedule *s, uint64_t n);
/* Take the one that is next, when there is one. */
static inline uint64_t schedule_take_one(struct schedule *s) {
    uint64_t op = s->next;
    s->next = s->end - op > s->stride ? op + s->stride : s->end;
    return op;
}
/* How many are left. */
uint64_t schedule_left(const struct schedule *s);

#endif
