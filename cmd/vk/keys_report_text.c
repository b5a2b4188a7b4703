/* SPDX-License-Identifier: BSD-3-Clause */
/* The report for people. */
#include <stdlib.h>
#include <string.h>

#include "keys_bars.h"
#include "keys_pen.h"
#include "ui/amount.h"

enum { WIDE = 80 };

/* ---- the whole ---- */

static void add_clause(struct keys_pen *p, uint64_t n, const char *what, bool *any) {
    if (!n) return;
    buf_adds(p->out, *any ? ", " : "not counted: ");
    *any = true;
    amount_add_count(p->out, n);
    buf_addf(p->out, " %s", what);
}

static void add_whole(struct keys_pen *p) {
    const struct keys_report *r = p->r;
    const struct keys_stats *s = r->stats;
    bool any = false;
    amount_add_count(p->out, s->keys);
    buf_addf(p->out, " key%s", s->keys == 1 ? "" : "s");
    if (r->nodes > 1) buf_addf(p->out, " on %d nodes", r->nodes);
    buf_adds(p->out, " in ");
    amount_add_time(p->out, r->took_ns);
    if (r->cursor) buf_adds(p->out, ", not all: interrupted");
    buf_addc(p->out, '\n');
    add_clause(p, r->vanished, "gone meanwhile", &any);
    add_clause(p, r->changed, "of another type by then", &any);
    add_clause(p, r->unknown, "refused or unanswered", &any);
    if (any) buf_addc(p->out, '\n');
    if (!s->keys) return;
    buf_adds(p->out, "names ");
    amount_add_bytes(p->out, s->name_bytes);
    buf_addf(p->out, ", %.1f B on average\n", (double)s->name_bytes / (double)s->keys);
}

static void add_memory(struct keys_pen *p) {
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

/* ---- distributions ---- */

static void add_bars(struct keys_pen *p, const char *heading, const struct hist *h, bool bytes) {
    struct keys_bar bars[KEYS_BARS_MAX];
    int n = keys_bars_of(h, bytes, bars);
    if (!n) return;
    keys_pen_title(p, heading);
    keys_bars_add(p->out, bars, n, p->l->columns ? p->l->columns : WIDE);
}

static void add_lengths(struct keys_pen *p) {
    struct hist *strings = keys_report_lengths(p->r->stats, true);
    struct hist *others = keys_report_lengths(p->r->stats, false);
    add_bars(p, "strings by length", strings, true);
    add_bars(p, "other keys by number of elements", others, false);
    free(strings);
    free(others);
}

static void add_sizes(struct keys_pen *p) {
    struct hist *sum = keys_report_sizes(p->r->stats);
    add_bars(p, "keys by memory", sum, true);
    free(sum);
}

static void add_ttls(struct keys_pen *p) {
    struct keys_bar bars[KEYS_STATS_TTLS];
    if (!p->r->stats->with_ttl) return;
    for (int i = 0; i < KEYS_STATS_TTLS; i++) {
        bars[i] = (struct keys_bar){.n = p->r->stats->ttls[i]};
        strncpy(bars[i].label, keys_report_ttl((enum keys_stats_ttl)i), sizeof bars[i].label - 1);
    }
    keys_pen_title(p, "keys by time to live");
    keys_bars_add(p->out, bars, KEYS_STATS_TTLS, p->l->columns ? p->l->columns : WIDE);
}

/* ---- prefixes ---- */

static void prefix_row(struct keys_pen *p, struct table *t, const struct heavy_entry *e) {
    const struct keys_stats *s = p->r->stats;
    if (!s->prefixes_are_by_bytes) {
        keys_pen_count(p, t, e->count);
    } else {
        keys_pen_count(p, t, e->bytes);
        keys_pen_bytes(p, t, e->count);
    }
    keys_pen_share(p, t, e->count, heavy_total(s->prefixes));
    buf_add(&p->cell, e->key, e->kept);
    if (e->kept < e->len) buf_adds(&p->cell, "...");
    if (e->error) {
        buf_adds(&p->cell, " (perhaps less by ");
        if (!s->prefixes_are_by_bytes)
            amount_add_count(&p->cell, e->error);
        else
            amount_add_bytes(&p->cell, e->error);
        buf_addc(&p->cell, ')');
    }
    keys_pen_give(p, t, COLOUR_NONE);
}

static void add_prefixes(struct keys_pen *p) {
    static const char *const by_keys[] = {"KEYS", "OF KEYS", "PREFIX"};
    static const char *const by_memory[] = {"KEYS", "MEMORY", "OF MEMORY", "PREFIX"};
    struct heavy_entry e[KEYS_REPORT_PREFIXES];
    struct table t;
    int n = keys_report_prefixes(p->r->stats, e);
    if (!n) return;
    bool keys = !p->r->stats->prefixes_are_by_bytes;
    keys_pen_title(p, keys ? "prefixes by keys" : "prefixes by memory");
    keys_pen_heads(&t, keys ? by_keys : by_memory, keys ? 3 : 4);
    for (int i = 0; i < n; i++)
        prefix_row(p, &t, &e[i]);
    keys_pen_finish(p, &t, 0);
}

void keys_report_text(const struct keys_report *r, const struct keys_report_look *l,
                      struct buf *out) {
    struct keys_pen p = {.r = r, .l = l, .out = out};
    buf_init(&p.cell, KEYS_PEN_CELL_MAX);
    add_whole(&p);
    add_memory(&p);
    if (r->stats->keys) {
        if (r->elements) keys_report_types(&p, false);
        if (r->bytes) keys_report_types(&p, true);
        keys_report_tops(&p);
        if (r->elements) add_lengths(&p);
        if (r->bytes) add_sizes(&p);
        if (r->ttls) add_ttls(&p);
        add_prefixes(&p);
    }
    buf_release(&p.cell);
}
