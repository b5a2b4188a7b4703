/* SPDX-License-Identifier: BSD-3-Clause */
/* See calibrate.h. All is measured by the engine itself on the very road that a user's run takes;
 * only what a reading of the clock and a record cost is taken in place. */
#include "bench/calibrate.h"

#include <stdlib.h>

#include "base/clock.h"
#include "bench/nullserver.h"

enum { ROUNDS = 5, PER_ROUND = 1 << 17, CONNECTIONS = 50 };
#define WARMUP 0.1 /* of a run's time */
#define BUSY 0.9   /* share of a core, or of all, from which on it is the limit */

/* ---- in place ---- */

static double least(double a, double b) {
    return a < b ? a : b;
}

/* What disturbs a round only adds to it: the least is the cost. */
static double measure_clock(void) {
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t from_ns = clock_now_ns();
        for (int i = 1; i < PER_ROUND; i++)
            clock_now_ns();
        best = least(best, (double)(clock_now_ns() - from_ns) / PER_ROUND);
    }
    return best;
}

static double measure_record(void) {
    double best = 1e9;
    struct hist *h = hist_new();
    for (int round = 0; round < ROUNDS; round++) {
        int64_t from_ns = clock_now_ns();
        for (int i = 0; i < PER_ROUND; i++) {
            int64_t submit_ns = clock_now_ns();
            hist_record(h, (uint64_t)(clock_now_ns() - submit_ns));
        }
        best = least(best, (double)(clock_now_ns() - from_ns) / PER_ROUND);
    }
    free(h);
    return best;
}

/* ---- runs ---- */

struct calibration {
    struct loop *loop;
    struct calibrate_result *result;
    struct connopt conn;
    struct workload workload;
};

static const char *no_environment(const char *name) {
    (void)name;
    return NULL;
}

static int prepare(struct calibration *c, struct err *e) {
    static const char *const words[] = {"GET", "key:000000000000"};
    connopt_init(&c->conn);
    int code = connopt_finish(&c->conn, no_environment, e);
    if (code < 0) return code;
    return workload_from_words(&c->workload, 2, words, NULL, &(struct workload_opts){0}, e);
}

static void release(struct calibration *c) {
    workload_release(&c->workload);
    connopt_release(&c->conn);
}

/* One run against the null server on this port. r is to be released when 0 comes back. */
static int run_once(struct calibration *c, struct run_opts *o, int port, struct run_result *r,
                    struct err *e) {
    c->conn.port = port;
    o->conn = &c->conn;
    o->keep_alive = true;
    o->compatible_greeting = true; /* which is none, for nobody */
    o->warmup_s = c->result->seconds * WARMUP;
    o->duration_s = c->result->seconds;
    int code = run_execute(c->loop, o, &c->workload, NULL, NULL, r, e);
    if (code == 0 && r->err.code) code = (*e = r->err).code;
    if (code == 0 && r->interrupted) code = err_set(e, VK_ECANCEL, "interrupted");
    if (code < 0) run_release(r);
    return code;
}

/* Shares of a core. */
struct load {
    double busiest, sum;
};

static void add_share(struct load *load, double share) {
    load->sum += share;
    if (share > load->busiest) load->busiest = share;
}

static struct load load_of_generator(const struct run_result *r) {
    struct load load = {0};
    for (int i = 0; i < r->n_threads; i++)
        add_share(&load, run_cpu_share(r, i));
    return load;
}

/* A server that was started for this run, which took so long, connecting included. */
static struct load load_of_server(const struct nullserver *s, int64_t wall_ns) {
    struct load load = {0};
    for (int i = 0; i < nullserver_threads(s); i++)
        add_share(&load, (double)nullserver_cpu_ns(s, i) / (double)wall_ns);
    return load;
}

static enum calibrate_limit limit_of(const struct load *generator, const struct load *server,
                                     int cores) {
    if (generator->busiest > BUSY) return CALIBRATE_GENERATOR;
    if (server->busiest > BUSY) return CALIBRATE_SERVER;
    return generator->sum + server->sum > BUSY * cores ? CALIBRATE_CORES : CALIBRATE_ROUND_TRIP;
}

static double cpu_per_request(const struct run_result *r) {
    double cpu_ns = 0;
    for (int i = 0; i < r->n_threads; i++)
        cpu_ns += (double)r->threads[i].cpu_ns;
    return r->total.done ? cpu_ns / (double)r->total.done : 0;
}

static void take_figures(struct calibrate_run *run, const struct run_result *r,
                         const struct load *server, int cores) {
    struct load generator = load_of_generator(r);
    run->rate = run_rate(r);
    run->cpu_ns = cpu_per_request(r);
    run->p50 = hist_percentile(r->total.service, 50);
    run->p99 = hist_percentile(r->total.service, 99);
    run->knows_p99 = hist_knows(r->total.service, 99);
    run->busy = generator.busiest;
    run->server_busy = server->busiest;
    run->limit = limit_of(&generator, server, cores);
}

static int measure_run(struct calibration *c, int connections, int pipeline, int threads,
                       struct err *e) {
    struct calibrate_run *run = &c->result->runs[c->result->n_runs];
    struct run_opts o = {.connections = connections, .pipeline = pipeline, .threads = threads};
    struct run_result r;
    struct nullserver *server;
    int port, code = nullserver_start(threads, &server, &port, e);
    if (code < 0) return code;
    int64_t from_ns = clock_now_ns();
    code = run_once(c, &o, port, &r, e);
    if (code == 0) {
        struct load load = load_of_server(server, clock_now_ns() - from_ns);
        *run = (struct calibrate_run){
            .connections = connections, .pipeline = pipeline, .threads = threads};
        take_figures(run, &r, &load, c->result->host.cores);
        c->result->n_runs++;
        run_release(&r);
    }
    nullserver_stop(server);
    return code;
}

static int measure_lag(struct calibration *c, struct err *e) {
    struct run_opts o = {
        .connections = CONNECTIONS, .pipeline = 1, .threads = 1, .rate = CALIBRATE_RPS};
    struct run_result r;
    struct nullserver *server;
    int port, code = nullserver_start(1, &server, &port, e);
    if (code < 0) return code;
    code = run_once(c, &o, port, &r, e);
    if (code == 0) {
        c->result->lag_p50_ns = hist_percentile(r.total.lag, 50);
        c->result->lag_p99_ns = hist_percentile(r.total.lag, 99);
        c->result->knows_lag_p99 = hist_knows(r.total.lag, 99);
        run_release(&r);
    }
    nullserver_stop(server);
    return code;
}

static int measure_all(struct calibration *c, struct err *e) {
    int cores = c->result->host.cores, all = cores < CONNECTIONS ? cores : CONNECTIONS;
    const struct {
        int connections, pipeline, threads;
    } runs[CALIBRATE_RUNS] = {{1, 1, 1},
                              {CONNECTIONS, 1, 1},
                              {CONNECTIONS, 16, 1},
                              {CONNECTIONS, 64, 1},
                              {CONNECTIONS, 1, all},
                              {CONNECTIONS, 16, all}};
    int code = 0, n = all > 1 ? CALIBRATE_RUNS : CALIBRATE_RUNS - 2;
    for (int i = 0; code == 0 && i < n; i++)
        code = measure_run(c, runs[i].connections, runs[i].pipeline, runs[i].threads, e);
    return code < 0 ? code : measure_lag(c, e);
}

int calibrate_run(struct loop *l, double seconds, struct calibrate_result *r, struct err *e) {
    *r = (struct calibrate_result){.seconds = seconds};
    struct calibration c = {.loop = l, .result = r};
    host_facts(&r->host);
    r->clock_ns = measure_clock();
    r->record_ns = measure_record();
    int code = prepare(&c, e);
    if (code == 0) code = measure_all(&c, e);
    release(&c);
    return code;
}
