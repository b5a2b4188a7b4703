/* SPDX-License-Identifier: BSD-3-Clause */
/* The Python clients' basic_operations benchmark: nine operations with their keys, in their order,
 * one after the other; and the matrix of its base class: every combination of the argument lists,
 * the last one fastest. */
#ifndef BENCH_BASIC_H
#define BENCH_BASIC_H

#include "bench/run.h"

enum { BASIC_TESTS = 9, BASIC_VALUES_MAX = 32 };

/* How a pipeline's commands are sent. MULTI: as the Python clients do it, between MULTI and EXEC,
 * the first pipeline with one command (i % P == 0 after the first), then P each, the rest at the
 * end. */
enum basic_pipeline { BASIC_MULTI, BASIC_PLAIN, BASIC_BOTH };

struct basic_list {
    int64_t v[BASIC_VALUES_MAX];
    int n;
};
struct basic_opts {
    struct basic_list requests, pipeline, size; /* -n 100000, -P 1, -s 2: each a list with commas */
    enum basic_pipeline how;
    bool flush; /* FLUSHALL even when the server holds keys */
};

void basic_opts_init(struct basic_opts *o);
/* "1,10,100" within min..max. VK_EUSAGE. */
int basic_parse_list(struct basic_list *l, const char *text, int64_t min, int64_t max,
                     struct err *e) MUST_CHECK;

/* One combination of the matrix: "n=100000, P=1, s=2". */
struct basic_case {
    int64_t requests, pipeline, size;
};
int basic_cases(const struct basic_opts *o);
void basic_case(const struct basic_opts *o, int number, struct basic_case *c);

/* Test number (0..BASIC_TESTS-1) of a case: set_str, set_int, get_str, get_int, incr, lpush,
 * lrange_300, lpop, hmset. The workload's writer borrows b, which must outlive it. Fills ro's
 * connections (1), pipeline and requests. */
struct basic_test {
    struct basic_case c;
    int number;
    bool multi;
    struct buf value; /* private */
};
void basic_make(struct basic_test *b, const struct basic_case *c, int number, bool multi,
                struct workload *w, struct run_opts *ro);
void basic_release(struct basic_test *b);

#endif
