/* SPDX-License-Identifier: BSD-3-Clause */
/* The report as CSV: one table for all, so that a column means the same in each line. */
#include <string.h>

#include "keys_report.h"
#include "resp/quote.h"

static void add_number(struct buf *out, uint64_t n, bool known) {
    buf_addc(out, ',');
    if (known) buf_addf(out, "%llu", (unsigned long long)n);
}

/* Strings as in all CSV of ours. */
static void add_head(struct buf *out, const char *section, const char *type, const char *name,
                     size_t len) {
    buf_addf(out, "\"%s\",", section);
    if (type) resp_quote_add(out, type, strlen(type));
    buf_addc(out, ',');
    if (name) resp_quote_add(out, name, len);
}

static void add_key(const struct keys_report *r, const char *section,
                    const struct keys_stats_type *t, const struct keys_top_entry *e,
                    struct buf *out) {
    const struct keys_seen *k = &e->key;
    add_head(out, section, t->name, k->name, keys_top_kept(e));
    add_number(out, 1, true);
    add_number(out, k->elements, r->elements && k->has_elements);
    add_number(out, k->bytes, r->bytes && k->has_bytes);
    add_number(out, (uint64_t)k->ttl_ms, r->ttls && k->has_ttl && k->ttl_ms >= 0);
    buf_addc(out, '\n');
}

static void add_type(const struct keys_stats_type *t, struct buf *out) {
    add_head(out, "type", t->name, NULL, 0);
    add_number(out, t->keys, true);
    add_number(out, keys_stats_sum(&t->elements), t->elements.hist);
    add_number(out, keys_stats_sum(&t->bytes), t->bytes.hist);
    buf_adds(out, ",\n");
}

static void add_ttls(const struct keys_report *r, struct buf *out) {
    for (int i = 0; r->ttls && i < KEYS_STATS_TTLS; i++) {
        const char *name = keys_report_ttl_name((enum keys_stats_ttl)i);
        add_head(out, "ttl", NULL, name, strlen(name));
        add_number(out, r->stats->ttls[i], true);
        buf_adds(out, ",,,\n");
    }
}

static void add_prefixes(const struct keys_report *r, struct buf *out) {
    struct heavy_entry e[KEYS_REPORT_PREFIXES];
    bool by_keys = !r->stats->prefixes_are_by_bytes;
    int n = keys_report_prefixes(r->stats, e);
    for (int i = 0; i < n; i++) {
        add_head(out, "prefix", NULL, e[i].key, e[i].kept);
        add_number(out, by_keys ? e[i].count : e[i].bytes, true);
        buf_addc(out, ',');
        add_number(out, e[i].count, !by_keys);
        buf_adds(out, ",\n");
    }
}

void keys_report_csv(const struct keys_report *r, struct buf *out) {
    buf_adds(out, "section,type,name,keys,elements,bytes,ttl_ms\n");
    for (int i = 0; i < r->stats->n_types; i++)
        if (r->stats->types[i].keys) add_type(&r->stats->types[i], out);
    for (int i = 0; i < r->stats->n_types; i++) {
        const struct keys_stats_type *t = &r->stats->types[i];
        for (size_t j = 0; j < t->elements.top.n; j++)
            add_key(r, "most_elements", t, &t->elements.top.entries[j], out);
        for (size_t j = 0; j < t->bytes.top.n; j++)
            add_key(r, "most_bytes", t, &t->bytes.top.entries[j], out);
    }
    add_ttls(r, out);
    add_prefixes(r, out);
}
