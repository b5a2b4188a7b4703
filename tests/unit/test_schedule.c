/* SPDX-License-Identifier: BSD-3-Clause */
/* load/schedule with a fake clock. */
#include "load/schedule.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tests/unit/t.h"

enum { WORKERS_MAX = 9 };

/* Deal total operations at a rate to `workers`, which have `connections` in all, as even as can be.
 */
static void deal_all(struct schedule *s, int workers, uint64_t connections, uint64_t total,
                     double rate) {
    uint64_t w_all = (uint64_t)workers;
    for (uint64_t w = 0; w < w_all; w++) {
        struct schedule_share share = {
            .worker = (int)w,
            .workers = workers,
            .first_connection = connections * w / w_all,
            .connections = connections * (w + 1) / w_all - connections * w / w_all,
            .all_connections = connections,
        };
        schedule_deal(&s[w], &share, total, rate);
    }
}

/* ---- who ---- */

/* Take everything in steps of `step`: how many of the operations did not come exactly once. */
static int wrongly_dealt(struct schedule *s, int workers, uint64_t total, uint64_t step) {
    char *seen = mem_zalloc(total + 1, 1);
    int wrong = 0;
    for (int w = 0; w < workers; w++)
        while (!schedule_is_done(&s[w])) {
            uint64_t left = schedule_left(&s[w]), n = left < step ? left : step;
            uint64_t first = schedule_take(&s[w], n);
            wrong += schedule_left(&s[w]) != left - n;
            for (uint64_t i = 0; i < n; i++) {
                uint64_t op = first + i * s[w].stride;
                if (op >= total || seen[op]++) wrong++;
            }
        }
    for (uint64_t op = 0; op < total; op++)
        wrong += !seen[op];
    free(seen);
    return wrong;
}

static void every_operation_is_dealt_once(double rate) {
    const uint64_t connections[] = {1, 2, 3, 7, 9, 50, 1000}, totals[] = {0, 1, 2, 5, 8, 100, 1009};
    struct schedule s[WORKERS_MAX];
    for (int workers = 1; workers <= WORKERS_MAX; workers++)
        for (size_t c = 0; c < sizeof connections / sizeof *connections; c++)
            for (size_t n = 0; n < sizeof totals / sizeof *totals; n++)
                for (uint64_t step = 1; step <= 16; step *= 4) {
                    deal_all(s, workers, connections[c], totals[n], rate);
                    CHECK_EQ(wrongly_dealt(s, workers, totals[n], step), 0);
                }
}

static void shares_of_a_closed_loop_cover_the_total_once(void) {
    every_operation_is_dealt_once(0);
}

static void combs_of_a_rate_cover_the_total_once(void) {
    every_operation_is_dealt_once(1000);
}

static void shares_are_contiguous_and_in_proportion(void) {
    struct schedule s;
    struct schedule_share share = {.worker = 1,
                                   .workers = 2,
                                   .first_connection = 10,
                                   .connections = 30,
                                   .all_connections = 40};
    schedule_deal(&s, &share, 1000, 0);
    CHECK_EQ(s.next, 250);
    CHECK_EQ(s.end, 1000);
    CHECK_EQ(s.stride, 1);
    share.connections = 0;
    schedule_deal(&s, &share, 1000, 0);
    CHECK(schedule_is_done(&s));
}

static void the_greatest_total_is_dealt_without_overflow(void) {
    struct schedule s[2];
    deal_all(s, 2, 100000, UINT64_MAX - 1, 0);
    CHECK(s[0].next == 0 && s[0].end == s[1].next && s[1].end == UINT64_MAX - 1);
    CHECK(s[0].end == (UINT64_MAX - 1) / 2);
}

static void without_end_workers_take_turns(void) {
    struct schedule s[3];
    deal_all(s, 3, 50, SCHEDULE_NO_END, 0);
    for (uint64_t i = 0; i < 1000; i++)
        CHECK_EQ(schedule_take(&s[i % 3], 1), i);
    CHECK(!schedule_is_done(&s[0]));
    CHECK(schedule_left(&s[0]) > UINT64_MAX / 4);
}

static void taking_more_than_is_left_ends_it(void) {
    struct schedule s[2];
    deal_all(s, 2, 2, 10, 5);
    CHECK_EQ(schedule_take(&s[1], 3), 1);
    CHECK_EQ(schedule_left(&s[1]), 2);
    CHECK_EQ(schedule_take(&s[1], UINT64_MAX), 7);
    CHECK(schedule_is_done(&s[1]));
    CHECK_EQ(schedule_left(&s[1]), 0);
}

/* ---- when ---- */

struct rate {
    double per_s;
    uint64_t ops, seconds; /* the same as a fraction */
    uint64_t most;         /* up to this operation per_s and the fraction agree within 1 ns */
};

static const struct rate rates[] = {
    {0.5, 1, 2, UINT64_C(1) << 32},         {1, 1, 1, UINT64_C(1) << 32},
    {3, 3, 1, UINT64_C(1) << 33},           {333.25, 1333, 4, UINT64_C(1) << 40},
    {333.3, 3333, 10, UINT64_C(1) << 28},   {0.1, 1, 10, UINT64_C(1) << 18},
    {1e6, 1000000, 1, UINT64_C(1) << 40},   {1e6 / 3, 1000000, 3, UINT64_C(1) << 38},
    {7e8, 700000000, 1, UINT64_C(1) << 40},
};
enum { N_RATES = sizeof rates / sizeof *rates };

static void moments_are_exact_to_the_nanosecond(void) {
    for (int i = 0; i < N_RATES; i++) {
        struct schedule s;
        deal_all(&s, 1, 1, SCHEDULE_NO_END, rates[i].per_s);
        s.start_ns = 987654321;
        for (uint64_t op = 0; op <= rates[i].most; op = op * 3 / 2 + 1) {
            unsigned __int128 ns = (unsigned __int128)op * 1000000000 * rates[i].seconds;
            int64_t want = s.start_ns + (int64_t)(ns / rates[i].ops);
            int64_t late = schedule_intended(&s, op) - want;
            CHECK(late >= 0 && late <= 1);
        }
    }
}

static void a_decimal_rate_falls_on_whole_seconds(void) {
    struct schedule s;
    deal_all(&s, 1, 1, SCHEDULE_NO_END, 0.1);
    CHECK_EQ(schedule_intended(&s, 1), 10 * CLOCK_NS_PER_S);
    CHECK_EQ(schedule_intended(&s, 6), 60 * CLOCK_NS_PER_S);
    s.rate = 333.3;
    CHECK_EQ(schedule_intended(&s, 3333), 10 * CLOCK_NS_PER_S);
}

static void a_moment_out_of_reach_is_the_last_one(void) {
    struct schedule s;
    deal_all(&s, 1, 1, SCHEDULE_NO_END, 1e-300);
    s.start_ns = 5;
    CHECK_EQ(schedule_intended(&s, 0), 5);
    CHECK_EQ(schedule_intended(&s, 1), INT64_MAX);
    CHECK_EQ(schedule_due(&s, INT64_MAX - 1, 100), 1);
    s.rate = 1e300;
    CHECK_EQ(schedule_intended(&s, UINT64_MAX - 1), 5);
    CHECK_EQ(schedule_due(&s, 6, 100), 100);
}

/* An operation is due from its moment on, and not a nanosecond before. */
static void due_and_intended_agree_to_the_nanosecond(void) {
    for (int i = 0; i < N_RATES; i++)
        for (uint64_t op = 0; op < UINT64_C(1) << 29; op = op * 3 / 2 + 1) {
            struct schedule s = {.next = op, .stride = 1, .end = SCHEDULE_NO_END};
            s.rate = rates[i].per_s;
            s.start_ns = -12345;
            int64_t at = schedule_intended(&s, op);
            CHECK_EQ(schedule_due(&s, at - 1, 1000), 0);
            CHECK(schedule_due(&s, at, 1000) >= 1);
            s.end = op + 1;
            CHECK_EQ(schedule_due(&s, at, 1000), 1);
        }
}

static void nothing_is_due_before_the_start_or_in_a_closed_loop(void) {
    struct schedule s;
    deal_all(&s, 1, 1, 100, 1000);
    s.start_ns = 5000;
    CHECK_EQ(schedule_due(&s, 4999, 100), 0);
    CHECK_EQ(schedule_due(&s, INT64_MIN, 100), 0);
    CHECK_EQ(schedule_due(&s, 5000, 100), 1);
    CHECK_EQ(schedule_due(&s, INT64_MAX, SCHEDULE_NO_END), 100);
    CHECK_EQ(schedule_due(&s, INT64_MAX, 7), 7);
    deal_all(&s, 1, 1, 100, 0);
    CHECK_EQ(schedule_due(&s, INT64_MAX, 100), 0);
}

/* ---- the comb ---- */

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The moments of all workers, sorted. */
static void collect(struct schedule *s, int workers, int64_t *at, size_t n) {
    for (size_t i = 0; i < n; i++) {
        struct schedule *w = &s[i % (size_t)workers];
        at[i] = schedule_intended(w, schedule_take(w, 1));
    }
    qsort(at, n, sizeof *at, by_value);
}

/* The square of the coefficient of variation of the gaps. */
static double unevenness(const int64_t *at, size_t n) {
    double mean = (double)(at[n - 1] - at[0]) / (double)(n - 1), squares = 0;
    for (size_t i = 1; i < n; i++) {
        double off = (double)(at[i] - at[i - 1]) - mean;
        squares += off * off;
    }
    return squares / (double)(n - 1) / (mean * mean);
}

static void the_comb_of_all_workers_is_even(void) {
    enum { N = 20000 };
    const double per_s[] = {0.5, 1, 3, 333.3, 1000, 1e6};
    int64_t *at = mem_zalloc(N, sizeof *at);
    struct schedule s[WORKERS_MAX];
    for (size_t i = 0; i < sizeof per_s / sizeof *per_s; i++)
        for (int workers = 1; workers <= WORKERS_MAX; workers += 2) {
            deal_all(s, workers, 50, SCHEDULE_NO_END, per_s[i]);
            collect(s, workers, at, N);
            CHECK(unevenness(at, N) < 0.01 * 0.01);
            double mean = (double)(at[N - 1] - at[0]) / (N - 1);
            CHECK(mean * per_s[i] > 0.99999e9 && mean * per_s[i] < 1.00001e9);
        }
    free(at);
}

/* Two workers, one of which looks only now and then: after each look exactly what lies between the
 * looks has been sent, whenever they come. */
static void a_stall_neither_shifts_nor_drops_what_follows(void) {
    struct schedule s[2];
    deal_all(s, 2, 2, SCHEDULE_NO_END, 1000);
    const int64_t looks_ms[] = {0, 1, 2, 3, 1003, 1004, 1005, 5005};
    uint64_t taken = 0;
    for (size_t i = 0; i < sizeof looks_ms / sizeof *looks_ms; i++) {
        uint64_t due = schedule_due(&s[1], looks_ms[i] * CLOCK_NS_PER_MS, SCHEDULE_NO_END);
        CHECK_EQ(schedule_take(&s[1], due), 1 + 2 * taken);
        taken += due;
        CHECK_EQ(taken, (looks_ms[i] + 1) / 2);
        CHECK_EQ(schedule_intended(&s[1], s[1].next), (1 + 2 * (int64_t)taken) * CLOCK_NS_PER_MS);
    }
}

/* Taken in pieces with looks at odd moments, as many have come as the rate says. */
static void in_the_long_run_the_rate_is_met(void) {
    for (int i = 0; i < N_RATES; i++) {
        struct schedule s[3];
        uint64_t taken = 0;
        deal_all(s, 3, 50, SCHEDULE_NO_END, rates[i].per_s);
        for (int64_t now_ns = 0; now_ns < 100 * CLOCK_NS_PER_S; now_ns += 7654321)
            for (int w = 0; w < 3; w++)
                for (uint64_t n; (n = schedule_due(&s[w], now_ns, 100000)); taken += n)
                    schedule_take(&s[w], n);
        for (int w = 0; w < 3; w++)
            taken += schedule_due(&s[w], 100 * CLOCK_NS_PER_S - 1, SCHEDULE_NO_END);
        CHECK_EQ(taken, (100 * rates[i].ops + rates[i].seconds - 1) / rates[i].seconds);
    }
}

int main(void) {
    RUN(shares_of_a_closed_loop_cover_the_total_once);
    RUN(combs_of_a_rate_cover_the_total_once);
    RUN(shares_are_contiguous_and_in_proportion);
    RUN(the_greatest_total_is_dealt_without_overflow);
    RUN(without_end_workers_take_turns);
    RUN(taking_more_than_is_left_ends_it);
    RUN(moments_are_exact_to_the_nanosecond);
    RUN(a_decimal_rate_falls_on_whole_seconds);
    RUN(a_moment_out_of_reach_is_the_last_one);
    RUN(due_and_intended_agree_to_the_nanosecond);
    RUN(nothing_is_due_before_the_start_or_in_a_closed_loop);
    RUN(the_comb_of_all_workers_is_even);
    RUN(a_stall_neither_shifts_nor_drops_what_follows);
    RUN(in_the_long_run_the_rate_is_met);
    return t_end();
}
