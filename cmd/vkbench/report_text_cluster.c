/* SPDX-License-Identifier: BSD-3-Clause */
/* The native report on a cluster: a row for each node, how requests were spread over slots, what
 * was redirected, and when slots were without service. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ui/width.h"
#include "text.h"

enum {
    NODE_COLUMNS = 21,
    SLOTS_COLUMNS = 6,
    FIGURE_COLUMNS = 6,
    COUNT_COLUMNS = 8,
    RATE_COLUMNS = 7,
    ERRORS_COLUMNS = 6,
    BAR_COLUMNS = 40,
    SECONDS_ALL = 30, /* so many are shown in full; of more those around outages */
};

static const char *number(double v, char text[REPORT_TEXT_MAX]) {
    return report_number(v, 0, text, REPORT_TEXT_MAX);
}

static const char *seconds(int64_t ns, char text[REPORT_TEXT_MAX]) {
    snprintf(text, REPORT_TEXT_MAX, "%.3f s", (double)ns / 1e9);
    return text;
}

/* ---- nodes ---- */

static void count_cell(const struct text *t, double v, int columns) {
    char text[REPORT_TEXT_MAX];
    text_cell(t, columns, report_compact(v, 0, columns, text, sizeof text));
}

static void latency_cells(const struct text *t, const struct hist *h) {
    static const double percentiles[] = {50, 99, 99.9};
    char text[REPORT_TEXT_MAX];
    for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++)
        text_cell(t, FIGURE_COLUMNS,
                  report_duration_short(hist_percentile(h, percentiles[i]),
                                        hist_knows(h, percentiles[i]), text, sizeof text));
    text_cell(t, FIGURE_COLUMNS, report_duration_short(h->max, h->count, text, sizeof text));
}

static void node_row(const struct text *t, const struct run_result *r, const struct run_node *n) {
    const char *colour = n->total.errors ? TEXT_RED : TEXT_PLAIN;
    width_cut(t->out, n->where, NODE_COLUMNS, true);
    if (n->replica)
        text_cell(t, SLOTS_COLUMNS, "repl.");
    else
        count_cell(t, n->slots, SLOTS_COLUMNS);
    count_cell(t, (double)n->total.done, COUNT_COLUMNS);
    count_cell(t, report_rate(r, &n->total), RATE_COLUMNS);
    text_paint(t, colour);
    count_cell(t, (double)n->total.errors, ERRORS_COLUMNS);
    text_unpaint(t, colour);
    latency_cells(t, report_latency(r, &n->total));
    buf_addc(t->out, '\n');
}

static bool is_shown(const struct run_node *n) {
    return n->slots || n->total.done || n->total.errors;
}

static void node_table(const struct text *t, const struct run_result *r) {
    buf_addf(t->out, "%-*s  slots requests  rate/s errors    p50    p99  p99.9    max\n",
             NODE_COLUMNS, "node");
    for (int i = 0; i < r->n_nodes; i++)
        if (is_shown(&r->nodes[i])) node_row(t, r, &r->nodes[i]);
}

/* ---- slots ---- */

static void slot_skew(const struct text *t, const struct run_result *r) {
    const struct run_slots *s = &r->slots;
    char hit[REPORT_TEXT_MAX], of[REPORT_TEXT_MAX];
    if (!s->operations) return;
    double mean = (double)s->operations / SLOTS_COUNT;
    bool sampled = s->operations == RUN_SLOTS_SAMPLE;
    text_say(t, s->hit < 100 ? TEXT_YELLOW : TEXT_PLAIN,
             "slots: %s of 16,384 hit%s%s%s; the busiest, %u, by %.3g %%, %.1fx its even share",
             number((double)s->hit, hit), sampled ? " (a sample of " : "",
             sampled ? number((double)s->operations, of) : "", sampled ? ")" : "", s->hottest,
             (double)s->hottest_operations * 100 / (double)s->operations,
             (double)s->hottest_operations / mean);
}

/* ---- redirects ---- */

static void redirects(const struct text *t, const struct run_redirects *d) {
    char moved[REPORT_TEXT_MAX], asked[REPORT_TEXT_MAX], again[REPORT_TEXT_MAX],
        restarts[REPORT_TEXT_MAX];
    if (!d->moved && !d->asked && !d->tryagain && !d->restarts) return;
    text_say(t, TEXT_PLAIN,
             "redirects followed, not counted as requests: MOVED %s, ASK %s; tried again: TRYAGAIN "
             "%s, CLUSTERDOWN and its like %s",
             number((double)d->moved, moved), number((double)d->asked, asked),
             number((double)d->tryagain, again), number((double)d->restarts, restarts));
}

/* ---- outages ---- */

static void add_words(struct buf *b, const struct outage *o) {
    char n[REPORT_TEXT_MAX];
    for (int i = 0; i < o->words.n_words; i++)
        buf_addf(b, "%s%s %s", i ? ", " : "; errors: ", o->words.words[i].word,
                 number((double)o->words.words[i].count, n));
}

static void outage(const struct text *t, const struct run_result *r, const struct outage *o) {
    char from[REPORT_TEXT_MAX], length[REPORT_TEXT_MAX], slots[REPORT_TEXT_MAX],
        recovered[REPORT_TEXT_MAX];
    struct buf b;
    int64_t back_ns = run_recovered_ns(r, o);
    buf_init(&b, TEXT_LINE_MAX);
    buf_addf(&b, "outage of %s (%s slots) at %s: ", r->nodes[o->node].where,
             number(o->slots, slots), seconds(o->from_ns, from));
    if (!o->to_ns)
        buf_adds(&b, "not over at the end");
    else if (o->by == o->node)
        buf_addf(&b, "%s, then it served again", seconds(o->to_ns - o->from_ns, length));
    else
        buf_addf(&b, "%s, then %s served", seconds(o->to_ns - o->from_ns, length),
                 r->nodes[o->by].where);
    if (back_ns >= 0)
        buf_addf(&b, "; 90 %% of the rate again after %s", seconds(back_ns, recovered));
    add_words(&b, o);
    text_say(t, TEXT_YELLOW, "%s", buf_cstr(&b));
    buf_release(&b);
}

static bool is_near_outage(const struct run_result *r, int64_t from_ns, int64_t to_ns) {
    const int64_t margin = 3 * CLOCK_NS_PER_S;
    for (int i = 0; i < r->outages->n; i++) {
        const struct outage *o = &r->outages->list[i];
        int64_t end_ns = o->to_ns ? o->to_ns : r->elapsed_ns;
        if (from_ns <= end_ns + margin && to_ns >= o->from_ns - margin) return true;
    }
    return false;
}

static void bar(struct buf *out, double part) {
    for (int i = 0; i < (int)(part * BAR_COLUMNS + 0.5); i++)
        buf_addc(out, '#');
}

static void second(const struct text *t, int64_t from_ns, const struct timeline_cell *c,
                   uint64_t most) {
    buf_addf(t->out, "%6.0f", (double)from_ns / 1e9);
    count_cell(t, (double)c->done, 11);
    text_paint(t, c->errors ? TEXT_RED : TEXT_PLAIN);
    count_cell(t, (double)c->errors, 11);
    text_unpaint(t, c->errors ? TEXT_RED : TEXT_PLAIN);
    buf_adds(t->out, "  ");
    bar(t->out, most ? (double)c->done / (double)most : 0);
    buf_addc(t->out, '\n');
}

/* Second by second: all of a short run, of a long one what lies around the outages. */
static void seconds_table(const struct text *t, const struct run_result *r) {
    int64_t step = r->timeline.width_ns > CLOCK_NS_PER_S ? r->timeline.width_ns : CLOCK_NS_PER_S;
    uint64_t most = 0;
    for (int64_t at = 0; at < r->elapsed_ns; at += step) {
        struct timeline_cell c = timeline_sum(&r->timeline, at, at + step);
        if (c.done > most) most = c.done;
    }
    buf_adds(t->out, "second    requests      errors\n");
    for (int64_t at = 0; at == 0 || at + step / 2 < r->elapsed_ns; at += step) {
        bool all = r->elapsed_ns <= SECONDS_ALL * step;
        struct timeline_cell c = timeline_sum(&r->timeline, at, at + step);
        if (all || is_near_outage(r, at, at + step)) second(t, at, &c, most);
    }
}

static void outages(const struct text *t, const struct run_result *r) {
    if (!r->outages->n) return;
    for (int i = 0; i < r->outages->n; i++)
        outage(t, r, &r->outages->list[i]);
    if (r->outages->more)
        text_say(t, TEXT_YELLOW, "and %" PRIu64 " more outages", r->outages->more);
    seconds_table(t, r);
}

void text_cluster(const struct text *t, const struct run_opts *o, const struct run_result *r) {
    if (!r->nodes) return;
    if (o->cluster) node_table(t, r);
    slot_skew(t, r);
    redirects(t, &r->redirects);
    outages(t, r);
}
