/* SPDX-License-Identifier: BSD-3-Clause */
/* The report for people. */
#include <stdlib.h>
#include <string.h>

#include "keys_bars.h"
#include "keys_report.h"
#include "ui/amount.h"
#include "ui/table.h"

enum { WIDE = 80, CELL_MAX = 1 << 15 };

struct pen {
    const struct keys_report *r;
    const struct keys_report_look *l;
    struct buf *out;
    struct buf cell; /* scratch */
};

/* ---- cells ---- */

static void give(struct pen *p, struct table *t, enum colour c) {
    table_add(t, c, p->cell.p ? p->cell.p : "", p->cell.len);
    buf_clear(&p->cell);
}

static void count_cell(struct pen *p, struct table *t, uint64_t n) {
    amount_add_count(&p->cell, n);
    give(p, t, COLOUR_NUMBER);
}

static void bytes_cell(struct pen *p, struct table *t, uint64_t n) {
    amount_add_bytes(&p->cell, n);
    give(p, t, COLOUR_NUMBER);
}

static void share_cell(struct pen *p, struct table *t, uint64_t part, uint64_t whole) {
    buf_addf(&p->cell, "%.1f %%", whole ? 100.0 * (double)part / (double)whole : 0);
    give(p, t, COLOUR_NUMBER);
}

static void none_cell(struct table *t) {
    table_adds(t, COLOUR_NUMBER, "-");
}

static void ttl_cell(struct pen *p, struct table *t, const struct keys_seen *k) {
    if (!k->has_ttl || k->ttl_ms < 0) {
        none_cell(t);
        return;
    }
    amount_add_time(&p->cell, k->ttl_ms * 1000000);
    give(p, t, COLOUR_NUMBER);
}

static void amount_cell(struct pen *p, struct table *t, bool bytes, uint64_t n) {
    if (bytes)
        bytes_cell(p, t, n);
    else
        count_cell(p, t, n);
}

static void heads(struct table *t, const char *const *names, int n) {
    table_init(t, (size_t)n);
    for (int i = 0; i < n; i++)
        table_adds(t, COLOUR_HEAD, names[i]);
}

static void finish(struct pen *p, struct table *t) {
    const struct table_opts o = {.columns = p->l->columns, .colour = p->l->colour};
    if (table_render(t, &o, p->out) < 0) /* more than fits into memory's bounds */
        buf_adds(p->out, "(too long)\n");
    table_release(t);
}

static void title(struct pen *p, const char *text) {
    buf_addc(p->out, '\n');
    colour_puts(p->out, p->l->colour, COLOUR_ASIDE, text);
    buf_addc(p->out, '\n');
}

/* ---- the whole ---- */

static void add_clause(struct pen *p, uint64_t n, const char *what) {
    if (!n) return;
    buf_adds(p->out, ", ");
    amount_add_count(p->out, n);
    buf_addf(p->out, " %s", what);
}

static void add_whole(struct pen *p) {
    const struct keys_report *r = p->r;
    const struct keys_stats *s = r->stats;
    amount_add_count(p->out, s->keys);
    buf_addf(p->out, " key%s", s->keys == 1 ? "" : "s");
    if (r->nodes > 1) buf_addf(p->out, " on %d nodes", r->nodes);
    buf_adds(p->out, " in ");
    amount_add_time(p->out, r->took_ns);
    if (r->cursor) buf_adds(p->out, ", not all: interrupted");
    buf_addc(p->out, '\n');
    if (r->vanished || r->changed || r->unknown) {
        buf_adds(p->out, "not counted");
        add_clause(p, r->vanished, "gone before they were measured");
        add_clause(p, r->changed, "that changed their type");
        add_clause(p, r->unknown, "refused or without an answer");
        buf_addc(p->out, '\n');
    }
    if (!s->keys) return;
    buf_adds(p->out, "names ");
    amount_add_bytes(p->out, s->name_bytes);
    buf_addf(p->out, ", %.1f B on average\n", (double)s->name_bytes / (double)s->keys);
}

static void add_memory(struct pen *p) {
    uint64_t sum = keys_stats_bytes(p->r->stats), used = p->r->used_bytes;
    if (!p->r->bytes || !sum) return;
    buf_adds(p->out, "memory ");
    amount_add_bytes(p->out, sum);
    if (used) {
        buf_adds(p->out, " of ");
        amount_add_bytes(p->out, used);
        buf_addf(p->out, " in use (%.0f %%)", 100.0 * (double)sum / (double)used);
    }
    buf_addc(p->out, '\n');
}

/* ---- types ---- */

/* How much of an amount the keys of a type have. */
static void spread_cells(struct pen *p, struct table *t, const struct keys_stats_amounts *a,
                         bool bytes) {
    const struct hist *h = a->hist;
    if (!h) {
        for (int i = 0; i < 4; i++)
            none_cell(t);
        return;
    }
    amount_cell(p, t, bytes, (uint64_t)(hist_mean(h) + 0.5));
    amount_cell(p, t, bytes, hist_percentile(h, 50));
    amount_cell(p, t, bytes, hist_percentile(h, 99));
    amount_cell(p, t, bytes, h->max);
}

static void lengths_row(struct pen *p, struct table *t, const struct keys_stats_type *type) {
    bool bytes = type->unit && !strcmp(type->unit, "bytes");
    table_adds(t, COLOUR_FIELD, type->name);
    count_cell(p, t, type->keys);
    share_cell(p, t, type->keys, p->r->stats->keys);
    if (!type->elements.hist)
        none_cell(t);
    else if (bytes)
        bytes_cell(p, t, keys_stats_sum(&type->elements));
    else
        count_cell(p, t, keys_stats_sum(&type->elements));
    spread_cells(p, t, &type->elements, bytes);
}

static void memory_row(struct pen *p, struct table *t, const struct keys_stats_type *type) {
    uint64_t sum = keys_stats_sum(&type->bytes);
    table_adds(t, COLOUR_FIELD, type->name);
    count_cell(p, t, type->keys);
    bytes_cell(p, t, sum);
    share_cell(p, t, sum, keys_stats_bytes(p->r->stats));
    spread_cells(p, t, &type->bytes, true);
}

static void add_types(struct pen *p, bool bytes) {
    static const char *const lengths[] = {"TYPE", "KEYS", "SHARE", "ELEMENTS",
                                          "AVG",  "P50",  "P99",   "MAX"};
    static const char *const memory[] = {"TYPE", "KEYS", "MEMORY", "SHARE",
                                         "AVG",  "P50",  "P99",    "MAX"};
    struct table t;
    heads(&t, bytes ? memory : lengths, 8);
    for (int i = 0; i < p->r->stats->n_types; i++) {
        const struct keys_stats_type *type = &p->r->stats->types[i];
        if (type->keys && bytes) memory_row(p, &t, type);
        if (type->keys && !bytes) lengths_row(p, &t, type);
    }
    buf_addc(p->out, '\n');
    finish(p, &t);
}

/* ---- the biggest ---- */

static void top_row(struct pen *p, struct table *t, const struct keys_stats_type *type,
                    const struct keys_top_entry *e) {
    bool bytes = type->unit && !strcmp(type->unit, "bytes");
    if (p->r->elements) {
        if (e->key.has_elements)
            amount_cell(p, t, bytes, e->key.elements);
        else
            none_cell(t);
    }
    if (p->r->bytes) {
        bytes_cell(p, t, e->key.bytes);
        share_cell(p, t, e->key.bytes, keys_stats_bytes(p->r->stats));
    }
    if (p->r->ttls) ttl_cell(p, t, &e->key);
    keys_report_name(&p->cell, e->key.name, keys_top_kept(e), e->key.len);
    give(p, t, COLOUR_NONE);
}

static bool are_same(const struct keys_top *a, const struct keys_top *b) {
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++) {
        const struct keys_seen *x = &a->entries[i].key, *y = &b->entries[i].key;
        if (x->len != y->len || memcmp(x->name, y->name, keys_top_kept(&a->entries[i])) != 0)
            return false;
    }
    return true;
}

/* both: the lists by either measure are the same. */
static void add_top(struct pen *p, const struct keys_stats_type *type, bool bytes, bool both) {
    const struct keys_top *top = bytes ? &type->bytes.top : &type->elements.top;
    const char *names[5];
    char unit[KEYS_STATS_NAME_MAX];
    struct table t;
    int n = 0;
    if (!top->n) return;
    size_t len = type->unit ? strlen(type->unit) : 0;
    for (size_t i = 0; i < len; i++)
        unit[i] = (char)(type->unit[i] - 'a' + 'A');
    unit[len] = '\0';
    if (p->r->elements) names[n++] = len && strcmp(unit, "BYTES") ? unit : "LENGTH";
    if (p->r->bytes) names[n++] = "MEMORY", names[n++] = "SHARE";
    if (p->r->ttls) names[n++] = "TTL";
    names[n++] = "KEY";
    buf_addf(&p->cell, "%s keys with the most %s%s", type->name, bytes ? "memory" : type->unit,
             both ? " and memory" : "");
    title(p, buf_cstr(&p->cell));
    buf_clear(&p->cell);
    heads(&t, names, n);
    for (size_t i = 0; i < top->n; i++)
        top_row(p, &t, type, &top->entries[i]);
    finish(p, &t);
}

static void add_tops(struct pen *p) {
    for (int i = 0; i < p->r->stats->n_types; i++) {
        const struct keys_stats_type *t = &p->r->stats->types[i];
        bool both = p->r->elements && p->r->bytes && are_same(&t->elements.top, &t->bytes.top);
        if (p->r->elements) add_top(p, t, false, both);
        if (p->r->bytes && !both) add_top(p, t, true, false);
    }
}

/* ---- distributions ---- */

static void add_bars(struct pen *p, const char *heading, const struct hist *h, bool bytes) {
    struct keys_bar bars[KEYS_BARS_MAX];
    int n = keys_bars_of(h, bytes, bars);
    if (!n) return;
    title(p, heading);
    keys_bars_add(p->out, bars, n, p->l->columns ? p->l->columns : WIDE);
}

static void add_lengths(struct pen *p) {
    struct hist *strings = keys_report_lengths(p->r->stats, true);
    struct hist *others = keys_report_lengths(p->r->stats, false);
    add_bars(p, "strings by length", strings, true);
    add_bars(p, "other keys by number of elements", others, false);
    free(strings);
    free(others);
}

static void add_sizes(struct pen *p) {
    struct hist *sum = keys_report_sizes(p->r->stats);
    add_bars(p, "keys by memory", sum, true);
    free(sum);
}

static void add_ttls(struct pen *p) {
    struct keys_bar bars[KEYS_STATS_TTLS];
    if (!p->r->stats->with_ttl) return;
    for (int i = 0; i < KEYS_STATS_TTLS; i++) {
        bars[i] = (struct keys_bar){.n = p->r->stats->ttls[i]};
        strncpy(bars[i].label, keys_report_ttl((enum keys_stats_ttl)i), sizeof bars[i].label - 1);
    }
    title(p, "keys by time to live");
    keys_bars_add(p->out, bars, KEYS_STATS_TTLS, p->l->columns ? p->l->columns : WIDE);
}

/* ---- prefixes ---- */

static void prefix_row(struct pen *p, struct table *t, const struct heavy_entry *e) {
    const struct keys_stats *s = p->r->stats;
    if (s->prefixes_are_by_keys) {
        count_cell(p, t, e->count);
    } else {
        count_cell(p, t, e->bytes);
        bytes_cell(p, t, e->count);
    }
    share_cell(p, t, e->count, heavy_total(s->prefixes));
    buf_add(&p->cell, e->key, e->kept);
    if (e->kept < e->len) buf_adds(&p->cell, "...");
    if (e->error) {
        buf_adds(&p->cell, " (perhaps less by ");
        if (s->prefixes_are_by_keys)
            amount_add_count(&p->cell, e->error);
        else
            amount_add_bytes(&p->cell, e->error);
        buf_addc(&p->cell, ')');
    }
    give(p, t, COLOUR_NONE);
}

static void add_prefixes(struct pen *p) {
    static const char *const by_keys[] = {"KEYS", "SHARE", "PREFIX"};
    static const char *const by_memory[] = {"KEYS", "MEMORY", "SHARE", "PREFIX"};
    struct heavy_entry e[KEYS_REPORT_PREFIXES];
    struct table t;
    int n = keys_report_prefixes(p->r->stats, e);
    if (!n) return;
    bool keys = p->r->stats->prefixes_are_by_keys;
    title(p, keys ? "prefixes with the most keys" : "prefixes with the most memory");
    heads(&t, keys ? by_keys : by_memory, keys ? 3 : 4);
    for (int i = 0; i < n; i++)
        prefix_row(p, &t, &e[i]);
    finish(p, &t);
}

void keys_report_text(const struct keys_report *r, const struct keys_report_look *l,
                      struct buf *out) {
    struct pen p = {.r = r, .l = l, .out = out};
    buf_init(&p.cell, CELL_MAX);
    add_whole(&p);
    add_memory(&p);
    if (r->stats->keys) {
        if (r->elements) add_types(&p, false);
        if (r->bytes) add_types(&p, true);
        add_tops(&p);
        if (r->elements) add_lengths(&p);
        if (r->bytes) add_sizes(&p);
        if (r->ttls) add_ttls(&p);
        add_prefixes(&p);
    }
    buf_release(&p.cell);
}
