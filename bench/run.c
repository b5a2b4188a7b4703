/* SPDX-License-Identifier: BSD-3-Clause */
/* See run.h. This is the main thread's part: it starts the workers, opens the gate, looks at their
 * live figures four times a second, passes the stop on, and adds everything up after the join. */
#include "bench/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "bench/worker.h"
#include "client/secret.h"
#include "io/signal.h"

enum { SECRET_MAX = 1 << 16, LITTLE_MIN = 1000, STEADY_MIN = 100 };
#define SAMPLE_NS (250 * CLOCK_NS_PER_MS)
#define REREAD_NS (100 * CLOCK_NS_PER_MS) /* the topology is read so often at most */

struct run {
    struct loop *loop;
    struct worker_plan plan;
    struct worker *workers;
    struct loop_watch **watches;
    run_sample_fn *sample;
    void *arg;
    struct run_result *result;
    struct topology_source *source; /* of a cluster */
    int64_t read_ns;                /* when its topology was read last */
    slots_tag *tags;
    char address[64];
    struct buf secret;
    struct hist *all, *before, *recent; /* NULL without a sample function */
    enum run_phase phase;
    int64_t phase_ns, sampled_ns;
    uint64_t sampled_done;
};

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

static int prepare_cluster(struct run *r, struct err *e) {
    const struct run_opts *o = r->plan.run;
    int code = topology_open(r->loop, o->cluster, &r->plan.opening, &r->source, e);
    if (code < 0) return code;
    publish(r, 0);
    r->tags = mem_zalloc(SLOTS_COUNT, sizeof *r->tags);
    slots_tags(r->tags);
    r->plan.tags = (const slots_tag *)r->tags;
    return 0;
}

/* Each thread needs a connection to each server: how many there are. */
static int count_servers(const struct run *r) {
    const struct topology *t = atomic_load(&r->plan.topology);
    int n = 0;
    for (int i = 0; t && i < t->n; i++)
        n += topology_serves(t, i, r->plan.run->cluster->read_from,
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
    if (code == 0 && r->plan.run->cluster) return prepare_cluster(r, e);
    if (code == 0 && conn->tls) code = tls_ctx_new(&conn->tls_opts, &r->plan.opening.tls, e);
    if (code == 0) code = find_address(r, e);
    return code;
}

/* Worker i of n gets connections [c * i / n, c * (i + 1) / n). */
static int start_workers(struct run *r, struct err *e) {
    const struct run_opts *o = r->plan.run;
    int servers = count_servers(r), most = servers ? o->connections / servers : 0;
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

/* ---- after ---- */

static void add_node(struct run_result *r, const struct workload *load, const struct tally *rows,
                     struct run_node *node) {
    for (int k = 0; k < r->n_rows; k++) {
        tally_merge(&r->rows[k], &rows[k]);
        if (load->rows[k].aside) continue;
        tally_merge(&r->total, &rows[k]);
        if (node) tally_merge(&node->total, &rows[k]);
    }
}

/* What a cluster has told a worker. */
static void add_router(struct run_result *r, struct router *router) {
    r->redirects.moved += router->counts.moved;
    r->redirects.asked += router->counts.asked;
    r->redirects.tryagain += router->counts.tryagain;
    r->redirects.restarts += router->counts.restarts;
    if (r->outages) outage_merge(r->outages, &router->outages);
}

static void add_worker(struct run_result *r, const struct workload *load, struct worker *w, int i) {
    for (int n = 0; n < w->router.n_nodes; n++)
        add_node(r, load, w->router.nodes[n]->peer.rows, r->nodes ? &r->nodes[n] : NULL);
    add_router(r, &w->router);
    timeline_merge(&r->timeline, &w->host.timeline);
    hist_merge(r->connect, w->connect);
    r->reconnects += w->reconnects;
    r->pushes += w->host.pushes;
    r->unfinished += w->unfinished;
    r->unsent += w->unsent;
    if (w->unfinished && w->stopped_ns - w->oldest_ns > r->oldest_ns)
        r->oldest_ns = w->stopped_ns - w->oldest_ns;
    r->syscalls_read += w->host.reads;
    r->syscalls_write += w->host.writes;
    r->waits += w->waits;
    r->bytes_in += w->host.bytes_in;
    r->bytes_out += w->host.bytes_out;
    r->in_flight += w->host.meter.area_ns; /* divided below */
    r->unanswered_ns += w->host.meter.lost_ns;
    r->threads[i] = (struct run_thread){w->connections, w->cpu_ns, w->wall_ns};
    int64_t until_ns = w->unfinished ? w->stopped_ns : w->host.last_ns;
    if (w->closed && until_ns < w->end_ns) until_ns = w->end_ns; /* nothing came is a result too */
    if (until_ns - w->measure_ns > r->elapsed_ns) r->elapsed_ns = until_ns - w->measure_ns;
    if (w->err.code && !r->err.code) r->err = w->err;
}

/* At a rate the last slot belongs to the run: 5 requests at 1/s are 5 s of load. */
static void add_last_slot(struct run_result *r, const struct run_opts *o) {
    if (o->rate <= 0 || r->interrupted || r->err.code) return;
    double planned_s = o->requests ? (double)o->requests / o->rate : o->duration_s;
    if (o->requests && o->duration_s > 0 && o->duration_s < planned_s) planned_s = o->duration_s;
    int64_t planned_ns = (int64_t)(planned_s * (double)CLOCK_NS_PER_S);
    if (planned_ns > r->elapsed_ns) r->elapsed_ns = planned_ns;
}

/* Every connection has one request in flight all the time: known without measuring, and so a check
 * on what is measured. Not so with pipelines, which run empty before they are filled again, nor at
 * the ends of a short run, or of one with several threads and a fixed number of requests. */
static bool is_steady(const struct run *r) {
    const struct run_opts *o = r->plan.run;
    const struct run_result *result = r->result;
    bool one_each = o->pipeline * r->plan.workload->commands == 1;
    bool ends_together = r->plan.workers == 1 || o->duration_s > 0;
    bool whole =
        !result->reconnects && !result->unfinished && !result->interrupted && !result->err.code;
    uint64_t answered = result->total.done + result->total.errors;
    return o->rate <= 0 && !o->cluster && o->keep_alive && one_each && ends_together && whole &&
           answered >= (uint64_t)o->connections * STEADY_MIN;
}

static void settle_in_flight(struct run *r) {
    struct run_result *result = r->result;
    result->in_flight = result->elapsed_ns > 0 ? result->in_flight / (double)result->elapsed_ns : 0;
    if (is_steady(r)) result->in_flight = r->plan.run->connections;
}

/* Numbers alone tell an operation's slot, so nothing has to be counted while the load runs. */
static void spread_over_slots(struct run_result *result, const struct workload *w) {
    struct run_slots *s = &result->slots;
    uint64_t all = (result->total.done + result->total.errors) / (uint64_t)w->commands;
    uint64_t *hits = mem_zalloc(SLOTS_COUNT, sizeof *hits);
    s->operations = all < RUN_SLOTS_SAMPLE ? all : RUN_SLOTS_SAMPLE;
    for (uint64_t i = 0; i < s->operations; i++)
        hits[workload_slot(w, (uint64_t)((double)all / (double)s->operations * (double)i))]++;
    for (unsigned slot = 0; slot < SLOTS_COUNT; slot++) {
        s->hit += hits[slot] > 0;
        if (hits[slot] <= s->hottest_operations) continue;
        s->hottest = slot;
        s->hottest_operations = hits[slot];
    }
    free(hits);
}

/* They are not drawn for a connection's own node. */
static bool have_slots(const struct run *r) {
    enum workload_slot_rule rule = r->plan.workload->slot_rule;
    return rule != WORKLOAD_SLOT_ANY && !(rule == WORKLOAD_SLOT_BY_TAG && r->plan.run->own_slots);
}

static void name_nodes(struct run *r) {
    const struct topology *t = atomic_load(&r->plan.topology);
    struct run_result *result = r->result;
    result->n_nodes = t->n;
    result->nodes = mem_zalloc((size_t)t->n + 1, sizeof *result->nodes);
    result->outages = mem_zalloc(1, sizeof *result->outages);
    for (int i = 0; i < t->n; i++) {
        struct run_node *n = &result->nodes[i];
        snprintf(n->where, sizeof n->where, "%s", t->nodes[i].where);
        snprintf(n->id, sizeof n->id, "%s", t->nodes[i].id);
        n->replica = t->nodes[i].replica;
        n->gone = t->nodes[i].gone;
        n->slots = t->nodes[i].slots;
        tally_init(&n->total, result->rated);
    }
}

static void settle_outages(struct run *r) {
    struct outages *o = r->result->outages;
    int64_t from_ns = r->workers[0].measure_ns;
    for (int i = 0; i < o->n; i++) {
        o->list[i].from_ns -= from_ns;
        if (o->list[i].to_ns) o->list[i].to_ns -= from_ns;
        tally_sort(&o->list[i].words);
    }
}

static void add_up(struct run *r) {
    struct run_result *result = r->result;
    timeline_init(&result->timeline, r->workers[0].measure_ns);
    if (r->source) name_nodes(r);
    for (int i = 0; i < r->plan.workers; i++)
        add_worker(result, r->plan.workload, &r->workers[i], i);
    for (int k = 0; k < result->n_rows; k++)
        tally_sort(&result->rows[k]);
    tally_sort(&result->total);
    for (int i = 0; i < result->n_nodes; i++)
        tally_sort(&result->nodes[i].total);
    if (r->source && have_slots(r)) spread_over_slots(result, r->plan.workload);
    if (r->source) settle_outages(r);
    add_last_slot(result, r->plan.run);
    settle_in_flight(r);
}

static void init_result(struct run *r) {
    struct run_result *result = r->result;
    const struct workload *load = r->plan.workload;
    result->rated = r->plan.run->rate > 0;
    result->n_rows = load->n_rows;
    result->rows = mem_zalloc((size_t)load->n_rows, sizeof *result->rows);
    for (int k = 0; k < load->n_rows; k++)
        tally_init(&result->rows[k], result->rated);
    tally_init(&result->total, result->rated);
    result->connect = hist_new();
    result->rps = hist_new();
    result->n_threads = r->plan.workers;
    result->threads = mem_zalloc((size_t)r->plan.workers, sizeof *result->threads);
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
    if (code == 0) init_result(&r);
    open_gate(&r);
    if (code == 0) turn_until(&r, WORKER_ENDED);
    join_workers(&r);
    if (code == 0) {
        result->interrupted = signal_stop() != 0;
        take_sample(&r, clock_now_ns());
        add_up(&r);
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

void run_release(struct run_result *r) {
    for (int k = 0; r->rows && k < r->n_rows; k++)
        tally_release(&r->rows[k]);
    if (r->rows) tally_release(&r->total);
    free(r->rows);
    free(r->connect);
    free(r->rps);
    free(r->threads);
    for (int i = 0; i < r->n_nodes; i++)
        tally_release(&r->nodes[i].total);
    free(r->nodes);
    free(r->outages);
    timeline_release(&r->timeline);
    *r = (struct run_result){0};
}

/* ---- figures ---- */

double run_rate(const struct run_result *r) {
    return r->elapsed_ns > 0 ? (double)r->total.done * 1e9 / (double)r->elapsed_ns : 0;
}

double run_cpu_share(const struct run_result *r, int thread) {
    const struct run_thread *t = &r->threads[thread];
    return t->wall_ns > 0 ? (double)t->cpu_ns / (double)t->wall_ns : 0;
}

bool run_generator_limited(const struct run_result *r) {
    for (int i = 0; i < r->n_threads; i++)
        if (run_cpu_share(r, i) > 0.9) return true;
    return false;
}

double run_littles_law(const struct run_result *r) {
    double sum = r->unanswered_ns, count = 0;
    for (int k = 0; k < r->n_rows; k++) {
        sum += (double)r->rows[k].service->sum + (double)r->rows[k].failed->sum;
        count += (double)(r->rows[k].service->count + r->rows[k].failed->count);
    }
    if (count < LITTLE_MIN || r->elapsed_ns <= 0 || r->in_flight <= 0) return NAN;
    double expected = sum / (double)r->elapsed_ns; /* rate x mean latency */
    return (expected - r->in_flight) / r->in_flight;
}

int64_t run_recovered_ns(const struct run_result *r, const struct outage *o) {
    const int64_t s = CLOCK_NS_PER_S, width = r->timeline.width_ns;
    int64_t window = o->from_ns < s ? o->from_ns / width * width : s;
    if (!o->to_ns || window < width) return -1;
    int64_t from = o->from_ns / width * width;
    double before = (double)timeline_sum(&r->timeline, from - window, from).done / (double)window;
    for (int64_t at = o->to_ns / width * width; at + s <= r->elapsed_ns + width; at += width)
        if ((double)timeline_sum(&r->timeline, at, at + s).done / (double)s >= before * 0.9)
            return at > o->to_ns ? at - o->from_ns : o->to_ns - o->from_ns;
    return -1;
}
