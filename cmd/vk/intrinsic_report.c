/* SPDX-License-Identifier: BSD-3-Clause */
/* See intrinsic_report.h. */
#include "intrinsic_report.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/file.h"
#include "io/tty.h"
#include "ui/amount.h"
#include "ui/jsonw.h"

#define MS CLOCK_NS_PER_MS

static const int64_t thresholds[] = {
    INTRINSIC_STALL_NS, 100000, 500000, MS, 5 * MS, 10 * MS, 100 * MS};

enum { THRESHOLDS = sizeof thresholds / sizeof *thresholds, SAY_EVERY_MS = 200 };

static void add_time(struct buf *out, int64_t ns) {
    if (ns < 10000)
        buf_addf(out, "%.2f us", (double)ns / 1000);
    else
        amount_add_time(out, ns);
}

static void put_time(struct buf *out, int64_t ns, int width) {
    struct buf text;
    buf_init(&text, 64);
    add_time(&text, ns);
    buf_addf(out, "%*s", width, buf_cstr(&text));
    buf_release(&text);
}

void intrinsic_report_progress(struct run *r, struct intrinsic_result *res, int64_t since_ns) {
    struct buf line;
    struct err ignored;
    if (!tty_is(STDERR_FILENO) || since_ns - res->said_ns < SAY_EVERY_MS * MS) return;
    res->said_ns = since_ns;
    buf_init(&line, 256);
    buf_adds(&line, "\r");
    amount_add_time(&line, since_ns);
    buf_addf(&line, " of %g s, longest so far: ", r->opts->latency.intrinsic.seconds);
    amount_add_time(&line, res->worst[0].ns);
    buf_adds(&line, "\x1b[K");
    if (file_write_fd(STDERR_FILENO, line.p, line.len, &ignored) < 0) { /* nobody sees it */
    }
    buf_release(&line);
}

/* More than that; the bucket that ns lies in is not. */
static uint64_t count_above(const struct hist *h, int64_t ns) {
    return h->count - hist_count_to(h, (uint64_t)ns);
}

/* ---- for people ---- */

static void put_figures(struct buf *out, const struct hist *h) {
    static const struct {
        const char *name;
        double percent;
    } rows[] = {{"p50", 50}, {"p99", 99}, {"p99.9", 99.9}, {"p99.99", 99.99}, {"p99.999", 99.999}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf_addf(out, "%-9s", rows[i].name);
        put_time(out, (int64_t)hist_percentile(h, rows[i].percent), 8);
        buf_addc(out, '\n');
    }
    buf_addf(out, "%-9s", "max");
    put_time(out, (int64_t)h->max, 8);
    buf_addc(out, '\n');
}

static void put_thresholds(struct buf *out, const struct intrinsic_result *res) {
    double seconds = (double)res->ns / 1e9;
    buf_addf(out, "\n%-9s%8s%13s\n", "above", "stalls", "per second");
    for (int i = 0; i < THRESHOLDS; i++) {
        uint64_t n = count_above(res->hist, thresholds[i]);
        struct buf text;
        buf_init(&text, 64);
        amount_add_time(&text, thresholds[i]);
        buf_addf(out, "%-9s", buf_cstr(&text));
        buf_clear(&text);
        amount_add_count(&text, n);
        buf_addf(out, "%8s%13.2f\n", buf_cstr(&text), (double)n / seconds);
        buf_release(&text);
    }
}

static void put_worst(struct buf *out, const struct intrinsic_result *res) {
    if (!res->worst[0].ns) return;
    buf_adds(out, "\nlongest:");
    for (int i = 0; i < INTRINSIC_WORST && res->worst[i].ns; i++) {
        buf_adds(out, i ? ", " : " ");
        amount_add_time(out, res->worst[i].ns);
        buf_addf(out, " (at %.2f s)", (double)res->worst[i].at_ns / 1e9);
    }
    buf_adds(out, "\n");
}

static const char *meaning(int64_t worst_ns) {
    if (worst_ns < MS)
        return "A quiet machine: what a server here adds to a reply is its own doing.";
    if (worst_ns < 10 * MS)
        return "Usual for a virtual machine or one with other work: a reply may be late by that\n"
               "much, whatever the server does.";
    return "Bad for a server: it stands still that long, and all its clients with it. Other\n"
           "processes, a CPU limit (cgroup cpu.max) or the host (steal in top) take the CPU.";
}

static void put_meaning(struct buf *out, const struct intrinsic_result *res) {
    buf_addf(out, "\n%.3f %% of the time the CPU was with somebody else.\n%s\n",
             100 * (double)res->stolen_ns / (double)res->ns, meaning((int64_t)res->hist->max));
}

static void put_text(struct buf *out, const struct intrinsic_result *res) {
    amount_add_count(out, res->hist->count);
    buf_adds(out, " runs in ");
    amount_add_time(out, res->ns);
    buf_adds(out, ", each of ");
    add_time(out, res->ns / (int64_t)res->hist->count);
    buf_adds(out, "\n\n");
    put_figures(out, res->hist);
    put_thresholds(out, res);
    put_worst(out, res);
    put_meaning(out, res);
}

/* ---- for programs ---- */

static void put_json(struct buf *out, const struct intrinsic_result *res) {
    const struct hist *h = res->hist;
    buf_addc(out, '{');
    jsonw_count(out, "duration_ns", (uint64_t)res->ns);
    jsonw_count(out, "runs", h->count);
    jsonw_count(out, "p50_ns", hist_percentile(h, 50));
    jsonw_count(out, "p99_ns", hist_percentile(h, 99));
    jsonw_count(out, "p99_9_ns", hist_percentile(h, 99.9));
    jsonw_count(out, "p99_99_ns", hist_percentile(h, 99.99));
    jsonw_count(out, "p99_999_ns", hist_percentile(h, 99.999));
    jsonw_count(out, "max_ns", h->max);
    jsonw_count(out, "stolen_ns", (uint64_t)res->stolen_ns);
    jsonw_array(out, "above");
    for (int i = 0; i < THRESHOLDS; i++) {
        jsonw_separate(out);
        buf_addc(out, '{');
        jsonw_count(out, "ns", (uint64_t)thresholds[i]);
        jsonw_count(out, "stalls", count_above(h, thresholds[i]));
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
    jsonw_array(out, "longest");
    for (int i = 0; i < INTRINSIC_WORST && res->worst[i].ns; i++) {
        jsonw_separate(out);
        buf_addc(out, '{');
        jsonw_count(out, "ns", (uint64_t)res->worst[i].ns);
        jsonw_count(out, "at_ns", (uint64_t)res->worst[i].at_ns);
        buf_addc(out, '}');
    }
    buf_adds(out, "]}\n");
}

void intrinsic_report(struct run *r, const struct intrinsic_result *res) {
    int f = r->opts->format;
    struct err ignored;
    static const char clear[] = "\r\x1b[K";
    if (res->said_ns && file_write_fd(STDERR_FILENO, clear, sizeof clear - 1, &ignored) < 0) {
        /* nobody sees it */
    }
    if (f == RENDER_JSON || f == RENDER_QUOTED_JSON || f == RENDER_NDJSON)
        put_json(&r->out, res);
    else
        put_text(&r->out, res);
    run_flush(r);
}
