/* SPDX-License-Identifier: BSD-3-Clause */
/* See cluster_main.h. Everything but JSON is written as it comes; JSON, at the end. */
#include "cluster_main.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <unistd.h>

#include "base/msg.h"
#include "cluster_report.h"
#include "core/errclass.h"
#include "io/file.h"
#include "io/signal.h"

enum { OUT_MAX = 1 << 20, EXIT_ERRORS = 13 };

struct suite {
    struct cluster_report report;
    const struct cluster_format *format;
};

static const struct cluster_format *choose_format(const struct options *o) {
    switch (o->format) {
    case FORMAT_QUIET: return &cluster_report_quiet;
    case FORMAT_CSV: return &cluster_report_csv;
    case FORMAT_JSON: return &cluster_report_json;
    case FORMAT_SEED: return &cluster_report_seed;
    default: return &cluster_report_text;
    }
}

static int flush(struct suite *s, struct err *e) {
    struct buf *out = &s->report.out;
    int code = out->len ? file_write_fd(STDOUT_FILENO, out->p, out->len, e) : 0;
    buf_clear(out);
    return code;
}

static int flush_unless_json(struct suite *s, struct err *e) {
    return s->report.opts->format == FORMAT_JSON ? 0 : flush(s, e);
}

/* ---- what the suite tells ---- */

static int on_begin(void *arg, const struct cluster_part *p, struct err *e) {
    struct suite *s = arg;
    s->report.parts++;
    s->format->begin(&s->report, p);
    return flush_unless_json(s, e);
}

static int on_row(void *arg, const struct cluster_part *p, const struct cluster_row *row,
                  struct err *e) {
    struct suite *s = arg;
    s->format->row(&s->report, p, row);
    return flush_unless_json(s, e);
}

static int on_end(void *arg, const struct cluster_part *p, const struct cluster_row *total,
                  struct err *e) {
    struct suite *s = arg;
    s->report.failed |= total->tally->errors != 0;
    if (!total->cut) s->report.rates[p->shape] = cluster_report_rate(total);
    s->format->end(&s->report, p, total);
    return flush_unless_json(s, e);
}

/* ---- the run ---- */

static void say(void *arg, const char *line) {
    (void)arg;
    msg_say("%s", line);
}

static int run(struct suite *s, struct loop *l, struct err *e) {
    const struct options *o = s->report.opts;
    const struct cluster_show show = {s, on_begin, on_row, on_end};
    const struct cluster_stage stage = {
        .loop = l,
        .opts = &o->cluster_opts,
        .hooks = {.trace = o->clusteropt.trace ? say : NULL},
    };
    int64_t *left = &s->report.left;
    if (cluster_report_is_async(&s->report))
        return cluster_async_run(&stage, &o->cluster_async, &show, left, e);
    return cluster_pipeline_run(&stage, &o->cluster_pipeline, &show, left, e);
}

static int exit_code_of(const struct cluster_report *r, int code) {
    return code < 0 ? errclass_exit_of_code(code) : r->failed ? EXIT_ERRORS : 0;
}

/* The end of what was printed; code and e: how the suite ended, or that it could not be printed. */
static int finish(struct suite *s, int code, struct err *e) {
    struct err unwritten;
    s->report.stopped = e;
    s->report.exit_code = exit_code_of(&s->report, code);
    s->format->finish(&s->report);
    int written = flush(s, &unwritten);
    if (written < 0 && code == 0) *e = unwritten;
    if (written < 0 && unwritten.sys == EPIPE) signal_reraise(SIGPIPE);
    return code < 0 ? code : written;
}

int cluster_main(struct loop *l, const struct options *o) {
    char where[256];
    struct err e;
    struct suite s = {
        .report = {.opts = o,
                   .where = connopt_where(&o->conn, where, sizeof where),
                   .loop = loop_name(l)},
        .format = choose_format(o),
    };
    buf_init(&s.report.out, OUT_MAX);
    int code = run(&s, l, &e);
    if (code == 0) err_clear(&e);
    code = finish(&s, code, &e);
    if (s.report.left)
        msg_warn("%" PRId64 " keys of the suite (bench:*) may be left in the cluster",
                 s.report.left);
    if (code < 0 && code != VK_ECANCEL) msg_warn("%s", e.text);
    buf_release(&s.report.out);
    return exit_code_of(&s.report, code);
}
