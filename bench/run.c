/* SPDX-License-Identifier: BSD-3-Clause */
/* See run.h. This is the main thread's part: it starts the workers, opens the gate, looks at their
 * live figures four times a second, passes the stop on, and adds everything up after the join. */
#include "bench/run_impl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "client/secret.h"
#include "io/signal.h"

enum { SECRET_MAX = 1 << 16 };
#define SAMPLE_NS (250 * CLOCK_NS_PER_MS)
#define REREAD_NS (100 * CLOCK_NS_PER_MS) /* the topology is read so often at most */

/* ---- live figures ---- */

static enum run_phase phase_now(const struct run *r, int64_t now_ns) {
    if (!r->plan.start_ns) return RUN_CONNECTING;
    const struct run_opts *o = r->plan.run;
    double s = (double)(now_ns - r->plan.start_ns) / (double)CLOCK_NS_PER_S - o->warmup_s;
    if (s < 0) return RUN_WARMUP;
    return o->duration_s > 0 && s > o->duration_s ? RUN_DRAINING : RUN_MEASURING;
}

static const struct hist *shown(const struct tally *t) {
    return t->response ? t->response : t->service;
}

static void add_peer(struct run *r, struct run_sample *s, const struct tally *t) {
    const struct workload *load = r->plan.workload;
    for (int k = 0; k < load->n_rows; k++) {
        if (load->rows[k].aside) continue;
        s->done += HIST_LOAD(t[k].done);
        s->errors += HIST_LOAD(t[k].errors);
        if (r->all) hist_merge(r->all, shown(&t[k]));
    }
}

static void sum_up(struct run *r, struct run_sample *s) {
    const struct workload *load = r->plan.workload;
    if (r->all) hist_clear(r->all);
    for (int i = 0; i < r->plan.workers; i++) {
        struct worker *w = &r->workers[i];
        s->connected += atomic_load(&w->connected);
        for (int n = 0; load && n < atomic_load(&w->router.n_nodes); n++) {
            const struct link_peer *peer = &w->router.nodes[n]->peer;
            add_peer(r, s, s->phase == RUN_WARMUP ? peer->warm : peer->rows);
        }
    }
}

static void swap_hists(struct run *r) {
    struct hist *h = r->before;
    r->before = r->all;
    r->all = h;
}

static void take_sample(struct run *r, int64_t now_ns) {
    struct run_sample s = {.phase = phase_now(r, now_ns)};
    if (s.phase == RUN_DRAINING) {
        r->phase = s.phase; /* the figures go on */
    } else if (s.phase != r->phase) {
        r->phase = s.phase;
        r->phase_ns = r->sampled_ns =
            s.phase == RUN_MEASURING
                ? r->plan.start_ns + (int64_t)(r->plan.run->warmup_s * (double)CLOCK_NS_PER_S)
                : now_ns;
        r->sampled_done = 0;
        if (r->before) hist_clear(r->before);
    }
    sum_up(r, &s);
    s.elapsed_ns = now_ns - r->phase_ns;
    s.recent_done = s.done - r->sampled_done;
    s.recent_ns = now_ns - r->sampled_ns;
    if (s.phase == RUN_MEASURING && s.recent_ns >= SAMPLE_NS / 2 && r->result)
        hist_record(r->result->rps, (uint64_t)((double)s.recent_done * 1e9 / (double)s.recent_ns));
    r->sampled_ns = now_ns;
    r->sampled_done = s.done;
    if (!r->sample) return;
    hist_difference(r->recent, r->all, r->before);
    s.recent = r->recent;
    s.all = r->all;
    r->sample(r->arg, &s);
    swap_hists(r);
}

/* ---- turning the main loop ---- */

static void on_told(void *arg, unsigned events) {
    (void)events;
    thread_heard(((struct worker *)arg)->thread);
}

static bool all_are(const struct run *r, int state) {
    for (int i = 0; i < r->plan.workers; i++)
        if (atomic_load(&r->workers[i].state) < state) return false;
    return true;
}

/* ---- the cluster's topology ---- */

/* Without an answer workers go on with the picture that there is. */
static void publish(struct run *r, int code) {
    if (code == 0) atomic_store(&r->plan.topology, topology_now(r->source));
}

/* Nodes that a redirect named and no picture shows. */
static void meet_nodes(struct run *r) {
    struct err e;
    for (int i = 0; i < r->plan.workers; i++) {
        struct router *router = &r->workers[i].router;
        int port = atomic_load(&router->unknown_port);
        if (!port) continue;
        publish(r, topology_know(r->source, router->unknown_host, port, &e));
        atomic_store(&router->unknown_port, 0);
        atomic_store(&r->plan.picture_wanted, true);
    }
}

/* Returns when it is to be looked at again. */
static int64_t look_at_cluster(struct run *r, int64_t now_ns) {
    struct err e;
    if (!r->source) return INT64_MAX;
    meet_nodes(r);
    if (topology_has_news(r->source)) atomic_store(&r->plan.picture_wanted, true);
    if (!atomic_load(&r->plan.picture_wanted)) return INT64_MAX;
    if (now_ns < r->read_ns + REREAD_NS) return r->read_ns + REREAD_NS;
    atomic_store(&r->plan.picture_wanted, false);
    publish(r, topology_read(r->source, &e));
    r->read_ns = clock_now_ns();
    return INT64_MAX;
}

static void turn_until(struct run *r, int state) {
    int64_t next_ns = clock_now_ns() + SAMPLE_NS, look_ns = INT64_MAX;
    while (!all_are(r, state)) {
        loop_turn(r->loop, look_ns < next_ns ? look_ns : next_ns);
        if (signal_stop()) atomic_store(&r->plan.stop, true);
        look_ns = look_at_cluster(r, clock_now_ns());
        int64_t now_ns = clock_now_ns();
        if (now_ns < next_ns) continue;
        take_sample(r, now_ns);
        next_ns = now_ns + SAMPLE_NS;
    }
}

/* ---- before ---- */

struct looking {
    char *address;
    size_t cap;
    int code;
    struct err *e;
};

static void on_found(void *arg, struct sock *s, const struct err *e) {
    struct looking *f = arg;
    f->code = 0;
    if (s)
        sock_peer(s, f->address, f->cap);
    else
        f->code = (*f->e = *e).code;
    sock_close(s);
}

/* The address that answers for the host's name: the load does not ask the resolver again. */
static int find_address(struct run *r, struct err *e) {
    const struct connopt *conn = r->plan.run->conn;
    if (conn->path || sock_is_literal(connopt_host(conn))) return 0;
    struct looking f = {r->address, sizeof r->address, VK_MORE, e};
    struct transport_opts o = {.conn = conn};
    int64_t limit = (int64_t)(conn->connect_timeout_s * (double)CLOCK_NS_PER_S);
    if (limit > 0) o.deadline_ns = clock_now_ns() + limit;
    struct transport *t = transport_start(r->loop, &o, on_found, &f);
    while (f.code == VK_MORE && !signal_stop())
        loop_turn(r->loop, -1);
    if (f.code == VK_MORE) {
        transport_cancel(t);
        return err_set(e, VK_ECANCEL, "interrupted");
    }
    r->plan.opening.address = r->address;
    return f.code;
}

static bool has_tags(const struct workload *w) {
    for (int i = 0; i < w->template.n_holes; i++)
        if (w->holes[i].tag) return true;
    return false;
}

static int prepare_cluster(struct run *r, struct err *e) {
    const struct run_opts *o = r->plan.run;
    int code = o->cluster
                   ? topology_open(r->loop, o->cluster, &r->plan.opening, &r->source, e)
                   : topology_open_sentinel(r->loop, o->sentinels, &r->plan.opening, &r->source, e);
    if (code < 0) return code;
    publish(r, 0);
    if (r->plan.workload && has_tags(r->plan.workload)) {
        r->tags = mem_zalloc(SLOTS_COUNT, sizeof *r->tags);
        slots_tags(r->tags);
        r->plan.tags = (const slots_tag *)r->tags;
    }
    return 0;
}

/* Operations go to whatever node a connection is to. */
static bool is_free(const struct run *r) {
    const struct workload *w = r->plan.workload;
    return r->plan.own_slots && (!w || workload_is_free(w, true));
}

/* Each thread needs a connection to each server: how many there are. */
static int count_servers(const struct run *r) {
    const struct topology *t = atomic_load(&r->plan.topology);
    int n = 0;
    for (int i = 0; t && i < t->n; i++)
        n += topology_serves(t, i, r->plan.cluster->read_from,
                             r->plan.workload && r->plan.workload->reads_only);
    return t ? n : 1;
}

static int prepare(struct run *r, struct err *e) {
    const struct connopt *conn = r->plan.run->conn;
    bool has_secret = false;
    buf_init(&r->secret, SECRET_MAX);
    thread_gate_init(&r->plan.gate);
    int code = secret_for_connect(conn, &r->secret, &has_secret, e);
    if (code == 0 && has_secret) r->plan.opening.password = buf_cstr(&r->secret);
    if (code == 0 && (r->plan.run->cluster || r->plan.run->sentinels)) return prepare_cluster(r, e);
    if (code == 0 && conn->tls) code = tls_ctx_new(&conn->tls_opts, &r->plan.opening.tls, e);
    if (code == 0) code = find_address(r, e);
    return code;
}

/* Worker i of n gets connections [c * i / n, c * (i + 1) / n). */
static int start_workers(struct run *r, struct err *e) {
    const struct run_opts *o = r->plan.run;
    int servers = count_servers(r), most = servers ? o->connections / servers : 0;
    if (is_free(r)) most = o->connections;
    if (!most)
        return err_set(e, VK_EUSAGE,
                       servers ? "-c %d connections are not enough: each of the cluster's %d nodes "
                                 "needs one"
                               : "no node of the cluster serves any slot",
                       o->connections, servers);
    int n = o->threads < most ? o->threads : most;
    r->workers = mem_zalloc((size_t)n, sizeof *r->workers);
    r->watches = mem_zalloc((size_t)n, sizeof *r->watches);
    r->plan.workers = n;
    for (int i = 0; i < n; i++) {
        struct worker *w = &r->workers[i];
        w->plan = &r->plan;
        w->number = i;
        w->first_connection = (int)((int64_t)o->connections * i / n);
        w->connections = (int)((int64_t)o->connections * (i + 1) / n) - w->first_connection;
        int code = worker_start(w, e);
        if (code == 0)
            code =
                loop_add(r->loop, thread_fd(w->thread), LOOP_READ, on_told, w, &r->watches[i], e);
        if (code < 0) return code;
    }
    return 0;
}

static void join_workers(struct run *r) {
    for (int i = 0; i < r->plan.workers; i++) {
        loop_del(r->loop, r->watches[i]);
        thread_join(r->workers[i].thread);
        r->workers[i].thread = NULL;
    }
}

static void release(struct run *r) {
    for (int i = 0; i < r->plan.workers; i++)
        worker_release(&r->workers[i]);
    free(r->workers);
    free(r->watches);
    topology_close(r->source);
    free(r->tags);
    tls_ctx_free(r->plan.opening.tls);
    if (r->secret.p) mem_wipe(r->secret.p, r->secret.cap);
    buf_release(&r->secret);
    thread_gate_release(&r->plan.gate);
    free(r->all);
    free(r->before);
    free(r->recent);
}

/* ---- the two ways to run ---- */

static void init(struct run *r, struct loop *l, const struct run_opts *o, run_sample_fn *sample,
                 void *arg) {
    *r = (struct run){.loop = l, .sample = sample, .arg = arg};
    r->plan.run = o;
    r->plan.opening.run = o;
    r->plan.opening.conn = o->conn;
    r->one = (struct cluster_opts){.conn = o->conn, .route = ROUTE_OPTS_DEFAULT};
    r->plan.cluster = o->cluster ? o->cluster : &r->one;
    r->plan.own_slots = o->own_slots || o->sentinels;
    if (!sample) return;
    r->all = hist_new();
    r->before = hist_new();
    r->recent = hist_new();
}

/* Start, connect; 0 when all connections stand. */
static int connect_all(struct run *r, struct err *e) {
    r->phase_ns = r->sampled_ns = clock_now_ns();
    int code = prepare(r, e);
    if (code == 0) code = start_workers(r, e);
    if (code < 0) {
        atomic_store(&r->plan.stop, true);
        return code;
    }
    turn_until(r, WORKER_READY);
    for (int i = 0; i < r->plan.workers; i++)
        if (r->workers[i].err.code) {
            *e = r->workers[i].err;
            return e->code;
        }
    return signal_stop() ? err_set(e, VK_ECANCEL, "interrupted") : 0;
}

static void open_gate(struct run *r) {
    r->plan.start_ns = clock_now_ns();
    thread_gate_open(&r->plan.gate);
}

int run_execute(struct loop *l, const struct run_opts *o, const struct workload *w,
                run_sample_fn *sample, void *arg, struct run_result *result, struct err *e) {
    struct run r;
    *result = (struct run_result){0};
    init(&r, l, o, sample, arg);
    r.plan.workload = w;
    int code = connect_all(&r, e);
    r.result = result;
    if (code == 0) run_result_init(&r);
    open_gate(&r);
    if (code == 0) turn_until(&r, WORKER_ENDED);
    join_workers(&r);
    if (code == 0) {
        result->interrupted = signal_stop() != 0;
        take_sample(&r, clock_now_ns());
        run_result_add_up(&r);
    }
    release(&r);
    return code;
}

int run_idle(struct loop *l, const struct run_opts *o, run_sample_fn *sample, void *arg,
             struct err *e) {
    struct run r;
    init(&r, l, o, sample, arg);
    int code = connect_all(&r, e);
    open_gate(&r);
    if (code == 0) turn_until(&r, WORKER_ENDED);
    join_workers(&r);
    for (int i = 0; code == 0 && i < r.plan.workers; i++)
        if (r.workers[i].err.code) code = (*e = r.workers[i].err).code;
    release(&r);
    return code;
}
