/* SPDX-License-Identifier: BSD-3-Clause */
/* load/heavy against exact counts, on even and on skewed streams, with and without weights. */
#include "load/heavy.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/rng.h"
#include "tests/unit/t.h"

enum { KEY_MAX = 32, KEYS = 20000, TOP = 10 };

static uint64_t exact[KEYS], exact_bytes[KEYS], exact_period[KEYS], exact_rate[KEYS];
static double share[KEYS]; /* cumulative, of Zipf's law */

static size_t key_text(char *to, int key) {
    return (size_t)snprintf(to, KEY_MAX, "user:%d", key);
}

static void add(struct heavy *h, int key, uint64_t weight) {
    char text[KEY_MAX];
    size_t len = key_text(text, key);
    heavy_add(h, text, len, weight, weight * 10);
    exact[key] += weight;
    exact_bytes[key] += weight * 10;
    exact_period[key] += weight;
}

static int number_of(const struct heavy_entry *e) {
    char text[KEY_MAX + 1] = "";
    memcpy(text, e->key, e->kept);
    return (int)strtol(text + 5, NULL, 10);
}

static void forget(void) {
    memset(exact, 0, sizeof exact);
    memset(exact_bytes, 0, sizeof exact_bytes);
    memset(exact_period, 0, sizeof exact_period);
    memset(exact_rate, 0, sizeof exact_rate);
}

static void tick(struct heavy *h) {
    heavy_tick(h);
    memcpy(exact_rate, exact_period, sizeof exact_rate);
    memset(exact_period, 0, sizeof exact_period);
}

/* Key k of KEYS is drawn in proportion to 1 / (k + 1)^s; s in whole numbers. */
static void zipf_init(int s) {
    double sum = 0;
    for (int i = 0; i < KEYS; i++) {
        double part = 1;
        for (int j = 0; j < s; j++)
            part /= i + 1;
        sum += part;
        share[i] = sum;
    }
    for (int i = 0; i < KEYS; i++)
        share[i] /= sum;
}

static int zipf(struct rng *g) {
    double u = rng_double(g);
    int low = 0, high = KEYS - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (share[middle] > u)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* All that the header promises. */
static void check_promises(const struct heavy *h, uint32_t counters) {
    static struct heavy_entry all[KEYS];
    static bool held[KEYS];
    size_t n = heavy_top(h, HEAVY_BY_COUNT, all, counters);
    uint64_t bound = heavy_bound(h), sum = 0;
    int broken = 0, unheld = 0;
    memset(held, 0, sizeof held);
    for (size_t i = 0; i < n; i++) {
        const struct heavy_entry *e = &all[i];
        int key = number_of(e);
        held[key] = true;
        sum += e->count;
        broken += e->count < exact[key] || e->count - e->error > exact[key];
        broken += e->error > bound || e->bytes > exact_bytes[key] || e->rate > exact_rate[key];
        broken += i && all[i - 1].count < e->count;
    }
    for (int i = 0; i < KEYS; i++)
        unheld += !held[i] && exact[i] > bound;
    CHECK_EQ(broken, 0);
    CHECK_EQ(unheld, 0);
    CHECK(bound <= heavy_total(h) / counters);
    CHECK_EQ(sum, heavy_total(h)); /* what Space-Saving keeps: the counts add up to N */
}

static void few_keys_are_exact(void) {
    struct heavy *h = heavy_new(100, KEY_MAX, 1);
    struct heavy_entry top[200];
    forget();
    for (int i = 0; i < 100; i++)
        for (int j = 0; j <= i; j++)
            add(h, i, 1);
    CHECK_EQ(heavy_top(h, HEAVY_BY_COUNT, top, 200), 100);
    for (int i = 0; i < 100; i++) {
        CHECK_EQ(number_of(&top[i]), 99 - i);
        CHECK_EQ(top[i].count, 100 - i);
        CHECK_EQ(top[i].error, 0);
        CHECK_EQ(top[i].bytes, 10 * (100 - i));
    }
    CHECK_EQ(heavy_total(h), 5050);
    CHECK_EQ(heavy_total_bytes(h), 50500);
    heavy_free(h);
}

static void zipf_run(int s, uint32_t counters, int n, uint64_t weights, bool top_is_true) {
    struct heavy *h = heavy_new(counters, KEY_MAX, 99);
    struct heavy_entry top[TOP];
    struct rng g;
    rng_seed(&g, 5);
    zipf_init(s);
    forget();
    for (int i = 0; i < n; i++) {
        if (i == n / 2) tick(h);
        add(h, zipf(&g), 1 + rng_below(&g, weights));
        if (i % (n / 4) == 1) check_promises(h, counters);
    }
    tick(h);
    check_promises(h, counters);
    CHECK_EQ(heavy_top(h, HEAVY_BY_COUNT, top, TOP), counters < TOP ? counters : TOP);
    for (int i = 0; top_is_true && i < TOP; i++)
        CHECK(number_of(&top[i]) < TOP);
    heavy_free(h);
}

static void skewed_streams_show_their_true_top(void) {
    zipf_run(1, 1000, 200000, 1, true);
    zipf_run(1, 300, 200000, 1, true);
    zipf_run(2, 100, 200000, 1, true);
}

static void promises_hold_with_weights(void) {
    zipf_run(1, 1000, 200000, 100, true);
}

static void promises_hold_where_nothing_is_hot(void) {
    zipf_run(0, 100, 100000, 1, false);
    zipf_run(0, 7, 50000, 3, false);
    zipf_run(1, 1, 10000, 1, false);
}

/* Each key once, but for one that comes every tenth time. */
static void one_hot_key_among_strangers_is_found(void) {
    struct heavy *h = heavy_new(256, KEY_MAX, 3);
    struct heavy_entry top;
    char text[KEY_MAX];
    for (int i = 0; i < 1000000; i++) {
        size_t len = i % 10 ? (size_t)snprintf(text, sizeof text, "stranger:%d", i) : 3;
        heavy_add(h, i % 10 ? text : "hot", len, 1, 1);
    }
    CHECK_EQ(heavy_top(h, HEAVY_BY_COUNT, &top, 1), 1);
    CHECK_MEM(top.key, top.kept, "hot", 3);
    CHECK(top.count >= 100000 && top.count - top.error <= 100000);
    CHECK(top.error <= 1000000 / 256);
    heavy_free(h);
}

static void rates_are_of_the_last_period(void) {
    struct heavy *h = heavy_new(10, KEY_MAX, 1);
    struct heavy_entry top[3];
    heavy_add(h, "old", 3, 50, 7);
    heavy_add(h, "both", 4, 20, 900);
    CHECK_EQ(heavy_top(h, HEAVY_BY_RATE, top, 3), 2);
    CHECK_EQ(top[0].rate, 0);
    heavy_tick(h);
    heavy_add(h, "both", 4, 5, 1);
    CHECK_EQ(heavy_top(h, HEAVY_BY_RATE, top, 1), 1);
    CHECK_EQ(top[0].rate, 50);
    heavy_tick(h);
    CHECK_EQ(heavy_top(h, HEAVY_BY_RATE, top, 3), 2);
    CHECK_MEM(top[0].key, top[0].kept, "both", 4);
    CHECK_EQ(top[0].rate, 5);
    CHECK_EQ(top[1].rate, 0);
    CHECK_EQ(heavy_top(h, HEAVY_BY_BYTES, top, 1), 1);
    CHECK_EQ(top[0].bytes, 901);
    CHECK_EQ(heavy_top(h, HEAVY_BY_COUNT, top, 1), 1);
    CHECK_MEM(top[0].key, top[0].kept, "old", 3);
    heavy_free(h);
}

static void long_keys_are_told_apart_by_their_whole(void) {
    struct heavy *h = heavy_new(10, 8, 1);
    struct heavy_entry top[4];
    heavy_add(h, "12345678a", 9, 3, 0);
    heavy_add(h, "12345678b", 9, 2, 0);
    heavy_add(h, "12345678", 8, 1, 0);
    heavy_add(h, "12345678a", 9, 3, 0);
    CHECK_EQ(heavy_top(h, HEAVY_BY_COUNT, top, 4), 3);
    CHECK_MEM(top[0].key, top[0].kept, "12345678", 8);
    CHECK_EQ(top[0].len, 9);
    CHECK_EQ(top[0].count, 6);
    CHECK_EQ(top[2].len, 8);
    heavy_free(h);
}

static void keys_are_bytes(void) {
    struct heavy *h = heavy_new(10, 8, 1);
    struct heavy_entry top[4];
    heavy_add(h, "a\0b", 3, 3, 0);
    heavy_add(h, "a\0c", 3, 2, 0);
    heavy_add(h, "", 0, 1, 0);
    heavy_add(h, NULL, 0, 0, 0);
    CHECK_EQ(heavy_top(h, HEAVY_BY_COUNT, top, 4), 3);
    CHECK_MEM(top[1].key, top[1].kept, "a\0c", 3);
    CHECK_EQ(top[2].len, 0);
    heavy_free(h);
    h = heavy_new(2, 0, 1); /* no text at all */
    heavy_add(h, "x", 1, 1, 0);
    heavy_add(h, "x", 1, 1, 0);
    CHECK_EQ(heavy_top(h, HEAVY_BY_COUNT, top, 4), 1);
    CHECK_EQ(top[0].count, 2);
    CHECK_EQ(top[0].kept, 0);
    heavy_free(h);
}

static void a_cleared_one_is_as_new(void) {
    struct heavy *h = heavy_new(2, 8, 1);
    struct heavy_entry top[2];
    heavy_add(h, "a", 1, 5, 5);
    heavy_add(h, "b", 1, 5, 5);
    heavy_add(h, "c", 1, 5, 5);
    CHECK_EQ(heavy_bound(h), 5);
    heavy_clear(h);
    CHECK_EQ(heavy_top(h, HEAVY_BY_COUNT, top, 2), 0);
    CHECK_EQ(heavy_total(h) + heavy_total_bytes(h) + heavy_bound(h), 0);
    heavy_add(h, "c", 1, 1, 2);
    CHECK_EQ(heavy_top(h, HEAVY_BY_COUNT, top, 2), 1);
    CHECK_EQ(top[0].count, 1);
    CHECK_EQ(top[0].error, 0);
    heavy_free(h);
}

static void memory_is_as_told(void) {
    CHECK(heavy_memory(8192, 64) < 1300000);
}

int main(void) {
    RUN(few_keys_are_exact);
    RUN(skewed_streams_show_their_true_top);
    RUN(promises_hold_with_weights);
    RUN(promises_hold_where_nothing_is_hot);
    RUN(one_hot_key_among_strangers_is_found);
    RUN(rates_are_of_the_last_period);
    RUN(long_keys_are_told_apart_by_their_whole);
    RUN(keys_are_bytes);
    RUN(a_cleared_one_is_as_new);
    RUN(memory_is_as_told);
    return t_end();
}
