/* SPDX-License-Identifier: BSD-3-Clause */
/* load/hist against exact sorted samples, and read while it is written. */
#include "load/hist.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/rng.h"
#include "tests/unit/t.h"

enum { SAMPLES = 1000000 };

/* ---- the buckets ---- */

static void every_bucket_begins_behind_the_one_before(void) {
    uint64_t next = 0;
    int wrong = 0;
    for (uint32_t i = 0; i < HIST_BUCKETS; i++) {
        uint64_t low = hist_low_edge(i), high = hist_high_edge(i);
        wrong += low != next || high < low;
        wrong += hist_bucket_of(low) != i || hist_bucket_of(high) != i;
        wrong += (high - low) * 1000 > low && low;
        next = high + 1;
    }
    CHECK_EQ(wrong, 0);
    CHECK_EQ(next, 0); /* all 64 bits */
}

static void the_least_values_have_a_bucket_each(void) {
    for (uint64_t v = 0; v < 2048; v++) {
        CHECK_EQ(hist_low_edge(hist_bucket_of(v)), v);
        CHECK_EQ(hist_high_edge(hist_bucket_of(v)), v);
    }
    CHECK_EQ(hist_bucket_of(2048), hist_bucket_of(2049));
    CHECK_EQ(hist_bucket_of(UINT64_MAX), HIST_BUCKETS - 1);
}

/* ---- values at the edges ---- */

static void an_empty_histogram_answers_zero(void) {
    struct hist *h = hist_new();
    CHECK_EQ(h->count + h->sum + h->max, 0);
    CHECK(h->min == UINT64_MAX);
    CHECK_EQ(hist_percentile(h, 50), 0);
    CHECK_EQ(hist_mean(h), 0);
    CHECK_EQ(hist_stddev(h), 0);
    CHECK_EQ(hist_count_to(h, UINT64_MAX), 0);
    CHECK_EQ(hist_next(h, 0), -1);
    CHECK(!hist_knows(h, 0));
    free(h);
}

static void values_at_the_edges_are_kept(void) {
    const uint64_t values[] = {0, 1, 2047, 2048, 4095, UINT64_C(1) << 63, UINT64_MAX};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct hist *h = hist_new();
        hist_record(h, values[i]);
        CHECK(h->min == values[i] && h->max == values[i] && h->sum == values[i]);
        CHECK_EQ(h->count, 1);
        for (int p = 0; p <= 100; p += 25)
            CHECK(hist_percentile(h, p) == values[i]);
        CHECK_EQ(hist_next(h, 0), hist_bucket_of(values[i]));
        CHECK_EQ(hist_count_to(h, values[i]), 1);
        free(h);
    }
}

static void the_buckets_are_walked_in_order(void) {
    struct hist *h = hist_new();
    hist_record_n(h, 7, 3);
    hist_record_n(h, 5002, 2);
    hist_record(h, UINT64_MAX);
    CHECK_EQ(hist_next(h, 0), 7);
    CHECK_EQ(hist_next(h, 8), hist_bucket_of(5000));
    CHECK_EQ(hist_next(h, hist_bucket_of(5000) + 1), HIST_BUCKETS - 1);
    CHECK_EQ(hist_next(h, HIST_BUCKETS), -1);
    CHECK_EQ(hist_count_to(h, 6), 0);
    CHECK_EQ(hist_count_to(h, 7), 3);
    CHECK_EQ(hist_count_to(h, 4999), 3);
    CHECK_EQ(hist_count_to(h, 5000), 5); /* of the same bucket as 5002 */
    CHECK_EQ(hist_count_to(h, UINT64_MAX), 6);
    free(h);
}

/* 99.9 is no exact double: of 1000 records it is the 999th, not the last. */
static void a_percentile_on_a_record_is_that_record(void) {
    struct hist *h = hist_new();
    for (uint64_t v = 1; v <= 1000; v++)
        hist_record(h, v);
    CHECK_EQ(hist_percentile(h, 0), 1);
    CHECK_EQ(hist_percentile(h, 0.1), 1);
    CHECK_EQ(hist_percentile(h, 0.10001), 2);
    CHECK_EQ(hist_percentile(h, 50), 500);
    for (int i = 1; i <= 1000; i++)
        CHECK_EQ(hist_percentile(h, i / 10.0), i);
    free(h);
}

static void a_tail_of_fewer_than_ten_records_is_not_known(void) {
    struct hist *h = hist_new();
    hist_record_n(h, 1, 10);
    CHECK(!hist_knows(h, 0)); /* percentile 0 is the first record: nine lie above */
    hist_record(h, 1);
    CHECK(hist_knows(h, 0));
    hist_record_n(h, 1, 9988);
    CHECK(hist_knows(h, 99));
    CHECK(!hist_knows(h, 99.9));
    hist_record(h, 2);
    CHECK(hist_knows(h, 99.9)); /* ten of 10,000 lie above */
    CHECK(!hist_knows(h, 99.99));
    CHECK(!hist_knows(h, 100));
    free(h);
}

static void mean_and_deviation_are_right(void) {
    struct hist *h = hist_new();
    const uint64_t values[] = {2, 4, 4, 4, 5, 5, 7, 9};
    for (size_t i = 0; i < 8; i++)
        hist_record(h, values[i]);
    CHECK_EQ(hist_mean(h) * 1000, 5000);
    CHECK_EQ(hist_stddev(h) * 1000 + 0.5, 2000);
    hist_clear(h);
    hist_record_n(h, 0, 500);
    hist_record_n(h, 2000000000, 500);
    CHECK(hist_stddev(h) > 999e6 && hist_stddev(h) < 1001e6);
    free(h);
}

/* ---- against sorted samples ---- */

typedef uint64_t draw_fn(struct rng *g);

static uint64_t uniform(struct rng *g) {
    return rng_below(g, UINT64_C(1000000000));
}

/* Every decade from 1 to 10^9 as often as any other. */
static uint64_t decades(struct rng *g) {
    uint64_t scale = 1;
    for (uint64_t n = rng_below(g, 9); n; n--)
        scale *= 10;
    return scale + rng_below(g, 9 * scale);
}

/* Many near 100 us, one in a thousand near 1 s. */
static uint64_t two_humps(struct rng *g) {
    if (!rng_below(g, 1000)) return 900000000 + rng_below(g, 200000000);
    return 90000 + rng_below(g, 10000) + rng_below(g, 10000);
}

static uint64_t heavy_tail(struct rng *g) {
    double x = 1 - rng_double(g);
    uint64_t v = (uint64_t)(1000 / (x * x));
    return v < UINT64_C(1) << 40 ? v : UINT64_C(1) << 40;
}

static uint64_t all_bits(struct rng *g) {
    return rng_next(g) >> rng_below(g, 64);
}

static uint64_t one_value(struct rng *g) {
    (void)g;
    return 123456789;
}

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void check_percentiles(const struct hist *h, const uint64_t *sorted) {
    static const int thousandths[] = {0, 1000, 50000, 90000, 99000, 99900, 99990, 100000};
    for (size_t i = 0; i < sizeof thousandths / sizeof *thousandths; i++) {
        int64_t rank = ((int64_t)thousandths[i] * SAMPLES + 99999) / 100000;
        uint64_t exact = sorted[rank ? rank - 1 : 0];
        uint64_t got = hist_percentile(h, thousandths[i] / 1000.0);
        CHECK(got >= exact);
        CHECK(got - exact <= exact / 1000);
    }
}

static void check_totals(const struct hist *h, const uint64_t *sorted) {
    uint64_t sum = 0, buckets = 0;
    for (int i = 0; i < SAMPLES; i++)
        sum += sorted[i];
    for (int64_t i = -1; (i = hist_next(h, (uint32_t)(i + 1))) >= 0;)
        buckets += h->buckets[i];
    CHECK_EQ(h->count, SAMPLES);
    CHECK_EQ(buckets, SAMPLES);
    CHECK(h->sum == sum && h->min == sorted[0] && h->max == sorted[SAMPLES - 1]);
}

static void check_distribution(draw_fn *draw, uint64_t seed) {
    uint64_t *samples = mem_zalloc(SAMPLES, sizeof *samples);
    struct hist *h = hist_new();
    struct rng g;
    rng_seed(&g, seed);
    for (int i = 0; i < SAMPLES; i++)
        hist_record(h, samples[i] = draw(&g));
    qsort(samples, SAMPLES, sizeof *samples, by_value);
    check_totals(h, samples);
    check_percentiles(h, samples);
    free(h);
    free(samples);
}

static void percentiles_are_those_of_the_sorted_samples(void) {
    draw_fn *const draws[] = {uniform, decades, two_humps, heavy_tail, all_bits, one_value};
    for (size_t i = 0; i < sizeof draws / sizeof *draws; i++)
        check_distribution(draws[i], i + 1);
}

/* ---- merge, difference, clear ---- */

static void parts_merged_are_the_whole(void) {
    struct hist *whole = hist_new(), *sum = hist_new(), *parts[7];
    struct rng g;
    rng_seed(&g, 9);
    for (int i = 0; i < 7; i++)
        parts[i] = hist_new();
    for (int i = 0; i < 200000; i++) {
        uint64_t v = decades(&g);
        hist_record(whole, v);
        hist_record(parts[rng_below(&g, 6)], v); /* the last one stays empty */
    }
    for (int i = 0; i < 7; i++) {
        hist_merge(sum, parts[i]);
        free(parts[i]);
    }
    CHECK(!memcmp(sum, whole, sizeof *sum));
    free(sum);
    free(whole);
}

static void a_difference_is_what_came_between(void) {
    struct hist *now = hist_new(), *before = hist_new(), *between = hist_new();
    hist_record(between, 999999); /* is forgotten */
    hist_record_n(now, 100, 5);
    hist_record_n(now, 70000000, 1);
    hist_merge(before, now);
    hist_difference(between, now, before);
    CHECK_EQ(between->count + between->sum, 0);
    CHECK_EQ(hist_percentile(between, 50), 0);
    hist_record_n(now, 100, 2);
    hist_record(now, 5000);
    hist_difference(between, now, before);
    CHECK_EQ(between->count, 3);
    CHECK_EQ(between->sum, 5200);
    CHECK_EQ(between->min, 100);
    CHECK_EQ(between->max, hist_high_edge(hist_bucket_of(5000)));
    CHECK_EQ(hist_percentile(between, 60), 100);
    free(now);
    free(before);
    free(between);
}

static void a_cleared_histogram_is_a_new_one(void) {
    struct hist *h = hist_new(), *fresh = hist_new();
    hist_record(h, 0);
    hist_record(h, UINT64_MAX);
    hist_record(h, 12345);
    hist_clear(h);
    CHECK(!memcmp(h, fresh, sizeof *h));
    free(h);
    free(fresh);
}

/* ---- read while written ---- */

struct writer {
    struct hist *h;
    atomic_int started;
};

static void *write_many(void *arg) {
    struct writer *w = arg;
    struct rng g;
    rng_seed(&g, 3);
    atomic_store(&w->started, 1);
    for (int i = 0; i < SAMPLES; i++)
        hist_record(w->h, decades(&g));
    return NULL;
}

/* Looks of a reader at what is being written: how many of them were impossible. */
static int look(const struct hist *h, struct hist *all, struct hist *before, struct hist *recent) {
    uint64_t buckets = 0;
    hist_clear(all);
    hist_merge(all, h);
    hist_difference(recent, all, before);
    for (int64_t i = -1; (i = hist_next(all, (uint32_t)(i + 1))) >= 0;)
        buckets += all->buckets[i];
    bool wrong = buckets != all->count || all->count < before->count;
    wrong |= recent->count != all->count - before->count;
    wrong |= hist_percentile(h, 99.9) > 10 * UINT64_C(1000000000) || hist_stddev(h) < 0;
    return wrong || hist_count_to(h, UINT64_MAX) > SAMPLES;
}

static void a_reader_sees_a_histogram_that_agrees_with_itself(void) {
    struct writer w = {.h = hist_new()};
    struct hist *all = hist_new(), *before = hist_new(), *recent = hist_new();
    pthread_t thread;
    int wrong = 0;
    CHECK_EQ(pthread_create(&thread, NULL, write_many, &w), 0);
    while (!atomic_load(&w.started)) {
    }
    while (before->count < SAMPLES) {
        wrong += look(w.h, all, before, recent);
        struct hist *swapped = before;
        before = all;
        all = swapped;
    }
    pthread_join(thread, NULL);
    CHECK_EQ(wrong, 0);
    free(w.h);
    free(all);
    free(before);
    free(recent);
}

int main(void) {
    RUN(every_bucket_begins_behind_the_one_before);
    RUN(the_least_values_have_a_bucket_each);
    RUN(an_empty_histogram_answers_zero);
    RUN(values_at_the_edges_are_kept);
    RUN(the_buckets_are_walked_in_order);
    RUN(a_percentile_on_a_record_is_that_record);
    RUN(a_tail_of_fewer_than_ten_records_is_not_known);
    RUN(mean_and_deviation_are_right);
    RUN(percentiles_are_those_of_the_sorted_samples);
    RUN(parts_merged_are_the_whole);
    RUN(a_difference_is_what_came_between);
    RUN(a_cleared_histogram_is_a_new_one);
    RUN(a_reader_sees_a_histogram_that_agrees_with_itself);
    return t_end();
}
