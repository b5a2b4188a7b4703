/* SPDX-License-Identifier: BSD-3-Clause */
/* valkey-benchmark's test list: names, labels, commands, order. */
#ifndef BENCH_SUITE_H
#define BENCH_SUITE_H

#include "bench/workload.h"

struct suite_opts {
    struct workload_opts workload; /* its text is the payload of every test */
    int num_functions, num_keys_in_fcall;
    bool redis;     /* redis-benchmark's list: no MGET and no functions; ZADD's members are random
                       each by itself */
    bool true_keys; /* in a cluster: a key with a random number of its own is as it is elsewhere;
                       false, and for all other keys: it holds a {tag} */
    bool redis_api; /* functions are registered by `redis`, for a server that has no `server` */
};

/* How many tests there are. */
int suite_count(void);
/* Is test i chosen by the comma list (any case; NULL = all)? */
bool suite_chooses(int i, const char *list, const struct suite_opts *o);
/* A name of the list that chooses nothing: VK_EUSAGE with the nearest known one. NULL is in order,
 * an empty list is not. */
int suite_check(const char *list, const struct suite_opts *o, struct err *e) MUST_CHECK;
/* Make test i. VK_EUSAGE. */
int suite_make(int i, const struct suite_opts *o, struct workload *w, struct err *e) MUST_CHECK;
/* Move o's text on to the payload of the next pass through the list (-l). */
void suite_next_payload(const struct suite_opts *o);
/* The command to be sent once before test i: how many words of argv (whose texts are static or in
 * script, an empty buffer of the caller's), or 0. */
enum { SUITE_BEFORE_WORDS = 4 };
int suite_before(int i, const struct suite_opts *o, struct buf *script,
                 const char *argv[SUITE_BEFORE_WORDS]);

#endif
