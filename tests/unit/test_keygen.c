/* SPDX-License-Identifier: BSD-3-Clause */
/* load/keygen: the payload stream, and random numbers that are a function. */
#include "load/keygen.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/t.h"

/* ---- payloads ---- */

static void the_first_payload_of_three_bytes_is_vxk(void) {
    struct keygen_text t;
    char text[3];
    keygen_text_start(&t);
    keygen_text(&t, text, 3);
    CHECK_MEM(text, 3, "VXK", 3);
}

static void the_stream_goes_on_from_call_to_call(void) {
    struct keygen_text whole, parts;
    char a[1000], b[1000];
    size_t at = 0;
    keygen_text_start(&whole);
    keygen_text_start(&parts);
    keygen_text(&whole, a, sizeof a);
    for (size_t n = 0; at < sizeof b; n++) {
        size_t len = n < sizeof b - at ? n : sizeof b - at;
        keygen_text(&parts, b + at, len);
        at += len;
    }
    CHECK_MEM(b, sizeof b, a, sizeof a);
    keygen_text(&whole, a, 10);
    CHECK(memcmp(a, b, 10));
}

static void payload_bytes_can_be_printed(void) {
    struct keygen_text t;
    char text[4096];
    int wrong = 0;
    keygen_text_start(&t);
    keygen_text(&t, text, sizeof text);
    for (size_t i = 0; i < sizeof text; i++)
        wrong += text[i] < '0' || text[i] > 'o';
    CHECK_EQ(wrong, 0);
}

/* ---- numbers ---- */

/* Chi-square of draws over n cells, as standard deviations from its mean (n - 1). */
static double surprise(uint64_t stream, uint64_t n, uint64_t draws) {
    uint64_t *cells = mem_zalloc(n, sizeof *cells);
    double expected = (double)draws / (double)n, chi = 0, freedom = (double)n - 1;
    for (uint64_t op = 0; op < draws; op++)
        cells[keygen_below(keygen_bits(42, stream, op), n)]++;
    for (uint64_t i = 0; i < n; i++)
        chi += ((double)cells[i] - expected) * ((double)cells[i] - expected) / expected;
    free(cells);
    return (chi - freedom) * (chi - freedom) / (2 * freedom);
}

static void numbers_are_uniform(void) {
    const uint64_t n[] = {2, 3, 7, 10, 64, 100, 1000, 4096, 10007};
    for (size_t i = 0; i < sizeof n / sizeof *n; i++)
        for (uint64_t stream = 0; stream < 4; stream++)
            CHECK(surprise(stream, n[i], 100 * n[i] + 10000) < 16); /* four deviations, squared */
}

static void numbers_stay_below_their_bound(void) {
    CHECK_EQ(keygen_below(UINT64_MAX, 1), 0);
    CHECK_EQ(keygen_below(UINT64_MAX, 10), 9);
    CHECK_EQ(keygen_below(0, 10), 0);
    CHECK(keygen_below(UINT64_MAX, UINT64_MAX) == UINT64_MAX - 1);
}

/* Literal values: a seed must give the same requests in every version and on every machine. */
static void a_seed_means_the_same_everywhere(void) {
    CHECK(keygen_bits(1, 2, 3) == keygen_bits(1, 2, 3));
    CHECK(keygen_bits(0, 0, 1) == UINT64_C(0xe220a8397b1dcdaf));
    CHECK(keygen_bits(12345, 6, 789) == UINT64_C(0xb3d7b966bf2ecf87));
}

static int bits_of(uint64_t v) {
    return __builtin_popcountll(v);
}

/* Half of the bits differ between neighbours of every kind: 64 * 20,000 of them, the deviation of
 * their mean is 0.03. */
static void neighbours_are_unlike(void) {
    enum { N = 20000 };
    int64_t streams = 0, ops = 0, seeds = 0, crossed = 0;
    for (uint64_t i = 0; i < N; i++) {
        uint64_t v = keygen_bits(7, 1, i);
        streams += bits_of(v ^ keygen_bits(7, 2, i));
        ops += bits_of(v ^ keygen_bits(7, 1, i + 1));
        seeds += bits_of(v ^ keygen_bits(8, 1, i));
        crossed += bits_of(v ^ keygen_bits(7, 2, i + 1));
    }
    const int64_t sums[] = {streams, ops, seeds, crossed};
    for (int i = 0; i < 4; i++)
        CHECK(sums[i] > 31.85 * N && sums[i] < 32.15 * N);
}

/* Pearson's r of two streams as numbers; its deviation is 1 / sqrt(N) = 0.01. */
static double correlation(uint64_t a, uint64_t b, uint64_t shift) {
    enum { N = 10000 };
    double sum = 0;
    for (uint64_t i = 0; i < N; i++) {
        double x = (double)keygen_bits(3, a, i) / 0x1p64 - 0.5;
        double y = (double)keygen_bits(3, b, i + shift) / 0x1p64 - 0.5;
        sum += x * y;
    }
    return sum / N * 12;
}

static void streams_do_not_follow_each_other(void) {
    for (uint64_t a = 0; a < 5; a++)
        for (uint64_t b = a; b < 5; b++)
            for (uint64_t shift = a == b; shift < 4; shift++) {
                double r = correlation(a, b, shift);
                CHECK(r < 0.045 && r > -0.045);
            }
}

int main(void) {
    RUN(the_first_payload_of_three_bytes_is_vxk);
    RUN(the_stream_goes_on_from_call_to_call);
    RUN(payload_bytes_can_be_printed);
    RUN(numbers_are_uniform);
    RUN(numbers_stay_below_their_bound);
    RUN(a_seed_means_the_same_everywhere);
    RUN(neighbours_are_unlike);
    RUN(streams_do_not_follow_each_other);
    return t_end();
}
