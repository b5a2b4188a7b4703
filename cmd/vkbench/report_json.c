/* SPDX-License-Identifier: BSD-3-Clause */
/* JSON: one document over all runs of one call, in pieces: begin opens it, end closes it, so that
 * it is whole also when the last run was interrupted. Times are ns unless their names say
 * otherwise; what is not known is null. tests/vkbench/report.schema.json describes it. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "io/host.h"
#include "ui/jsonw.h"
#include "report_json.h"

/* --- the whole call --------------------------------------------------------------------------- */

static void add_environment(struct buf *out) {
    struct host_facts f;
    host_facts(&f);
    jsonw_object(out, "env");
    jsonw_text(out, "host", f.name);
    jsonw_text(out, "system", f.system);
    jsonw_text(out, "machine", f.machine);
    jsonw_text(out, "cpu", f.cpu);
    jsonw_text(out, "governor", f.governor);
    jsonw_text(out, "clock", f.clock);
    jsonw_count(out, "cores", f.cores > 0 ? (uint64_t)f.cores : 0);
    jsonw_text(out, "utc", f.utc);
    buf_addc(out, '}');
}

static void add_server(struct buf *out, const struct server_facts *f) {
    jsonw_object(out, "server");
    jsonw_text(out, "name", f->name);
    jsonw_text(out, "version", f->version);
    jsonw_text(out, "mode", f->mode);
    if (f->has_config) {
        jsonw_text(out, "save", f->save);
        jsonw_text(out, "appendonly", f->appendonly);
    } else {
        jsonw_none(out, "save");
        jsonw_none(out, "appendonly");
    }
    jsonw_count_or_null(out, "io_threads", (uint64_t)f->io_threads, f->io_threads > 0);
    jsonw_count_or_null(out, "keys", (uint64_t)f->keys, f->keys >= 0);
    buf_addc(out, '}');
}

static void add_target(struct buf *out, const struct report *r) {
    const struct connopt *c = &r->opts->conn;
    jsonw_object(out, "target");
    jsonw_text(out, "address", r->where);
    jsonw_text(out, "transport", c->tls ? "tls" : c->path ? "unix" : "tcp");
    jsonw_count(out, "protocol", c->protocol == 3 ? 3 : 2);
    jsonw_count(out, "database", c->db > 0 ? (uint64_t)c->db : 0);
    buf_addc(out, '}');
}

static void document_begin(struct report *r, struct buf *out) {
    buf_addc(out, '{');
    jsonw_text(out, "schema", "vkbench/1");
    jsonw_object(out, "tool");
    jsonw_text(out, "name", "vkbench");
    jsonw_text(out, "version", VK_VERSION);
    buf_addc(out, '}');
    jsonw_array(out, "argv");
    for (int i = 0; i < r->argc; i++)
        jsonw_element(out, r->argv[i]);
    buf_addc(out, ']');
    add_environment(out);
    add_server(out, r->server);
    add_target(out, r);
    jsonw_count(out, "seed", r->seed);
    jsonw_array(out, "tests");
}

static void document_end(struct report *r, int exit_code, struct buf *out) {
    (void)r;
    buf_addf(out, "],\"exit\":%d}\n", exit_code);
}

/* --- one run ---------------------------------------------------------------------------------- */

static void add_load(struct buf *out, const struct report *r, const struct workload *w,
                     const struct run_opts *o) {
    size_t bytes = workload_bytes(w);
    jsonw_object(out, "load");
    jsonw_text(out, "model", o->rate > 0 ? "open" : "closed");
    jsonw_number(out, "rate_asked", o->rate > 0 ? o->rate : NAN);
    jsonw_count(out, "connections", (uint64_t)o->connections);
    jsonw_count(out, "pipeline", (uint64_t)o->pipeline);
    jsonw_count(out, "threads", (uint64_t)o->threads);
    jsonw_flag(out, "keep_alive", o->keep_alive);
    jsonw_flag(out, "tracking", o->tracking);
    jsonw_count_or_null(out, "requests", o->requests, o->requests);
    jsonw_number(out, "duration_s", o->duration_s > 0 ? o->duration_s : NAN);
    jsonw_count_or_null(out, "operation_bytes", bytes, bytes);
    jsonw_count_or_null(out, "data_bytes", (uint64_t)r->opts->data_size,
                        r->opts->mode != MODE_BASIC);
    jsonw_count_or_null(out, "keyspace", w->range, w->range);
    jsonw_flag(out, "sequential", w->sequential);
    buf_addc(out, '}');
}

static void add_result(struct buf *out, const char *name, const char *scope,
                       const struct run_result *r, const struct tally *t) {
    jsonw_text(out, "name", name);
    jsonw_text(out, "scope", scope);
    jsonw_count(out, "count", t->done);
    report_json_errors(out, t);
    jsonw_number(out, "rate", report_rate(r, t));
    jsonw_count(out, "bytes_out", t->bytes_out);
    jsonw_count(out, "bytes_in", t->bytes_in);
    jsonw_object(out, "latency");
    report_json_distribution(out, "service", t->service);
    report_json_distribution(out, "response", r->rated ? t->response : NULL);
    report_json_distribution(out, "lag", r->rated ? t->lag : NULL);
    report_json_distribution(out, "failed", t->failed);
    buf_addc(out, '}');
}

static void add_results(struct buf *out, const struct workload *w, const struct run_result *r) {
    jsonw_array(out, "results");
    for (int i = 0; i < r->n_rows; i++) {
        jsonw_separate(out);
        buf_addc(out, '{');
        add_result(out, w->rows[i].title, w->rows[i].aside ? "framing" : "command", r, &r->rows[i]);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
    jsonw_object(out, "total");
    add_result(out, w->title, "total", r, &r->total);
    buf_addc(out, '}');
}

static void add_threads(struct buf *out, const struct run_result *r) {
    jsonw_array(out, "threads");
    for (int i = 0; i < r->n_threads; i++) {
        jsonw_separate(out);
        buf_addc(out, '{');
        jsonw_count(out, "connections", (uint64_t)r->threads[i].connections);
        jsonw_count(out, "cpu", (uint64_t)r->threads[i].cpu_ns);
        jsonw_count(out, "wall", (uint64_t)r->threads[i].wall_ns);
        jsonw_number(out, "cpu_share", run_cpu_share(r, i));
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_left_over(struct buf *out, const struct run_result *r) {
    jsonw_count(out, "reconnects", r->reconnects);
    jsonw_count(out, "pushes", r->pushes);
    jsonw_object(out, "unfinished");
    jsonw_count(out, "count", r->unfinished);
    jsonw_count_or_null(out, "oldest", (uint64_t)r->oldest_ns, r->unfinished && r->oldest_ns >= 0);
    buf_addc(out, '}');
    jsonw_count(out, "unsent", r->unsent);
    jsonw_flag(out, "interrupted", r->interrupted);
    if (!r->err.code) {
        jsonw_none(out, "error");
        return;
    }
    jsonw_text(out, "error", r->err.text);
}

static void add_warning(void *arg, const char *sentence) {
    jsonw_element(arg, sentence);
}

static void add_worth(struct buf *out, const struct run_opts *o, const struct run_result *r) {
    double law = run_littles_law(r);
    add_threads(out, r);
    jsonw_flag(out, "generator_limited", run_generator_limited(r));
    jsonw_object(out, "littles_law");
    jsonw_number(out, "in_flight", r->in_flight);
    jsonw_number(out, "rate_x_latency", r->in_flight * (1 + law));
    jsonw_number(out, "difference", law);
    buf_addc(out, '}');
    jsonw_object(out, "syscalls");
    jsonw_count(out, "read", r->syscalls_read);
    jsonw_count(out, "write", r->syscalls_write);
    jsonw_count(out, "wait", r->waits);
    buf_addc(out, '}');
    jsonw_count(out, "bytes_out", r->bytes_out);
    jsonw_count(out, "bytes_in", r->bytes_in);
    jsonw_array(out, "warnings");
    report_warnings(o, r, add_warning, out);
    buf_addc(out, ']');
}

static void document_test(struct report *r, const struct workload *w, const struct run_opts *o,
                          const struct run_result *res, struct buf *out) {
    if (r->tests++) buf_addc(out, ',');
    buf_addc(out, '\n');
    buf_addc(out, '{');
    jsonw_text(out, "name", w->title);
    add_load(out, r, w, o);
    jsonw_object(out, "window");
    jsonw_number(out, "warmup_s", o->warmup_s);
    jsonw_number(out, "elapsed_s", (double)res->elapsed_ns / 1e9);
    buf_addc(out, '}');
    add_results(out, w, res);
    report_json_distribution(out, "connect", res->connect);
    report_json_distribution(out, "rps", res->rps);
    report_json_timeline(out, &res->timeline);
    report_json_cluster(out, res);
    add_left_over(out, res);
    add_worth(out, o, res);
    buf_addc(out, '}');
}

const struct report_ops report_json = {document_begin, document_test, document_end};
