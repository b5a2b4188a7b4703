/* SPDX-License-Identifier: BSD-3-Clause */
/* The numbers and payloads of requests. Random numbers are a function of (seed, stream, operation):
 * no state, so one seed gives the same requests however they are dealt to threads and connections.
 */
#ifndef LOAD_KEYGEN_H
#define LOAD_KEYGEN_H

#include <stddef.h>
#include <stdint.h>

/* 64 random bits: splitmix64's finalizer (Steele, Lea, Flood 2014) over the three, applied twice.
 */
static inline uint64_t keygen_mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}
/* What seed and stream come to, and the bits of one operation. */
static inline uint64_t keygen_stream(uint64_t seed, uint64_t stream) {
    return keygen_mix(seed + stream * 0xd1342543de82ef95ULL);
}
static inline uint64_t keygen_draw(uint64_t stream, uint64_t op) {
    return keygen_mix(stream + op * 0x9e3779b97f4a7c15ULL);
}
static inline uint64_t keygen_bits(uint64_t seed, uint64_t stream, uint64_t op) {
    return keygen_draw(keygen_stream(seed, stream), op);
}
/* Uniform in [0, n), n > 0: the high half of a 128-bit product; the bias is below n / 2^64. */
static inline uint64_t keygen_below(uint64_t bits, uint64_t n) {
    return (uint64_t)(((unsigned __int128)bits * n) >> 64);
}

/* The payload text of valkey-benchmark: a linear congruential generator (x * 1103515245 + 12345 mod
 * 2^32, start 1234), each byte 48 + bits 16 to 21 of the state; the stream goes on from call to
 * call. With 3 bytes the first payload is "VXK". */
struct keygen_text {
    uint32_t state;
};
void keygen_text_start(struct keygen_text *t);
void keygen_text(struct keygen_text *t, char *dst, size_t n);

#endif
