/* SPDX-License-Identifier: BSD-3-Clause */
/* base: str, buf, arena, rng, safe, err, clock, mem. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/rng.h"
#include "base/safe.h"
#include "base/str.h"
#include "tests/unit/t.h"

static void whole_numbers_are_read_to_their_bounds(void) {
    static const struct {
        const char *text;
        int64_t value;
    } rows[] = {{"0", 0},   {"-0", 0},    {"+7", 7},
                {"007", 7}, {"-12", -12}, {"9223372036854775807", INT64_MAX},
                {"1", 1},   {"100", 100}, {"-9223372036854775808", INT64_MIN}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t v = 99;
        CHECK_EQ(str_to_i64(rows[i].text, strlen(rows[i].text), &v), 0);
        CHECK_EQ(v, rows[i].value);
    }
    uint64_t u = 0;
    CHECK_EQ(str_to_u64("18446744073709551615", 20, &u), 0);
    CHECK(u == UINT64_MAX);
}

static void what_is_no_whole_number_is_refused(void) {
    static const char *const bad[] = {"",
                                      "-",
                                      "+",
                                      "--1",
                                      "+-1",
                                      " 1",
                                      "1 ",
                                      "1a",
                                      "0x1",
                                      "1.",
                                      "1e3",
                                      "a",
                                      "/",
                                      ":",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "18446744073709551616",
                                      "99999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t v = 99;
        CHECK_EQ(str_to_i64(bad[i], strlen(bad[i]), &v), VK_EPARSE);
        CHECK_EQ(v, 99);
    }
    uint64_t u = 99;
    CHECK_EQ(str_to_u64("-1", 2, &u), VK_EPARSE);
    CHECK_EQ(str_to_u64("+1", 2, &u), VK_EPARSE);
    CHECK_EQ(str_to_u64("18446744073709551616", 20, &u), VK_EPARSE);
    CHECK_EQ(str_to_u64("1\0", 2, &u), VK_EPARSE);
    CHECK_EQ(u, 99);
}

static double number(const char *text) {
    double v = -99;
    CHECK_EQ(str_to_double(text, strlen(text), &v), 0);
    return v;
}

static void doubles_are_read_as_resp3_writes_them(void) {
    CHECK(number("1.5") == 1.5);
    CHECK(number("-0.25") == -0.25);
    CHECK(number("10") == 10);
    CHECK(number("1e-3") == 1e-3);
    CHECK(number("2E+2") == 200);
    CHECK(number("0.1") == 0.1);
    CHECK(isinf(number("inf")) && number("inf") > 0);
    CHECK(isinf(number("-inf")) && number("-inf") < 0);
    CHECK(isnan(number("nan")));
}

static void what_is_no_double_is_refused(void) {
    static const char *const bad[] = {"",   " 1", "1 ", "0x10", "1,5", "1.5.1", "in",
                                      "1e", "e1", ".",  "-",    "na",  "infa",  "1f"};
    char digits[400];
    double v = 99;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_EQ(str_to_double(bad[i], strlen(bad[i]), &v), VK_EPARSE);
    memset(digits, '1', sizeof digits);
    CHECK_EQ(str_to_double(digits, sizeof digits, &v), VK_EPARSE);
    CHECK_EQ(str_to_double("1\0", 2, &v), VK_EPARSE);
    CHECK(v == 99);
}

static void digits_are_those_of_printf(void) {
    char got[STR_INT_MAX] = "", want[STR_INT_MAX + 1];
    for (uint64_t v = 1, i = 0; i < 64; i++, v <<= 1) {
        for (int64_t d = -1; d <= 1; d++) {
            int n = snprintf(want, sizeof want, "%llu", (unsigned long long)(v + (uint64_t)d));
            CHECK_MEM(got, str_put_u64(got, v + (uint64_t)d), want, (size_t)n);
            n = snprintf(want, sizeof want, "%lld", (long long)(v + (uint64_t)d));
            CHECK_MEM(got, str_put_i64(got, (int64_t)(v + (uint64_t)d)), want, (size_t)n);
        }
    }
    for (uint64_t v = 1, digits = 1; digits <= 20; v *= 10, digits++)
        CHECK_EQ(str_put_u64(got, v), digits);
}

static void letters_compare_in_any_case(void) {
    CHECK(str_ieq("PiNg", 4, "ping"));
    CHECK(str_ieq("", 0, ""));
    CHECK(!str_ieq("PING", 3, "PING"));
    CHECK(!str_ieq("PING", 4, "PIN"));
    CHECK(!str_ieq("PIN\0", 4, "PIN"));
    CHECK(!str_ieq("@", 1, "`"));
    CHECK(!str_ieq("[", 1, "{"));
}

static void hexadecimal_digits_are_known(void) {
    int found = 0;
    for (int c = -128; c < 128; c++)
        found += str_hex((char)c) >= 0;
    CHECK_EQ(found, 22);
    CHECK_EQ(str_hex('0'), 0);
    CHECK_EQ(str_hex('9'), 9);
    CHECK_EQ(str_hex('a'), 10);
    CHECK_EQ(str_hex('F'), 15);
}

static size_t encode_utf8(char *to, uint32_t c) {
    if (c < 0x80) return to[0] = (char)c, 1;
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i; i--, c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3f));
    to[0] = (char)(0xf00u >> n | c);
    return n;
}

static void every_code_point_is_read_back(void) {
    size_t wrong = 0;
    for (uint32_t c = 0; c <= 0x10ffff; c++) {
        char text[4];
        uint32_t got = UINT32_MAX;
        bool surrogate = c >= 0xd800 && c <= 0xdfff;
        size_t n = encode_utf8(text, c), len = str_utf8(text, n, &got);
        wrong += surrogate ? len != 0 : len != n || got != c;
        if (n > 1) wrong += str_utf8(text, n - 1, &got) != 0;
    }
    CHECK_EQ(wrong, 0);
}

static void bad_utf8_is_refused(void) {
    static const char *const bad[] = {"\x80",
                                      "\xbf",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xe0\x9f\xbf",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xed\xa0\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xff",
                                      "\xc3(",
                                      "\xe2\x82(",
                                      "\xf0\x9f\x98("};
    uint32_t c;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK_EQ(str_utf8(bad[i], strlen(bad[i]), &c), 0);
}

static void buf_grows_up_to_its_maximum(void) {
    struct buf b;
    buf_init(&b, 1000);
    for (int i = 0; i < 1000; i++)
        CHECK_EQ(buf_addc(&b, (char)i), 0);
    CHECK(b.cap <= 1000);
    CHECK_EQ(buf_addc(&b, 'x'), VK_ELIMIT);
    CHECK_EQ(b.len, 1000);
    CHECK(b.over);
    CHECK_EQ(b.p[999], (char)999);
    buf_clear(&b);
    CHECK(!b.over);
    CHECK_EQ(buf_add(&b, "abc", 3), 0);
    CHECK_MEM(b.p, b.len, "abc", 3);
    buf_release(&b);
    CHECK_EQ(buf_adds(&b, "again"), 0);
    buf_release(&b);
}

static void refused_append_changes_nothing(void) {
    struct buf b;
    buf_init(&b, 5);
    CHECK_EQ(buf_adds(&b, "abc"), 0);
    CHECK_EQ(buf_adds(&b, "def"), VK_ELIMIT);
    CHECK_EQ(buf_addi(&b, -10), VK_ELIMIT);
    CHECK_EQ(buf_addf(&b, "%d", 100), VK_ELIMIT);
    CHECK_EQ(buf_add(&b, "", SIZE_MAX), VK_ELIMIT);
    CHECK(!buf_reserve(&b, 3));
    CHECK_STR(buf_cstr(&b), "abc");
    CHECK(b.over);
    CHECK_EQ(buf_adds(&b, "de"), 0);
    CHECK(b.over);
    buf_release(&b);
}

static void formatted_text_may_fill_a_buf_to_the_brim(void) {
    struct buf b;
    buf_init(&b, 300);
    CHECK_EQ(buf_addf(&b, "%0299d", 7), 0);
    CHECK_EQ(buf_addf(&b, "%s", "8"), 0);
    CHECK_EQ(b.len, 300);
    CHECK_MEM(b.p + 298, 2, "78", 2);
    CHECK_STR(buf_cstr(&b) + 298, "78");
    CHECK_EQ(buf_addf(&b, "%s", ""), 0);
    CHECK(!b.over);
    buf_release(&b);
}

static void buf_of_no_room_is_an_empty_string(void) {
    struct buf b;
    buf_init(&b, 0);
    CHECK_STR(buf_cstr(&b), "");
    CHECK_EQ(buf_add(&b, NULL, 0), 0);
    CHECK_EQ(buf_addc(&b, 'x'), VK_ELIMIT);
    CHECK_STR(buf_cstr(&b), "");
    buf_release(&b);
}

static void front_of_a_buf_may_be_dropped(void) {
    struct buf b;
    buf_init(&b, 100);
    buf_drop(&b, 0);
    buf_addi(&b, INT64_MIN);
    buf_drop(&b, 1);
    buf_addi(&b, 0);
    CHECK_STR(buf_cstr(&b), "92233720368547758080");
    buf_drop(&b, 20);
    CHECK_EQ(b.len, 0);
    buf_release(&b);
}

/* Each allocation is filled with its own byte; an overlap would show at the end. */
static void arena_blocks_do_not_overlap(void) {
    enum { N = 3000 };
    struct arena a;
    struct rng r;
    unsigned char *p[N];
    size_t n[N], wrong = 0;
    arena_init(&a);
    rng_seed(&r, 3);
    for (size_t i = 0; i < N; i++) {
        n[i] = i % 500 == 499 ? 600000 : 1 + rng_below(&r, 300);
        p[i] = arena_alloc(&a, n[i]);
        wrong += (uintptr_t)p[i] % 8 != 0;
        memset(p[i], (int)i, n[i]);
    }
    for (size_t i = 0; i < N; i++)
        wrong += p[i][0] != i % 256 || memcmp(p[i], p[i] + 1, n[i] - 1) != 0;
    CHECK_EQ(wrong, 0);
    CHECK(a.total < 10 << 20);
    arena_release(&a);
    CHECK_EQ(a.total, 0);
}

static void cleared_arena_keeps_one_small_block(void) {
    struct arena a;
    arena_init(&a);
    arena_clear(&a);
    CHECK_STR(arena_dup(&a, "first", 5), "first");
    size_t total = a.total;
    for (int i = 0; i < 100; i++) {
        arena_clear(&a);
        CHECK(arena_alloc(&a, 100) != NULL);
    }
    CHECK_EQ(a.total, total);
    arena_release(&a);
    CHECK(arena_alloc(&a, 5 << 20) != NULL);
    arena_clear(&a);
    CHECK_EQ(a.total, 0);
    CHECK_STR(arena_dup(&a, "", 0), "");
    arena_release(&a);
}

static void equal_seeds_give_equal_numbers(void) {
    struct rng a, b, c;
    int same = 0;
    rng_seed(&a, 42);
    rng_seed(&b, 42);
    rng_seed(&c, 43);
    for (int i = 0; i < 1000; i++) {
        uint64_t v = rng_next(&a);
        CHECK(v == rng_next(&b));
        same += v == rng_next(&c);
    }
    CHECK_EQ(same, 0);
}

/* The first numbers that the authors' algorithms give for seed 0: splitmix64's first four outputs
 * as the state, and from them the first output of xoshiro256**. */
static void generator_is_the_published_one(void) {
    struct rng r;
    rng_seed(&r, 0);
    CHECK(r.s[0] == 0xe220a8397b1dcdafu);
    CHECK(r.s[1] == 0x6e789e6aa1b965f4u);
    CHECK(r.s[2] == 0x06c45d188009454fu);
    CHECK(r.s[3] == 0xf88bb8a8724c81ecu);
    CHECK(rng_next(&r) == 0x99ec5f36cb75f2b4u);
}

static void random_numbers_stay_below_their_bound(void) {
    struct rng r;
    int seen[10] = {0};
    rng_seed(&r, 4);
    for (int i = 0; i < 100000; i++)
        seen[rng_below(&r, 10)]++;
    for (int i = 0; i < 10; i++)
        CHECK(seen[i] > 9500 && seen[i] < 10500);
    CHECK_EQ(rng_below(&r, 1), 0);
    CHECK(rng_below(&r, UINT64_MAX) < UINT64_MAX);
    double sum = 0;
    for (int i = 0; i < 100000; i++) {
        double v = rng_double(&r);
        CHECK(v >= 0 && v < 1);
        sum += v;
    }
    CHECK(sum > 49500 && sum < 50500);
}

static void safe_text(const char *text, bool keep_lines, const char *want) {
    struct buf b;
    buf_init(&b, 1000);
    CHECK_EQ(safe_add(&b, text, strlen(text), keep_lines), 0);
    CHECK_STR(buf_cstr(&b), want);
    buf_release(&b);
}

static void harmless_text_passes(void) {
    safe_text("plain ~ text", false, "plain ~ text");
    safe_text("h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", false,
              "h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
}

static void what_drives_a_terminal_is_escaped(void) {
    safe_text("\x1b[2J\x7f\r\a", false, "\\x1b[2J\\x7f\\x0d\\x07");
    safe_text("\xc2\x9b", false, "\\xc2\\x9b");
    safe_text("a\n\tb", false, "a\\x0a\\x09b");
    safe_text("a\n\tb\r", true, "a\n\tb\\x0d");
}

static void what_reorders_or_hides_text_is_escaped(void) {
    static const uint32_t unsafe[] = {0x00ad, 0x061c, 0x180e, 0x200b, 0x200f, 0x2028,
                                      0x202a, 0x202e, 0x2066, 0x2069, 0xfeff, 0xe0041};
    for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
        CHECK(safe_is_unsafe(unsafe[i]));
    CHECK(!safe_is_unsafe(0xa0));
    CHECK(!safe_is_unsafe(0x200a));
    CHECK(!safe_is_unsafe(0x2030));
    CHECK(!safe_is_unsafe(0x20ac));
    safe_text("a\xe2\x80\xae"
              "b",
              true, "a\\xe2\\x80\\xaeb");
}

static void broken_utf8_is_escaped(void) {
    safe_text("\xff\xe2\x82", false, "\\xff\\xe2\\x82");
    safe_text("\xc3("
              "\x80x",
              false, "\\xc3(\\x80x");
}

static void safe_text_respects_the_limit(void) {
    struct buf b;
    buf_init(&b, 6);
    CHECK_EQ(safe_add(&b, "\x1b\x1b", 2, false), VK_ELIMIT);
    CHECK_EQ(b.len, 4);
    buf_release(&b);
}

static void error_keeps_code_and_text(void) {
    struct err e;
    CHECK_EQ(err_set(&e, VK_EUSAGE, "no '%s' here", "x"), VK_EUSAGE);
    CHECK_EQ(e.code, VK_EUSAGE);
    CHECK_EQ(e.sys, 0);
    CHECK_STR(e.text, "no 'x' here");
    err_clear(&e);
    CHECK_EQ(e.code, 0);
    CHECK_STR(e.text, "");
    CHECK_EQ(err_set(NULL, VK_EPROTO, "nobody listens"), VK_EPROTO);
    CHECK_EQ(err_sys(NULL, VK_EPROTO, "nobody listens"), VK_EPROTO);
}

static void error_of_the_system_says_why(void) {
    struct err e;
    errno = ENOENT;
    CHECK_EQ(err_sys(&e, VK_EFILE, "cannot open '%s'", "f"), VK_EFILE);
    CHECK_EQ(e.sys, ENOENT);
    CHECK_STR(e.text, "cannot open 'f': No such file or directory");
}

static void long_error_is_cut(void) {
    struct err e;
    errno = EIO;
    err_sys(&e, VK_EFILE, "%0600d", 1);
    CHECK_EQ(strlen(e.text), sizeof e.text - 1);
    err_sys(&e, VK_EFILE, "%0*d", (int)sizeof e.text - 4, 1);
    CHECK_STR(e.text + sizeof e.text - 5, "1: I");
}

static void clock_runs_forward(void) {
    int64_t before = clock_now_ns();
    CHECK(before > 0);
    for (int i = 0; i < 1000; i++) {
        int64_t now = clock_now_ns();
        CHECK(now >= before);
        before = now;
    }
}

static void copies_have_a_nul_behind_them(void) {
    char *p = mem_dup("ab\0cd", 5), *s = mem_strdup("text"), *z = mem_zalloc(4, 4);
    CHECK_MEM(p, 6, "ab\0cd", 6);
    CHECK_STR(s, "text");
    CHECK(!mem_strdup(NULL));
    CHECK_MEM(z, 16, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    mem_wipe(s, 4);
    CHECK_MEM(s, 5, "\0\0\0\0\0", 5);
    free(p);
    free(s);
    free(z);
}

/* ---- rings and base64 ---- */

static void a_ring_grows_in_order(void) {
    int *ring = NULL;
    size_t cap = 0, first = 0, n = 0;
    for (int i = 0; i < 100; i++) { /* three in, one out: it wraps, and grows while it does */
        for (int k = 0; k < 3; k++) {
            if (n == cap) {
                ring = mem_ring_grow(ring, first, n, &cap, 4, sizeof *ring);
                first = 0;
            }
            ring[(first + n++) & (cap - 1)] = 3 * i + k;
        }
        CHECK_EQ(ring[first], i);
        first = (first + 1) & (cap - 1);
        n--;
    }
    CHECK_EQ(cap, 256);
    for (size_t i = 0; i < n; i++)
        CHECK_EQ(ring[(first + i) & (cap - 1)], 100 + (long long)i);
    free(ring);
}

/* The vectors of RFC 4648, section 10. */
static void base64_of_each_length(void) {
    char dst[4];
    str_base64(dst, "foo", 3);
    CHECK_MEM(dst, 4, "Zm9v", 4);
    str_base64(dst, "fo", 2);
    CHECK_MEM(dst, 4, "Zm8=", 4);
    str_base64(dst, "f", 1);
    CHECK_MEM(dst, 4, "Zg==", 4);
    str_base64(dst, "\xff\xfe\xfd", 3);
    CHECK_MEM(dst, 4, "//79", 4);
}

static void utf8_or_not(void) {
    CHECK(str_is_utf8("", 0));
    CHECK(str_is_utf8("a\xc3\xa4\xf0\x9f\x98\x80", 7));
    CHECK(!str_is_utf8("a\xc3", 2));
    CHECK(!str_is_utf8("\xed\xa0\x80", 3));
}

int main(void) {
    RUN(whole_numbers_are_read_to_their_bounds);
    RUN(what_is_no_whole_number_is_refused);
    RUN(doubles_are_read_as_resp3_writes_them);
    RUN(what_is_no_double_is_refused);
    RUN(digits_are_those_of_printf);
    RUN(letters_compare_in_any_case);
    RUN(hexadecimal_digits_are_known);
    RUN(every_code_point_is_read_back);
    RUN(bad_utf8_is_refused);
    RUN(buf_grows_up_to_its_maximum);
    RUN(refused_append_changes_nothing);
    RUN(formatted_text_may_fill_a_buf_to_the_brim);
    RUN(buf_of_no_room_is_an_empty_string);
    RUN(front_of_a_buf_may_be_dropped);
    RUN(arena_blocks_do_not_overlap);
    RUN(cleared_arena_keeps_one_small_block);
    RUN(equal_seeds_give_equal_numbers);
    RUN(generator_is_the_published_one);
    RUN(random_numbers_stay_below_their_bound);
    RUN(harmless_text_passes);
    RUN(what_drives_a_terminal_is_escaped);
    RUN(what_reorders_or_hides_text_is_escaped);
    RUN(broken_utf8_is_escaped);
    RUN(safe_text_respects_the_limit);
    RUN(error_keeps_code_and_text);
    RUN(error_of_the_system_says_why);
    RUN(long_error_is_cut);
    RUN(clock_runs_forward);
    RUN(copies_have_a_nul_behind_them);
    RUN(a_ring_grows_in_order);
    RUN(base64_of_each_length);
    RUN(utf8_or_not);
    return t_end();
}
