/* SPDX-License-Identifier: BSD-3-Clause */
/* The Python clients' suite cluster_async: ten operations on a cluster client, in three shapes of
 * concurrency. It measures a client, so it runs on client/cluster and not on the load engine. */
#ifndef BENCH_CLUSTER_ASYNC_H
#define BENCH_CLUSTER_ASYNC_H

#include "bench/cluster_stage.h"

enum cluster_async_shape {                      /* the suite's `gather` */
                           CLUSTER_ASYNC_NONE,  /* one operation after the other, each one request
                                                   after the other */
                           CLUSTER_ASYNC_FALSE, /* the five writers at once, then the five readers,
                                                   each one request after the other */
                           CLUSTER_ASYNC_TRUE,  /* one operation after the other, each in rounds of
                                                   100 requests at once */
};
enum { CLUSTER_ASYNC_SHAPES = 3, CLUSTER_ASYNC_ROUND = 100 };

struct cluster_async_opts {
    int64_t count; /* requests of an operation (-n, default 10000) */
    int64_t size;  /* bytes of a value (-s, default 256) */
    bool shapes[CLUSTER_ASYNC_SHAPES];
};

void cluster_async_opts_init(struct cluster_async_opts *o);
const char *cluster_async_name(enum cluster_async_shape s);  /* "none", "false", "true" */
const char *cluster_async_words(enum cluster_async_shape s); /* "one after another" */
/* The shapes that text names: one of them, or "all". VK_EUSAGE. */
int cluster_async_parse(struct cluster_async_opts *o, const char *text, struct err *e) MUST_CHECK;
/* VK_EUSAGE: too few requests for a round. */
int cluster_async_check(const struct cluster_async_opts *o, struct err *e) MUST_CHECK;
/* How many requests of each operation a shape makes: full rounds only. */
int64_t cluster_async_requests(const struct cluster_async_opts *o, enum cluster_async_shape s);

/* Run the shapes, each with a client of its own, and delete the keys at the end; *left is how many
 * of them may still be there. VK_ECANCEL on a stop signal; else what cluster_stage_open says. */
int cluster_async_run(const struct cluster_stage *stage, const struct cluster_async_opts *o,
                      const struct cluster_show *show, int64_t *left, struct err *e) MUST_CHECK;

#endif
