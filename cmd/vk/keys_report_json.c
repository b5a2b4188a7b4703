/* SPDX-License-Identifier: BSD-3-Clause */
/* The report as one JSON object. Amounts are plain numbers: bytes, elements, milliseconds. */
#include <stdlib.h>

#include "base/clock.h"
#include "keys_bars.h"
#include "keys_report.h"
#include "ui/jsonw.h"

static void add_cut(struct buf *out, const char *name, const char *p, size_t kept, size_t len) {
    jsonw_key(out, name);
    jsonw_bytes(out, p, kept);
    if (kept < len) jsonw_count(out, "whole_length", len);
}

static void add_key(const struct keys_report *r, const struct keys_top_entry *e, struct buf *out) {
    const struct keys_seen *k = &e->key;
    jsonw_separate(out);
    buf_addc(out, '{');
    add_cut(out, "key", k->name, keys_top_kept(e), k->len);
    if (r->elements) jsonw_count_or_null(out, "elements", k->elements, k->has_elements);
    if (r->bytes) jsonw_count_or_null(out, "bytes", k->bytes, k->has_bytes);
    if (r->ttls) jsonw_count_or_null(out, "ttl_ms", (uint64_t)k->ttl_ms, k->ttl_ms >= 0);
    buf_addc(out, '}');
}

static void add_amounts(const struct keys_report *r, const char *name,
                        const struct keys_stats_amounts *a, struct buf *out) {
    const struct hist *h = a->hist;
    if (!h) {
        jsonw_none(out, name);
        return;
    }
    jsonw_object(out, name);
    jsonw_count(out, "keys", h->count);
    jsonw_count(out, "sum", h->sum);
    jsonw_number(out, "mean", hist_mean(h));
    jsonw_count(out, "min", h->min);
    jsonw_count(out, "p50", hist_percentile(h, 50));
    jsonw_count(out, "p90", hist_percentile(h, 90));
    jsonw_count(out, "p99", hist_percentile(h, 99));
    jsonw_count(out, "max", h->max);
    jsonw_array(out, "top");
    for (size_t i = 0; i < a->top.n; i++)
        add_key(r, &a->top.entries[i], out);
    buf_adds(out, "]}");
}

static void add_types(const struct keys_report *r, struct buf *out) {
    jsonw_array(out, "types");
    for (int i = 0; i < r->stats->n_types; i++) {
        const struct keys_stats_type *t = &r->stats->types[i];
        if (!t->keys) continue;
        jsonw_separate(out);
        buf_addc(out, '{');
        jsonw_text(out, "type", t->name);
        jsonw_count(out, "keys", t->keys);
        if (r->elements && t->unit) jsonw_text(out, "unit", t->unit);
        if (r->elements) add_amounts(r, "elements", &t->elements, out);
        if (r->bytes) add_amounts(r, "bytes", &t->bytes, out);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_bars(const char *name, const struct hist *h, struct buf *out) {
    struct keys_bar bars[KEYS_BARS_MAX];
    int n = keys_bars_of(h, false, bars);
    jsonw_array(out, name);
    for (int i = 0; i < n; i++) {
        jsonw_separate(out);
        buf_addc(out, '{');
        jsonw_count_or_null(out, "below", bars[i].below, bars[i].below);
        jsonw_count(out, "keys", bars[i].n);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_distributions(const struct keys_report *r, struct buf *out) {
    struct hist *strings = keys_report_lengths(r->stats, true);
    struct hist *others = keys_report_lengths(r->stats, false);
    struct hist *bytes = keys_report_sizes(r->stats);
    if (r->elements) add_bars("string_lengths", strings, out);
    if (r->elements) add_bars("element_counts", others, out);
    if (r->bytes) add_bars("sizes", bytes, out);
    free(strings);
    free(others);
    free(bytes);
    if (!r->ttls) return;
    jsonw_object(out, "ttls");
    for (int i = 0; i < KEYS_STATS_TTLS; i++)
        jsonw_count(out, keys_report_ttl_name((enum keys_stats_ttl)i), r->stats->ttls[i]);
    buf_addc(out, '}');
}

static void add_prefixes(const struct keys_report *r, struct buf *out) {
    struct heavy_entry e[KEYS_REPORT_PREFIXES];
    bool by_keys = !r->stats->prefixes_are_by_bytes;
    int n = keys_report_prefixes(r->stats, e);
    jsonw_array(out, "prefixes");
    for (int i = 0; i < n; i++) {
        jsonw_separate(out);
        buf_addc(out, '{');
        add_cut(out, "prefix", e[i].key, e[i].kept, e[i].len);
        jsonw_count(out, "keys", by_keys ? e[i].count : e[i].bytes);
        if (!by_keys) jsonw_count(out, "bytes", e[i].count);
        jsonw_count(out, "too_much_by_at_most", e[i].error);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_refused(const struct keys_report *r, struct buf *out) {
    jsonw_array(out, "refused");
    for (int i = 0; i < r->n_refused; i++) {
        jsonw_separate(out);
        buf_addc(out, '{');
        jsonw_text(out, "command", r->refused[i].command);
        jsonw_text(out, "error", r->refused[i].why);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

void keys_report_json(const struct keys_report *r, struct buf *out) {
    buf_addc(out, '{');
    jsonw_text(out, "mode", r->mode);
    jsonw_flag(out, "complete", !r->cursor);
    if (r->cursor)
        jsonw_text(out, "cursor", r->cursor);
    else
        jsonw_none(out, "cursor");
    jsonw_count(out, "nodes", (uint64_t)r->nodes);
    jsonw_count(out, "took_ms", (uint64_t)(r->took_ns / CLOCK_NS_PER_MS));
    jsonw_count(out, "scanned", r->scanned);
    jsonw_count(out, "keys", r->stats->keys);
    jsonw_count(out, "vanished", r->vanished);
    jsonw_count(out, "changed_type", r->changed);
    jsonw_count(out, "without_answer", r->unknown);
    jsonw_count(out, "name_bytes", r->stats->name_bytes);
    if (r->bytes) jsonw_count(out, "bytes", keys_stats_bytes(r->stats));
    if (r->bytes) jsonw_count_or_null(out, "used_memory", r->used_bytes, r->used_bytes);
    add_types(r, out);
    add_distributions(r, out);
    add_prefixes(r, out);
    add_refused(r, out);
    buf_adds(out, "}\n");
}
