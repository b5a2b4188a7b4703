/* SPDX-License-Identifier: BSD-3-Clause */
/* See dash_nodes.h. */
#include "dash_nodes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ui/amount.h"
#include "ui/spark.h"

enum { CELL_BYTES = 64, NAME_LEAST = 6, SPARK_LEAST = 10, SPARK_MOST = 120 };

typedef void cell_fn(struct buf *out, const struct dash_view *v);

static void put(struct buf *out, double v, int step) {
    if (isnan(v))
        buf_addc(out, '-');
    else if (v > 0 && v < 9.95)
        buf_addf(out, "%.1f", v);
    else
        amount_add_short(out, v, step);
}

static void put_requests(struct buf *out, const struct dash_view *v) {
    put(out, v->rates->per_s[GAUGE_COMMANDS], 1000);
}

static void put_memory(struct buf *out, const struct dash_view *v) {
    put(out, (double)v->gauge->value[GAUGE_MEMORY], 1024);
}

static void put_clients(struct buf *out, const struct dash_view *v) {
    amount_add_short(out, (double)v->gauge->value[GAUGE_CLIENTS], 1000);
}

static void put_cpu(struct buf *out, const struct dash_view *v) {
    put(out, trail_last(v->trail, TRAIL_CPU), 1000);
}

static void put_ping(struct buf *out, const struct dash_view *v) {
    double ns = trail_last(v->trail, TRAIL_PING);
    if (isnan(ns))
        buf_addc(out, '-');
    else
        amount_add_time(out, (int64_t)ns);
}

static void put_hits(struct buf *out, const struct dash_view *v) {
    put(out, trail_last(v->trail, TRAIL_HITS), 1000);
}

static void put_lag(struct buf *out, const struct dash_view *v) {
    const struct gauge *g = v->gauge;
    if (gauge_knows(g, GAUGE_LAG))
        amount_add_short(out, (double)g->value[GAUGE_LAG], 1024);
    else if (gauge_knows(g, GAUGE_SILENCE))
        buf_addf(out, "%llus", (unsigned long long)g->value[GAUGE_SILENCE]);
    else
        buf_addc(out, '-');
}

/* The last ones are left out first. */
static const struct column {
    const char *title;
    int width;
    enum dash_sort sort; /* DASH_SORTS = none */
    cell_fn *put;
} columns[] = {
    {"req/s", 6, DASH_BY_REQUESTS, put_requests},
    {"mem", 6, DASH_BY_MEMORY, put_memory},
    {"clients", 7, DASH_BY_CLIENTS, put_clients},
    {"cpu%", 5, DASH_BY_CPU, put_cpu},
    {"ping", 7, DASH_BY_PING, put_ping},
    {"hit%", 5, DASH_SORTS, put_hits},
    {"lag", 5, DASH_SORTS, put_lag},
};

enum { COLUMNS = sizeof columns / sizeof *columns };

/* ---- order ---- */

static double weight(const struct dash_view *v, enum dash_sort by) {
    double w = by == DASH_BY_REQUESTS  ? v->rates->per_s[GAUGE_COMMANDS]
               : by == DASH_BY_MEMORY  ? (double)v->gauge->value[GAUGE_MEMORY]
               : by == DASH_BY_CLIENTS ? (double)v->gauge->value[GAUGE_CLIENTS]
               : by == DASH_BY_CPU     ? trail_last(v->trail, TRAIL_CPU)
               : by == DASH_BY_PING    ? trail_last(v->trail, TRAIL_PING)
                                       : 0;
    return v->trouble || isnan(w) ? -1 : w;
}

/* Insertion, which keeps equals in their order. */
void dash_nodes_sort(struct dash_view *nodes, int n, enum dash_sort by) {
    for (int i = 1; i < n && by != DASH_BY_NAME; i++) {
        struct dash_view v = nodes[i];
        int at = i;
        for (; at > 0 && weight(&nodes[at - 1], by) < weight(&v, by); at--)
            nodes[at] = nodes[at - 1];
        nodes[at] = v;
    }
}

/* ---- rows ---- */

int dash_nodes_name_columns(const struct canvas *c, const struct dash_frame *f) {
    int longest = NAME_LEAST, most = c->columns / 3 > NAME_LEAST ? c->columns / 3 : NAME_LEAST;
    for (int i = 0; i < f->n; i++) {
        int len = (int)strlen(f->nodes[i].label);
        if (len > longest) longest = len;
    }
    return longest < most ? longest : most;
}

static void draw_head(struct canvas *c, const struct dash_frame *f, int name, int shown) {
    canvas_putf(c, f->sort == DASH_BY_NAME ? COLOUR_HEAD : COLOUR_ASIDE, "  %-*s", name, "node");
    for (int i = 0; i < shown; i++) {
        bool sorted = columns[i].sort == f->sort;
        canvas_putf(c, sorted ? COLOUR_HEAD : COLOUR_ASIDE, " %*s",
                    columns[i].width - (sorted ? 1 : 0), columns[i].title);
        if (sorted) canvas_put(c, COLOUR_HEAD, "*");
    }
    canvas_next(c);
}

static void draw_spark(struct canvas *c, const struct dash_frame *f, const struct dash_view *v) {
    double values[SPARK_MOST];
    struct buf text;
    int room = canvas_left(c) - 2 < SPARK_MOST ? canvas_left(c) - 2 : SPARK_MOST;
    if (room < SPARK_LEAST) return;
    buf_init(&text, 8 * SPARK_MOST);
    size_t n = trail_fold(v->trail, TRAIL_REQUESTS, room, values);
    spark_add(&text, values, n, &(struct spark_opts){.columns = room, .ascii = f->ascii});
    canvas_put(c, COLOUR_NONE, "  ");
    canvas_put(c, COLOUR_NUMBER, buf_cstr(&text));
    buf_release(&text);
}

static void draw_node(struct canvas *c, const struct dash_frame *f, int i, int name, int shown) {
    const struct dash_view *v = &f->nodes[i];
    char doing[CELL_BYTES];
    struct buf text;
    buf_init(&text, CELL_BYTES);
    if (i == f->selected) canvas_reverse(c);
    canvas_put(c, COLOUR_HEAD, i == f->selected ? "> " : "  ");
    canvas_foreign(c, COLOUR_NONE, v->label, name, true);
    for (int k = 0; k < shown && !v->trouble; k++) {
        buf_clear(&text);
        columns[k].put(&text, v);
        canvas_putf(c, COLOUR_NONE, " %*s", columns[k].width, buf_cstr(&text));
    }
    if (v->trouble) {
        canvas_put(c, COLOUR_NONE, " ");
        canvas_foreign(c, COLOUR_ERROR, v->trouble, c->columns, false);
    } else {
        if (gauge_doing(v->gauge->doing, doing, sizeof doing)[0])
            canvas_putf(c, COLOUR_ERROR, " %s", doing);
        draw_spark(c, f, v);
    }
    canvas_next(c);
    buf_release(&text);
}

void dash_nodes_draw(struct canvas *c, const struct dash_frame *f, int rows) {
    int name = dash_nodes_name_columns(c, f), shown = 0, room = c->columns - name - 2;
    while (shown < COLUMNS && room > columns[shown].width) {
        room -= columns[shown].width + 1;
        shown++;
    }
    draw_head(c, f, name, shown);
    int fit = rows - 1, first = f->selected - fit + 1 > 0 ? f->selected - fit + 1 : 0;
    for (int i = first; i < f->n && i < first + fit; i++)
        draw_node(c, f, i, name, shown);
}
