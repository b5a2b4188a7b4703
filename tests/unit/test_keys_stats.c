/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd/vk/keys_top, keys_stats, keys_guess, keys_bars, keys_cursor: what is kept of keys. */
#include "cmd/vk/keys_bars.h"
#include "cmd/vk/keys_cursor.h"
#include "cmd/vk/keys_guess.h"
#include "cmd/vk/keys_stats.h"

#include <stdlib.h>

#include "base/rng.h"
#include "tests/unit/t.h"

static struct keys_seen key(const char *name) {
    return (struct keys_seen){.name = name, .len = strlen(name), .ttl_ms = -1};
}

static void offer(struct keys_top *t, const char *name, uint64_t value) {
    struct keys_seen k = key(name);
    k.elements = value;
    keys_top_add(t, &k, value);
}

/* "b=7 a=3" */
static void check_top(const struct keys_top *t, const char *want) {
    struct buf text;
    buf_init(&text, 1 << 20);
    for (size_t i = 0; i < t->n; i++) {
        const struct keys_top_entry *e = &t->entries[i];
        buf_addf(&text, "%s%.*s=%llu", i ? " " : "", (int)keys_top_kept(e), e->key.name,
                 (unsigned long long)e->value);
    }
    CHECK_STR(buf_cstr(&text), want);
    buf_release(&text);
}

static void test_top_is_in_order(void) {
    struct keys_top t;
    keys_top_init(&t, 3);
    check_top(&t, "");
    offer(&t, "a", 3);
    offer(&t, "b", 7);
    offer(&t, "c", 1);
    check_top(&t, "b=7 a=3 c=1");
    offer(&t, "d", 1); /* equals stand by name */
    offer(&t, "e", 0);
    check_top(&t, "b=7 a=3 c=1");
    offer(&t, "aa", 3);
    check_top(&t, "b=7 a=3 aa=3");
    offer(&t, "A", 3);
    check_top(&t, "b=7 A=3 a=3");
    keys_top_release(&t);
}

static void test_top_has_a_key_once(void) {
    struct keys_top t;
    keys_top_init(&t, 3);
    offer(&t, "a", 3);
    offer(&t, "b", 5);
    offer(&t, "a", 3);
    check_top(&t, "b=5 a=3");
    offer(&t, "a", 9);
    offer(&t, "b", 1);
    check_top(&t, "a=9 b=1");
    keys_top_release(&t);
}

static void test_top_cuts_long_names(void) {
    static char one[KEYS_TOP_NAME_MAX + 10], other[KEYS_TOP_NAME_MAX + 11];
    struct keys_top t;
    memset(one, 'x', sizeof one);
    memset(other, 'x', sizeof other);
    keys_top_init(&t, 3);
    struct keys_seen a = {.name = one, .len = sizeof one}, b = {.name = other, .len = sizeof other};
    keys_top_add(&t, &a, 1);
    keys_top_add(&t, &b, 1);
    keys_top_add(&t, &(struct keys_seen){.name = "", .len = 0}, 1);
    CHECK_EQ(t.n, 3);
    CHECK_EQ(t.entries[0].key.len, 0);
    CHECK_EQ(t.entries[1].key.len, sizeof one);
    CHECK_EQ(keys_top_kept(&t.entries[1]), KEYS_TOP_NAME_MAX);
    CHECK_EQ(t.entries[2].key.len, sizeof other);
    keys_top_release(&t);
}

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x < y) - (x > y);
}

static void test_top_of_many(void) {
    enum { KEYS = 5000, TOP = 50 };
    static uint64_t values[KEYS];
    struct keys_top t;
    struct rng rng;
    char name[24];
    rng_seed(&rng, 7);
    keys_top_init(&t, TOP);
    for (int i = 0; i < KEYS; i++) {
        values[i] = rng_below(&rng, 2000);
        snprintf(name, sizeof name, "key:%d", i);
        offer(&t, name, values[i]);
    }
    qsort(values, KEYS, sizeof *values, by_value);
    for (int i = 0; i < TOP; i++)
        CHECK_EQ(t.entries[i].value, values[i]);
    keys_top_release(&t);
}

/* ---- statistics ---- */

static void init(struct keys_stats *s) {
    keys_stats_init(s, &(struct keys_stats_opts){.top = 2, .delimiter = ':', .seed = 1});
}

static void add(struct keys_stats *s, const char *type, const char *name, uint64_t elements,
                uint64_t bytes, int64_t ttl_ms) {
    struct keys_seen k = key(name);
    k.type = keys_stats_type(s, type, strlen(type));
    k.has_elements = k.has_bytes = k.has_ttl = true;
    k.elements = elements;
    k.bytes = bytes;
    k.ttl_ms = ttl_ms;
    keys_stats_add(s, &k);
}

static void test_sums(void) {
    struct keys_stats s;
    struct heavy_entry e[4];
    init(&s);
    add(&s, "list", "jobs:1", 10, 100, -1);
    add(&s, "list", "jobs:2", 30, 300, 5000);
    add(&s, "list", "jobs:3", 20, 200, 7200000);
    add(&s, "string", "name", 0, 50, -1);
    int list = keys_stats_type(&s, "list", 4), string = keys_stats_type(&s, "string", 6);
    CHECK_EQ(s.keys, 4);
    CHECK_EQ(s.name_bytes, 22);
    CHECK_EQ(s.types[list].keys, 3);
    CHECK_EQ(keys_stats_sum(&s.types[list].elements), 60);
    CHECK_EQ(keys_stats_count(&s.types[list].bytes), 3);
    CHECK_EQ(keys_stats_count(&s.types[string].elements), 1);
    CHECK_EQ(keys_stats_sum(&s.types[string].elements), 0);
    CHECK_EQ(keys_stats_bytes(&s), 650);
    check_top(&s.types[list].elements.top, "jobs:2=30 jobs:3=20");
    CHECK_EQ(s.ttls[KEYS_STATS_STAYS], 2);
    CHECK_EQ(s.ttls[KEYS_STATS_MINUTE], 1);
    CHECK_EQ(s.ttls[KEYS_STATS_DAY], 1);
    CHECK_EQ(s.with_ttl, 4);
    CHECK_EQ(heavy_top(s.prefixes, HEAVY_BY_COUNT, e, 4), 2);
    CHECK_MEM(e[0].key, e[0].len, "jobs:*", 6);
    CHECK_EQ(e[0].count, 600);
    CHECK_EQ(e[0].bytes, 3);
    CHECK(s.prefixes_are_by_bytes);
    keys_stats_release(&s);
}

/* Of some keys the memory cannot be had: they do not make the prefixes' bytes a number of keys. */
static void test_bytes_of_some(void) {
    struct keys_stats s;
    struct heavy_entry e[2];
    init(&s);
    struct keys_seen k = {.name = "a:1", .len = 3, .ttl_ms = -1};
    keys_stats_add(&s, &k);
    CHECK(!s.prefixes_are_by_bytes);
    add(&s, "list", "b:1", 1, 1000, -1);
    keys_stats_add(&s, &k);
    CHECK(s.prefixes_are_by_bytes);
    CHECK_EQ(heavy_top(s.prefixes, HEAVY_BY_COUNT, e, 2), 2);
    CHECK_MEM(e[0].key, e[0].len, "b:*", 3);
    CHECK_EQ(e[0].count, 1000);
    CHECK_EQ(e[1].count, 1);
    CHECK_EQ(e[1].bytes, 2);
    keys_stats_release(&s);
}

static void test_types_are_bounded(void) {
    struct keys_stats s;
    char name[32];
    init(&s);
    CHECK_STR(s.types[keys_stats_type(&s, "zset", 4)].command, "ZCARD");
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "module-%d", i);
        int type = keys_stats_type(&s, name, strlen(name));
        CHECK(type < KEYS_STATS_TYPES_MAX);
        CHECK_STR(s.types[type].name, type == KEYS_STATS_TYPES_MAX - 1 ? "(other)" : name);
        CHECK(!s.types[type].command);
    }
    static const char endless[] = "a type with a name that goes on and on and on";
    keys_stats_release(&s);
    init(&s);
    int type = keys_stats_type(&s, endless, strlen(endless));
    CHECK_EQ(keys_stats_type(&s, endless, strlen(endless)), type);
    CHECK_EQ(strlen(s.types[type].name), KEYS_STATS_NAME_MAX - 1);
    CHECK_EQ(s.n_types, 7);
    keys_stats_release(&s);
}

static void test_ttls(void) {
    static const int64_t s = 1000, day = 86400 * 1000;
    CHECK_EQ(keys_stats_ttl_of(-1), KEYS_STATS_STAYS);
    CHECK_EQ(keys_stats_ttl_of(0), KEYS_STATS_MINUTE);
    CHECK_EQ(keys_stats_ttl_of(60 * s - 1), KEYS_STATS_MINUTE);
    CHECK_EQ(keys_stats_ttl_of(60 * s), KEYS_STATS_HOUR);
    CHECK_EQ(keys_stats_ttl_of(3600 * s), KEYS_STATS_DAY);
    CHECK_EQ(keys_stats_ttl_of(day), KEYS_STATS_WEEK);
    CHECK_EQ(keys_stats_ttl_of(7 * day), KEYS_STATS_MONTH);
    CHECK_EQ(keys_stats_ttl_of(30 * day), KEYS_STATS_LONGER);
    CHECK_EQ(keys_stats_ttl_of(INT64_MAX), KEYS_STATS_LONGER);
}

static void learn(struct keys_guess *g, const char *form, int n, int type) {
    char name[64];
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "%s%d", form, i);
        keys_guess_learn(g, name, strlen(name), type);
    }
}

static void test_guesses(void) {
    static struct keys_guess g;
    keys_guess_init(&g, ':', 1);
    CHECK_EQ(keys_guess_type(&g, "user:1", 6), -1);
    learn(&g, "user:", KEYS_GUESS_SURE - 1, 4);
    CHECK_EQ(keys_guess_type(&g, "user:1", 6), -1);
    learn(&g, "user:", 1, 4);
    CHECK_EQ(keys_guess_type(&g, "user:77777", 10), 4);
    CHECK_EQ(keys_guess_type(&g, "users:1", 7), -1);
    CHECK_EQ(keys_guess_type(&g, "", 0), -1);
    learn(&g, "user:", 1, 3); /* mixed: never again */
    learn(&g, "user:", 100, 4);
    CHECK_EQ(keys_guess_type(&g, "user:1", 6), -1);
    keys_guess_release(&g);
}

/* ---- bars ---- */

/* "< 2=1 < 4=2" */
static void check_bars(const uint64_t *values, int n, bool bytes, const char *want) {
    struct keys_bar bars[KEYS_BARS_MAX];
    struct hist *h = hist_new();
    struct buf text;
    buf_init(&text, 1 << 16);
    for (int i = 0; i < n; i++)
        hist_record(h, values[i]);
    int m = keys_bars_of(h, bytes, bars);
    for (int i = 0; i < m; i++)
        buf_addf(&text, "%s%s=%llu", i ? "; " : "", bars[i].label, (unsigned long long)bars[i].n);
    CHECK_STR(buf_cstr(&text), want);
    buf_release(&text);
    free(h);
}

static void test_bars(void) {
    check_bars(NULL, 0, false, "");
    check_bars((uint64_t[]){0}, 1, false, "0=1");
    check_bars((uint64_t[]){0}, 1, true, "0 B=1");
    check_bars((uint64_t[]){0, 1, 2, 3, 4}, 5, false, "0=1; < 2=1; < 4=2; < 8=1");
    check_bars((uint64_t[]){1023, 1024, 2000}, 3, true, "< 1 KiB=1; < 2 KiB=2");
    check_bars((uint64_t[]){1000, 3000}, 2, false, "< 1,024=1; < 2,048=0; < 4,096=1");
    check_bars((uint64_t[]){1, UINT64_MAX}, 2, true,
               "< 2 B=1; < 128 B=0; < 8 KiB=0; < 512 KiB=0; < 32 MiB=0; < 2 GiB=0; < 128 GiB=0; "
               "< 8 TiB=0; < 512 TiB=0; < 32 PiB=0; < 2 EiB=0; more=1");
}

static void test_bars_fit(void) {
    static const int widths[] = {40, 80, 200};
    static const struct keys_bar bars[] = {{"no TTL", 0, 1000000}, {"longer", 0, 1}, {"x", 0, 0}};
    for (int i = 0; i < 3; i++) {
        struct buf out;
        buf_init(&out, 1 << 16);
        keys_bars_add(&out, bars, 3, widths[i]);
        for (const char *p = buf_cstr(&out), *end; *p; p = end + 1) {
            end = strchr(p, '\n');
            CHECK(end - p <= widths[i]);
        }
        buf_release(&out);
    }
}

/* ---- cursors ---- */

static void check_cursor(const char *text, int n, int code, uint64_t a, uint64_t b) {
    struct keys_cursor c[2] = {{.node = "127.0.0.1:7000"}, {.node = "[::1]:7001"}};
    struct buf out;
    struct err e;
    CHECK_EQ(keys_cursor_parse(text, c, n, &e), code);
    if (code < 0) return;
    CHECK_EQ(c[0].at, a);
    if (n > 1) CHECK_EQ(c[1].at, b);
    buf_init(&out, 1 << 16);
    keys_cursor_add(&out, c, n);
    CHECK_STR(buf_cstr(&out), text);
    buf_release(&out);
}

static void test_cursors(void) {
    check_cursor("0", 1, 0, 0, 0);
    check_cursor("18446744073709551614", 1, 0, UINT64_MAX - 1, 0);
    check_cursor("127.0.0.1:7000=5,[::1]:7001=7", 2, 0, 5, 7);
    check_cursor("[::1]:7001=7", 2, 0, KEYS_CURSOR_THROUGH, 7);
    check_cursor("5", 2, VK_EUSAGE, 0, 0);
    check_cursor("", 1, VK_EUSAGE, 0, 0);
    check_cursor("-1", 1, VK_EUSAGE, 0, 0);
    check_cursor("5x", 1, VK_EUSAGE, 0, 0);
    check_cursor("18446744073709551615", 1, VK_EUSAGE, 0, 0);
    check_cursor("127.0.0.1:7002=5", 2, VK_EUSAGE, 0, 0);
    check_cursor("127.0.0.1:7000=5,", 2, VK_EUSAGE, 0, 0);
    check_cursor("127.0.0.1:7000=", 2, VK_EUSAGE, 0, 0);
}

int main(void) {
    RUN(test_top_is_in_order);
    RUN(test_top_has_a_key_once);
    RUN(test_top_cuts_long_names);
    RUN(test_top_of_many);
    RUN(test_sums);
    RUN(test_bytes_of_some);
    RUN(test_types_are_bounded);
    RUN(test_ttls);
    RUN(test_guesses);
    RUN(test_bars);
    RUN(test_bars_fit);
    RUN(test_cursors);
    return t_end();
}
