/* SPDX-License-Identifier: BSD-3-Clause */
/* The heaviest keys of a stream of any length in fixed memory: Space-Saving (Metwally, Agrawal, El
 * Abbadi: Efficient Computation of Frequent and Top-k Elements in Data Streams, ICDT 2005) over a
 * binary heap, which takes weights. Of the counter-based ways it is the one that errs least in the
 * same memory (Cormode, Hadjieleftheriou: Finding Frequent Items in Data Streams, VLDB 2008), and
 * its errors are certain, not likely, which those of sketches (Count-Min, HeavyKeeper) are not.
 *
 * Held at any time, with N the weight added in all and m the number of counters:
 *   - count - error <= true weight <= count for every key that has a counter;
 *   - error <= heavy_bound() <= N / m;
 *   - a key without a counter weighs heavy_bound() at most: every heavier one has a counter;
 *   - with no more than m keys, everything is exact.
 * bytes, recent and rate are counted only while the key has its counter: never too much.
 *
 * Keys longer than key_max are told apart by their length, a 64-bit hash of the whole, and their
 * first key_max bytes, and only these bytes are kept. */
#ifndef LOAD_HEAVY_H
#define LOAD_HEAVY_H

#include <stddef.h>
#include <stdint.h>

struct heavy;

struct heavy_entry {
    const char *key; /* borrowed until the next add */
    size_t kept;     /* bytes there: less than len when the key is longer than key_max */
    size_t len;
    uint64_t count; /* the true weight at most */
    uint64_t error; /* by so much it may be less */
    uint64_t bytes;
    uint64_t rate; /* weight in the last whole period (heavy_tick) */
};

enum heavy_order { HEAVY_BY_COUNT, HEAVY_BY_RATE, HEAVY_BY_BYTES };

/* counters: 1 to 2^24; key_max bytes kept of a key. seed: of the hash, so that nobody can prepare
 * keys that collide. Memory: heavy_memory(), all of it taken here. */
struct heavy *heavy_new(uint32_t counters, size_t key_max, uint64_t seed);
void heavy_free(struct heavy *h);
void heavy_clear(struct heavy *h);
size_t heavy_memory(uint32_t counters, size_t key_max);
/* weight: 1, or n when one of n is sampled. bytes: what goes with the key (a command's size). */
void heavy_add(struct heavy *h, const char *key, size_t len, uint64_t weight, uint64_t bytes);
/* A period (a second) ends: what was added in it becomes the rate. */
void heavy_tick(struct heavy *h);
/* The first k by the order asked for (equals by count, then by key) into out; returns how many. */
size_t heavy_top(const struct heavy *h, enum heavy_order order, struct heavy_entry *out, size_t k);
/* Weight that a key may have at most without having a counter; no error is greater. */
uint64_t heavy_bound(const struct heavy *h);
/* Weight added in all, and bytes. */
uint64_t heavy_total(const struct heavy *h);
uint64_t heavy_total_bytes(const struct heavy *h);

#endif
