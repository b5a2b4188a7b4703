/* SPDX-License-Identifier: BSD-3-Clause */
/* What valkey-benchmark and redis-benchmark print: the report, -q, CSV and the progress line, to
 * the byte but for the figures (and never "-nan"). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/safe.h"
#include "io/file.h"
#include "live.h"
#include "report.h"

enum { LINE_MAX_BYTES = 8192, HALVINGS = 64 };
#define TENTH_MS 100000 /* the steps of the cumulative distribution, in ns ... */
#define MS 1000000      /* ... and above FINE_MS */
#define FINE_MS 2000000

static double ms(double ns) {
    return ns / 1e6;
}

static double share(uint64_t n, uint64_t of) {
    return of ? 100.0 * (double)n / (double)of : 0;
}

/* As it is into a pipe or file; what could drive a terminal is escaped on one. */
static void add_title(struct buf *out, const struct options *o, const char *title) {
    if (o->tty)
        safe_add(out, title, strlen(title), false);
    else
        buf_adds(out, title);
}

/* ---- progress ---- */

/* Blanks over the line that was shown last. */
static void add_clear(struct buf *out, const struct live *l) {
    buf_addf(out, "%*s\r", l->printed, " ");
}

static void show(const struct buf *b) {
    int ignored = file_write_fd(STDOUT_FILENO, b->p, b->len, NULL);
    (void)ignored; /* the report that follows finds the same */
}

static void add_line(struct buf *b, const struct live *l, const struct run_sample *s) {
    double recent = s->recent_ns > 0 ? (double)s->recent_done * 1e9 / (double)s->recent_ns : 0;
    double overall = s->elapsed_ns > 0 ? (double)s->done * 1e9 / (double)s->elapsed_ns : 0;
    add_title(b, l->opts, l->title);
    buf_addf(b, ": rps=%.1f (overall: %.1f) avg_msec=%.3f (overall: %.3f)", recent, overall,
             ms(hist_mean(s->recent)), ms(hist_mean(s->all)));
}

void report_compatible_progress(struct live *l, const struct run_sample *s) {
    struct buf b;
    if (l->opts->format == FORMAT_CSV || s->phase == RUN_CONNECTING) return;
    buf_init(&b, LINE_MAX_BYTES);
    add_clear(&b, l);
    size_t from = b.len;
    if (s->phase == RUN_WARMUP) buf_adds(&b, "Warming up ");
    add_line(&b, l, s);
    l->printed = (int)(b.len - from);
    buf_addc(&b, '\r');
    if (!b.over) show(&b);
    buf_release(&b);
}

void report_compatible_clear(struct live *l) {
    struct buf b;
    if (l->opts->format == FORMAT_CSV) return;
    buf_init(&b, LINE_MAX_BYTES * 2);
    add_clear(&b, l);
    show(&b);
    buf_release(&b);
    l->printed = 0;
}

/* ---- the report ---- */

static void add_bound(struct buf *out, double percent, uint64_t ns, uint64_t count) {
    buf_addf(out, "%3.3f%% <= %.3f milliseconds (cumulative count %" PRIu64 ")\n", percent,
             ms((double)ns), count);
}

/* 0, 50, 75, 87.5 ... until all are below, then 100. */
static void add_percentiles(struct buf *out, const struct hist *h) {
    uint64_t before = 0;
    double left = 100;
    buf_adds(out, "Latency by percentile distribution:\n");
    for (int i = 0; h->count && i < HALVINGS; i++, left /= 2) {
        uint64_t bound = hist_percentile(h, 100 - left), count = hist_count_to(h, bound);
        if (count != before) add_bound(out, 100 - left, bound, count);
        before = count;
        if (count == h->count) break;
    }
    if (h->count) add_bound(out, 100, h->max, h->count);
}

static void add_cumulative(struct buf *out, const struct hist *h) {
    uint64_t before = 0, bound = TENTH_MS;
    buf_adds(out, "Cumulative distribution of latencies:\n");
    for (uint64_t count = 0; count<h->count; bound += bound> FINE_MS ? MS : TENTH_MS) {
        count = hist_count_to(h, bound);
        if (bound > h->max) count = h->count;
        if (count != before) add_bound(out, share(count, h->count), bound, count);
        before = count;
    }
}

static void add_columns(struct buf *out, const double v[6]) {
    buf_addf(out, "    %9s %9s %9s %9s %9s %9s\n", "avg", "min", "p50", "p95", "p99", "max");
    buf_addf(out, "    %9.3f %9.3f %9.3f %9.3f %9.3f %9.3f\n", v[0], v[1], v[2], v[3], v[4], v[5]);
}

static void latencies(const struct hist *h, double v[6]) {
    v[0] = ms(hist_mean(h));
    v[1] = h->count ? ms((double)h->min) : 0;
    v[2] = ms((double)hist_percentile(h, 50));
    v[3] = ms((double)hist_percentile(h, 95));
    v[4] = ms((double)hist_percentile(h, 99));
    v[5] = ms((double)h->max);
}

static void add_rps(struct buf *out, const struct run_opts *o, const struct run_result *r) {
    const struct hist *h = r->rps;
    double v[6] = {
        hist_mean(h),
        h->count ? (double)h->min : 0,
        (double)hist_percentile(h, 50),
        (double)hist_percentile(h, 95),
        (double)hist_percentile(h, 99),
        (double)h->max,
    };
    buf_addf(out, "\nRPS Summary:\n  target RPS: %.2f\n  RPS distribution (reqs/sec):\n", o->rate);
    add_columns(out, v);
}

static size_t payload(const struct report *r, const struct workload *w) {
    return r->opts->mode == MODE_COMMAND ? workload_bytes(w) : (size_t)r->opts->data_size;
}

static void add_setting(struct buf *out, const struct report *r, const struct workload *w,
                        const struct run_opts *o, const struct run_result *result) {
    buf_addf(out, "  %" PRIu64 " requests completed in %.2f seconds\n", result->total.done,
             (double)result->elapsed_ns / 1e9);
    buf_addf(out, "  %d parallel clients\n  %zu bytes payload\n  keep alive: %d\n", o->connections,
             payload(r, w), o->keep_alive);
    if (r->server->has_config)
        buf_addf(out,
                 "  host configuration \"save\": %s\n  host configuration \"appendonly\": %s\n",
                 r->server->save, r->server->appendonly);
    buf_addf(out, "  multi-thread: %s\n", r->opts->threads > 0 ? "yes" : "no");
    if (r->opts->threads > 0) buf_addf(out, "  threads: %" PRId64 "\n", r->opts->threads);
}

static void text_test(struct report *r, const struct workload *w, const struct run_opts *o,
                      const struct run_result *result, struct buf *out) {
    const struct hist *h = report_latency(result, &result->total);
    double v[6];
    buf_adds(out, "====== ");
    add_title(out, r->opts, w->title);
    buf_adds(out, " ======\n");
    add_setting(out, r, w, o, result);
    if (o->rate > 0) add_rps(out, o, result);
    buf_addc(out, '\n');
    add_percentiles(out, h);
    buf_addc(out, '\n');
    add_cumulative(out, h);
    latencies(h, v);
    buf_addf(out, "\nSummary:\n  throughput summary: %.2f requests per second\n", run_rate(result));
    buf_adds(out, "  latency summary (msec):\n");
    add_columns(out, v);
}

static void quiet_test(struct report *r, const struct workload *w, const struct run_opts *o,
                       const struct run_result *result, struct buf *out) {
    const struct hist *h = report_latency(result, &result->total);
    (void)o;
    add_title(out, r->opts, w->title);
    buf_addf(out, ": %.2f requests per second, p50=%.3f msec\n", run_rate(result),
             ms((double)hist_percentile(h, 50)));
}

static void csv_begin(struct report *r, struct buf *out) {
    (void)r;
    buf_adds(out, "\"test\",\"rps\",\"avg_latency_ms\",\"min_latency_ms\",\"p50_latency_ms\","
                  "\"p95_latency_ms\",\"p99_latency_ms\",\"max_latency_ms\"\n");
}

/* Quotes in a title are doubled (RFC 4180), which the tool forgets. */
static void csv_test(struct report *r, const struct workload *w, const struct run_opts *o,
                     const struct run_result *result, struct buf *out) {
    double v[6];
    (void)r, (void)o;
    latencies(report_latency(result, &result->total), v);
    buf_addc(out, '"');
    for (const char *p = w->title; *p; p++) {
        if (*p == '"') buf_addc(out, '"');
        buf_addc(out, *p);
    }
    buf_addf(out, "\",\"%.2f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\"\n",
             run_rate(result), v[0], v[1], v[2], v[3], v[4], v[5]);
}

static void no_begin(struct report *r, struct buf *out) {
    (void)r, (void)out;
}

static void no_end(struct report *r, int exit_code, struct buf *out) {
    (void)r, (void)exit_code, (void)out;
}

const struct report_ops report_compatible_text = {no_begin, text_test, no_end};
const struct report_ops report_compatible_quiet = {no_begin, quiet_test, no_end};
const struct report_ops report_compatible_csv = {csv_begin, csv_test, no_end};
