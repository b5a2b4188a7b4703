/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of a keyspace once its keys were measured one by one: per type how many, how large
 * and which are the largest, how long keys live, and who has the memory, by prefix. Memory does not
 * grow with the number of keys. Pure; shown by keys_report. */
#ifndef VK_KEYS_STATS_H
#define VK_KEYS_STATS_H

#include "base/buf.h"
#include "keys_top.h"
#include "load/heavy.h"
#include "load/hist.h"

enum {
    KEYS_STATS_TYPES_MAX = 32, /* those of modules beyond count as the last one, "(other)" */
    KEYS_STATS_NAME_MAX = 32,
    KEYS_STATS_PREFIXES = 8192, /* counters: as many prefixes are exact */
};

/* How long keys still live. */
enum keys_stats_ttl {
    KEYS_STATS_STAYS,
    KEYS_STATS_MINUTE, /* under a minute, ... */
    KEYS_STATS_HOUR,
    KEYS_STATS_DAY,
    KEYS_STATS_WEEK,
    KEYS_STATS_MONTH, /* 30 days */
    KEYS_STATS_LONGER,
    KEYS_STATS_TTLS,
};

/* Of the amounts of a type's keys. */
struct keys_stats_amounts {
    struct hist *hist; /* owned; NULL until the first */
    struct keys_top top;
};

struct keys_stats_type {
    char name[KEYS_STATS_NAME_MAX];
    const char *unit;    /* of elements, "members"; NULL = a module's, which nobody can count */
    const char *command; /* that counts them */
    uint64_t keys;
    struct keys_stats_amounts elements, bytes;
};

struct keys_stats_opts {
    size_t top;
    char delimiter;
    uint64_t seed;
};

struct keys_stats {
    struct keys_stats_opts opts;
    struct keys_stats_type types[KEYS_STATS_TYPES_MAX];
    int n_types;
    uint64_t keys, name_bytes;
    uint64_t ttls[KEYS_STATS_TTLS];
    uint64_t with_ttl; /* keys whose TTL was asked for */
    /* Their weight is memory, or keys as long as that of none is known (a byte for each such key
     * then, should it become known of others). */
    struct heavy *prefixes;
    bool prefixes_are_by_bytes;
    struct buf shape; /* scratch */
};

void keys_stats_init(struct keys_stats *s, const struct keys_stats_opts *o);
void keys_stats_release(struct keys_stats *s);
/* The number of the type called name, which may be new. */
int keys_stats_type(struct keys_stats *s, const char *name, size_t len);
/* The same of one that a user wrote, as servers read it: in either case. */
int keys_stats_type_asked(struct keys_stats *s, const char *name);
void keys_stats_add(struct keys_stats *s, const struct keys_seen *k);
enum keys_stats_ttl keys_stats_ttl_of(int64_t ttl_ms);
/* Their sum, and of how many keys. */
uint64_t keys_stats_sum(const struct keys_stats_amounts *a);
uint64_t keys_stats_count(const struct keys_stats_amounts *a);
/* Of all types. */
uint64_t keys_stats_bytes(const struct keys_stats *s);

#endif
