/* SPDX-License-Identifier: BSD-3-Clause */
/* The reasons to doubt a result, as sentences: the same in the text and in JSON. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

#define LITTLE_TOLERANCE 0.05
#define RATE_TOLERANCE 0.99

struct doubts {
    report_warning_fn *fn;
    void *arg;
};

static void PRINTF_LIKE(2, 3) doubt(const struct doubts *d, const char *fmt, ...) {
    char text[256];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    d->fn(d->arg, text);
}

static void limit(const struct doubts *d, const struct run_result *r) {
    double most = 0;
    for (int i = 0; i < r->n_threads; i++)
        if (run_cpu_share(r, i) > most) most = run_cpu_share(r, i);
    if (run_generator_limited(r))
        doubt(d, "the generator was the limit (%.0f %% CPU%s): the server can do more", most * 100,
              r->n_threads > 1 ? " of a thread" : "");
}

static void littles_law(const struct doubts *d, const struct run_result *r) {
    double law = run_littles_law(r);
    if (!isfinite(law) || fabs(law) <= LITTLE_TOLERANCE) return;
    doubt(d, "Little's law is broken by %.0f %%: do not trust the latencies", fabs(law) * 100);
}

static void asked_rate(const struct doubts *d, const struct run_opts *o,
                       const struct run_result *r) {
    char asked[REPORT_TEXT_MAX], reached[REPORT_TEXT_MAX];
    if (o->rate <= 0 || r->elapsed_ns <= 0) return;
    double answered = (double)(r->total.done + r->total.errors) * 1e9 / (double)r->elapsed_ns;
    if (answered >= o->rate * RATE_TOLERANCE) return;
    doubt(d, "asked for %s requests/s, reached %s (%.1f %%)",
          report_number(o->rate, o->rate < 100 ? 1 : 0, asked, sizeof asked),
          report_number(answered, answered < 100 ? 1 : 0, reached, sizeof reached),
          answered / o->rate * 100);
}

static void left_over(const struct doubts *d, const struct run_result *r) {
    char count[REPORT_TEXT_MAX], age[REPORT_TEXT_MAX];
    if (r->unfinished)
        doubt(d, "%s unanswered at the end, the oldest for %s: not in the latencies",
              report_number((double)r->unfinished, 0, count, sizeof count),
              report_duration(r->oldest_ns > 0 ? (uint64_t)r->oldest_ns : 0, r->oldest_ns > 0, age,
                              sizeof age));
    if (r->unsent)
        doubt(d, "%s due by the schedule and never sent",
              report_number((double)r->unsent, 0, count, sizeof count));
    if (r->reconnects)
        doubt(d, "connections lost and made again: %s",
              report_number((double)r->reconnects, 0, count, sizeof count));
}

/* A row without any success is told of by its errors. */
static bool every_row_knows(const struct run_result *r, double p) {
    for (int i = 0; i < r->n_rows; i++)
        if (r->rows[i].done && !hist_knows(report_latency(r, &r->rows[i]), p)) return false;
    return true;
}

static void fewer_threads(const struct doubts *d, const struct run_opts *o,
                          const struct run_result *r) {
    if (!o->cluster || r->n_threads >= o->threads) return;
    doubt(d, "only %d of %d threads: each needs a connection to each node, give more with -c",
          r->n_threads, o->threads);
}

/* Redirects that nobody followed. */
static void cluster_unasked(const struct doubts *d, const struct run_opts *o,
                            const struct run_result *r) {
    for (int i = 0; !o->cluster && i < r->total.n_words; i++) {
        const char *word = r->total.words[i].word;
        if (strcmp(word, "MOVED") != 0 && strcmp(word, "ASK") != 0) continue;
        doubt(d, "this is a cluster's node, which has not all keys: give --cluster");
        return;
    }
}

static void samples(const struct doubts *d, const struct run_result *r) {
    static const struct {
        double p;
        const char *needs;
    } shown[] = {{50, "20"}, {90, "100"}, {99, "1,000"}, {99.9, "10,000"}};
    if (r->total.done + r->total.errors == 0) {
        doubt(d, "nothing was answered");
        return;
    }
    if (r->total.done == 0) {
        doubt(d, "no request succeeded: there is no latency to tell");
        return;
    }
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        if (every_row_knows(r, shown[i].p)) continue;
        doubt(d, "too few requests for what is n/a: p%g needs %s of a command", shown[i].p,
              shown[i].needs);
        return;
    }
}

void report_warnings(const struct run_opts *o, const struct run_result *r, report_warning_fn *fn,
                     void *arg) {
    const struct doubts d = {fn, arg};
    limit(&d, r);
    littles_law(&d, r);
    asked_rate(&d, o, r);
    left_over(&d, r);
    fewer_threads(&d, o, r);
    cluster_unasked(&d, o, r);
    samples(&d, r);
}
