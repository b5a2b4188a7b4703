/* SPDX-License-Identifier: BSD-3-Clause */
/* The first N keys by some measure, in order, whatever number of keys is offered. Equals stand by
 * name, so that the list does not depend on the order in which keys came. */
#ifndef VK_KEYS_TOP_H
#define VK_KEYS_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KEYS_TOP_NAME_MAX = 4096 }; /* bytes kept of a name */

/* A key as it was measured. */
struct keys_seen {
    const char *name;
    size_t len; /* of the name; of an entry of a list it may be more than is kept */
    int type;   /* of keys_stats */
    bool has_elements, has_bytes, has_ttl;
    uint64_t elements, bytes;
    int64_t ttl_ms; /* -1 = it stays */
};

struct keys_top_entry {
    struct keys_seen key; /* its name is owned, the first KEYS_TOP_NAME_MAX bytes of it */
    uint64_t value;
};

struct keys_top {
    struct keys_top_entry *entries; /* the greatest first */
    size_t n, cap;
};

void keys_top_init(struct keys_top *t, size_t cap);
void keys_top_release(struct keys_top *t);
/* A key that is there already keeps one place, with what was measured last. */
void keys_top_add(struct keys_top *t, const struct keys_seen *k, uint64_t value);
/* Bytes there of an entry's name. */
size_t keys_top_kept(const struct keys_top_entry *e);

#endif
