/* SPDX-License-Identifier: BSD-3-Clause */
/* What the Python clients' two cluster suites have in common: a fresh cluster client with its
 * warm-up, what a row of their results holds, and the deletion of their keys. */
#ifndef BENCH_CLUSTER_STAGE_H
#define BENCH_CLUSTER_STAGE_H

#include "bench/cluster_lane.h"

enum { CLUSTER_STAGE_WARMUP = 100 }; /* requests, all at once */

/* One operation, or all of them together. */
struct cluster_row {
    const char *name;
    const struct tally *tally;
    int64_t elapsed_ns;
    int64_t cpu_ns; /* of the process; -1 = there is no telling it from that of others */
    bool cut;       /* stopped before its end */
};

/* A part of a suite: one client's life. */
struct cluster_part {
    const char *name; /* "none" */
    int shape;        /* the suite's own number */
    int64_t warmup_ns;
    int primaries;
    uint64_t redirects; /* MOVED and ASK that were followed; known at the end */
};

/* How a suite tells its results: begin once the client is warm, then a row for each operation, then
 * end with what they come to, also of a part that was stopped. A function that returns < 0 (e is
 * set) ends the suite with that. */
struct cluster_show {
    void *arg;
    int (*begin)(void *arg, const struct cluster_part *p, struct err *e);
    int (*row)(void *arg, const struct cluster_part *p, const struct cluster_row *r, struct err *e);
    int (*end)(void *arg, const struct cluster_part *p, const struct cluster_row *total,
               struct err *e);
};

/* Where a suite runs. */
struct cluster_stage {
    struct loop *loop;
    const struct cluster_opts *opts;
    struct cluster_hooks hooks; /* of each client */
};

/* Connect, warm up (which connects to the nodes) and tell how long the latter took. On failure *c
 * is NULL: what cluster_connect says; VK_ESERVER or VK_EAUTH when a request of the warm-up is
 * refused. */
int cluster_stage_open(const struct cluster_stage *s, struct cluster_part *p, struct cluster **c,
                       struct err *e) MUST_CHECK;
/* Delete what requests 0 .. made-1 of all operations have left, as far as that can be done: it ends
 * where a node refuses or is lost. After a stop signal it takes 2 seconds at most. Returns how many
 * keys may be left. */
int64_t cluster_stage_delete(struct cluster *c, int64_t made);

#endif
