/* SPDX-License-Identifier: BSD-3-Clause */
/* See latency_show.h. The table's columns are in one list, with the order in which they are left
 * out where the terminal is too narrow. */
#include "latency_show.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/tty.h"
#include "latency_dist.h"
#include "latency_text.h"
#include "ui/amount.h"
#include "ui/jsonw.h"
#include "ui/width.h"

enum { CELL_MAX = 64, HEADER_EVERY = 20, CLOCK_WIDTH = 10 };

/* Of one node, in one interval or in all. */
struct sample {
    const struct latency_node *node;
    const struct hist *h;
    struct latency_gaps gaps;
    int64_t ns; /* how long it took */
};

/* ---- columns ---- */

enum { MIN, AVG, P50, P95, P99, P999, MAX, SAMPLES, GAPS, COLUMNS };

static const struct column {
    const char *title;
    int width; /* with the blank in front */
    int order; /* the greatest is left out first; 0 = never */
} columns[COLUMNS] = {
    [MIN] = {"min", 9, 4}, [AVG] = {"avg", 9, 5},        [P50] = {"p50", 9, 1},
    [P95] = {"p95", 9, 6}, [P99] = {"p99", 9, 0},        [P999] = {"p99.9", 9, 2},
    [MAX] = {"max", 9, 0}, [SAMPLES] = {"pings", 10, 3}, [GAPS] = {"no answer", 12, 0},
};

struct layout {
    bool clock;
    int name; /* width of the nodes' names, 0 = they are not shown */
    bool shown[COLUMNS];
};

static int width_of(const struct layout *t) {
    int width = (t->clock ? CLOCK_WIDTH : 0) + t->name;
    for (int i = 0; i < COLUMNS; i++)
        width += t->shown[i] ? columns[i].width : 0;
    return width;
}

/* At last the time, what stderr says as well, and whose row it is; false: the rest must stay. */
static bool leave_one_out(struct layout *t) {
    int which = -1;
    for (int i = 0; i < COLUMNS; i++)
        if (t->shown[i] && columns[i].order &&
            (which < 0 || columns[i].order > columns[which].order))
            which = i;
    if (which >= 0)
        t->shown[which] = false;
    else if (t->clock)
        t->clock = false;
    else if (t->shown[GAPS])
        t->shown[GAPS] = false;
    else if (t->name)
        t->name = 0;
    else
        return false;
    return true;
}

static struct layout lay_out(const struct latency *l) {
    struct layout t = {.clock = l->kind != LATENCY_ONE};
    for (int i = 0; i < COLUMNS; i++)
        t.shown[i] = i != GAPS || l->lost;
    for (int i = 0; i < l->n && l->n > 1; i++) {
        int len = (int)strlen(l->nodes[i].node->name);
        if (len > t.name) t.name = len;
    }
    int room = latency_text_columns(l) - 1;
    while (width_of(&t) > room && leave_one_out(&t)) {
    }
    return t;
}

/* ---- a row ---- */

static void put_right(struct buf *out, const char *text, int width) {
    for (int n = (int)strlen(text); n < width; n++)
        buf_addc(out, ' ');
    buf_adds(out, text);
}

static void add_value(struct buf *cell, const struct sample *s, int column) {
    static const double percentiles[COLUMNS] = {[P50] = 50, [P95] = 95, [P99] = 99, [P999] = 99.9};
    uint64_t ns = column == MIN   ? s->h->min
                  : column == MAX ? s->h->max
                  : column == AVG ? (uint64_t)hist_mean(s->h)
                                  : hist_percentile(s->h, percentiles[column]);
    if (column == SAMPLES)
        amount_add_count(cell, s->h->count);
    else if (column == GAPS && s->gaps.ns)
        amount_add_time(cell, s->gaps.ns);
    else if (column == GAPS || !s->h->count)
        buf_addc(cell, '-');
    else
        amount_add_time(cell, (int64_t)ns);
}

static void put_row(struct buf *out, const struct layout *t, const struct sample *s) {
    struct buf cell;
    buf_init(&cell, CELL_MAX);
    if (t->name) width_cut(out, s->node->node->name, t->name, true);
    for (int i = 0; i < COLUMNS; i++) {
        if (!t->shown[i]) continue;
        buf_clear(&cell);
        add_value(&cell, s, i);
        put_right(out, buf_cstr(&cell), columns[i].width);
    }
    buf_release(&cell);
}

static void put_header(struct buf *out, const struct layout *t) {
    if (t->clock) buf_addf(out, "%-*s", CLOCK_WIDTH, "time");
    if (t->name) buf_addf(out, "%-*s", t->name, "node");
    for (int i = 0; i < COLUMNS; i++)
        if (t->shown[i]) put_right(out, columns[i].title, columns[i].width);
}

static struct sample sample_of(const struct latency *l, int i, bool total, int64_t now) {
    const struct latency_node *n = &l->nodes[i];
    return (struct sample){.node = n,
                           .h = total ? n->total : n->now,
                           .gaps = total ? n->gaps_total : n->gaps_now,
                           .ns = now - (total ? l->begun_ns : l->interval_begun_ns)};
}

static void line_end(struct latency *l) {
    if (l->live) buf_adds(&l->run->out, "\x1b[K");
    buf_addc(&l->run->out, '\n');
}

static void put_rows(struct latency *l, const struct layout *t, bool total, int64_t now, int n) {
    char clock[LATENCY_CLOCK_CAP];
    latency_text_clock(clock);
    for (int i = 0; i < n; i++) {
        struct sample s = sample_of(l, i, total, now);
        if (t->clock) buf_addf(&l->run->out, "%-*s", CLOCK_WIDTH, total ? "all" : clock);
        put_row(&l->run->out, t, &s);
        line_end(l);
    }
}

/* ---- a terminal ---- */

void latency_show_erase(struct latency *l) {
    if (l->drawn) buf_addf(&l->run->out, "\x1b[%dA\r\x1b[J", l->drawn);
    l->drawn = 0;
}

/* Back to the first of the lines, which will be written over. */
static void go_up(struct latency *l) {
    if (l->drawn) buf_addf(&l->run->out, "\x1b[%dA\r", l->drawn);
    l->drawn = 0;
}

void latency_show_live(struct latency *l, int64_t now) {
    struct layout t = lay_out(l);
    int most = tty_rows(STDOUT_FILENO) - 2, n = l->n < most ? l->n : most > 0 ? most : 1;
    bool header = l->kind == LATENCY_ONE || l->rows % HEADER_EVERY == 0;
    go_up(l);
    if (header) put_header(&l->run->out, &t);
    if (header) line_end(l);
    put_rows(l, &t, false, now, n);
    l->drawn = n + header;
    run_flush(l->run);
}

/* ---- for programs ---- */

static void put_json(struct latency *l, const struct sample *s, bool total) {
    struct buf *out = &l->run->out;
    char date[LATENCY_DATE_CAP];
    bool any = s->h->count;
    latency_text_date(date);
    buf_addc(out, '{');
    jsonw_text(out, "time", date);
    jsonw_text(out, "node", s->node->node->name);
    jsonw_text(out, "of", total ? "all" : "interval");
    jsonw_count(out, "duration_ns", (uint64_t)s->ns);
    jsonw_count(out, "samples", s->h->count);
    jsonw_count_or_null(out, "min_ns", s->h->min, any);
    jsonw_count_or_null(out, "avg_ns", (uint64_t)hist_mean(s->h), any);
    jsonw_count_or_null(out, "p50_ns", hist_percentile(s->h, 50), any);
    jsonw_count_or_null(out, "p95_ns", hist_percentile(s->h, 95), any);
    jsonw_count_or_null(out, "p99_ns", hist_percentile(s->h, 99), any);
    jsonw_count_or_null(out, "p99_9_ns", hist_percentile(s->h, 99.9), any);
    jsonw_count_or_null(out, "max_ns", s->h->max, any);
    jsonw_count(out, "gaps", s->gaps.n);
    jsonw_count(out, "gaps_ns", (uint64_t)s->gaps.ns);
    if (l->kind == LATENCY_DIST) latency_dist_json(out, s->h);
    buf_adds(out, "}\n");
}

static void put_csv(struct latency *l, const struct sample *s, bool total) {
    struct buf *out = &l->run->out;
    char date[LATENCY_DATE_CAP];
    latency_text_date(date);
    if (!l->rows)
        buf_adds(out, "time,node,of,duration_ns,samples,min_ns,avg_ns,p50_ns,p95_ns,p99_ns,"
                      "p99_9_ns,max_ns,gaps,gaps_ns\n");
    l->rows++;
    buf_addf(out, "%s,%s,%s,%lld,%llu,", date, s->node->node->name, total ? "all" : "interval",
             (long long)s->ns, (unsigned long long)s->h->count);
    const uint64_t values[] = {s->h->min,
                               (uint64_t)hist_mean(s->h),
                               hist_percentile(s->h, 50),
                               hist_percentile(s->h, 95),
                               hist_percentile(s->h, 99),
                               hist_percentile(s->h, 99.9),
                               s->h->max};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (s->h->count) buf_addi(out, (int64_t)values[i]);
        buf_addc(out, ',');
    }
    buf_addf(out, "%llu,%lld\n", (unsigned long long)s->gaps.n, (long long)s->gaps.ns);
}

static bool put_for_programs(struct latency *l, bool total, int64_t now) {
    bool csv = l->run->opts->format == RENDER_CSV;
    if (!csv && !latency_text_is_json(l)) return false;
    for (int i = 0; i < l->n; i++) {
        struct sample s = sample_of(l, i, total, now);
        if (csv)
            put_csv(l, &s, total);
        else
            put_json(l, &s, total);
    }
    return true;
}

/* ---- the three occasions ---- */

void latency_show_interval(struct latency *l, int64_t now) {
    bool shown = put_for_programs(l, false, now);
    if (!shown && l->kind == LATENCY_DIST) {
        latency_dist_strips(l);
    } else if (!shown) {
        struct layout t = lay_out(l);
        go_up(l);
        if (l->rows % HEADER_EVERY == 0) put_header(&l->run->out, &t);
        if (l->rows % HEADER_EVERY == 0) line_end(l);
        put_rows(l, &t, false, now, l->n);
        l->rows++;
    }
    run_flush(l->run);
}

void latency_show_total(struct latency *l, int64_t now) {
    struct buf text;
    if (!put_for_programs(l, true, now)) {
        struct layout t = lay_out(l);
        buf_init(&text, CELL_MAX);
        amount_add_time(&text, now - l->begun_ns);
        latency_show_erase(l);
        buf_addf(&l->run->out, "\nin %s:\n", buf_cstr(&text));
        t.clock = false;
        put_header(&l->run->out, &t);
        line_end(l);
        put_rows(l, &t, true, now, l->n);
        buf_release(&text);
    }
    run_flush(l->run);
}
