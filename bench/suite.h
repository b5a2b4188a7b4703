/* SPDX-License-Identifier: BSD-3-Clause */
/* valkey-benchmark's test list: names, labels, commands, order. */
#ifndef BENCH_SUITE_H
#define BENCH_SUITE_H

#include "bench/workload.h"

struct suite_opts {
    struct workload_opts workload;
    int num_functions, num_keys_in_fcall;
    bool redis; /* redis-benchmark's list: no mget, function_load, fcall; ZADD's member is
                   __rand_int__ */
};

/* How many tests there are. */
int suite_count(void);
/* Is test i chosen by the comma list (any case; NULL = all)? */
bool suite_chooses(int i, const char *list, const struct suite_opts *o);
/* A name of the list that chooses nothing: VK_EUSAGE with the nearest known one. */
int suite_check(const char *list, const struct suite_opts *o, struct err *e) MUST_CHECK;
/* Make test i. text: the payload stream, which goes on from test to test as the tool's does. */
struct keygen_text;
int suite_make(int i, const struct suite_opts *o, struct keygen_text *text, struct workload *w,
               struct err *e) MUST_CHECK;
/* The command to be sent once before test i ("FUNCTION LOAD REPLACE ..."), or argc 0. Static. */
int suite_before(int i, const char *const **argv);

#endif
