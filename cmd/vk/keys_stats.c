/* SPDX-License-Identifier: BSD-3-Clause */
/* See keys_stats.h. */
#include "keys_stats.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "load/shape.h"

enum { PREFIX_MAX = 128 }; /* bytes kept of a prefix */

static const struct known {
    const char *name, *unit, *command;
} known[] = {
    {"string", "bytes", "STRLEN"}, {"list", "items", "LLEN"},  {"set", "members", "SCARD"},
    {"zset", "members", "ZCARD"},  {"hash", "fields", "HLEN"}, {"stream", "entries", "XLEN"},
};

static int add_type(struct keys_stats *s, const char *name, size_t len) {
    struct keys_stats_type *t = &s->types[s->n_types];
    if (len >= sizeof t->name) len = sizeof t->name - 1;
    memcpy(t->name, name, len);
    keys_top_init(&t->elements.top, s->opts.top);
    keys_top_init(&t->bytes.top, s->opts.top);
    return s->n_types++;
}

void keys_stats_init(struct keys_stats *s, const struct keys_stats_opts *o) {
    *s = (struct keys_stats){.opts = *o};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        int type = add_type(s, known[i].name, strlen(known[i].name));
        s->types[type].unit = known[i].unit;
        s->types[type].command = known[i].command;
    }
    s->prefixes = heavy_new(KEYS_STATS_PREFIXES, PREFIX_MAX, o->seed);
    buf_init(&s->shape, 2 * SHAPE_MAX);
}

void keys_stats_release(struct keys_stats *s) {
    for (int i = 0; i < s->n_types; i++) {
        struct keys_stats_type *t = &s->types[i];
        keys_top_release(&t->elements.top);
        keys_top_release(&t->bytes.top);
        free(t->elements.hist);
        free(t->bytes.hist);
    }
    heavy_free(s->prefixes);
    buf_release(&s->shape);
}

int keys_stats_type(struct keys_stats *s, const char *name, size_t len) {
    static const char other[] = "(other)";
    size_t cut = len < KEYS_STATS_NAME_MAX ? len : KEYS_STATS_NAME_MAX - 1;
    for (int i = 0; i < s->n_types; i++)
        if (strlen(s->types[i].name) == cut && !memcmp(s->types[i].name, name, cut)) return i;
    if (s->n_types < KEYS_STATS_TYPES_MAX - 1) return add_type(s, name, cut);
    if (s->n_types < KEYS_STATS_TYPES_MAX) add_type(s, other, sizeof other - 1);
    return KEYS_STATS_TYPES_MAX - 1;
}

int keys_stats_type_asked(struct keys_stats *s, const char *name) {
    for (int i = 0; i < s->n_types; i++)
        if (str_ieq(name, strlen(name), s->types[i].name)) return i;
    return keys_stats_type(s, name, strlen(name));
}

enum keys_stats_ttl keys_stats_ttl_of(int64_t ttl_ms) {
    static const int64_t below_s[] = {60, 3600, 86400, 7 * 86400, 30 * 86400};
    if (ttl_ms < 0) return KEYS_STATS_STAYS;
    for (size_t i = 0; i < sizeof below_s / sizeof *below_s; i++)
        if (ttl_ms < below_s[i] * 1000) return (enum keys_stats_ttl)(KEYS_STATS_MINUTE + i);
    return KEYS_STATS_LONGER;
}

static void add_amount(struct keys_stats_amounts *a, const struct keys_seen *k, uint64_t amount) {
    if (!a->hist) a->hist = hist_new();
    hist_record(a->hist, amount);
    keys_top_add(&a->top, k, amount);
}

static void add_prefix(struct keys_stats *s, const struct keys_seen *k) {
    s->prefixes_are_by_bytes |= k->has_bytes;
    uint64_t weight = k->has_bytes ? k->bytes : !s->prefixes_are_by_bytes;
    buf_clear(&s->shape);
    shape_add(&s->shape, k->name, k->len, s->opts.delimiter);
    heavy_add(s->prefixes, s->shape.p ? s->shape.p : "", s->shape.len, weight, 1);
}

void keys_stats_add(struct keys_stats *s, const struct keys_seen *k) {
    struct keys_stats_type *t = &s->types[k->type];
    t->keys++;
    s->keys++;
    s->name_bytes += k->len;
    if (k->has_elements) add_amount(&t->elements, k, k->elements);
    if (k->has_bytes) add_amount(&t->bytes, k, k->bytes);
    if (k->has_ttl) s->ttls[keys_stats_ttl_of(k->ttl_ms)]++, s->with_ttl++;
    add_prefix(s, k);
}

uint64_t keys_stats_sum(const struct keys_stats_amounts *a) {
    return a->hist ? a->hist->sum : 0;
}

uint64_t keys_stats_count(const struct keys_stats_amounts *a) {
    return a->hist ? a->hist->count : 0;
}

uint64_t keys_stats_bytes(const struct keys_stats *s) {
    uint64_t sum = 0;
    for (int i = 0; i < s->n_types; i++)
        sum += keys_stats_sum(&s->types[i].bytes);
    return sum;
}
