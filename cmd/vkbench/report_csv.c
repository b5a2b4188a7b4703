/* SPDX-License-Identifier: BSD-3-Clause */
/* CSV (RFC 4180, newlines as line ends): a line for each row of each run. The first eight columns
 * are valkey-benchmark's, so that what reads its files reads these. An unknown figure is an empty
 * field. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

static const char *const names[] = {
    "test",           "rps",
    "avg_latency_ms", "min_latency_ms",
    "p50_latency_ms", "p95_latency_ms",
    "p99_latency_ms", "max_latency_ms",
    "p90_latency_ms", "p99.9_latency_ms",
    "latency",        "run",
    "requests",       "errors",
    "mb_per_s",       "elapsed_s",
    "connections",    "pipeline",
    "threads",        "rate_asked",
    "aside",          "node",
};

static void field(struct buf *out, const char *p, size_t n) {
    if (out->len && out->p[out->len - 1] != '\n') buf_addc(out, ',');
    buf_addc(out, '"');
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '"') buf_addc(out, '"');
        buf_addc(out, p[i]);
    }
    buf_addc(out, '"');
}

static void word(struct buf *out, const char *s) {
    field(out, s, strnlen(s, REPORT_TITLE_MAX));
}

static void number(struct buf *out, double v, int decimals) {
    char text[400] = ""; /* a double has up to 309 digits */
    if (isfinite(v)) snprintf(text, sizeof text, "%.*f", decimals, v);
    word(out, text);
}

static void count(struct buf *out, uint64_t n) {
    char text[REPORT_TEXT_MAX];
    snprintf(text, sizeof text, "%" PRIu64, n);
    word(out, text);
}

static void milliseconds(struct buf *out, double ns, bool known) {
    number(out, known ? ns / 1e6 : NAN, 6);
}

static void percentile(struct buf *out, const struct hist *h, double p) {
    milliseconds(out, (double)hist_percentile(h, p), hist_knows(h, p));
}

static void csv_begin(struct report *r, struct buf *out) {
    (void)r;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        word(out, names[i]);
    buf_addc(out, '\n');
}

static void latencies(struct buf *out, const struct hist *h) {
    milliseconds(out, hist_mean(h), h->count);
    milliseconds(out, (double)h->min, h->count);
    percentile(out, h, 50);
    percentile(out, h, 95);
    percentile(out, h, 99);
    milliseconds(out, (double)h->max, h->count);
    percentile(out, h, 90);
    percentile(out, h, 99.9);
}

static void load(struct buf *out, const struct run_opts *o, const struct run_result *r) {
    number(out, r->elapsed_ns > 0 ? (double)r->elapsed_ns / 1e9 : NAN, 6);
    count(out, (uint64_t)o->connections);
    count(out, (uint64_t)o->pipeline);
    count(out, (uint64_t)o->threads);
    number(out, o->rate > 0 ? o->rate : NAN, 2);
}

/* What is true of a row: t of the run, by the title `test`; of one node, or of all ("" then). */
static void line(struct buf *out, const struct workload *w, const struct run_opts *o,
                 const struct run_result *result, const char *test, const struct tally *t,
                 bool aside, const char *node) {
    word(out, test);
    number(out, report_rate(result, t), 2);
    latencies(out, report_latency(result, t));
    word(out, result->rated ? "response" : "service");
    word(out, w->title);
    count(out, t->done);
    count(out, t->errors);
    number(out, report_bytes(result, t) / 1e6, 3);
    load(out, o, result);
    word(out, aside ? "1" : "0");
    word(out, node);
    buf_addc(out, '\n');
}

static void csv_test(struct report *r, const struct workload *w, const struct run_opts *o,
                     const struct run_result *result, struct buf *out) {
    for (int i = 0; i < result->n_rows; i++)
        line(out, w, o, result, result->n_rows > 1 ? w->rows[i].title : w->title, &result->rows[i],
             w->rows[i].aside, "");
    for (int i = 0; o->cluster && i < result->n_nodes; i++) {
        const struct run_node *n = &result->nodes[i];
        if (report_knows_node(n)) line(out, w, o, result, w->title, &n->total, false, n->where);
    }
    r->tests++;
}

static void csv_end(struct report *r, int exit_code, struct buf *out) {
    (void)r;
    (void)exit_code;
    (void)out;
}

const struct report_ops report_csv = {csv_begin, csv_test, csv_end};
