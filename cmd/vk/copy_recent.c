/* SPDX-License-Identifier: BSD-3-Clause */
/* See copy_recent.h. Buckets of a few hashes each, in which the oldest makes room for the newest.
 */
#include "copy_recent.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"

enum { BUCKETS = 1 << 16, WAYS = 4 };

struct copy_recent {
    uint64_t seed;
    uint64_t buckets[BUCKETS][WAYS]; /* 0 = free */
};

struct copy_recent *copy_recent_new(void) {
    struct copy_recent *r = mem_zalloc(1, sizeof *r);
    r->seed = (uint64_t)clock_wall_us() ^ (uint64_t)clock_now_ns() << 20;
    return r;
}

void copy_recent_free(struct copy_recent *r) {
    free(r);
}

bool copy_recent_has(struct copy_recent *r, const char *key, size_t len) {
    uint64_t hash = hash_bytes(key, len, r->seed) | 1; /* the bucket is of other bits */
    uint64_t *bucket = r->buckets[hash >> 48];
    for (int i = 0; i < WAYS; i++)
        if (bucket[i] == hash) return true;
    memmove(bucket + 1, bucket, (WAYS - 1) * sizeof *bucket);
    bucket[0] = hash;
    return false;
}
