/* SPDX-License-Identifier: BSD-3-Clause */
/* A histogram of durations in ns: log-linear, after HdrHistogram (Tene). Values below 2048 have a
 * bucket each; above, every power of two is cut into 1024 buckets, so a bucket's upper edge is at
 * most 0.1 % above any value in it. All of 64 bits is covered: nothing is clamped. Count, sum,
 * least and greatest are exact.
 *
 * One thread writes; others may read at the same time (relaxed atomics, no locked instruction) and
 * see counts that are a few records apart. */
#ifndef LOAD_HIST_H
#define LOAD_HIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"

enum {
    HIST_BITS = 10,
    HIST_SUB = 1 << HIST_BITS,
    HIST_BUCKETS = (64 - HIST_BITS + 1) * HIST_SUB, /* 440 KiB; untouched pages cost nothing */
};

struct hist {
    uint64_t count, sum, min, max; /* min is UINT64_MAX while empty */
    uint64_t buckets[HIST_BUCKETS];
};

/* Cleared memory; the caller frees. */
struct hist *hist_new(void);
void hist_clear(struct hist *h);
/* Add what is in src to dst; src may be in use by its writer. */
void hist_merge(struct hist *dst, const struct hist *src);
/* dst = now - before, bucket by bucket: what came between two merges of the same histogram. Min and
 * max of dst are the edges of its outermost buckets. */
void hist_difference(struct hist *dst, const struct hist *now, const struct hist *before);

static inline uint32_t hist_bucket_of(uint64_t v) {
    if (v < 2 * HIST_SUB) return (uint32_t)v;
    unsigned shift = 63 - (unsigned)__builtin_clzll(v) - HIST_BITS;
    return (shift << HIST_BITS) + (uint32_t)(v >> shift);
}
/* The smallest and the largest value that share bucket i. */
uint64_t hist_low_edge(uint32_t i);
uint64_t hist_high_edge(uint32_t i);

#define HIST_LOAD(member) __atomic_load_n(&(member), __ATOMIC_RELAXED)
#define HIST_STORE(member, v) __atomic_store_n(&(member), (v), __ATOMIC_RELAXED)

/* Record v n times: the one hot function. */
static inline void hist_record_n(struct hist *h, uint64_t v, uint64_t n) {
    uint64_t *bucket = &h->buckets[hist_bucket_of(v)];
    HIST_STORE(*bucket, HIST_LOAD(*bucket) + n);
    HIST_STORE(h->count, HIST_LOAD(h->count) + n);
    HIST_STORE(h->sum, HIST_LOAD(h->sum) + v * n);
    if (v < HIST_LOAD(h->min)) HIST_STORE(h->min, v);
    if (v > HIST_LOAD(h->max)) HIST_STORE(h->max, v);
}
static inline void hist_record(struct hist *h, uint64_t v) {
    hist_record_n(h, v, 1);
}

double hist_mean(const struct hist *h); /* 0 when empty */
/* From the buckets' middles, 0 when empty. */
double hist_stddev(const struct hist *h);
/* The value at or below which p percent (0..100) of the records lie: the high edge of the bucket
 * with record number ceil(p/100 * count), at least 1, bounded by max; 0 when empty. */
uint64_t hist_percentile(const struct hist *h, double p);
/* Records at or below v's bucket. */
uint64_t hist_count_to(const struct hist *h, uint64_t v);
/* True when at least HIST_ABOVE records lie above percentile p: fewer and the figure is chance. */
enum { HIST_ABOVE = 10 };
bool hist_knows(const struct hist *h, double p);
/* The next bucket with records from i on: its number, or -1. */
int64_t hist_next(const struct hist *h, uint32_t i);

#endif
