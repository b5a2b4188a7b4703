/* SPDX-License-Identifier: BSD-3-Clause */
/* Seedable pseudo-random numbers, one state per user: xoshiro256** (Blackman and Vigna 2018),
 * seeded through splitmix64. Not for secrets. */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t s[4];
};

/* The same seed gives the same numbers on every machine. */
void rng_seed(struct rng *r, uint64_t seed);
uint64_t rng_next(struct rng *r);
/* Uniform in [0, n), n > 0, without modulo bias (Lemire 2019). */
uint64_t rng_below(struct rng *r, uint64_t n);
/* Uniform in [0, 1), 53 bits. */
double rng_double(struct rng *r);

#endif
