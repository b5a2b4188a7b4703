/* SPDX-License-Identifier: BSD-3-Clause */
/* The cluster suites for the eye: a table for each part, which grows as its rows come, and -q. See
 * cluster_report.h. */
#include "ui/width.h"
#include "cluster_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "text.h"

enum {
    NAME = 10,
    COUNT = 11,
    SECONDS = 9,
    RATE = 10,
    ERRORS = 6,
    LATENCY = 7,
    CPU = 9,
    WORD = 14,
    WORDS_MAX = 8, /* kinds of error that are shown */
};

/* ---- figures ---- */

double cluster_report_rate(const struct cluster_row *row) {
    const struct tally *t = row->tally;
    if (row->elapsed_ns <= 0 || t->done + t->errors == 0) return NAN;
    return (double)t->done * 1e9 / (double)row->elapsed_ns;
}

double cluster_report_cpu(const struct cluster_row *row) {
    uint64_t n = row->tally->done + row->tally->errors;
    return row->cpu_ns < 0 || n == 0 ? NAN : (double)row->cpu_ns / (double)n;
}

static const char *count(double v, char *text) {
    return report_compact(v, 0, COUNT, text, REPORT_TEXT_MAX);
}

static const char *percentile(const struct hist *h, double p, char *text) {
    return report_duration_short(hist_percentile(h, p), hist_knows(h, p), text, REPORT_TEXT_MAX);
}

static const char *duration(double ns, char *text) {
    bool known = isfinite(ns);
    return report_duration_short(known ? (uint64_t)(ns + 0.5) : 0, known, text, REPORT_TEXT_MAX);
}

/* ---- text ---- */

static void headline(struct cluster_report *r, const struct cluster_part *p) {
    const struct options *o = r->opts;
    bool async = cluster_report_is_async(r);
    int64_t n = async ? o->cluster_async.count : o->cluster_pipeline.count;
    int64_t size = async ? o->cluster_async.size : o->cluster_pipeline.size;
    char requests[REPORT_TEXT_MAX], bytes[REPORT_TEXT_MAX];
    buf_addf(&r->out,
             async ? "cluster-async: %s request%s of each operation, values of %s byte%s\n"
                   : "cluster-pipeline: %s pipeline%s of 10 commands, values of %s byte%s\n",
             count((double)n, requests), text_plural((double)n), count((double)size, bytes),
             text_plural((double)size));
    width_cut(&r->out, r->where, TEXT_COLUMNS - 20, false);
    buf_addf(&r->out, ": %d primar%s\n", p->primaries, p->primaries == 1 ? "y" : "ies");
}

static void text_begin(struct cluster_report *r, const struct cluster_part *p) {
    char warmup[REPORT_TEXT_MAX];
    bool async = cluster_report_is_async(r);
    if (r->parts == 1) headline(r, p);
    buf_addc(&r->out, '\n');
    if (async)
        buf_addf(&r->out, "%s (--gather %s); ",
                 cluster_async_words((enum cluster_async_shape)p->shape), p->name);
    buf_addf(&r->out, "warm-up %s\n", duration((double)p->warmup_ns, warmup));
    buf_addf(&r->out, "%-*s%*s%*s%*s%*s%*s%*s%*s%*s\n", NAME, async ? "operation" : "", COUNT,
             async ? "requests" : "count", SECONDS, "seconds", RATE, "rate/s", ERRORS, "err",
             LATENCY, "p50", LATENCY, "p99", LATENCY, "max", CPU, async ? "CPU/req" : "CPU/each");
}

static void text_row(struct cluster_report *r, const struct cluster_part *p,
                     const struct cluster_row *row) {
    const struct tally *t = row->tally;
    const struct hist *h = t->service;
    char text[6][REPORT_TEXT_MAX];
    double seconds = (double)row->elapsed_ns / 1e9;
    (void)p;
    buf_addf(&r->out, "%-*s%*s%*.4f%*s%*s", NAME, row->name, COUNT, count((double)t->done, text[0]),
             SECONDS, seconds, RATE,
             report_compact(cluster_report_rate(row), 0, RATE - 1, text[1], REPORT_TEXT_MAX),
             ERRORS, report_compact((double)t->errors, 0, ERRORS - 1, text[2], REPORT_TEXT_MAX));
    buf_addf(&r->out, "%*s%*s", LATENCY, percentile(h, 50, text[0]), LATENCY,
             percentile(h, 99, text[1]));
    buf_addf(&r->out, "%*s%*s\n", LATENCY, duration(h->count ? (double)h->max : NAN, text[2]), CPU,
             duration(cluster_report_cpu(row), text[3]));
}

static void error_words(struct cluster_report *r, const struct tally *t) {
    const struct tally_word *words[TALLY_WORDS];
    char n[REPORT_TEXT_MAX];
    int kinds = report_words(t, words);
    if (!kinds) return;
    buf_adds(&r->out, "errors, and the first text of each kind:\n");
    for (int i = 0; i < kinds && i < WORDS_MAX; i++) {
        buf_adds(&r->out, "  ");
        width_cut(&r->out, words[i]->word, WORD, true);
        buf_addf(&r->out, "%*s  ", COUNT, count((double)words[i]->count, n));
        width_cut(&r->out, words[i]->text, TEXT_COLUMNS - WORD - COUNT - 4, false);
        buf_addc(&r->out, '\n');
    }
    if (kinds > WORDS_MAX) buf_addf(&r->out, "  and %d more kinds\n", kinds - WORDS_MAX);
}

static void text_end(struct cluster_report *r, const struct cluster_part *p,
                     const struct cluster_row *total) {
    text_row(r, p, total);
    if (total->cut) buf_adds(&r->out, "interrupted before the end\n");
    if (p->redirects) buf_addf(&r->out, "redirects followed: %" PRIu64 "\n", p->redirects);
    error_words(r, total->tally);
}

static void text_finish(struct cluster_report *r) {
    double one = r->rates[CLUSTER_ASYNC_NONE], many = r->rates[CLUSTER_ASYNC_TRUE];
    if (!cluster_report_is_async(r) || one <= 0 || many <= 0) return;
    buf_addf(&r->out,
             "\nrounds of 100 against one after another: %.1f times the requests per second\n",
             many / one);
}

const struct cluster_format cluster_report_text = {text_begin, text_row, text_end, text_finish};

/* ---- -q ---- */

static void quiet_begin(struct cluster_report *r, const struct cluster_part *p) {
    (void)r;
    (void)p;
}

static void quiet_row(struct cluster_report *r, const struct cluster_part *p,
                      const struct cluster_row *row) {
    const struct tally *t = row->tally;
    double rate = cluster_report_rate(row);
    bool async = cluster_report_is_async(r);
    buf_addf(&r->out, "%s%s%s: ", p->name, async ? " " : "", async ? row->name : "");
    buf_addf(&r->out, isfinite(rate) ? "%.2f" : "n/a", rate);
    buf_addf(&r->out, " %s per second, p50=", async ? "requests" : row->name);
    if (hist_knows(t->service, 50))
        buf_addf(&r->out, "%.3f msec", (double)hist_percentile(t->service, 50) / 1e6);
    else
        buf_adds(&r->out, "n/a msec");
    if (t->errors)
        buf_addf(&r->out, ", %" PRIu64 " error%s", t->errors, text_plural((double)t->errors));
    buf_addc(&r->out, '\n');
}

static void quiet_finish(struct cluster_report *r) {
    (void)r;
}

const struct cluster_format cluster_report_quiet = {quiet_begin, quiet_row, quiet_row,
                                                    quiet_finish};
