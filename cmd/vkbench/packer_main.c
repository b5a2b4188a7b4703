/* SPDX-License-Identifier: BSD-3-Clause */
/* See packer_main.h. Text and CSV come as the rows do, text by the four of a size, of which the
 * best are marked; JSON comes at the end. */
#include "packer_main.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "core/errclass.h"
#include "io/file.h"
#include "io/signal.h"
#include "report.h"
#include "resp/write.h"
#include "ui/jsonw.h"
#include "ui/width.h"

enum {
    ROWS_MAX = PACKER_SIZES * PACKER_STRATEGIES,
    OUT_MAX = 1 << 20,
    EXIT_ERRORS = 13,
    COLUMNS = 80,
};

struct table {
    const struct options *opts;
    const char *where; /* NULL = pure packing */
    struct packer_row rows[ROWS_MAX];
    int n, shown;
    struct buf out;
    struct err unwritten; /* why standard output takes no more; code 0 = it does */
};

static int flush(struct table *t) {
    int code = t->unwritten.code;
    if (code == 0) code = file_write_fd(STDOUT_FILENO, t->out.p, t->out.len, &t->unwritten);
    buf_clear(&t->out);
    return code;
}

/* Of the figures that only a whole turn gives. */
static double known(double v) {
    return v > 0 ? v : NAN;
}

/* ---- text ---- */

static const char *number(double v, int decimals, int columns, char *text) {
    return report_compact(v, decimals, columns, text, REPORT_TEXT_MAX);
}

static void text_begin(struct table *t) {
    char commands[REPORT_TEXT_MAX], bytes[REPORT_TEXT_MAX];
    const struct packer_opts *o = &t->opts->packer;
    buf_addf(&t->out, "SET benchmark <value>: at most %s commands and %sB a row\n",
             number((double)o->commands, 0, 12, commands), number((double)o->bytes, 0, 5, bytes));
    if (t->where) {
        width_cut(&t->out, t->where, COLUMNS - 48, false);
        buf_adds(&t->out, ": one connection, one request at a time\n");
    }
    buf_addf(&t->out, "\n%11s  %-8s%12s  %8s", "value bytes", "packer", "ns/command", "GB/s");
    if (t->where) buf_addf(&t->out, "%13s  %11s%11s", "requests/s", "CPU/request", "calls/req");
    buf_addc(&t->out, '\n');
}

#define TIE 0.05 /* relative difference that says nothing */

struct best {
    double pack_ns, rate;
};

static struct best find_best(const struct packer_row *rows, int n) {
    struct best best = {.pack_ns = INFINITY};
    for (int i = 0; i < n; i++) {
        if (rows[i].pack_ns < best.pack_ns) best.pack_ns = rows[i].pack_ns;
        if (rows[i].served && rows[i].rate > best.rate) best.rate = rows[i].rate;
    }
    return best;
}

static void text_served(struct buf *out, const struct packer_row *r, const struct best *best) {
    char rate[REPORT_TEXT_MAX], cpu[REPORT_TEXT_MAX], calls[REPORT_TEXT_MAX];
    buf_addf(out, "%13s%c %11s%11s\n", number(known(r->rate), r->rate < 100 ? 1 : 0, 12, rate),
             r->rate > 0 && r->rate >= best->rate * (1 - TIE) ? '*' : ' ',
             report_duration((uint64_t)r->cpu_ns, r->cpu_ns > 0, cpu, sizeof cpu),
             number(known(r->syscalls), 2, 10, calls));
    if (!r->errors) return;
    buf_addf(out, "%15s%" PRIu64 " error%s: ", "", r->errors, r->errors == 1 ? "" : "s");
    width_cut(out, r->error, COLUMNS - 35, false);
    buf_addc(out, '\n');
}

static void text_row(struct table *t, const struct packer_row *r, const struct best *best) {
    char size[REPORT_TEXT_MAX], ns[REPORT_TEXT_MAX], gb[REPORT_TEXT_MAX];
    double gb_per_s = r->pack_bytes_per_s / 1e9;
    buf_addf(&t->out, "%11s  %-8s%12s%c %8s", number((double)r->size, 0, 11, size),
             packer_name(r->strategy), number(r->pack_ns, r->pack_ns < 1000 ? 1 : 0, 12, ns),
             r->pack_ns <= best->pack_ns * (1 + TIE) ? '*' : ' ', number(gb_per_s, 2, 8, gb));
    if (r->served)
        text_served(&t->out, r, best);
    else
        buf_addc(&t->out, '\n');
}

static void text_group(struct table *t) {
    const struct packer_row *rows = t->rows + t->shown;
    int n = t->n - t->shown;
    struct best best = find_best(rows, n);
    if (!t->shown) text_begin(t);
    for (int i = 0; i < n; i++)
        text_row(t, &rows[i], &best);
    t->shown = t->n;
}

static void text_end(struct table *t) {
    char cutoff[REPORT_TEXT_MAX];
    text_group(t);
    buf_addf(&t->out,
             "\n* the best of its size, or within 5 %% of it\n"
             "list: values longer than %s bytes are pointed at, not copied\n",
             number(RESP_WRITE_CUTOFF, 0, 8, cutoff));
}

/* ---- CSV ---- */

static void csv_begin(struct table *t) {
    buf_adds(&t->out, "\"value_bytes\",\"packer\",\"commands\",\"ns_per_command\",\"bytes_per_s\","
                      "\"requests\",\"requests_per_s\",\"cpu_ns_per_request\","
                      "\"syscalls_per_request\",\"errors\",\"error\"\n");
}

static void csv_text(struct buf *out, const char *p) {
    buf_addc(out, '"');
    for (; *p; p++) {
        if (*p == '"') buf_addc(out, '"');
        buf_addc(out, *p);
    }
    buf_addc(out, '"');
}

/* An unknown figure is an empty field. */
static void csv_number(struct buf *out, double v, int decimals) {
    if (isfinite(v))
        buf_addf(out, "\"%.*f\",", decimals, v);
    else
        buf_adds(out, "\"\",");
}

static void csv_row(struct table *t, const struct packer_row *r) {
    struct buf *out = &t->out;
    buf_addf(out, "\"%" PRId64 "\",\"%s\",\"%" PRId64 "\",", r->size, packer_name(r->strategy),
             r->commands);
    csv_number(out, r->pack_ns, 3);
    csv_number(out, r->pack_bytes_per_s, 0);
    csv_number(out, r->served ? (double)r->requests : NAN, 0);
    csv_number(out, known(r->rate), 3);
    csv_number(out, known(r->cpu_ns), 1);
    csv_number(out, known(r->syscalls), 3);
    csv_number(out, r->served ? (double)r->errors : NAN, 0);
    csv_text(out, r->error);
    buf_addc(out, '\n');
}

/* ---- JSON ---- */

static void text_or_null(struct buf *out, const char *name, const char *text) {
    if (text)
        jsonw_text(out, name, text);
    else
        jsonw_none(out, name);
}

static void json_served(struct buf *out, const struct packer_row *r) {
    jsonw_object(out, "server");
    jsonw_count(out, "requests", (uint64_t)r->requests);
    jsonw_number(out, "requests_per_s", known(r->rate));
    jsonw_number(out, "cpu_ns_per_request", known(r->cpu_ns));
    jsonw_number(out, "syscalls_per_request", known(r->syscalls));
    jsonw_count(out, "errors", r->errors);
    text_or_null(out, "error", r->errors ? r->error : NULL);
    buf_addc(out, '}');
}

static void json_row(struct buf *out, const struct packer_row *r) {
    jsonw_separate(out);
    buf_addc(out, '{');
    jsonw_count(out, "value_bytes", (uint64_t)r->size);
    jsonw_text(out, "packer", packer_name(r->strategy));
    jsonw_count(out, "commands", (uint64_t)r->commands);
    jsonw_number(out, "ns_per_command", r->pack_ns);
    jsonw_number(out, "bytes_per_s", r->pack_bytes_per_s);
    if (r->served)
        json_served(out, r);
    else
        jsonw_none(out, "server");
    buf_addc(out, '}');
}

static void json_document(struct table *t, int exit_code, const struct err *e) {
    struct buf *out = &t->out;
    bool interrupted = e->code == VK_ECANCEL;
    buf_addc(out, '{');
    jsonw_text(out, "schema", "vkbench-packer/1");
    jsonw_object(out, "tool");
    jsonw_text(out, "name", "vkbench");
    jsonw_text(out, "version", VK_VERSION);
    buf_addc(out, '}');
    text_or_null(out, "target", t->where);
    jsonw_count(out, "commands_per_row", (uint64_t)t->opts->packer.commands);
    jsonw_count(out, "bytes_per_row", (uint64_t)t->opts->packer.bytes);
    jsonw_array(out, "rows");
    for (int i = 0; i < t->n; i++)
        json_row(out, &t->rows[i]);
    buf_addc(out, ']');
    jsonw_flag(out, "interrupted", interrupted);
    text_or_null(out, "error", e->code && !interrupted ? e->text : NULL);
    jsonw_count(out, "exit", (uint64_t)exit_code);
    buf_adds(out, "}\n");
}

/* ---- the run ---- */

static int on_row(void *arg, const struct packer_row *row, struct err *e) {
    struct table *t = arg;
    t->rows[t->n++] = *row;
    if (t->opts->format == FORMAT_JSON) return 0;
    if (t->opts->format == FORMAT_CSV && t->n == 1) csv_begin(t);
    if (t->opts->format == FORMAT_CSV)
        csv_row(t, row);
    else if (t->n - t->shown == PACKER_STRATEGIES)
        text_group(t);
    int code = flush(t);
    if (code < 0) *e = t->unwritten;
    return code;
}

static int exit_code_of(const struct table *t, int code) {
    if (code < 0) return errclass_exit_of_code(code);
    for (int i = 0; i < t->n; i++)
        if (t->rows[i].errors) return EXIT_ERRORS;
    return 0;
}

static void finish(struct table *t, int exit_code, const struct err *why) {
    if (t->opts->format == FORMAT_JSON)
        json_document(t, exit_code, why);
    else if (t->opts->format != FORMAT_CSV && t->n)
        text_end(t);
    if (flush(t) < 0 && t->unwritten.sys == EPIPE) signal_reraise(SIGPIPE);
}

int packer_main(struct loop *l, const struct options *o, const struct connopt *conn) {
    char where[256];
    struct err e;
    struct table t = {.opts = o, .where = conn ? connopt_where(conn, where, sizeof where) : NULL};
    buf_init(&t.out, OUT_MAX);
    int code = packer_run(l, conn, &o->packer, on_row, &t, &e);
    if (code == 0) err_clear(&e); /* a row's error is the row's */
    int exit_code = exit_code_of(&t, code);
    finish(&t, exit_code, &e);
    if (code == 0 && t.unwritten.code) exit_code = exit_code_of(&t, t.unwritten.code);
    const struct err *why = code < 0 ? &e : &t.unwritten;
    if (why->code && why->code != VK_ECANCEL) msg_warn("%s", why->text);
    buf_release(&t.out);
    return exit_code;
}
