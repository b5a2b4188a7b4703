/* SPDX-License-Identifier: BSD-3-Clause */
/* This tool's own ceiling and floor on this machine: runs against a null server of our own on
 * loopback, which answers +OK to everything, so that a user knows what a figure is worth. */
#ifndef BENCH_CALIBRATE_H
#define BENCH_CALIBRATE_H

#include "bench/run.h"
#include "io/host.h"

enum { CALIBRATE_RUNS = 6 };

struct calibrate_run {
    int connections, pipeline, threads;
    double rate;            /* requests per second */
    double cpu_ns;          /* of the generator per request */
    uint64_t p50, p99;      /* ns */
    bool generator_limited; /* else the null server was the limit */
};
struct calibrate_result {
    struct host_facts host;
    double clock_ns;                           /* one reading of the clock */
    double record_ns;                          /* stamping and recording one command */
    double lag_p50_ns, lag_p99_ns;             /* how late a send at --rps 1000 starts */
    struct calibrate_run runs[CALIBRATE_RUNS]; /* 1x1 (the floor), 50x1, 50x16, 50x64 with one
                                                  thread; 50x1 and 50x16 with as many as cores */
    int n_runs;
};

/* seconds: of each run. VK_ECANCEL on a stop signal, VK_EFILE. */
int calibrate_run(struct loop *l, double seconds, struct calibrate_result *r,
                  struct err *e) MUST_CHECK;

#endif
