/* SPDX-License-Identifier: BSD-3-Clause */
/* How commands are stored and found: rows and a hash table of their numbers. Private to command. */
#ifndef CORE_COMMAND_IMPL_H
#define CORE_COMMAND_IMPL_H

#include <string.h>

#include "base/arena.h"
#include "core/command.h"

enum { COMMAND_NAME_MAX = 64 }; /* bytes of a name, both words */

struct command_set {
    const struct command_info *rows;
    const uint16_t *buckets; /* number of a row + 1, 0 = free; at its hash or behind that */
    uint32_t n;              /* rows */
    uint32_t mask;           /* buckets - 1, of a power of two; at least one is free */
};

struct command_table {
    struct arena arena;     /* owns what set points to */
    struct command_set set; /* n = 0: nothing was taken */
};

extern const struct command_set command_table_builtin;

#define COMMAND_HASH_BEGIN 2166136261u
/* FNV-1a: one more byte of a name in upper case, and the end of it. */
static inline uint32_t command_hash_byte(uint32_t hash, char c) {
    return (hash ^ (unsigned char)c) * 16777619u;
}

static inline uint32_t command_hash_end(uint32_t hash) {
    return hash ^ hash >> 16;
}

/* Of a whole name. */
static inline uint32_t command_hash(const char *name, size_t len) {
    uint32_t hash = COMMAND_HASH_BEGIN;
    for (size_t i = 0; i < len; i++)
        hash = command_hash_byte(hash, name[i]);
    return command_hash_end(hash);
}

/* The bucket of a name, or the free one where it belongs. hash is the ended one. */
static inline uint32_t command_set_bucket(const struct command_set *s, const char *name, size_t len,
                                          uint32_t hash) {
    uint32_t at = hash & s->mask;
    for (; s->buckets[at]; at = (at + 1) & s->mask) {
        const struct command_info *row = &s->rows[s->buckets[at] - 1];
        if (row->name_len == len && !memcmp(row->name, name, len)) break;
    }
    return at;
}

static inline const struct command_info *
command_set_find(const struct command_set *s, const char *name, size_t len, uint32_t hash) {
    if (!s->n) return NULL;
    uint32_t at = command_set_bucket(s, name, len, hash);
    return s->buckets[at] ? &s->rows[s->buckets[at] - 1] : NULL;
}

#endif
