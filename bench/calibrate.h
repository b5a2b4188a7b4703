/* SPDX-License-Identifier: BSD-3-Clause */
/* This tool's own ceiling and floor on this machine: runs against a null server of our own on
 * loopback, which answers +OK to everything, so that a user knows what a figure is worth. */
#ifndef BENCH_CALIBRATE_H
#define BENCH_CALIBRATE_H

#include "bench/run.h"
#include "io/host.h"

enum { CALIBRATE_RUNS = 6, CALIBRATE_RPS = 1000 };

/* What kept the rate from being higher: a thread of ours that was busy all the time, one of the
 * null server, all cores together, or else the way there and back (or other programs on the cores).
 */
enum calibrate_limit {
    CALIBRATE_GENERATOR,
    CALIBRATE_SERVER,
    CALIBRATE_CORES,
    CALIBRATE_ROUND_TRIP,
};

struct calibrate_run {
    int connections, pipeline, threads; /* the null server has as many threads */
    double rate;                        /* requests per second */
    double cpu_ns;                      /* of the generator per request */
    uint64_t p50, p99;                  /* ns */
    bool knows_p99;                     /* false: too few requests to tell */
    double busy, server_busy; /* the busiest thread's share of a core, 0..1, on either side */
    enum calibrate_limit limit;
};
struct calibrate_result {
    struct host_facts host;
    double seconds;                  /* of each run */
    double clock_ns;                 /* one reading of the clock */
    double record_ns;                /* stamping and recording one command sent alone */
    uint64_t lag_p50_ns, lag_p99_ns; /* how late a send at CALIBRATE_RPS starts */
    bool knows_lag_p99;
    struct calibrate_run runs[CALIBRATE_RUNS]; /* 1x1 (the floor), 50x1, 50x16, 50x64 with one
                                                  thread; 50x1 and 50x16 with as many as cores,
                                                  unless there is one */
    int n_runs;
};

/* seconds: of each run. VK_ECANCEL on a stop signal, VK_EFILE. */
int calibrate_run(struct loop *l, double seconds, struct calibrate_result *r,
                  struct err *e) MUST_CHECK;

#endif
