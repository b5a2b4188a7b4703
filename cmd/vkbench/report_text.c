/* SPDX-License-Identifier: BSD-3-Clause */
/* The native report: what was run, the figures in a table, and what there is to say of their worth;
 * and -q, one line for each run. Nothing is wider than TEXT_COLUMNS: tables by the widths of their
 * cells, sentences by wrapping. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/width.h"

#include "text.h"

enum {
    TEXT_TITLE = 60, /* columns of a title in a sentence */
    TEXT_NAME = 12,  /* columns of the table */
    TEXT_COUNT = 7,
    TEXT_ERRORS = 4,
    TEXT_LATENCY = 6,
    TEXT_RATE_BYTES = 4,
    TEXT_WORD = 16,
    TEXT_WORDS = 8, /* kinds of error that are shown */
};

/* --- what was run ----------------------------------------------------------------------------- */

static void text_begin(struct report *r, struct buf *out) {
    const struct connopt *c = &r->opts->conn;
    const struct text t = {out, r->opts->colour};
    struct buf where;
    buf_init(&where, TEXT_LINE_MAX);
    width_cut(&where, r->where, TEXT_TITLE, false);
    text_say(&t, TEXT_PLAIN, "%s, %s%s%s%s, RESP%d, seed %" PRIu64, buf_cstr(&where),
             r->server->name, *r->server->version ? " " : "", r->server->version,
             c->path  ? ", Unix socket"
             : c->tls ? ", TLS"
                      : ", TCP",
             c->protocol == 3 ? 3 : 2, r->seed);
    buf_release(&where);
}

/* ", 3 bytes": of the payload of a test, of a custom operation as it is sent; nothing when every
 * operation has a length of its own. */
static void add_size(struct buf *b, const struct report *r, const struct workload *w) {
    char n[REPORT_TEXT_MAX];
    size_t sent = workload_bytes(w);
    if (!sent) return;
    double bytes = r->opts->mode == MODE_COMMAND ? (double)sent : (double)r->opts->data_size;
    buf_addf(b, ", %s %s%s", report_number(bytes, 0, n, sizeof n),
             r->opts->mode == MODE_COMMAND ? "bytes sent" : "byte",
             r->opts->mode == MODE_COMMAND ? "" : text_plural(bytes));
}

static void headline(const struct text *t, const struct report *r, const struct workload *w,
                     const struct run_opts *o, int threads) {
    char n[REPORT_TEXT_MAX];
    struct buf b;
    buf_init(&b, TEXT_LINE_MAX);
    width_cut(&b, w->title, TEXT_TITLE, false);
    buf_addf(&b, "  %d connection%s, %d thread%s, pipeline %d", o->connections,
             text_plural(o->connections), threads, text_plural(threads), o->pipeline);
    add_size(&b, r, w);
    if (o->rate > 0)
        buf_addf(&b, ", %s/s asked", report_number(o->rate, o->rate < 100 ? 1 : 0, n, sizeof n));
    if (o->tracking) buf_adds(&b, ", tracking");
    if (!o->keep_alive) buf_adds(&b, ", no keep-alive");
    text_say(t, TEXT_BOLD, "%s", buf_cstr(&b));
    buf_release(&b);
}

static void outcome(const struct text *t, const struct run_opts *o, const struct run_result *r) {
    char n[REPORT_TEXT_MAX], time[REPORT_TEXT_MAX], rate[REPORT_TEXT_MAX], mb[REPORT_TEXT_MAX],
        errors[REPORT_TEXT_MAX], warmup[REPORT_TEXT_MAX + 20] = "";
    int64_t ns = r->elapsed_ns;
    double per_s = report_rate(r, &r->total);
    if (o->warmup_s > 0) snprintf(warmup, sizeof warmup, " after %g s of warm-up", o->warmup_s);
    text_say(t, TEXT_PLAIN, "%s request%s in %s%s: %s requests/s, %s MB/s, %s error%s",
             report_number((double)r->total.done, 0, n, sizeof n),
             text_plural((double)r->total.done),
             report_duration(ns > 0 ? (uint64_t)ns : 0, ns > 0, time, sizeof time), warmup,
             report_number(per_s, per_s < 100 ? 2 : 0, rate, sizeof rate),
             report_number(report_bytes(r, &r->total) / 1e6, 1, mb, sizeof mb),
             report_number((double)report_errors(r), 0, errors, sizeof errors),
             text_plural((double)report_errors(r)));
    if (r->interrupted) text_say(t, TEXT_YELLOW, "interrupted after %s", time);
    if (r->err.code) text_say(t, TEXT_RED, "ended early: %s", r->err.text);
}

/* --- the table -------------------------------------------------------------------------------- */

static void latency_cells(const struct text *t, const struct hist *h) {
    static const double percentiles[] = {50, 90, 99, 99.9};
    char text[REPORT_TEXT_MAX];
    uint64_t mean = (uint64_t)(hist_mean(h) + 0.5);
    text_cell(t, TEXT_LATENCY, report_duration_short(mean, h->count, text, sizeof text));
    for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++)
        text_cell(t, TEXT_LATENCY,
                  report_duration_short(hist_percentile(h, percentiles[i]),
                                        hist_knows(h, percentiles[i]), text, sizeof text));
    text_cell(t, TEXT_LATENCY, report_duration_short(h->max, h->count, text, sizeof text));
}

static void table_row(const struct text *t, const struct run_result *r, const char *title,
                      bool aside, const struct tally *row) {
    char text[REPORT_TEXT_MAX];
    const char *colour = row->errors ? TEXT_RED : TEXT_PLAIN;
    if (aside) buf_addc(t->out, '*');
    width_cut(t->out, title, TEXT_NAME - aside, true);
    text_cell(t, TEXT_COUNT, report_compact((double)row->done, 0, TEXT_COUNT, text, sizeof text));
    text_cell(t, TEXT_COUNT, report_compact(report_rate(r, row), 0, TEXT_COUNT, text, sizeof text));
    text_paint(t, colour);
    text_cell(t, TEXT_ERRORS,
              report_compact((double)row->errors, 0, TEXT_ERRORS, text, sizeof text));
    text_unpaint(t, colour);
    latency_cells(t, report_latency(r, row));
    text_cell(t, TEXT_RATE_BYTES,
              report_compact(report_bytes(r, row) / 1e6, 1, TEXT_RATE_BYTES, text, sizeof text));
    buf_addc(t->out, '\n');
}

static void table(const struct text *t, const struct workload *w, const struct run_result *r) {
    bool aside = false;
    buf_addf(t->out, "%-11s requests  rate/s  err   mean    p50    p90    p99  p99.9    max MB/s\n",
             "command");
    for (int i = 0; i < r->n_rows; i++) {
        table_row(t, r, w->rows[i].title, w->rows[i].aside, &r->rows[i]);
        aside |= w->rows[i].aside;
    }
    if (r->n_rows > 1) table_row(t, r, "total", false, &r->total);
    if (aside) text_say(t, TEXT_PLAIN, "* framing: not counted as requests");
}

/* --- errors ----------------------------------------------------------------------------------- */

static void error_words(const struct text *t, const struct tally *row) {
    const struct tally_word *words[TALLY_WORDS];
    char count[REPORT_TEXT_MAX];
    int n = report_words(row, words);
    for (int i = 0; i < n && i < TEXT_WORDS; i++) {
        text_paint(t, TEXT_RED);
        buf_adds(t->out, "  ");
        width_cut(t->out, words[i]->word, TEXT_WORD, true);
        report_number((double)words[i]->count, 0, count, sizeof count);
        buf_addf(t->out, " %11s  ", count);
        int used = 5 + TEXT_WORD + (int)(strlen(count) > 11 ? strlen(count) : 11);
        width_cut(t->out, words[i]->text, TEXT_COLUMNS - used, false);
        text_unpaint(t, TEXT_RED);
        buf_addc(t->out, '\n');
    }
    if (n > TEXT_WORDS) text_say(t, TEXT_RED, "  and %d more kinds", n - TEXT_WORDS);
}

static void error_table(const struct text *t, const struct workload *w,
                        const struct run_result *r) {
    if (r->total.n_words) {
        text_say(t, TEXT_RED, "errors, and the first text of each kind:");
        error_words(t, &r->total);
    }
    for (int i = 0; i < r->n_rows; i++) {
        if (!w->rows[i].aside || !r->rows[i].n_words) continue;
        struct buf title;
        buf_init(&title, TEXT_LINE_MAX);
        width_cut(&title, w->rows[i].title, TEXT_TITLE, false);
        text_say(t, TEXT_RED, "errors of *%s:", buf_cstr(&title));
        error_words(t, &r->rows[i]);
        buf_release(&title);
    }
}

/* --- what the figures are worth --------------------------------------------------------------- */

static void add_percentile(struct buf *b, const char *before, const struct hist *h, double p) {
    char text[REPORT_TEXT_MAX];
    buf_addf(b, "%sp%g %s", before, p,
             report_duration_short(hist_percentile(h, p), hist_knows(h, p), text, sizeof text));
}

static void rated(const struct text *t, const struct tally *total) {
    struct buf b;
    if (!total->response || !total->lag) return;
    buf_init(&b, TEXT_LINE_MAX);
    add_percentile(&b, "latency from the intended send; service ", total->service, 50);
    add_percentile(&b, ", ", total->service, 99);
    add_percentile(&b, "; lag ", total->lag, 99);
    text_say(t, TEXT_PLAIN, "%s", buf_cstr(&b));
    buf_release(&b);
}

static void connects(const struct text *t, const struct hist *h) {
    char n[REPORT_TEXT_MAX], mean[REPORT_TEXT_MAX], max[REPORT_TEXT_MAX];
    struct buf b;
    buf_init(&b, TEXT_LINE_MAX);
    add_percentile(&b, ", ", h, 50);
    add_percentile(&b, ", ", h, 99);
    text_say(t, TEXT_PLAIN, "connect: %s times, mean %s%s, max %s",
             report_number((double)h->count, 0, n, sizeof n),
             report_duration_short((uint64_t)(hist_mean(h) + 0.5), h->count, mean, sizeof mean),
             buf_cstr(&b), report_duration_short(h->max, h->count, max, sizeof max));
    buf_release(&b);
}

static void generator(const struct text *t, const struct run_result *r) {
    char text[REPORT_TEXT_MAX];
    double least = 1e9, most = 0, cpu_ns = 0, answered = (double)(r->total.done + r->total.errors);
    for (int i = 0; i < r->n_threads; i++) {
        double share = run_cpu_share(r, i) * 100;
        if (share < least) least = share;
        if (share > most) most = share;
        cpu_ns += (double)r->threads[i].cpu_ns;
    }
    if (!r->n_threads || !answered) return;
    report_duration((uint64_t)(cpu_ns / answered), true, text, sizeof text);
    if (r->n_threads == 1)
        text_say(t, TEXT_PLAIN, "generator: %.0f %% of 1 core, %s CPU per request", most, text);
    else
        text_say(t, TEXT_PLAIN,
                 "generator: %d threads at %.0f to %.0f %% of a core, %s CPU per request",
                 r->n_threads, least, most, text);
}

static void in_flight(const struct text *t, const struct run_result *r) {
    double law = run_littles_law(r);
    if (isfinite(law))
        text_say(t, TEXT_PLAIN,
                 "Little's law: %.1f requests in flight, rate x latency gives %.1f (%+.1f %%)",
                 r->in_flight, r->in_flight * (1 + law), law * 100);
}

static void warning(void *arg, const char *text) {
    text_say(arg, TEXT_YELLOW, "warning: %s", text);
}

static void text_test(struct report *r, const struct workload *w, const struct run_opts *o,
                      const struct run_result *result, struct buf *out) {
    struct text t = {out, r->opts->colour};
    char pushes[REPORT_TEXT_MAX];
    buf_addc(out, '\n');
    headline(&t, r, w, o, result->n_threads);
    outcome(&t, o, result);
    table(&t, w, result);
    error_table(&t, w, result);
    text_cluster(&t, o, result);
    if (result->rated) rated(&t, &result->total);
    if (!o->keep_alive) connects(&t, result->connect);
    if (result->pushes)
        text_say(&t, TEXT_PLAIN, "pushes received (invalidations): %s",
                 report_number((double)result->pushes, 0, pushes, sizeof pushes));
    generator(&t, result);
    in_flight(&t, result);
    report_warnings(o, result, warning, &t);
    r->tests++;
}

static void nothing(struct report *r, struct buf *out) {
    (void)r;
    (void)out;
}

static void no_end(struct report *r, int exit_code, struct buf *out) {
    (void)exit_code;
    nothing(r, out);
}

const struct report_ops report_text = {text_begin, text_test, no_end};

/* --- -q --------------------------------------------------------------------------------------- */

static void quiet_test(struct report *r, const struct workload *w, const struct run_opts *o,
                       const struct run_result *result, struct buf *out) {
    const struct hist *h = report_latency(result, &result->total);
    double rate = report_rate(result, &result->total);
    uint64_t errors = report_errors(result);
    (void)o;
    width_cut(out, w->title, REPORT_TITLE_MAX, false);
    buf_adds(out, ": ");
    if (isfinite(rate))
        buf_addf(out, "%.2f", rate);
    else
        buf_adds(out, "n/a");
    buf_adds(out, " requests per second, p50=");
    if (hist_knows(h, 50))
        buf_addf(out, "%.3f", (double)hist_percentile(h, 50) / 1e6);
    else
        buf_adds(out, "n/a");
    buf_adds(out, " msec");
    if (errors) buf_addf(out, ", %" PRIu64 " error%s", errors, text_plural((double)errors));
    buf_addc(out, '\n');
    r->tests++;
}

const struct report_ops report_quiet = {nothing, quiet_test, no_end};
