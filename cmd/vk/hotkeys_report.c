/* SPDX-License-Identifier: BSD-3-Clause */
/* See hotkeys_report.h. */
#include "hotkeys_report.h"

#include <stdlib.h>

#include "base/clock.h"
#include "keys_pen.h"
#include "resp/quote.h"
#include "ui/amount.h"
#include "ui/jsonw.h"

/* The caller frees. */
static struct heavy_entry *entries_of(const struct hotkeys_report *r, size_t *n) {
    struct heavy_entry *e = mem_zalloc(r->most + 1, sizeof *e);
    *n = heavy_top(r->sample->keys, HEAVY_BY_COUNT, e, r->most);
    return e;
}

static double per_second(const struct hotkeys_report *r, uint64_t n) {
    return r->took_ns > 0 ? (double)n * (double)CLOCK_NS_PER_S / (double)r->took_ns : 0;
}

static double share_of(const struct hotkeys_report *r, uint64_t n) {
    return r->sample->uses ? (double)n / (double)r->sample->uses : 0;
}

/* ---- text ---- */

static void clause(struct buf *out, const char *before, uint64_t n, const char *what) {
    if (!n) return;
    buf_adds(out, before);
    amount_add_count(out, n);
    buf_addf(out, " %s", what);
}

static void add_nodes(const struct hotkeys_report *r, struct buf *out) {
    if (r->nodes > 1) buf_addf(out, " on %d nodes", r->nodes);
    buf_adds(out, " in ");
    amount_add_time(out, r->took_ns);
    if (r->interrupted) buf_adds(out, ", interrupted");
    buf_addc(out, '\n');
}

static void sample_heading(const struct hotkeys_report *r, struct buf *out) {
    const struct hotkeys_count *c = r->sample;
    buf_adds(out, "by a sample of MONITOR: ");
    amount_add_count(out, c->lines);
    buf_adds(out, c->lines == 1 ? " command" : " commands");
    add_nodes(r, out);
    amount_add_count(out, c->uses);
    buf_adds(out, c->uses == 1 ? " use of a key" : " uses of keys");
    clause(out, ", ", c->foreign, "commands in other databases");
    clause(out, ", ", c->malformed, "lines that cannot be read");
    buf_addc(out, '\n');
    if (r->lagged)
        buf_addf(out, "%d node%s left early: too busy for MONITOR, or we are\n", r->lagged,
                 r->lagged == 1 ? "" : "s");
    if (heavy_bound(c->keys)) {
        buf_adds(out, "many different keys: uses may be too many by ");
        amount_add_count(out, heavy_bound(c->keys));
        buf_addc(out, '\n');
    }
}

static void sample_row(const struct hotkeys_report *r, struct keys_pen *p, struct table *t,
                       const struct heavy_entry *e) {
    keys_pen_count(p, t, e->count);
    if (!keys_pen_is_narrow(p)) {
        buf_addf(&p->cell, "%.1f", per_second(r, e->count));
        keys_pen_give(p, t, COLOUR_NUMBER);
    }
    keys_pen_share(p, t, e->count, r->sample->uses);
    buf_addf(&p->cell, "%.1f", 100 * hotkeys_count_margin(e->count, r->sample->uses));
    keys_pen_give(p, t, COLOUR_NUMBER);
    keys_report_name(&p->cell, e->key, e->kept, e->len);
    keys_pen_give(p, t, COLOUR_NONE);
}

static void sample_table(const struct hotkeys_report *r, struct keys_pen *p) {
    static const char *const wide[] = {"USES", "PER SECOND", "SHARE", "+-", "KEY"};
    static const char *const narrow[] = {"USES", "SHARE", "+-", "KEY"};
    struct table t;
    size_t n;
    struct heavy_entry *e = entries_of(r, &n);
    if (n) {
        bool few = keys_pen_is_narrow(p);
        keys_pen_heads(&t, few ? narrow : wide, few ? 4 : 5);
        for (size_t i = 0; i < n; i++)
            sample_row(r, p, &t, &e[i]);
        buf_addc(p->out, '\n');
        keys_pen_finish(p, &t, 0);
    }
    free(e);
}

static void counters_heading(const struct hotkeys_report *r, struct buf *out) {
    buf_adds(out, "by the LFU counters (0 to 255, a logarithm of use) of ");
    amount_add_count(out, r->keys);
    buf_adds(out, r->keys == 1 ? " key" : " keys");
    add_nodes(r, out);
    if (!r->vanished && !r->unknown) return;
    buf_adds(out, "not counted:");
    clause(out, " ", r->vanished, "gone meanwhile");
    clause(out, r->vanished ? ", " : " ", r->unknown, "refused or unanswered");
    buf_addc(out, '\n');
}

static void counters_table(const struct hotkeys_report *r, struct keys_pen *p) {
    static const char *const heads[] = {"COUNTER", "KEY"};
    const struct keys_top *top = r->counters;
    struct table t;
    if (!top->n) return;
    keys_pen_heads(&t, heads, 2);
    for (size_t i = 0; i < top->n; i++) {
        const struct keys_top_entry *e = &top->entries[i];
        keys_pen_count(p, &t, e->value);
        keys_report_name(&p->cell, e->key.name, keys_top_kept(e), e->key.len);
        keys_pen_give(p, &t, COLOUR_NONE);
    }
    buf_addc(p->out, '\n');
    keys_pen_finish(p, &t, 0);
}

void hotkeys_report_text(const struct hotkeys_report *r, const struct keys_report_look *l,
                         struct buf *out) {
    struct keys_pen p = {.l = l, .out = out};
    buf_init(&p.cell, KEYS_PEN_CELL_MAX);
    if (r->sample) {
        sample_heading(r, out);
        sample_table(r, &p);
    } else {
        counters_heading(r, out);
        counters_table(r, &p);
    }
    buf_release(&p.cell);
}

/* ---- JSON and CSV ---- */

static void json_key(struct buf *out, const char *p, size_t kept, size_t len) {
    jsonw_separate(out);
    buf_addc(out, '{');
    jsonw_key(out, "key");
    jsonw_bytes(out, p, kept);
    if (kept < len) jsonw_count(out, "whole_length", len);
}

static void json_sample(const struct hotkeys_report *r, struct buf *out) {
    const struct hotkeys_count *c = r->sample;
    size_t n;
    struct heavy_entry *e = entries_of(r, &n);
    jsonw_count(out, "commands", c->lines);
    jsonw_count(out, "uses", c->uses);
    jsonw_count(out, "other_databases", c->foreign);
    jsonw_count(out, "malformed", c->malformed);
    jsonw_count(out, "nodes_left_early", (uint64_t)r->lagged);
    jsonw_count(out, "too_many_by_at_most", heavy_bound(c->keys));
    jsonw_array(out, "hot");
    for (size_t i = 0; i < n; i++) {
        json_key(out, e[i].key, e[i].kept, e[i].len);
        jsonw_count(out, "uses", e[i].count);
        jsonw_count(out, "too_many_by_at_most", e[i].error);
        jsonw_number(out, "per_second", per_second(r, e[i].count));
        jsonw_number(out, "share", share_of(r, e[i].count));
        jsonw_number(out, "share_margin", hotkeys_count_margin(e[i].count, c->uses));
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
    free(e);
}

static void json_counters(const struct hotkeys_report *r, struct buf *out) {
    jsonw_count(out, "keys", r->keys);
    jsonw_count(out, "vanished", r->vanished);
    jsonw_count(out, "without_answer", r->unknown);
    jsonw_array(out, "hot");
    for (size_t i = 0; i < r->counters->n; i++) {
        const struct keys_top_entry *e = &r->counters->entries[i];
        json_key(out, e->key.name, keys_top_kept(e), e->key.len);
        jsonw_count(out, "counter", e->value);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

void hotkeys_report_json(const struct hotkeys_report *r, struct buf *out) {
    buf_addc(out, '{');
    jsonw_text(out, "mode", "hotkeys");
    jsonw_text(out, "source", r->sample ? "monitor" : "lfu");
    jsonw_flag(out, "complete", !r->interrupted && !r->lagged);
    jsonw_count(out, "nodes", (uint64_t)r->nodes);
    jsonw_count(out, "took_ms", (uint64_t)(r->took_ns / CLOCK_NS_PER_MS));
    if (r->sample)
        json_sample(r, out);
    else
        json_counters(r, out);
    buf_adds(out, "}\n");
}

void hotkeys_report_csv(const struct hotkeys_report *r, struct buf *out) {
    if (!r->sample) {
        buf_adds(out, "key,counter\n");
        for (size_t i = 0; i < r->counters->n; i++) {
            const struct keys_top_entry *e = &r->counters->entries[i];
            resp_quote_add(out, e->key.name, keys_top_kept(e));
            buf_addf(out, ",%llu\n", (unsigned long long)e->value);
        }
        return;
    }
    size_t n;
    struct heavy_entry *e = entries_of(r, &n);
    buf_adds(out, "key,uses,too_many_by_at_most,per_second,share\n");
    for (size_t i = 0; i < n; i++) {
        resp_quote_add(out, e[i].key, e[i].kept);
        buf_addf(out, ",%llu,%llu,%.1f,%.6f\n", (unsigned long long)e[i].count,
                 (unsigned long long)e[i].error, per_second(r, e[i].count),
                 share_of(r, e[i].count));
    }
    free(e);
}
