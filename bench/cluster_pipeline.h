/* SPDX-License-Identifier: BSD-3-Clause */
/* The Python clients' suite cluster_async_pipeline: pipelines of ten commands on a cluster client,
 * each submitted whole and awaited before the next. */
#ifndef BENCH_CLUSTER_PIPELINE_H
#define BENCH_CLUSTER_PIPELINE_H

#include "bench/cluster_stage.h"

enum { CLUSTER_PIPELINE_COMMANDS = 10 };

struct cluster_pipeline_opts {
    int64_t count; /* pipelines (-n, default 10000) */
    int64_t size;  /* bytes of a value (-s, default 256) */
};

void cluster_pipeline_opts_init(struct cluster_pipeline_opts *o);
/* Command k of pipeline i. */
void cluster_pipeline_command(struct cluster_ops_words *w, int64_t i, int k,
                              const struct cluster_ops_values *v);
/* One part with one row, "pipelines", and all commands as the total; the keys are deleted at the
 * end, *left is how many of them may still be there. VK_ECANCEL on a stop signal; else what
 * cluster_stage_open says. */
int cluster_pipeline_run(const struct cluster_stage *stage, const struct cluster_pipeline_opts *o,
                         const struct cluster_show *show, int64_t *left, struct err *e) MUST_CHECK;

#endif
