/* SPDX-License-Identifier: BSD-3-Clause */
/* One call of the program against one server: what all its tests share, and the way of a workload
 * from its run to its report on standard output. */
#ifndef VKBENCH_BENCH_H
#define VKBENCH_BENCH_H

#include "live.h"
#include "report.h"

struct bench {
    const struct options *opts;
    struct loop *loop;
    struct server_facts facts;
    struct report report;
    const struct report_ops *ops;
    struct live live;
    struct buf out; /* waits for standard output */
    char where[256];
    struct err stopped; /* why no further test is run; code 0 = go on */
    bool begun;         /* the report's head is written */
    bool failed;        /* a request got an error, was lost, or was not answered */
};

/* Looks at the server first (preflight). b is filled; release it in every case. */
int bench_init(struct bench *b, const struct options *o, struct loop *l, int argc, char **argv,
               struct err *e) MUST_CHECK;
void bench_release(struct bench *b);
/* What the options say of every run. */
void bench_run_opts(const struct bench *b, struct run_opts *ro);
/* Run w and report on it. False: run no other (b->stopped says why, or a signal came). */
bool bench_test(struct bench *b, const struct workload *w, const struct run_opts *ro);
/* One command on a connection of its own, in a cluster to every primary; an error reply is told as
 * VK_ESERVER. */
int bench_command(struct bench *b, int argc, const char *const *argv, struct err *e) MUST_CHECK;
/* Write what waits to standard output. A closed pipe ends the program as the signal would have. */
void bench_flush(struct bench *b);
/* The report's end, the reason for an early one on standard error; returns the exit code. */
int bench_end(struct bench *b);

/* The modes, each the whole job between init and end. */
void bench_tests(struct bench *b);    /* -t */
void bench_sequence(struct bench *b); /* a command line */
void bench_basic(struct bench *b);
void bench_idle(struct bench *b); /* -I */

#endif
