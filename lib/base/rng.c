/* SPDX-License-Identifier: BSD-3-Clause */
/* xoshiro256** and its uses. See rng.h. */
#include "base/rng.h"

static uint64_t rotate(uint64_t x, int k) {
    return x << k | x >> (64 - k);
}

void rng_seed(struct rng *r, uint64_t seed) {
    for (int i = 0; i < 4; i++) {
        uint64_t z = seed += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        r->s[i] = z ^ z >> 31;
    }
}

uint64_t rng_next(struct rng *r) {
    uint64_t *s = r->s, result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t rng_below(struct rng *r, uint64_t n) {
    for (;;) {
        unsigned __int128 product = (unsigned __int128)rng_next(r) * n;
        uint64_t low = (uint64_t)product;
        if (low >= n || low >= (0 - n) % n) return (uint64_t)(product >> 64);
    }
}

double rng_double(struct rng *r) {
    return (double)(rng_next(r) >> 11) * 0x1.0p-53;
}
