/* SPDX-License-Identifier: BSD-3-Clause */
/* Eight bytes a step, each mixed in by a 64 x 64 -> 128-bit multiplication folded to 64 bits (the
 * step of Wang Yi's wyhash, 2019). See hash.h. */
#include "base/hash.h"

#include <string.h>

static uint64_t fold(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The last n <= 8 bytes; their number is told apart by the length, which is mixed in as well. */
static uint64_t tail(const unsigned char *p, size_t n) {
    uint64_t word = 0;
    memcpy(&word, p, n);
    return word;
}

uint64_t hash_bytes(const void *p, size_t len, uint64_t seed) {
    const uint64_t even = 0x9e3779b97f4a7c15ULL, odd = 0xd1342543de82ef95ULL;
    const unsigned char *at = p;
    uint64_t h = seed ^ fold(len ^ even, odd), word;
    size_t left = len;
    for (; left > 8; left -= 8, at += 8) {
        memcpy(&word, at, 8);
        h = fold(h ^ word ^ even, odd);
    }
    if (left) h = fold(h ^ tail(at, left) ^ even, odd);
    return fold(h ^ seed, even);
}
