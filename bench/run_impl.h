/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of run only:
 *   run.c         before and during
 *   run_result.c  after: everything added up, and the figures of a report */
#ifndef BENCH_RUN_IMPL_H
#define BENCH_RUN_IMPL_H

#include "bench/worker.h"

struct run {
    struct loop *loop;
    struct worker_plan plan;
    struct worker *workers;
    struct loop_watch **watches;
    run_sample_fn *sample;
    void *arg;
    struct run_result *result;
    struct cluster_opts one;        /* for a service that sentinels watch */
    struct topology_source *source; /* of a cluster, or such a service */
    int64_t read_ns;                /* when its topology was read last */
    slots_tag *tags;
    char address[64];
    struct buf secret;
    struct hist *all, *before, *recent; /* NULL without a sample function */
    enum run_phase phase;
    int64_t phase_ns, sampled_ns;
    uint64_t sampled_done;
};

/* run_result.c */
void run_result_init(struct run *r);
/* After the join. */
void run_result_add_up(struct run *r);

#endif
