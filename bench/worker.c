/* SPDX-License-Identifier: BSD-3-Clause */
/* See worker.h. The order of a worker's life: open the connections, wait at the gate, load, drain,
 * close. */
#include "bench/worker_impl.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

enum { LOOK_NS = 50 * CLOCK_NS_PER_MS }; /* at least so often the stop flag is looked at */

static void on_error_reply(struct link *l, const char *text, size_t len) {
    struct err e;
    err_set(&e, VK_ESERVER, "%.*s", (int)(len < 400 ? len : 400), text);
    worker_fail(worker_of(l), &e);
}

/* ---- the load ---- */

static bool is_idle(const struct worker *w) {
    if (!w->closed && (!schedule_is_done(&w->main) || router_waiting(w))) return false;
    if (w->host.meter.in_flight) return false;
    for (int i = 0; i < w->connections; i++)
        if (w->links[i].rest || w->links[i].in_flight) return false;
    return true;
}

static bool is_over(struct worker *w, int64_t now_ns) {
    if (worker_is_stopping(w)) return true;
    if (w->closed && now_ns >= w->end_ns + RUN_DRAIN_S * CLOCK_NS_PER_S) return true;
    return w->host.measured && is_idle(w);
}

static int64_t earlier(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static bool is_any_room(const struct worker *w) {
    for (int i = 0; i < w->router.n_nodes; i++)
        if (w->router.nodes[i]->room_first) return true;
    return false;
}

static int64_t next_look(const struct worker *w, int64_t now_ns) {
    int64_t at = now_ns + LOOK_NS;
    if (w->end_ns && !w->closed) at = earlier(at, w->end_ns);
    if (w->resend_ns < at) at = w->resend_ns;
    if (w->plan->run->rate <= 0 || w->closed || !is_any_room(w) || w->router.holding) return at;
    const struct schedule *s = w->host.measured ? &w->main : &w->warm;
    if (!w->host.measured && schedule_is_done(s)) return earlier(at, w->measure_ns);
    return schedule_is_done(s) ? at : earlier(at, schedule_intended(s, s->next));
}

static void give_up_link(struct link *l, int code, const char *why) {
    struct err e;
    err_set(&e, code, "%s", why);
    link_close(l);
    worker_on_lost(l, &e);
}

/* Replies that are late, and links that should have left for another server. */
static void look_for_late(struct worker *w, int64_t now_ns) {
    double limit_s = w->plan->run->conn->command_timeout_s;
    char why[64];
    if (now_ns - w->checked_ns < LOOK_NS) return;
    w->checked_ns = now_ns;
    snprintf(why, sizeof why, "no reply in %g s", limit_s);
    for (int i = 0; i < w->connections; i++) {
        struct link *l = &w->links[i];
        int64_t since = link_is_open(l) ? link_waits_since(l) : 0;
        bool late = limit_s > 0 && (double)(now_ns - since) >= limit_s * (double)CLOCK_NS_PER_S;
        if (since && late)
            give_up_link(l, VK_ETIMEOUT, why);
        else if (since && l->goal && now_ns > l->leave_ns)
            give_up_link(l, VK_ELOST, "the node serves no more and does not answer");
    }
    router_lose_patience(w, now_ns);
}

/* What several servers take beside the load. */
static void route(struct worker *w, int64_t now_ns) {
    if (!worker_is_routed(w)) return;
    router_adopt(w);
    w->resend_ns = router_resend(w, now_ns);
    if (w->thirsty) worker_wake_thirsty(w);
}

static void start_all(struct worker *w) {
    w->host.now_ns = clock_now_ns();
    for (int i = 0; i < w->connections && !worker_is_stopping(w); i++)
        if (link_is_open(&w->links[i])) worker_on_room(&w->links[i]);
}

static void load(struct worker *w) {
    int64_t start_ns = w->plan->start_ns, now_ns;
    w->measure_ns = start_ns + (int64_t)(w->plan->run->warmup_s * (double)CLOCK_NS_PER_S);
    w->warm.start_ns = start_ns;
    w->main.start_ns = w->measure_ns;
    w->resend_ns = INT64_MAX;
    timeline_init(&w->host.timeline, w->measure_ns);
    if (w->plan->run->duration_s > 0)
        w->end_ns = w->measure_ns + (int64_t)(w->plan->run->duration_s * (double)CLOCK_NS_PER_S);
    start_all(w);
    while (!is_over(w, now_ns = clock_now_ns())) {
        if (w->end_ns && now_ns >= w->end_ns) w->closed = true;
        route(w, now_ns);
        if (w->plan->run->rate > 0) worker_dispatch(w, now_ns);
        loop_turn(w->host.loop, next_look(w, now_ns));
        w->waits++;
        look_for_late(w, loop_now_ns(w->host.loop));
    }
}

/* What is open when the load has ended. */
static void take_stock(struct worker *w) {
    w->stopped_ns = clock_now_ns();
    w->oldest_ns = INT64_MAX;
    if (!w->host.measured) return;
    w->cpu_ns = thread_cpu_ns() - w->cpu_from;
    w->wall_ns = w->stopped_ns - w->wall_from;
    link_end_meter(&w->host, w->stopped_ns);
    for (int i = 0; i < w->connections; i++) {
        w->unfinished += link_unfinished(&w->links[i], &w->oldest_ns);
    }
    router_end(w);
    if (w->main.rate > 0) {
        int64_t until_ns = w->end_ns ? earlier(w->end_ns - 1, w->stopped_ns) : w->stopped_ns;
        uint64_t due = schedule_due(&w->main, until_ns, SCHEDULE_NO_END) + router_waiting(w);
        w->unsent += due * (uint64_t)w->per_op;
    }
}

static void hold(struct worker *w) {
    while (!worker_is_stopping(w))
        loop_turn(w->host.loop, clock_now_ns() + LOOK_NS);
}

static void main_of_thread(void *arg, struct thread *self) {
    struct worker *w = arg;
    worker_open_more(w);
    while (!worker_is_stopping(w) && atomic_load(&w->connected) < w->connections)
        loop_turn(w->host.loop, clock_now_ns() + LOOK_NS);
    atomic_store(&w->state, WORKER_READY);
    thread_tell(self);
    thread_gate_wait(&w->plan->gate);
    if (!w->plan->workload)
        hold(w);
    else if (!worker_is_stopping(w))
        load(w);
    take_stock(w);
    for (int i = 0; i < w->connections; i++) {
        opening_cancel(w->links[i].opening);
        link_close(&w->links[i]);
    }
    atomic_store(&w->state, WORKER_ENDED);
}

/* ---- before and after ---- */

static uint64_t ceil_div(uint64_t a, uint64_t b) {
    return a / b + (a % b != 0);
}

static void deal(struct worker *w) {
    const struct run_opts *run = w->plan->run;
    const struct workload *load = w->plan->workload;
    uint64_t per_op = (uint64_t)load->commands, total = load->ops;
    if (!total && run->requests) total = ceil_div(run->requests, per_op);
    w->last_op = total ? total - 1 : SCHEDULE_NO_END;
    w->last_commands = load->commands;
    if (run->requests % per_op && !load->ops) w->last_commands = (int)(run->requests % per_op);
    struct schedule_share share = {
        .worker = w->number,
        .workers = w->plan->workers,
        .first_connection = (uint64_t)w->first_connection,
        .connections = (uint64_t)w->connections,
        .all_connections = (uint64_t)run->connections,
    };
    double rate = run->rate / (double)per_op;
    uint64_t warm = rate > 0 ? (uint64_t)(rate * run->warmup_s) : SCHEDULE_NO_END;
    schedule_deal(&w->warm, &share, warm, rate);
    schedule_deal(&w->main, &share, total ? total : SCHEDULE_NO_END, rate);
}

static int prepare_load(struct worker *w, struct err *e) {
    const struct run_opts *run = w->plan->run;
    const struct workload *load = w->plan->workload;
    w->per_op = load->commands;
    w->depth = run->pipeline;
    int code = image_init(&w->host.image, load, w->depth, e);
    if (code < 0) return code;
    w->host.n_rows = load->n_rows;
    w->host.rated = run->rate > 0;
    w->host.image.tags = w->plan->tags;
    w->ops = mem_zalloc((size_t)w->host.image.ops, sizeof *w->ops);
    tally_init(&w->host.nobody, w->host.rated);
    if (w->host.rated)
        w->host.at = mem_zalloc((size_t)w->host.image.ops * (size_t)w->per_op, sizeof *w->host.at);
    if (run->fail_fast) w->host.on_error = on_error_reply;
    deal(w);
    return 0;
}

int worker_start(struct worker *w, struct err *e) {
    int code = w->plan->workload ? prepare_load(w, e) : 0;
    if (code < 0) return code;
    w->host.loop = loop_new(e);
    if (!w->host.loop) return VK_EFILE;
    w->host.in = mem_alloc(LINK_READ_BYTES);
    w->host.on_room = worker_on_room;
    w->host.on_lost = worker_on_lost;
    w->host.arg = w;
    w->connect = hist_new();
    w->links = mem_zalloc((size_t)w->connections, sizeof *w->links);
    for (int i = 0; i < w->connections; i++)
        link_init(&w->links[i], &w->host);
    w->router.move = worker_move;
    router_init(w);
    router_bind(w);
    rng_seed(&w->rng, (uint64_t)clock_now_ns() + (uint64_t)w->number);
    return thread_start(main_of_thread, w, &w->thread, e);
}

void worker_release(struct worker *w) {
    for (int i = 0; w->links && i < w->connections; i++)
        link_release(&w->links[i]);
    free(w->links);
    if (w->links) router_release(w);
    tally_release(&w->host.nobody);
    timeline_release(&w->host.timeline);
    free(w->ops);
    image_release(&w->host.image);
    free(w->host.in);
    free(w->host.at);
    free(w->connect);
    loop_free(w->host.loop);
}
