/* SPDX-License-Identifier: BSD-3-Clause */
/* The line that is seen while a run goes on. See live.h. It may fail to appear (standard error is
 * closed, say) without harm to the run. */
#include "live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/file.h"
#include "io/tty.h"
#include "ui/width.h"
#include "report.h"

enum { LINE_MAX_BYTES = 8192, COLUMNS_LEAST = 20, COLUMNS_MOST = 500, PIPE_COLUMNS = 80 };

void live_init(struct live *l, const struct options *o) {
    *l = (struct live){.opts = o, .second = hist_new()};
}

void live_release(struct live *l) {
    free(l->second);
    l->second = NULL;
}

static void forget_interval(struct live *l) {
    hist_clear(l->second);
    l->second_done = 0;
    l->second_ns = 0;
}

void live_begin(struct live *l, const char *title, const struct run_opts *run) {
    l->title = title;
    l->run = run;
    l->shown_ns = clock_now_ns();
    forget_interval(l);
}

/* A line that was not written is no loss, and there is nobody to tell. */
static void show(const struct buf *b) {
    int ignored = file_write_fd(STDERR_FILENO, b->p, b->len, NULL);
    (void)ignored;
}

void live_end(struct live *l) {
    static char erase[] = "\r\x1b[K";
    if (l->opts->face != FACE_NATIVE) {
        report_compatible_clear(l);
        return;
    }
    if (l->on_line) show(&(struct buf){.p = erase, .len = sizeof erase - 1});
    l->on_line = false;
}

/* --- the text --------------------------------------------------------------------------------- */

/* The part of the run that is done, 0 to 1; 0 when it has no end. */
static double part_done(const struct live *l, const struct run_sample *s) {
    double elapsed_s = (double)s->elapsed_ns / 1e9, part = 0;
    if (s->phase == RUN_WARMUP) return 0;
    if (l->run->requests) part = (double)(s->done + s->errors) / (double)l->run->requests;
    if (l->run->duration_s > 0 && elapsed_s / l->run->duration_s > part)
        part = elapsed_s / l->run->duration_s;
    return part > 1 ? 1 : part;
}

static void add_eta(struct buf *b, const struct live *l, const struct run_sample *s) {
    double part = part_done(l, s);
    if (part <= 0) return;
    double left_s = (double)s->elapsed_ns / 1e9 * (1 - part) / part;
    buf_addf(b, "  %.0f %%", part * 100);
    if (left_s < 1e7) buf_addf(b, "  ETA %.0f s", left_s);
}

/* Of the time since the last line when that holds enough requests, else of the phase so far. */
static void add_latency(struct buf *b, const struct live *l, const struct run_sample *s, double p) {
    char text[REPORT_TEXT_MAX];
    const struct hist *h = hist_knows(l->second, p) || !s->all ? l->second : s->all;
    buf_addf(b, "  p%g %s", p,
             report_duration(hist_percentile(h, p), hist_knows(h, p), text, sizeof text));
}

static void add_figures(struct buf *b, const struct live *l, const struct run_sample *s) {
    char rate[REPORT_TEXT_MAX], errors[REPORT_TEXT_MAX];
    double per_s = l->second_ns > 0 ? (double)l->second_done * 1e9 / (double)l->second_ns : 0;
    buf_addf(b, "%s/s", report_number(per_s, per_s < 100 ? 1 : 0, rate, sizeof rate));
    add_latency(b, l, s, 50);
    add_latency(b, l, s, 99);
    buf_addf(b, "  %s error%s", report_number((double)s->errors, 0, errors, sizeof errors),
             s->errors == 1 ? "" : "s");
    add_eta(b, l, s);
}

static void compose(struct buf *b, const struct live *l, const struct run_sample *s, int columns) {
    struct buf line;
    buf_init(&line, LINE_MAX_BYTES);
    width_cut(&line, l->title, columns / 4, false);
    buf_adds(&line, ": ");
    switch (s->phase) {
    case RUN_CONNECTING:
        buf_addf(&line, "connecting, %d of %d", s->connected, l->run->connections);
        break;
    case RUN_WARMUP:
        buf_addf(&line, "warm-up %.0f s  ", (double)s->elapsed_ns / 1e9);
        add_figures(&line, l, s);
        break;
    case RUN_MEASURING: add_figures(&line, l, s); break;
    case RUN_DRAINING: buf_adds(&line, "waiting for the last replies"); break;
    }
    width_cut(b, buf_cstr(&line), columns, false);
    buf_release(&line);
}

/* --- when and where --------------------------------------------------------------------------- */

/* One column is left free: a full line would begin the next one on some terminals. */
static int columns_to_use(void) {
    int columns = tty_columns(STDERR_FILENO) - 1;
    return columns < COLUMNS_LEAST  ? COLUMNS_LEAST
           : columns > COLUMNS_MOST ? COLUMNS_MOST
                                    : columns;
}

static void redraw(struct live *l, const struct run_sample *s) {
    struct buf b;
    buf_init(&b, LINE_MAX_BYTES * 4);
    buf_adds(&b, "\r");
    compose(&b, l, s, columns_to_use());
    buf_adds(&b, "\x1b[K");
    show(&b);
    buf_release(&b);
    l->on_line = true;
}

static void print(struct live *l, const struct run_sample *s) {
    struct buf b;
    buf_init(&b, LINE_MAX_BYTES * 4);
    compose(&b, l, s, PIPE_COLUMNS);
    buf_addc(&b, '\n');
    show(&b);
    buf_release(&b);
}

/* A second after the last line? Late samples do not add up. */
static bool is_due(struct live *l) {
    int64_t late_ns = clock_now_ns() - l->shown_ns - CLOCK_NS_PER_S;
    if (late_ns < 0) return false;
    l->shown_ns += CLOCK_NS_PER_S + late_ns / CLOCK_NS_PER_S * CLOCK_NS_PER_S;
    return true;
}

static void native_sample(struct live *l, const struct run_sample *s) {
    bool wordy = l->opts->format == FORMAT_TEXT || l->opts->format == FORMAT_SEED;
    if (!l->opts->tty_err && !wordy) return;
    l->second_done += s->recent_done;
    l->second_ns += s->recent_ns;
    if (s->recent) hist_merge(l->second, s->recent);
    if (l->opts->tty_err)
        redraw(l, s);
    else if (is_due(l))
        print(l, s);
    else
        return;
    forget_interval(l);
}

void live_sample(void *arg, const struct run_sample *s) {
    struct live *l = arg;
    if (l->opts->face == FACE_NATIVE)
        native_sample(l, s);
    else
        report_compatible_progress(l, s);
}
