/* SPDX-License-Identifier: BSD-3-Clause */
/* Rounds of requests on a cluster client: a round is submitted whole, and the next one when all of
 * it is answered. A round of one request is "one after another"; several lanes run at once. */
#ifndef BENCH_CLUSTER_LANE_H
#define BENCH_CLUSTER_LANE_H

#include "bench/cluster_ops.h"
#include "client/cluster.h"
#include "load/tally.h"

/* Fills w with what request k (0 .. width-1) of a round says. */
typedef void cluster_lane_fn(void *arg, int64_t round, int k, struct cluster_ops_words *w);

struct cluster_call;

struct cluster_lane {
    cluster_lane_fn *words;
    void *arg;
    int64_t rounds;      /* 0 or more */
    int width;           /* requests of a round */
    struct tally *tally; /* of the requests; borrowed */
    struct tally *whole; /* of the rounds, where one error spoils a round; NULL = of no interest */
    int64_t round;       /* out: how many are over */
    int64_t from_ns;     /* out: when it began, */
    int64_t to_ns;       /* and when the last reply came; stopped before: when that was */
    struct cluster *cluster; /* the rest is private */
    struct cluster_call *calls;
    int64_t round_ns;
    int waiting;
    bool spoilt, stopped;
};

/* Run the lanes until all are over, or until_ns has come (-1 = never). VK_ECANCEL: it came first,
 * or a stop signal that was not known before; what had no reply then is in no tally. */
int cluster_lane_run(struct cluster *c, struct cluster_lane *lanes, int n, int64_t until_ns,
                     struct err *e) MUST_CHECK;

#endif
