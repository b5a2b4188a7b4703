/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers of which small ones come more often: the chance of k falls with the power of its distance
 * from the far end, as in valkey-cli's --lru-test. */
#ifndef LOAD_POWERLAW_H
#define LOAD_POWERLAW_H

#include <stdint.h>

/* With this exponent a fifth of the numbers gets four fifths of the draws. */
#define POWERLAW_80_20 6.2

/* From 1 to n (> 0), made of 64 random bits. */
uint64_t powerlaw_draw(uint64_t bits, uint64_t n, double exponent);

#endif
