/* SPDX-License-Identifier: BSD-3-Clause */
/* JSON: one document over all runs of one call, in pieces: begin opens it, end closes it, so that
 * it is whole also when the last run was interrupted. Times are ns unless their names say
 * otherwise; what is not known is null. tests/vkbench/report.schema.json describes it. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "io/host.h"
#include "json.h"
#include "report_json.h"

/* --- the whole call --------------------------------------------------------------------------- */

static void add_environment(struct buf *out) {
    struct host_facts f;
    host_facts(&f);
    json_object(out, "env");
    json_text(out, "host", f.name);
    json_text(out, "system", f.system);
    json_text(out, "machine", f.machine);
    json_text(out, "cpu", f.cpu);
    json_text(out, "governor", f.governor);
    json_text(out, "clock", f.clock);
    json_count(out, "cores", f.cores > 0 ? (uint64_t)f.cores : 0);
    json_text(out, "utc", f.utc);
    buf_addc(out, '}');
}

static void add_server(struct buf *out, const struct server_facts *f) {
    json_object(out, "server");
    json_text(out, "name", f->name);
    json_text(out, "version", f->version);
    json_text(out, "mode", f->mode);
    if (f->has_config) {
        json_text(out, "save", f->save);
        json_text(out, "appendonly", f->appendonly);
    } else {
        json_none(out, "save");
        json_none(out, "appendonly");
    }
    json_count_or_null(out, "io_threads", (uint64_t)f->io_threads, f->io_threads > 0);
    json_count_or_null(out, "keys", (uint64_t)f->keys, f->keys >= 0);
    buf_addc(out, '}');
}

static void add_target(struct buf *out, const struct report *r) {
    const struct connopt *c = &r->opts->conn;
    json_object(out, "target");
    json_text(out, "address", r->where);
    json_text(out, "transport", c->tls ? "tls" : c->path ? "unix" : "tcp");
    json_count(out, "protocol", c->protocol == 3 ? 3 : 2);
    json_count(out, "database", c->db > 0 ? (uint64_t)c->db : 0);
    buf_addc(out, '}');
}

static void document_begin(struct report *r, struct buf *out) {
    buf_addc(out, '{');
    json_text(out, "schema", "vkbench/1");
    json_object(out, "tool");
    json_text(out, "name", "vkbench");
    json_text(out, "version", VK_VERSION);
    buf_addc(out, '}');
    json_array(out, "argv");
    for (int i = 0; i < r->argc; i++)
        json_element(out, r->argv[i]);
    buf_addc(out, ']');
    add_environment(out);
    add_server(out, r->server);
    add_target(out, r);
    json_count(out, "seed", r->seed);
    json_array(out, "tests");
}

static void document_end(struct report *r, int exit_code, struct buf *out) {
    (void)r;
    buf_addf(out, "],\"exit\":%d}\n", exit_code);
}

/* --- one run ---------------------------------------------------------------------------------- */

static void add_load(struct buf *out, const struct report *r, const struct workload *w,
                     const struct run_opts *o) {
    size_t bytes = workload_bytes(w);
    json_object(out, "load");
    json_text(out, "model", o->rate > 0 ? "open" : "closed");
    json_number(out, "rate_asked", o->rate > 0 ? o->rate : NAN);
    json_count(out, "connections", (uint64_t)o->connections);
    json_count(out, "pipeline", (uint64_t)o->pipeline);
    json_count(out, "threads", (uint64_t)o->threads);
    json_flag(out, "keep_alive", o->keep_alive);
    json_flag(out, "tracking", o->tracking);
    json_count_or_null(out, "requests", o->requests, o->requests);
    json_number(out, "duration_s", o->duration_s > 0 ? o->duration_s : NAN);
    json_count_or_null(out, "operation_bytes", bytes, bytes);
    json_count_or_null(out, "data_bytes", (uint64_t)r->opts->data_size,
                       r->opts->mode != MODE_BASIC);
    json_count_or_null(out, "keyspace", w->range, w->range);
    json_flag(out, "sequential", w->sequential);
    buf_addc(out, '}');
}

static void add_result(struct buf *out, const char *name, const char *scope,
                       const struct run_result *r, const struct tally *t) {
    json_text(out, "name", name);
    json_text(out, "scope", scope);
    json_count(out, "count", t->done);
    report_json_errors(out, t);
    json_number(out, "rate", report_rate(r, t));
    json_count(out, "bytes_out", t->bytes_out);
    json_count(out, "bytes_in", t->bytes_in);
    json_object(out, "latency");
    report_json_distribution(out, "service", t->service);
    report_json_distribution(out, "response", r->rated ? t->response : NULL);
    report_json_distribution(out, "lag", r->rated ? t->lag : NULL);
    report_json_distribution(out, "failed", t->failed);
    buf_addc(out, '}');
}

static void add_results(struct buf *out, const struct workload *w, const struct run_result *r) {
    json_array(out, "results");
    for (int i = 0; i < r->n_rows; i++) {
        json_separate(out);
        buf_addc(out, '{');
        add_result(out, w->rows[i].title, w->rows[i].aside ? "framing" : "command", r, &r->rows[i]);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
    json_object(out, "total");
    add_result(out, w->title, "total", r, &r->total);
    buf_addc(out, '}');
}

static void add_threads(struct buf *out, const struct run_result *r) {
    json_array(out, "threads");
    for (int i = 0; i < r->n_threads; i++) {
        json_separate(out);
        buf_addc(out, '{');
        json_count(out, "connections", (uint64_t)r->threads[i].connections);
        json_count(out, "cpu", (uint64_t)r->threads[i].cpu_ns);
        json_count(out, "wall", (uint64_t)r->threads[i].wall_ns);
        json_number(out, "cpu_share", run_cpu_share(r, i));
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_left_over(struct buf *out, const struct run_result *r) {
    json_count(out, "reconnects", r->reconnects);
    json_count(out, "pushes", r->pushes);
    json_object(out, "unfinished");
    json_count(out, "count", r->unfinished);
    json_count_or_null(out, "oldest", (uint64_t)r->oldest_ns, r->unfinished && r->oldest_ns >= 0);
    buf_addc(out, '}');
    json_count(out, "unsent", r->unsent);
    json_flag(out, "interrupted", r->interrupted);
    if (!r->err.code) {
        json_none(out, "error");
        return;
    }
    json_text(out, "error", r->err.text);
}

static void add_warning(void *arg, const char *sentence) {
    json_element(arg, sentence);
}

static void add_worth(struct buf *out, const struct run_opts *o, const struct run_result *r) {
    double law = run_littles_law(r);
    add_threads(out, r);
    json_flag(out, "generator_limited", run_generator_limited(r));
    json_object(out, "littles_law");
    json_number(out, "in_flight", r->in_flight);
    json_number(out, "rate_x_latency", r->in_flight * (1 + law));
    json_number(out, "difference", law);
    buf_addc(out, '}');
    json_object(out, "syscalls");
    json_count(out, "read", r->syscalls_read);
    json_count(out, "write", r->syscalls_write);
    json_count(out, "wait", r->waits);
    buf_addc(out, '}');
    json_count(out, "bytes_out", r->bytes_out);
    json_count(out, "bytes_in", r->bytes_in);
    json_array(out, "warnings");
    report_warnings(o, r, add_warning, out);
    buf_addc(out, ']');
}

static void document_test(struct report *r, const struct workload *w, const struct run_opts *o,
                          const struct run_result *res, struct buf *out) {
    if (r->tests++) buf_addc(out, ',');
    buf_addc(out, '\n');
    buf_addc(out, '{');
    json_text(out, "name", w->title);
    add_load(out, r, w, o);
    json_object(out, "window");
    json_number(out, "warmup_s", o->warmup_s);
    json_number(out, "elapsed_s", (double)res->elapsed_ns / 1e9);
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
