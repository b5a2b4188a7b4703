/* SPDX-License-Identifier: BSD-3-Clause */
/* The report for people: its tables by type. */
#include <string.h>

#include "base/clock.h"
#include "keys_pen.h"
#include "ui/amount.h"

/* ---- types ---- */

/* How much of an amount the keys of a type have. */
static void spread_cells(struct keys_pen *p, struct table *t, const struct keys_stats_amounts *a,
                         bool bytes) {
    const struct hist *h = a->hist;
    uint64_t figures[] = {h ? (uint64_t)(hist_mean(h) + 0.5) : 0, h ? hist_percentile(h, 50) : 0,
                          h ? hist_percentile(h, 99) : 0, h ? h->max : 0};
    for (int i = keys_pen_is_narrow(p) ? 3 : 0; i < 4; i++) {
        if (h)
            keys_pen_amount(p, t, bytes, figures[i]);
        else
            keys_pen_none(t);
    }
}

static bool is_string(const struct keys_stats_type *type) {
    return type->unit && !strcmp(type->unit, "bytes");
}

static void type_row(struct keys_pen *p, struct table *t, const struct keys_stats_type *type,
                     bool memory) {
    const struct keys_stats *s = p->r->stats;
    const struct keys_stats_amounts *a = memory ? &type->bytes : &type->elements;
    bool bytes = memory || is_string(type);
    table_adds(t, COLOUR_FIELD, type->name);
    keys_pen_count(p, t, type->keys);
    if (a->hist)
        keys_pen_amount(p, t, bytes, keys_stats_sum(a));
    else
        keys_pen_none(t);
    if (!keys_pen_is_narrow(p) && memory)
        keys_pen_share(p, t, keys_stats_sum(a), keys_stats_bytes(s));
    if (!keys_pen_is_narrow(p) && !memory) keys_pen_share(p, t, type->keys, s->keys);
    spread_cells(p, t, a, bytes);
}

void keys_report_types(struct keys_pen *p, bool memory) {
    static const char *const by_elements[] = {"TYPE", "KEYS", "ELEMENTS", "OF KEYS",
                                              "AVG",  "P50",  "P99",      "MAX"};
    static const char *const by_memory[] = {"TYPE", "KEYS", "MEMORY", "OF MEMORY",
                                            "AVG",  "P50",  "P99",    "MAX"};
    static const char *const few[] = {"TYPE", "KEYS", "ELEMENTS", "MAX"};
    static const char *const few_by_memory[] = {"TYPE", "KEYS", "MEMORY", "MAX"};
    struct table t;
    if (keys_pen_is_narrow(p))
        keys_pen_heads(&t, memory ? few_by_memory : few, 4);
    else
        keys_pen_heads(&t, memory ? by_memory : by_elements, 8);
    for (int i = 0; i < p->r->stats->n_types; i++)
        if (p->r->stats->types[i].keys) type_row(p, &t, &p->r->stats->types[i], memory);
    buf_addc(p->out, '\n');
    keys_pen_finish(p, &t, p->l->columns);
}

/* ---- the biggest ---- */

static void ttl_cell(struct keys_pen *p, struct table *t, const struct keys_seen *k) {
    if (!k->has_ttl || k->ttl_ms < 0) {
        keys_pen_none(t);
        return;
    }
    amount_add_time(&p->cell, k->ttl_ms * CLOCK_NS_PER_MS);
    keys_pen_give(p, t, COLOUR_NUMBER);
}

/* One list: by which measure, and what stands beside it. */
struct list {
    const struct keys_stats_type *type;
    bool by_memory;
    bool both; /* the lists by either measure are the same */
    bool elements, memory, share, ttl;
};

static struct list list_of(const struct keys_pen *p, const struct keys_stats_type *type,
                           bool by_memory, bool both) {
    bool wide = !keys_pen_is_narrow(p);
    bool elements = keys_stats_count(&type->elements), memory = keys_stats_count(&type->bytes);
    return (struct list){.type = type,
                         .by_memory = by_memory,
                         .both = both,
                         .elements = elements && (wide || both || !by_memory),
                         .memory = memory && (wide || both || by_memory),
                         .share = memory && wide,
                         .ttl = p->r->stats->with_ttl && wide};
}

static void top_row(struct keys_pen *p, struct table *t, const struct list *l,
                    const struct keys_top_entry *e) {
    if (l->elements && e->key.has_elements)
        keys_pen_amount(p, t, is_string(l->type), e->key.elements);
    if (l->elements && !e->key.has_elements) keys_pen_none(t);
    if (l->memory) keys_pen_bytes(p, t, e->key.bytes);
    if (l->share) keys_pen_share(p, t, e->key.bytes, keys_stats_bytes(p->r->stats));
    if (l->ttl) ttl_cell(p, t, &e->key);
    keys_report_name(&p->cell, e->key.name, keys_top_kept(e), e->key.len);
    keys_pen_give(p, t, COLOUR_NONE);
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

static void top_heads(const struct list *l, const char *unit, struct table *t) {
    const char *names[5];
    char upper[KEYS_STATS_NAME_MAX] = "";
    int n = 0;
    for (size_t i = 0; i < sizeof upper - 1 && unit[i]; i++)
        upper[i] = (char)(unit[i] - 'a' + 'A');
    if (l->elements) names[n++] = upper;
    if (l->memory) names[n++] = "MEMORY";
    if (l->share) names[n++] = "OF MEMORY";
    if (l->ttl) names[n++] = "TTL";
    names[n++] = "KEY";
    keys_pen_heads(t, names, n);
}

/* A name is of use when it is whole: it is not cut to the terminal. */
static void add_top(struct keys_pen *p, const struct list *l) {
    const struct keys_top *top = l->by_memory ? &l->type->bytes.top : &l->type->elements.top;
    const char *unit = !l->type->unit ? "" : is_string(l->type) ? "length" : l->type->unit;
    struct table t;
    if (!top->n) return;
    buf_addf(&p->cell, "%s keys by %s%s", l->type->name, l->by_memory ? "memory" : unit,
             l->both ? " and memory" : "");
    keys_pen_title(p, buf_cstr(&p->cell));
    buf_clear(&p->cell);
    top_heads(l, unit, &t);
    for (size_t i = 0; i < top->n; i++)
        top_row(p, &t, l, &top->entries[i]);
    keys_pen_finish(p, &t, 0);
}

void keys_report_tops(struct keys_pen *p) {
    for (int i = 0; i < p->r->stats->n_types; i++) {
        const struct keys_stats_type *t = &p->r->stats->types[i];
        bool both = p->r->elements && p->r->bytes && are_same(&t->elements.top, &t->bytes.top);
        const struct list by_elements = list_of(p, t, false, both);
        const struct list by_memory = list_of(p, t, true, false);
        if (p->r->elements) add_top(p, &by_elements);
        if (p->r->bytes && !both) add_top(p, &by_memory);
    }
}
