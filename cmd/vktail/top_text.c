/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables of `top` for people. Names come from the servers: they are made harmless, and cut to the
 * room there is. */
#include <stdio.h>
#include <stdlib.h>

#include "base/safe.h"
#include "top.h"
#include "ui/width.h"

enum {
    FIGURES = 49,
    NAME_LEAST = 12,
    NAME_MOST = 72,
    ROWS_MAX = 4096,
    WITH_BYTES = 54, /* columns from which there is room for bytes, */
    WITH_SHARE = 45, /* and for shares */
};

static const struct {
    const char *heading, *name;
} views[TOP_VIEWS] = {
    [TOP_COMMANDS] = {"COMMAND", "commands"},
    [TOP_PREFIXES] = {"PREFIX", "prefixes"},
    [TOP_KEYS] = {"KEY", "keys"},
    [TOP_CLIENTS] = {"CLIENT", "clients"},
    [TOP_NODES] = {"NODE", "nodes"},
};

const char *top_heading(enum top_view v) {
    return views[v].heading;
}

const char *top_name(enum top_view v) {
    return views[v].name;
}

static int name_columns(int columns) {
    int left = columns - FIGURES;
    return left < NAME_LEAST ? NAME_LEAST : left > NAME_MOST ? NAME_MOST : left;
}

/* 1234567 as 1.18M: at most six columns. */
static void put_bytes(char text[16], uint64_t n) {
    static const char units[] = "BKMGTP";
    double v = (double)n;
    int unit = 0;
    for (; v >= 1000 && units[unit + 1]; unit++)
        v /= 1024;
    snprintf(text, 16, unit ? "%.*f%c" : "%.*f",
             unit && v < 10    ? 2
             : unit && v < 100 ? 1
                               : 0,
             v, units[unit]);
}

static void put_name(struct buf *out, const struct heavy_entry *e, int columns) {
    struct buf name;
    buf_init(&name, 1 << 12);
    safe_add(&name, e->key, e->kept, false);
    if (e->kept < e->len) buf_adds(&name, "…");
    width_cut(out, buf_cstr(&name), columns, true);
    buf_release(&name);
}

static double rate_of(const struct top *t, const struct top_table *o, const struct heavy_entry *e) {
    double seconds = top_seconds(t);
    if (o->rate) return (double)e->rate;
    return seconds > 0 ? (double)e->count / seconds : 0;
}

static void put_row(const struct top *t, const struct top_table *o, const struct heavy_entry *e,
                    struct buf *out) {
    char bytes[16];
    put_bytes(bytes, e->bytes);
    put_name(out, e, name_columns(o->columns));
    buf_addf(out, " %12llu %10.0f", (unsigned long long)e->count, rate_of(t, o, e));
    if (o->columns >= WITH_SHARE) buf_addf(out, " %6.1f%%", 100.0 * top_share(t, o->view, e));
    if (o->columns >= WITH_BYTES) buf_addf(out, " %8s", bytes);
    if (e->error) buf_addf(out, " ±%llu", (unsigned long long)e->error);
}

static void put_heading(const struct top_table *o, struct buf *out) {
    if (o->colour) buf_adds(out, "\x1b[1m");
    buf_addf(out, "%-*s %12s %10s", name_columns(o->columns), views[o->view].heading, "COUNT",
             "RATE/S");
    if (o->columns >= WITH_SHARE) buf_addf(out, " %7s", "SHARE");
    if (o->columns >= WITH_BYTES) buf_addf(out, " %8s", "BYTES");
    if (o->colour) buf_adds(out, "\x1b[0m");
}

int top_table(const struct top *t, const struct top_table *o, const char *line_end,
              struct buf *out) {
    int rows = o->rows < 0 ? 0 : o->rows > ROWS_MAX ? ROWS_MAX : o->rows;
    struct heavy_entry *entries = mem_zalloc((size_t)rows + 1, sizeof *entries);
    size_t n = heavy_top(t->views[o->view], o->order, entries, (size_t)rows);
    put_heading(o, out);
    buf_adds(out, line_end);
    for (size_t i = 0; i < n; i++) {
        put_row(t, o, &entries[i], out);
        buf_adds(out, line_end);
    }
    free(entries);
    return (int)n + 1;
}

static void put_sums(const struct top *t, struct buf *out) {
    char bytes[16];
    double seconds = top_seconds(t);
    put_bytes(bytes, t->bytes);
    buf_addf(out, "%llu event%s in %.1f s (%.0f/s), %s bytes", (unsigned long long)t->n_events,
             t->n_events == 1 ? "" : "s", seconds, seconds > 0 ? (double)t->n_events / seconds : 0,
             bytes);
    if (t->opts.weight > 1)
        buf_addf(out, ", reckoned from one in %llu", (unsigned long long)t->opts.weight);
    if (t->n_malformed) buf_addf(out, ", %llu malformed", (unsigned long long)t->n_malformed);
    if (t->n_gaps)
        buf_addf(out, ", %llu gap%s", (unsigned long long)t->n_gaps, t->n_gaps == 1 ? "" : "s");
    buf_addc(out, '\n');
}

void top_summary(const struct top *t, int rows, int columns, struct buf *out) {
    put_sums(t, out);
    for (int v = 0; v < TOP_VIEWS; v++) {
        const struct top_table o = {.view = (enum top_view)v, .rows = rows, .columns = columns};
        uint64_t bound = heavy_bound(t->views[v]);
        if (!heavy_total(t->views[v])) continue;
        buf_addc(out, '\n');
        top_table(t, &o, "\n", out);
        if (bound)
            buf_addf(out,
                     "(too many %s to count each: a count may be too high by its ±, and what "
                     "is not listed has at most %llu)\n",
                     views[v].name, (unsigned long long)bound);
    }
}
