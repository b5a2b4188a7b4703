/* SPDX-License-Identifier: BSD-3-Clause */
#include "load/keygen.h"
#include "load/powerlaw.h"
#include "t.h"

static void within_bounds(void) {
    static const uint64_t sizes[] = {1, 2, 3, 1000, 1ULL << 50};
    static const uint64_t bits[] = {0, 1, 1ULL << 63, UINT64_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t k = 0; k < sizeof bits / sizeof *bits; k++) {
            uint64_t v = powerlaw_draw(bits[k], sizes[i], POWERLAW_80_20);
            CHECK(v >= 1 && v <= sizes[i]);
        }
    CHECK_EQ(powerlaw_draw(0, 1000, POWERLAW_80_20), 1000);
    CHECK_EQ(powerlaw_draw(UINT64_MAX, 1000, POWERLAW_80_20), 1);
}

static void a_fifth_gets_four_fifths(void) {
    enum { KEYS = 10000, DRAWS = 100000 };
    int first = 0, last = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        uint64_t v = powerlaw_draw(keygen_bits(1, 2, i), KEYS, POWERLAW_80_20);
        first += v <= KEYS / 5;
        last += v > KEYS - KEYS / 5;
    }
    CHECK(first > DRAWS * 79 / 100 && first < DRAWS * 81 / 100);
    CHECK(last < DRAWS / 1000);
}

int main(void) {
    RUN(within_bounds);
    RUN(a_fifth_gets_four_fifths);
    return t_end();
}
