/* SPDX-License-Identifier: BSD-3-Clause */
/* See calibrate_main.h. Lines of the text keep to 80 columns by the greatest width of each figure.
 */
#include "calibrate_main.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "bench/calibrate.h"
#include "core/errclass.h"
#include "io/file.h"
#include "io/signal.h"
#include "ui/jsonw.h"
#include "ui/width.h"
#include "report.h"

enum { OUT_MAX = 1 << 16, COLUMNS = 80 };
#define SECONDS_DEFAULT 1.0

/* ---- text ---- */

static const char *limit_text(enum calibrate_limit limit) {
    static const char *const texts[] = {
        [CALIBRATE_GENERATOR] = "vkbench",
        [CALIBRATE_SERVER] = "null server",
        [CALIBRATE_CORES] = "cores",
        [CALIBRATE_ROUND_TRIP] = "round trip",
    };
    return texts[limit];
}

static void text_host(struct buf *out, const struct host_facts *f) {
    struct buf line;
    buf_init(&line, 1024);
    buf_addf(&line, "%s: %s %s", f->name, f->system, f->machine);
    if (f->cpu[0]) buf_addf(&line, ", %s", f->cpu);
    buf_addf(&line, ", %d core%s", f->cores, f->cores == 1 ? "" : "s");
    width_cut(out, buf_cstr(&line), COLUMNS, false);
    buf_addc(out, '\n');
    buf_release(&line);
}

static void text_run(struct buf *out, const struct calibrate_run *r) {
    char rate[REPORT_TEXT_MAX], cpu[REPORT_TEXT_MAX], p50[REPORT_TEXT_MAX], p99[REPORT_TEXT_MAX];
    buf_addf(out, "%9d%5d%5d%13s%13s%10s%10s  %s\n", r->threads, r->connections, r->pipeline,
             report_compact(r->rate, 0, 12, rate, sizeof rate),
             report_duration((uint64_t)r->cpu_ns, true, cpu, sizeof cpu),
             report_duration(r->p50, true, p50, sizeof p50),
             report_duration(r->p99, r->knows_p99, p99, sizeof p99), limit_text(r->limit));
}

static void text_runs(struct buf *out, const struct calibrate_result *r) {
    buf_addf(out, "\n%9s%5s%5s%13s%13s%10s%10s  %s\n", "--threads", "-c", "-P", "requests/s",
             "CPU/request", "p50", "p99", "limit");
    for (int i = 0; i < r->n_runs; i++)
        text_run(out, &r->runs[i]);
}

static void text_floor(struct buf *out, const struct calibrate_run *r) {
    char p50[REPORT_TEXT_MAX], p99[REPORT_TEXT_MAX];
    buf_addf(out,
             "\nfloor: one connection, pipeline 1: p50 %s, p99 %s:\n"
             "  no latency below this can be seen from here\n",
             report_duration(r->p50, true, p50, sizeof p50),
             report_duration(r->p99, r->knows_p99, p99, sizeof p99));
}

/* runs: 50x1, 50x16 and 50x64 with one thread. Where vkbench was not the limit, its own ceiling is
 * higher. */
static void text_ceiling(struct buf *out, const struct calibrate_run *runs) {
    char text[REPORT_TEXT_MAX];
    buf_adds(out, "ceiling:");
    for (int i = 0; i < 3; i++)
        buf_addf(out, "%s %s%s/s at -P %d", i ? "," : "",
                 runs[i].limit == CALIBRATE_GENERATOR ? "" : ">= ",
                 report_compact(runs[i].rate, 0, 8, text, sizeof text), runs[i].pipeline);
    buf_adds(out, "\n  with one thread: a rate near this says more about the generator than about"
                  "\n  the server\n");
}

static bool has_limit(const struct calibrate_result *r, enum calibrate_limit limit) {
    for (int i = 0; i < r->n_runs; i++)
        if (r->runs[i].limit == limit) return true;
    return false;
}

static void text_limits(struct buf *out, const struct calibrate_result *r) {
    buf_adds(out, "limit: what kept a rate from being higher\n");
    if (has_limit(r, CALIBRATE_GENERATOR))
        buf_adds(out, "  vkbench: one of its threads was busy all the time\n");
    if (has_limit(r, CALIBRATE_SERVER))
        buf_adds(out, "  null server: it was busy all the time, vkbench can do more\n");
    if (has_limit(r, CALIBRATE_CORES))
        buf_adds(out, "  cores: vkbench and the null server shared them, and used all of them\n");
    if (has_limit(r, CALIBRATE_ROUND_TRIP))
        buf_adds(out, "  round trip: nobody was busy all the time: both waited, or had no core\n");
}

static void text_costs(struct buf *out, const struct calibrate_result *r) {
    char p50[REPORT_TEXT_MAX], p99[REPORT_TEXT_MAX];
    buf_addf(
        out,
        "clock: a reading takes %.0f ns, stamping and recording a command sent alone %.0f ns\n",
        r->clock_ns, r->record_ns);
    buf_addf(out, "schedule: at --rps %d a request is sent late by p50 %s, p99 %s\n", CALIBRATE_RPS,
             report_duration(r->lag_p50_ns, true, p50, sizeof p50),
             report_duration(r->lag_p99_ns, r->knows_lag_p99, p99, sizeof p99));
}

static void text(struct buf *out, const struct calibrate_result *r) {
    buf_addf(out, "vkbench against its own null server on loopback, %g s a run\n", r->seconds);
    text_host(out, &r->host);
    text_runs(out, r);
    text_floor(out, &r->runs[0]);
    text_ceiling(out, &r->runs[1]);
    text_limits(out, r);
    text_costs(out, r);
}

/* ---- JSON ---- */

static void json_host(struct buf *out, const struct host_facts *f) {
    jsonw_object(out, "env");
    jsonw_text(out, "host", f->name);
    jsonw_text(out, "system", f->system);
    jsonw_text(out, "machine", f->machine);
    jsonw_text(out, "cpu", f->cpu);
    jsonw_text(out, "governor", f->governor);
    jsonw_text(out, "clock", f->clock);
    jsonw_count(out, "cores", (uint64_t)f->cores);
    jsonw_text(out, "utc", f->utc);
    buf_addc(out, '}');
}

static void json_run(struct buf *out, const struct calibrate_run *r) {
    static const char *const limits[] = {
        [CALIBRATE_GENERATOR] = "generator",
        [CALIBRATE_SERVER] = "server",
        [CALIBRATE_CORES] = "cores",
        [CALIBRATE_ROUND_TRIP] = "round_trip",
    };
    jsonw_separate(out);
    buf_addc(out, '{');
    jsonw_count(out, "connections", (uint64_t)r->connections);
    jsonw_count(out, "pipeline", (uint64_t)r->pipeline);
    jsonw_count(out, "threads", (uint64_t)r->threads);
    jsonw_number(out, "requests_per_s", r->rate);
    jsonw_number(out, "cpu_ns_per_request", r->cpu_ns);
    jsonw_count(out, "p50", r->p50);
    jsonw_count_or_null(out, "p99", r->p99, r->knows_p99);
    jsonw_number(out, "generator_busy", r->busy);
    jsonw_number(out, "server_busy", r->server_busy);
    jsonw_text(out, "limit", limits[r->limit]);
    buf_addc(out, '}');
}

/* The figures are null until all of them are there. */
static void json_costs(struct buf *out, const struct calibrate_result *r, bool complete) {
    jsonw_number(out, "clock_ns", r->clock_ns);
    jsonw_number(out, "record_ns", r->record_ns);
    jsonw_object(out, "lag");
    jsonw_count(out, "rps", CALIBRATE_RPS);
    jsonw_count_or_null(out, "p50", r->lag_p50_ns, complete);
    jsonw_count_or_null(out, "p99", r->lag_p99_ns, complete && r->knows_lag_p99);
    buf_addc(out, '}');
}

static void json(struct buf *out, const struct calibrate_result *r, int exit_code,
                 const struct err *e) {
    bool interrupted = e->code == VK_ECANCEL;
    buf_addc(out, '{');
    jsonw_text(out, "schema", "vkbench-calibrate/1");
    jsonw_object(out, "tool");
    jsonw_text(out, "name", "vkbench");
    jsonw_text(out, "version", VK_VERSION);
    buf_addc(out, '}');
    json_host(out, &r->host);
    jsonw_number(out, "seconds", r->seconds);
    jsonw_array(out, "runs");
    for (int i = 0; i < r->n_runs; i++)
        json_run(out, &r->runs[i]);
    buf_addc(out, ']');
    json_costs(out, r, !e->code);
    jsonw_flag(out, "interrupted", interrupted);
    if (e->code && !interrupted)
        jsonw_text(out, "error", e->text);
    else
        jsonw_none(out, "error");
    jsonw_count(out, "exit", (uint64_t)exit_code);
    buf_adds(out, "}\n");
}

/* ---- the run ---- */

int calibrate_main(struct loop *l, const struct options *o) {
    struct calibrate_result result;
    struct err e, unwritten;
    struct buf out;
    int code = calibrate_run(l, o->duration_s > 0 ? o->duration_s : SECONDS_DEFAULT, &result, &e);
    if (code == 0) err_clear(&e);
    int exit_code = code < 0 ? errclass_exit_of_code(code) : 0;
    buf_init(&out, OUT_MAX);
    if (o->format == FORMAT_JSON)
        json(&out, &result, exit_code, &e);
    else if (code == 0)
        text(&out, &result);
    if (code < 0 && code != VK_ECANCEL) msg_warn("%s", e.text);
    int written = file_write_fd(STDOUT_FILENO, out.p, out.len, &unwritten);
    buf_release(&out);
    if (written == 0) return exit_code;
    if (unwritten.sys == EPIPE) signal_reraise(SIGPIPE);
    if (written != VK_ECANCEL) msg_warn("%s", unwritten.text);
    return exit_code ? exit_code : errclass_exit_of_code(written);
}
