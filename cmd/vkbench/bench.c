/* SPDX-License-Identifier: BSD-3-Clause */
/* See bench.h. */
#include "bench.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "client/client.h"
#include "core/errclass.h"
#include "face.h"
#include "io/file.h"
#include "io/host.h"
#include "io/signal.h"
#include "resp/reply.h"

enum {
    OUT_MAX = 1 << 30,
    SPARE_DESCRIPTORS = 32,     /* besides the connections: loops, pipes, terminal */
    DESCRIPTORS_PER_THREAD = 8, /* its loop, pipe, and connections being made */
    EXIT_FAILED = 13,
};

static const struct report_ops *choose_report(const struct options *o) {
    bool native = o->face == FACE_NATIVE;
    switch (o->format) {
    case FORMAT_QUIET: return native ? &report_quiet : &report_compatible_quiet;
    case FORMAT_CSV: return native ? &report_csv : &report_compatible_csv;
    case FORMAT_JSON: return &report_json;
    case FORMAT_SEED: return &report_seed;
    default: return native ? &report_text : &report_compatible_text;
    }
}

static uint64_t choose_seed(const struct options *o) {
    return o->seed >= 0 ? (uint64_t)o->seed : (uint64_t)clock_now_ns() % 1000000000;
}

static int need_descriptors(const struct options *o, struct err *e) {
    struct err why;
    uint64_t threads = o->threads > 0 ? (uint64_t)o->threads : 1;
    uint64_t wanted = (uint64_t)host_open_descriptors() + (uint64_t)o->connections +
                      threads * DESCRIPTORS_PER_THREAD + SPARE_DESCRIPTORS;
    if (host_need_descriptors(wanted, &why) == 0) return 0;
    return err_set(e, VK_EUSAGE, "-c %lld: %s", (long long)o->connections, why.text);
}

static int look_at_server(struct bench *b, struct err *e) {
    const struct options *o = b->opts;
    if (o->face != FACE_NATIVE && o->cluster)
        return preflight_cluster(b->loop, &o->cluster_opts, &b->facts, e);
    return preflight(b->loop, &o->conn, o->face != FACE_NATIVE, &b->facts, e);
}

int bench_init(struct bench *b, const struct options *o, struct loop *l, int argc, char **argv,
               struct err *e) {
    *b = (struct bench){.opts = o, .loop = l, .ops = choose_report(o)};
    b->report = (struct report){
        .opts = o,
        .server = &b->facts,
        .seed = choose_seed(o),
        .where = connopt_where(&o->conn, b->where, sizeof b->where),
        .argc = argc,
        .argv = argv,
    };
    buf_init(&b->out, OUT_MAX);
    live_init(&b->live, o);
    int code = need_descriptors(o, e);
    if (code == 0) code = look_at_server(b, e);
    if (code < 0) return code;
    if (o->face != FACE_NATIVE && !b->facts.has_config)
        msg_say("WARNING: Could not fetch server CONFIG");
    report_compatible_banner(&b->report, &b->out);
    bench_flush(b);
    return 0;
}

/* What stands before the first test; a command line that is refused has none. */
static void begin(struct bench *b) {
    if (!b->begun) b->ops->begin(&b->report, &b->out);
    b->begun = true;
}

void bench_release(struct bench *b) {
    live_release(&b->live);
    preflight_release(&b->facts);
    buf_release(&b->out);
}

void bench_flush(struct bench *b) {
    struct err e;
    if (b->out.over) msg_die(1, "the report is longer than %d bytes", OUT_MAX);
    int code = b->out.len ? file_write_fd(STDOUT_FILENO, b->out.p, b->out.len, &e) : 0;
    buf_clear(&b->out);
    if (code < 0 && e.sys == EPIPE) signal_reraise(SIGPIPE);
    if (code < 0 && e.code != VK_ECANCEL)
        msg_die(1, "cannot write standard output: %s", strerror(e.sys));
}

static void show_trace(const char *line) {
    msg_say("%s", line);
}

void bench_run_opts(const struct bench *b, struct run_opts *ro) {
    const struct options *o = b->opts;
    *ro = (struct run_opts){
        .conn = &o->conn,
        .cluster = o->cluster ? &o->cluster_opts : NULL,
        .trace = o->clusteropt.trace ? show_trace : NULL,
        .sentinels = o->sentinels.sentinel.list ? &o->sentinels : NULL,
        .own_slots = o->face != FACE_NATIVE,
        .connections = (int)o->connections,
        .pipeline = (int)o->pipeline,
        .threads = report_threads(&b->report),
        .keep_alive = o->keep_alive != 0,
        .tracking = o->tracking,
        .requests = o->requests > 0 ? (uint64_t)o->requests : 0,
        .duration_s = o->duration_s,
        .warmup_s = o->warmup_s,
        .rate = o->rate,
        .fail_fast = o->face != FACE_NATIVE,
        .compatible_greeting = o->face != FACE_NATIVE,
    };
}

bool bench_test(struct bench *b, const struct workload *w, const struct run_opts *ro) {
    struct run_result r;
    struct err e;
    begin(b);
    live_begin(&b->live, w->title, ro);
    int code = run_execute(b->loop, ro, w, live_sample, &b->live, &r, &e);
    live_end(&b->live);
    if (code < 0) {
        b->stopped = e;
        b->stopped.code = code;
    } else {
        /* the tool prints no report of a test that failed */
        if (b->opts->face == FACE_NATIVE || !r.err.code)
            b->ops->test(&b->report, w, ro, &r, &b->out);
        b->failed |= r.total.errors || r.unfinished;
        for (int i = 0; i < r.n_rows; i++)
            b->failed |= r.rows[i].errors != 0;
        b->stopped = r.err;
        bench_flush(b);
    }
    run_release(&r);
    return !b->stopped.code && !signal_stop();
}

static int told(const struct reply *r, struct err *e) {
    if (!resp_read_is_error(r->type)) return 0;
    return err_set(e, VK_ESERVER, "%.*s", (int)(r->len < 300 ? r->len : 300), r->p);
}

static int call_at(struct bench *b, const struct connopt *conn, int argc, const char *const *argv,
                   struct err *e) {
    struct client *c;
    const struct reply *r;
    int code = client_new(b->loop, conn, NULL, &c, e);
    if (code < 0) return code;
    code = client_connect(c, e);
    if (code == 0) code = client_call(c, argc, argv, &r, e);
    if (code == 0) code = told(r, e);
    client_free(c);
    return code;
}

static int call_everywhere(struct bench *b, int argc, const char *const *argv, struct err *e) {
    struct cluster *c = cluster_new(b->loop, &b->opts->cluster_opts, NULL);
    int *nodes = mem_zalloc(SLOTS_NODES_MAX, sizeof *nodes);
    int code = cluster_connect(c, e);
    int n = code == 0 ? slots_primaries(cluster_slots(c), nodes, SLOTS_NODES_MAX) : 0;
    for (int i = 0; i < n && code == 0; i++) {
        struct cluster_door door;
        cluster_door(c, nodes[i], &door);
        code = call_at(b, &door.conn, argc, argv, e);
    }
    free(nodes);
    cluster_free(c);
    return code;
}

int bench_command(struct bench *b, int argc, const char *const *argv, struct err *e) {
    if (b->opts->cluster) return call_everywhere(b, argc, argv, e);
    return call_at(b, &b->opts->conn, argc, argv, e);
}

int bench_end(struct bench *b) {
    bool native = b->opts->face == FACE_NATIVE;
    int code = 0;
    if (b->stopped.code)
        code = native ? errclass_exit_of_code(b->stopped.code) : 1;
    else if (b->failed && native)
        code = EXIT_FAILED;
    if (signal_stop()) code = 130;
    if (b->begun) b->ops->end(&b->report, code, &b->out);
    bench_flush(b);
    if (b->stopped.code) face_fail(b->opts, &b->stopped);
    return code;
}
