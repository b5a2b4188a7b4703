/* SPDX-License-Identifier: BSD-3-Clause */
/* Space-Saving. See heavy.h.
 *
 * Counters are numbered from 0 and never move; three arrays point at them: the hash table (chains
 * through `next`), the heap (smallest count on top, `at` is a counter's place in it) and, for its
 * text, its number (keys lie one behind the other, key_max bytes each). A key without a counter
 * takes that on top of the heap over, count and all: what the count was is the new key's error. */
#include "load/heavy.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

enum { COUNTERS_MAX = 1 << 24 };
static const uint32_t none = UINT32_MAX;

struct counter {
    uint64_t hash;
    uint64_t count, error;
    uint64_t bytes;
    uint64_t now, rate; /* weight in this period and in the last */
    size_t len;
    uint32_t next; /* of the same bucket */
    uint32_t at;   /* place in the heap */
};

struct heavy {
    struct counter *counters;
    char *keys;
    uint32_t *heap;
    uint32_t *buckets; /* first counter of each, or none */
    uint32_t n, m;     /* counters in use, and in all */
    uint32_t mask;     /* buckets - 1 */
    size_t key_max;
    uint64_t seed, total, total_bytes;
};

static uint32_t buckets_for(uint32_t m) {
    uint32_t n = 1;
    while (n < m)
        n *= 2;
    return n;
}

size_t heavy_memory(uint32_t counters, size_t key_max) {
    size_t each = sizeof(struct counter) + key_max + sizeof(uint32_t);
    return sizeof(struct heavy) + counters * each + buckets_for(counters) * sizeof(uint32_t);
}

struct heavy *heavy_new(uint32_t counters, size_t key_max, uint64_t seed) {
    assert(counters && counters <= COUNTERS_MAX);
    struct heavy *h = mem_zalloc(1, sizeof *h);
    h->m = counters;
    h->mask = buckets_for(counters) - 1;
    h->key_max = key_max;
    h->seed = seed;
    h->counters = mem_zalloc(counters, sizeof *h->counters);
    h->keys = mem_zalloc(counters, key_max ? key_max : 1);
    h->heap = mem_zalloc(counters, sizeof *h->heap);
    h->buckets = mem_zalloc((size_t)h->mask + 1, sizeof *h->buckets);
    heavy_clear(h);
    return h;
}

void heavy_free(struct heavy *h) {
    if (!h) return;
    free(h->counters);
    free(h->keys);
    free(h->heap);
    free(h->buckets);
    free(h);
}

void heavy_clear(struct heavy *h) {
    memset(h->buckets, 0xff, ((size_t)h->mask + 1) * sizeof *h->buckets); /* none */
    h->n = 0;
    h->total = h->total_bytes = 0;
}

/* --- the hash table --------------------------------------------------------------------------- */

static uint32_t *bucket_of(const struct heavy *h, uint64_t hash) {
    return &h->buckets[(hash >> 32) & h->mask];
}

static char *key_of(const struct heavy *h, uint32_t i) {
    return h->keys + i * h->key_max;
}

static size_t kept(const struct heavy *h, size_t len) {
    return len < h->key_max ? len : h->key_max;
}

static uint32_t find(const struct heavy *h, uint64_t hash, const char *key, size_t len) {
    uint32_t i = *bucket_of(h, hash);
    for (; i != none; i = h->counters[i].next) {
        const struct counter *c = &h->counters[i];
        if (c->hash != hash || c->len != len) continue;
        if (!kept(h, len) || !memcmp(key_of(h, i), key, kept(h, len))) break;
    }
    return i;
}

static void unlink_counter(struct heavy *h, uint32_t i) {
    uint32_t *link = bucket_of(h, h->counters[i].hash);
    while (*link != i)
        link = &h->counters[*link].next;
    *link = h->counters[i].next;
}

/* --- the heap --------------------------------------------------------------------------------- */

static void put_at(struct heavy *h, uint32_t place, uint32_t i) {
    h->heap[place] = i;
    h->counters[i].at = place;
}

/* Counter i has grown. */
static void sink(struct heavy *h, uint32_t i) {
    const uint64_t count = h->counters[i].count;
    uint32_t place = h->counters[i].at;
    for (uint32_t child; (child = 2 * place + 1) < h->n; place = child) {
        uint64_t least = h->counters[h->heap[child]].count;
        if (child + 1 < h->n && h->counters[h->heap[child + 1]].count < least)
            least = h->counters[h->heap[++child]].count;
        if (least >= count) break;
        put_at(h, place, h->heap[child]);
    }
    put_at(h, place, i);
}

/* Counter i is new, at the end. */
static void rise(struct heavy *h, uint32_t i) {
    const uint64_t count = h->counters[i].count;
    uint32_t place = h->counters[i].at;
    for (uint32_t parent; place; place = parent) {
        parent = (place - 1) / 2;
        if (h->counters[h->heap[parent]].count <= count) break;
        put_at(h, place, h->heap[parent]);
    }
    put_at(h, place, i);
}

/* --- adding ----------------------------------------------------------------------------------- */

/* The counter for a key that has none: a free one, or that with the least count. */
static uint32_t take_counter(struct heavy *h, bool *is_new) {
    *is_new = h->n < h->m;
    if (!*is_new) {
        unlink_counter(h, h->heap[0]);
        return h->heap[0];
    }
    h->counters[h->n] = (struct counter){.at = h->n};
    return h->n++;
}

static void enter(struct heavy *h, uint64_t hash, const char *key, size_t len, uint64_t weight,
                  uint64_t bytes) {
    bool is_new;
    uint32_t i = take_counter(h, &is_new), *bucket = bucket_of(h, hash);
    struct counter *c = &h->counters[i];
    *c = (struct counter){.hash = hash,
                          .count = c->count + weight,
                          .error = c->count,
                          .bytes = bytes,
                          .now = weight,
                          .len = len,
                          .next = *bucket,
                          .at = c->at};
    *bucket = i;
    if (kept(h, len)) memcpy(key_of(h, i), key, kept(h, len));
    if (is_new)
        rise(h, i);
    else
        sink(h, i);
}

void heavy_add(struct heavy *h, const char *key, size_t len, uint64_t weight, uint64_t bytes) {
    uint64_t hash = hash_bytes(key, len, h->seed);
    uint32_t i = find(h, hash, key, len);
    h->total += weight;
    h->total_bytes += bytes;
    if (i == none) {
        enter(h, hash, key, len, weight, bytes);
        return;
    }
    struct counter *c = &h->counters[i];
    c->count += weight;
    c->now += weight;
    c->bytes += bytes;
    sink(h, i);
}

void heavy_tick(struct heavy *h) {
    for (uint32_t i = 0; i < h->n; i++) {
        h->counters[i].rate = h->counters[i].now;
        h->counters[i].now = 0;
    }
}

/* --- asking ----------------------------------------------------------------------------------- */

static uint64_t measure(const struct heavy_entry *e, enum heavy_order order) {
    return order == HEAVY_BY_RATE ? e->rate : order == HEAVY_BY_BYTES ? e->bytes : e->count;
}

static bool goes_before(const struct heavy_entry *a, const struct heavy_entry *b,
                        enum heavy_order order) {
    uint64_t x = measure(a, order), y = measure(b, order);
    if (x != y) return x > y;
    if (a->count != b->count) return a->count > b->count;
    size_t least = a->kept < b->kept ? a->kept : b->kept;
    int by_key = least ? memcmp(a->key, b->key, least) : 0;
    return by_key ? by_key < 0 : a->len < b->len;
}

static struct heavy_entry entry_of(const struct heavy *h, uint32_t i) {
    const struct counter *c = &h->counters[i];
    return (struct heavy_entry){.key = key_of(h, i),
                                .kept = kept(h, c->len),
                                .len = c->len,
                                .count = c->count,
                                .error = c->error,
                                .bytes = c->bytes,
                                .rate = c->rate};
}

/* out is kept in order all the time: k is a screen's height, and most counters fail against the
 * last entry. */
size_t heavy_top(const struct heavy *h, enum heavy_order order, struct heavy_entry *out, size_t k) {
    size_t n = 0;
    for (uint32_t i = 0; k && i < h->n; i++) {
        struct heavy_entry e = entry_of(h, i);
        if (n == k && !goes_before(&e, &out[n - 1], order)) continue;
        size_t at = n < k ? n++ : n - 1;
        for (; at && goes_before(&e, &out[at - 1], order); at--)
            out[at] = out[at - 1];
        out[at] = e;
    }
    return n;
}

uint64_t heavy_bound(const struct heavy *h) {
    return h->n < h->m ? 0 : h->counters[h->heap[0]].count;
}

uint64_t heavy_total(const struct heavy *h) {
    return h->total;
}

uint64_t heavy_total_bytes(const struct heavy *h) {
    return h->total_bytes;
}
