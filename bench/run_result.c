/* SPDX-License-Identifier: BSD-3-Clause */
/* What came of a run. See run.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "bench/run_impl.h"

enum { LITTLE_MIN = 1000, STEADY_MIN = 100 };

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
    return o->rate <= 0 && !r->source && o->keep_alive && one_each && ends_together && whole &&
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

void run_result_add_up(struct run *r) {
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
    /* a slot of the connection's own node is not drawn */
    if (r->source && !workload_is_free(r->plan.workload, r->plan.run->own_slots))
        spread_over_slots(result, r->plan.workload);
    if (r->source) settle_outages(r);
    add_last_slot(result, r->plan.run);
    settle_in_flight(r);
}

void run_result_init(struct run *r) {
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
