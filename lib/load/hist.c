/* SPDX-License-Identifier: BSD-3-Clause */
/* The log-linear histogram. See hist.h. Bucket i below 2 * HIST_SUB is the value i; above, the
 * power of two is i / HIST_SUB - 1 and the place in it i % HIST_SUB.
 *
 * The one invariant: whatever its owner has finished with, min and max bound the buckets in use, so
 * that nobody walks through the empty ones outside. */
#include "load/hist.h"

#include <assert.h>
#include <float.h>

enum { LAST = HIST_BUCKETS - 1 };

struct hist *hist_new(void) {
    struct hist *h = mem_zalloc(1, sizeof *h);
    h->min = UINT64_MAX;
    return h;
}

uint64_t hist_low_edge(uint32_t i) {
    assert(i <= LAST);
    if (i < 2 * HIST_SUB) return i;
    return (uint64_t)(HIST_SUB + i % HIST_SUB) << (i / HIST_SUB - 1);
}

uint64_t hist_high_edge(uint32_t i) {
    return i == LAST ? UINT64_MAX : hist_low_edge(i + 1) - 1;
}

/* The buckets that can be in use: first > last when none is. */
struct range {
    uint32_t first, last;
};

static struct range range_of(const struct hist *h) {
    uint64_t min = HIST_LOAD(h->min), max = HIST_LOAD(h->max);
    if (min > max) return (struct range){1, 0};
    return (struct range){hist_bucket_of(min), hist_bucket_of(max)};
}

void hist_clear(struct hist *h) {
    struct range r = range_of(h);
    for (uint32_t i = r.first; i <= r.last; i++)
        HIST_STORE(h->buckets[i], 0);
    HIST_STORE(h->count, 0);
    HIST_STORE(h->sum, 0);
    HIST_STORE(h->min, UINT64_MAX);
    HIST_STORE(h->max, 0);
}

static void widen(struct hist *h, uint64_t min, uint64_t max) {
    if (min < h->min) HIST_STORE(h->min, min);
    if (max > h->max) HIST_STORE(h->max, max);
}

/* The count is that of the buckets as they were read, so that dst agrees with itself even if src
 * does not at this moment. */
void hist_merge(struct hist *dst, const struct hist *src) {
    uint64_t min = HIST_LOAD(src->min), max = HIST_LOAD(src->max), count = 0;
    if (min > max) return;
    for (uint32_t i = hist_bucket_of(min), last = hist_bucket_of(max); i <= last; i++) {
        uint64_t n = HIST_LOAD(src->buckets[i]);
        if (!n) continue;
        HIST_STORE(dst->buckets[i], dst->buckets[i] + n);
        count += n;
    }
    HIST_STORE(dst->count, dst->count + count);
    HIST_STORE(dst->sum, dst->sum + HIST_LOAD(src->sum));
    widen(dst, min, max);
}

void hist_difference(struct hist *dst, const struct hist *now, const struct hist *before) {
    hist_clear(dst);
    struct range r = range_of(now);
    for (uint32_t i = r.first; i <= r.last; i++) {
        uint64_t n = now->buckets[i], less = before->buckets[i];
        if (n <= less) continue;
        dst->buckets[i] = n - less;
        dst->count += n - less;
        widen(dst, hist_low_edge(i), hist_high_edge(i));
    }
    dst->sum = now->sum - before->sum;
}

double hist_mean(const struct hist *h) {
    uint64_t count = HIST_LOAD(h->count);
    return count ? (double)HIST_LOAD(h->sum) / (double)count : 0;
}

/* Newton's method, which comes down from above: the library links no libm. */
static double square_root(double x) {
    double root = x > 1 ? x : 1, next = (root + x / root) / 2;
    while (next < root) {
        root = next;
        next = (root + x / root) / 2;
    }
    return root;
}

double hist_stddev(const struct hist *h) {
    struct range r = range_of(h);
    double mean = hist_mean(h), squares = 0, count = 0;
    for (uint32_t i = r.first; i <= r.last; i++) {
        double n = (double)HIST_LOAD(h->buckets[i]);
        if (n <= 0) continue;
        double middle = ((double)hist_low_edge(i) + (double)hist_high_edge(i)) / 2;
        squares += n * (middle - mean) * (middle - mean);
        count += n;
    }
    return count > 0 ? square_root(squares / count) : 0;
}

/* Which of count records, sorted, is percentile p: from 1 to count. A p such as 99.9 is no exact
 * double: what is above a whole number by no more than rounding is that number. */
static uint64_t rank_of(uint64_t count, double p) {
    double exact = p * (double)count / 100;
    if (exact >= (double)count) return count;
    if (!(exact > 1)) return 1;
    uint64_t rank = (uint64_t)exact;
    return rank + (exact - (double)rank > exact * 4 * DBL_EPSILON);
}

uint64_t hist_percentile(const struct hist *h, double p) {
    uint64_t count = HIST_LOAD(h->count), max = HIST_LOAD(h->max), seen = 0;
    if (!count) return 0;
    uint64_t rank = rank_of(count, p);
    struct range r = range_of(h);
    for (uint32_t i = r.first; i <= r.last; i++) {
        seen += HIST_LOAD(h->buckets[i]);
        if (seen < rank) continue;
        uint64_t high = hist_high_edge(i);
        return high < max ? high : max;
    }
    return max; /* the writer was between bucket and count */
}

uint64_t hist_count_to(const struct hist *h, uint64_t v) {
    struct range r = range_of(h);
    uint32_t to = hist_bucket_of(v);
    uint64_t n = 0;
    for (uint32_t i = r.first; i <= r.last && i <= to; i++)
        n += HIST_LOAD(h->buckets[i]);
    return n;
}

bool hist_knows(const struct hist *h, double p) {
    uint64_t count = HIST_LOAD(h->count);
    return count && count - rank_of(count, p) >= HIST_ABOVE;
}

int64_t hist_next(const struct hist *h, uint32_t i) {
    struct range r = range_of(h);
    for (i = i > r.first ? i : r.first; i <= r.last; i++)
        if (HIST_LOAD(h->buckets[i])) return i;
    return -1;
}
