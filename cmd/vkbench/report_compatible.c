/* SPDX-License-Identifier: BSD-3-Clause */
/* What valkey-benchmark and redis-benchmark print: the report, -q, CSV and the progress line, to
 * the byte but for the figures (and never "-nan"). */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/safe.h"
#include "io/file.h"
#include "io/signal.h"
#include "live.h"
#include "report.h"

enum {
    HALVINGS = 64,
    FIGURES_MAX = 1024, /* bytes of a progress line besides its title: six numbers, words */
    ESCAPE_MAX = 4,     /* bytes that one of a title may take on a terminal */
};
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

/* A closed pipe ends the program as it ends the tool; what else fails, the report finds, too. */
static void show(const struct buf *b) {
    struct err e;
    if (file_write_fd(STDOUT_FILENO, b->p, b->len, &e) < 0 && e.sys == EPIPE)
        signal_reraise(SIGPIPE);
}

/* redis-benchmark's line ends with the latencies. */
static void add_progress(struct buf *b, const struct live *l, const struct run_sample *s) {
    if (l->opts->face == FACE_REDIS_BENCHMARK) return;
    if (s->phase == RUN_WARMUP || l->run->duration_s > 0)
        buf_addf(b, " %.1f seconds", (double)s->elapsed_ns / 1e9);
    else
        buf_addf(b, " %" PRIu64 " requests", s->done);
}

static void add_line(struct buf *b, const struct live *l, const struct run_sample *s) {
    double recent = s->recent_ns > 0 ? (double)s->recent_done * 1e9 / (double)s->recent_ns : 0;
    double overall = s->elapsed_ns > 0 ? (double)s->done * 1e9 / (double)s->elapsed_ns : 0;
    add_title(b, l->opts, l->title);
    buf_addf(b, ": rps=%.1f (overall: %.1f) avg_msec=%.3f (overall: %.3f)", recent, overall,
             ms(hist_mean(s->recent)), ms(hist_mean(s->all)));
    add_progress(b, l, s);
}

void report_compatible_progress(struct live *l, const struct run_sample *s) {
    struct buf b;
    if (l->opts->format == FORMAT_CSV || s->phase == RUN_CONNECTING) return;
    buf_init(&b, (size_t)l->printed + strlen(l->title) * ESCAPE_MAX + FIGURES_MAX);
    add_clear(&b, l);
    size_t from = b.len;
    if (s->phase == RUN_WARMUP) buf_adds(&b, "Warming up ");
    add_line(&b, l, s);
    l->printed = (int)(b.len - from);
    buf_addc(&b, '\r');
    show(&b);
    buf_release(&b);
}

void report_compatible_clear(struct live *l) {
    struct buf b;
    if (l->opts->format == FORMAT_CSV) return;
    buf_init(&b, (size_t)l->printed + FIGURES_MAX);
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

/* The first bound of the distribution at or above ns: they are 0.1 ms apart up to the first one
 * above 2 ms, then 1 ms. */
static uint64_t bound_of(uint64_t ns) {
    const uint64_t fine = FINE_MS + TENTH_MS;
    if (ns <= TENTH_MS) return TENTH_MS;
    if (ns <= fine) return (ns + TENTH_MS - 1) / TENTH_MS * TENTH_MS;
    return fine + (ns - fine + MS - 1) / MS * MS;
}

/* The first bound, and those that have more below than the one before. */
static void add_cumulative(struct buf *out, const struct hist *h) {
    uint64_t count = 0, bound = TENTH_MS;
    buf_adds(out, "Cumulative distribution of latencies:\n");
    for (int64_t i = hist_next(h, 0); i >= 0; i = hist_next(h, (uint32_t)i + 1)) {
        uint64_t next = bound_of(hist_low_edge((uint32_t)i));
        if (next != bound) add_bound(out, share(count, h->count), bound, count);
        bound = next;
        count += h->buckets[i];
    }
    add_bound(out, share(count, h->count), bound, count);
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

/* ---- a cluster ---- */

/* "primary", "replica" or "cluster"; redis-benchmark knows "master" alone. */
static const char *role_of_all(const struct report *r) {
    if (r->opts->face == FACE_REDIS_BENCHMARK) return "master";
    switch (r->opts->cluster_opts.read_from) {
    case CLUSTER_READ_PRIMARY: return "primary";
    case CLUSTER_READ_ROUND_ROBIN_REPLICAS: return "replica";
    default: return "cluster";
    }
}

void report_compatible_banner(const struct report *r, struct buf *out) {
    const struct server_facts *f = r->server;
    if (!f->nodes) return;
    buf_addf(out, "Cluster has %d %s nodes:\n\n", f->n_nodes, role_of_all(r));
    for (int i = 0; i < f->n_nodes; i++) {
        const struct node_facts *n = &f->nodes[i];
        if (r->opts->face == FACE_REDIS_BENCHMARK)
            buf_addf(out, "Master %d: %s %s\n", i, n->id, n->where);
        else
            buf_addf(out, "Node %d(%s): %s %s\n", i, n->replica ? "Replica" : "Primary", n->id,
                     n->where);
    }
    buf_addc(out, '\n');
}

static void add_nodes(struct buf *out, const struct report *r) {
    const struct server_facts *f = r->server;
    bool redis = r->opts->face == FACE_REDIS_BENCHMARK;
    buf_addf(out, "  cluster mode: yes (%d %s%s)\n", f->n_nodes, role_of_all(r), redis ? "s" : "");
    for (int i = 0; i < f->n_nodes; i++) {
        const struct server_facts *s = &f->nodes[i].server;
        if (!s->has_config) continue;
        buf_addf(out, "  node [%d] configuration:\n    save: %s\n    appendonly: %s\n", i,
                 *s->save ? s->save : "NONE", s->appendonly);
    }
}

static void add_setting(struct buf *out, const struct report *r, const struct workload *w,
                        const struct run_opts *o, const struct run_result *result) {
    buf_addf(out, "  %" PRIu64 " requests completed in %.2f seconds\n", result->total.done,
             (double)result->elapsed_ns / 1e9);
    buf_addf(out, "  %d parallel clients\n  %zu bytes payload\n  keep alive: %d\n", o->connections,
             payload(r, w), o->keep_alive);
    if (r->server->nodes)
        add_nodes(out, r);
    else if (r->server->has_config)
        buf_addf(out,
                 "  host configuration \"save\": %s\n  host configuration \"appendonly\": %s\n",
                 r->server->save, r->server->appendonly);
    bool threaded = r->opts->threads > 0 || r->server->nodes;
    buf_addf(out, "  multi-thread: %s\n", threaded ? "yes" : "no");
    if (threaded) buf_addf(out, "  threads: %d\n", report_threads(r));
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
static void add_csv_title(struct buf *out, const struct options *o, const char *title) {
    struct buf doubled;
    buf_init(&doubled, strlen(title) * 2);
    for (const char *p = title; *p; p++) {
        if (*p == '"') buf_addc(&doubled, '"');
        buf_addc(&doubled, *p);
    }
    buf_addc(out, '"');
    add_title(out, o, buf_cstr(&doubled));
    buf_addc(out, '"');
    buf_release(&doubled);
}

static void csv_test(struct report *r, const struct workload *w, const struct run_opts *o,
                     const struct run_result *result, struct buf *out) {
    double v[6];
    (void)o;
    latencies(report_latency(result, &result->total), v);
    add_csv_title(out, r->opts, w->title);
    buf_addf(out, ",\"%.2f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\",\"%.3f\"\n",
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
