/* SPDX-License-Identifier: BSD-3-Clause */
/* See worker.h. The order of a worker's life: open the connections, wait at the gate, load, drain,
 * close. In a closed loop the replies drive it: a connection whose batch is answered gets the next
 * one. At a rate the clock drives it: what is due goes to the connections that have room, in turn.
 */
#include "bench/worker.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/retry.h"

enum {
    OPENINGS_MAX = 64,              /* under way at once */
    LOOK_NS = 50 * CLOCK_NS_PER_MS, /* at least so often the stop flag is looked at */
};
#define WARM_OPS ((uint64_t)1 << 62) /* numbers of the warm-up's operations begin here */

static struct worker *worker_of(struct link *l) {
    return l->host->arg;
}

static bool stopping(struct worker *w) {
    return atomic_load_explicit(&w->plan->stop, memory_order_relaxed);
}

/* End the whole run; the first reason of a worker counts. */
static void fail(struct worker *w, const struct err *e) {
    if (!w->err.code && !stopping(w)) w->err = *e;
    atomic_store(&w->plan->stop, true);
}

static bool is_routed(const struct worker *w) {
    return w->router.topology != NULL;
}

/* ---- the queue of links with room ---- */

static int room(const struct worker *w, const struct link *l) {
    if (!link_is_open(l) || l->rest || l->goal) return 0;
    return w->depth - (int)((l->in_flight + (uint32_t)w->per_op - 1) / (uint32_t)w->per_op);
}

static void queue_if_room(struct worker *w, struct link *l) {
    struct router_node *n = l->node;
    if (l->queued || room(w, l) <= 0) return;
    l->queued = true;
    l->next = NULL;
    if (n->room_last)
        n->room_last->next = l;
    else
        n->room_first = l;
    n->room_last = l;
}

static struct link *take_with_room(struct worker *w, struct router_node *n) {
    struct link *l;
    while ((l = n->room_first)) {
        n->room_first = l->next;
        if (!n->room_first) n->room_last = NULL;
        l->queued = false;
        if (l->node == n && room(w, l) > 0) return l;
    }
    return NULL;
}

/* ---- opening and opening again ---- */

static void next_batch(struct worker *w, struct link *l);
static void send_owed(struct worker *w, struct link *l);
static void open_more(struct worker *w);
static void start_opening(struct worker *w, struct link *l, int64_t at_ns);

static void go_on(struct worker *w, struct link *l) {
    if (w->plan->run->rate > 0)
        queue_if_room(w, l);
    else if (l->owed)
        send_owed(w, l);
    else
        next_batch(w, l);
}

static void reopen(struct link *l);

static void refuse_at_first(struct worker *w, const struct link *l, const struct err *e) {
    struct err announced;
    const struct topology *t = w->router.topology;
    if (!t || (e->code != VK_ECONNECT && e->code != VK_ETIMEOUT)) {
        fail(w, e);
        return;
    }
    err_set(&announced, e->code, "node announced %s, unreachable (use --node-map): %s",
            t->nodes[l->node->number].where, e->text);
    fail(w, &announced);
}

static bool any_open(const struct worker *w) {
    for (int i = 0; i < w->router.n_nodes; i++)
        if (w->router.nodes[i]->open) return true;
    return false;
}

/* It came to nothing too often, and no other server is there. */
static bool is_hopeless(const struct worker *w, const struct link *l) {
    return w->plan->run->fail_fast || (l->tries >= RUN_RECONNECTS && !any_open(w));
}

static void stand(struct worker *w, struct link *l, bool first, int64_t took_ns) {
    router_opened(l);
    hist_record(w->connect, (uint64_t)took_ns);
    if (first) {
        atomic_fetch_add(&w->connected, 1);
        w->opening_now--;
        open_more(w);
    } else {
        w->reconnects += l->tries > 0; /* not for want of keep-alive */
        l->host->now_ns = clock_now_ns();
        go_on(w, l);
    }
}

static void on_opened(void *arg, struct sock *s, int64_t took_ns, const struct err *e) {
    struct link *l = arg;
    struct worker *w = worker_of(l);
    bool first = atomic_load(&w->state) == WORKER_CONNECTING;
    struct err refused;
    l->opening = NULL;
    if (s && link_open(l, s, &refused) < 0) s = NULL, e = &refused;
    if (s) {
        stand(w, l, first, took_ns);
    } else if (first) {
        refuse_at_first(w, l, e);
    } else if (is_hopeless(w, l)) {
        fail(w, e);
    } else {
        if (is_routed(w)) router_want_picture(w);
        reopen(l);
    }
}

static void start_opening(struct worker *w, struct link *l, int64_t at_ns) {
    l->opening = opening_start(w->host.loop, l->node->opening, at_ns, on_opened, l);
}

static void open_more(struct worker *w) {
    while (w->opening_now < OPENINGS_MAX && w->opening_next < w->connections) {
        w->opening_now++;
        start_opening(w, &w->links[w->opening_next++], 0);
    }
}

/* After a loss: with the policy's backoff, by the tries that came to nothing; or at once to where
 * it is wanted now. */
static void reopen(struct link *l) {
    struct worker *w = worker_of(l);
    if (l->goal) {
        worker_move(w, l);
        return;
    }
    const struct retry_policy *retry = &w->plan->run->conn->retry;
    int64_t wait_ns = retry_backoff_ns(retry, ++l->tries, 0, rng_double(&w->rng));
    start_opening(w, l, clock_now_ns() + wait_ns);
}

static void close_link(struct worker *w, struct link *l) {
    if (!link_is_open(l)) return;
    link_close(l);
    router_closed(w, l, false);
}

/* Without keep-alive: a new connection for the next batch. */
static void renew(struct link *l) {
    struct worker *w = worker_of(l);
    close_link(w, l);
    start_opening(w, l, 0);
}

/* It may have been waiting there for what comes. */
static void leave_queue(struct link *l) {
    struct router_node *n = l->node;
    struct link *before = NULL, *at = l->queued ? n->room_first : NULL;
    while (at && at != l)
        before = at, at = at->next;
    l->queued = false;
    if (!at) return;
    if (before)
        before->next = l->next;
    else
        n->room_first = l->next;
    if (n->room_last == l) n->room_last = before;
}

void worker_move(struct worker *w, struct link *l) {
    close_link(w, l);
    leave_queue(l);
    opening_cancel(l->opening);
    router_moved(l);
    l->tries = 0;
    start_opening(w, l, 0);
}

static void on_lost(struct link *l, const struct err *why) {
    struct worker *w = worker_of(l);
    bool counts = w->plan->workload && atomic_load(&w->state) == WORKER_READY;
    bool nonsense = why->code == VK_EPROTO || why->code == VK_ELIMIT;
    if (stopping(w)) return; /* what is in flight is unfinished, not lost */
    router_closed(w, l, counts);
    l->owed = 0;
    if (counts) link_forget(l, why);
    if (!counts || nonsense || is_hopeless(w, l))
        fail(w, why);
    else
        reopen(l);
}

/* ---- sending ---- */

/* The measurement begins, for this worker, with its next operation. */
static void begin_measuring(struct worker *w) {
    w->host.measured = true;
    for (int i = 0; i < w->connections; i++)
        w->links[i].owed = 0; /* of the warm-up */
    router_clear(w);
    w->host.reads = w->host.writes = w->host.bytes_in = w->host.bytes_out = w->waits = 0;
    w->cpu_from = thread_cpu_ns();
    w->wall_from = clock_now_ns();
    w->host.meter.at_ns = w->wall_from;
}

static uint64_t base_of(const struct worker *w, const struct schedule *s) {
    return s == &w->warm ? WARM_OPS : 0;
}

static struct schedule *schedule_now(struct worker *w) {
    return w->host.measured ? &w->main : &w->warm;
}

/* Up to max operations for l into w->ops. */
static int take_ops(struct worker *w, struct link *l, struct schedule *s, int max) {
    if (is_routed(w)) return router_take(w, l, s, base_of(w, s), max);
    uint64_t left = schedule_left(s);
    int k = left < (uint64_t)max ? (int)left : max;
    uint64_t number = base_of(w, s) + schedule_take(s, (uint64_t)k);
    for (int i = 0; i < k; i++, number += s->stride)
        w->ops[i].number = number;
    return k;
}

/* The run's last operation, if it is among the k, stands last; the commands of all. */
static int count_commands(struct worker *w, int k) {
    if (w->last_commands == w->per_op) return k * w->per_op;
    for (int i = 0; i < k; i++) {
        if (w->ops[i].number != w->last_op) continue;
        struct image_op last = w->ops[i];
        w->ops[i] = w->ops[k - 1];
        w->ops[k - 1] = last;
        return (k - 1) * w->per_op + w->last_commands;
    }
    return k * w->per_op;
}

static void go_thirsty(struct worker *w, struct link *l) {
    w->thirsty += !l->thirsty;
    l->thirsty = true;
}

static void send_owed(struct worker *w, struct link *l) {
    while (l->owed && !l->rest && link_is_open(l)) {
        int max = l->owed < (uint64_t)w->host.image.ops ? (int)l->owed : w->host.image.ops;
        int k = take_ops(w, l, schedule_now(w), max);
        if (!k) {
            l->owed = 0;
            if (is_routed(w) && !l->in_flight) go_thirsty(w, l);
            return;
        }
        l->owed -= (uint64_t)k;
        link_send(l, w->ops, k, count_commands(w, k));
    }
}

/* Closed loop: l has nothing in flight. */
static void next_batch(struct worker *w, struct link *l) {
    int64_t now_ns = l->host->now_ns;
    if (stopping(w)) return;
    if (l->goal) {
        worker_move(w, l);
        return;
    }
    if (!w->host.measured && now_ns >= w->measure_ns) begin_measuring(w);
    if (w->end_ns && now_ns >= w->end_ns) w->closed = true;
    if (w->closed || (!is_routed(w) && schedule_is_done(schedule_now(w)))) return;
    if (!w->plan->run->keep_alive && l->settled) {
        renew(l);
        return;
    }
    if (is_routed(w) && w->thirsty < router_held_links(w)) {
        go_thirsty(w, l);
        return;
    }
    l->owed = (uint64_t)w->depth;
    send_owed(w, l);
}

/* What was not there for a link may be now. */
static void wake_thirsty(struct worker *w) {
    w->host.now_ns = clock_now_ns();
    for (int i = 0; w->thirsty && i < w->connections; i++) {
        struct link *l = &w->links[i];
        if (!l->thirsty) continue;
        l->thirsty = false;
        w->thirsty--;
        if (link_is_open(l) && !l->in_flight && !l->rest) next_batch(w, l);
    }
}

static void on_room(struct link *l) {
    struct worker *w = worker_of(l);
    if (w->plan->run->rate > 0) {
        if (l->goal && !l->in_flight)
            worker_move(w, l);
        else if (!w->plan->run->keep_alive && l->settled && !l->in_flight && !w->closed &&
                 !schedule_is_done(&w->main))
            renew(l);
        else
            queue_if_room(w, l);
    } else if (l->owed) {
        send_owed(w, l);
    } else if (!l->in_flight) {
        next_batch(w, l);
    }
}

static void on_error_reply(struct link *l, const char *text, size_t len) {
    struct err e;
    err_set(&e, VK_ESERVER, "%.*s", (int)(len < 400 ? len : 400), text);
    fail(worker_of(l), &e);
}

/* w->ops[0..k), of schedule s, at a rate. */
static void send_timed(struct worker *w, struct link *l, const struct schedule *s, int k) {
    for (int i = 0; i < k; i++)
        w->host.at[i] = schedule_intended(s, w->ops[i].number - base_of(w, s));
    link_send(l, w->ops, k, count_commands(w, k));
    queue_if_room(w, l);
}

static int room_now(const struct worker *w, const struct link *l, uint64_t due) {
    int k = room(w, l);
    if (k > w->host.image.ops) k = w->host.image.ops;
    return (uint64_t)k > due ? (int)due : k;
}

static void send_due(struct worker *w, struct schedule *s, int64_t now_ns) {
    uint64_t due = schedule_due(s, now_ns, SCHEDULE_NO_END);
    struct link *l;
    while (due && (l = take_with_room(w, w->router.nodes[0]))) {
        int k = take_ops(w, l, s, room_now(w, l, due));
        due -= (uint64_t)k;
        send_timed(w, l, s, k);
    }
}

/* The same over several servers: what is due goes into the nodes' queues, then from there. */
static void route_due(struct worker *w, struct schedule *s, int64_t now_ns) {
    struct link *l;
    while (schedule_due(s, now_ns, 1) && router_draw(w, s, base_of(w, s)))
        ;
    for (int i = 0; i < w->router.n_nodes; i++) {
        struct router_node *n = w->router.nodes[i];
        while (n->queue.n && (l = take_with_room(w, n)))
            send_timed(w, l, s, router_take_queued(w, n, room_now(w, l, n->queue.n)));
    }
}

/* At a rate: all that is due goes out, as far as there is room. What is then late of the warm-up is
 * given up: it must not hold up the measurement. */
static void dispatch(struct worker *w, int64_t now_ns) {
    void (*send)(struct worker *, struct schedule *, int64_t) = is_routed(w) ? route_due : send_due;
    if (!w->host.measured && !w->closed) send(w, &w->warm, now_ns);
    if (!w->host.measured && now_ns >= w->measure_ns) begin_measuring(w);
    if (w->host.measured && !w->closed) send(w, &w->main, now_ns);
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
    if (stopping(w)) return true;
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
    if (w->plan->run->rate <= 0 || w->closed || !is_any_room(w)) return at;
    const struct schedule *s = w->host.measured ? &w->main : &w->warm;
    if (!w->host.measured && schedule_is_done(s)) return earlier(at, w->measure_ns);
    return schedule_is_done(s) ? at : earlier(at, schedule_intended(s, s->next));
}

static void give_up_link(struct link *l, int code, const char *why) {
    struct err e;
    err_set(&e, code, "%s", why);
    link_close(l);
    on_lost(l, &e);
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
    if (!is_routed(w)) return;
    router_adopt(w);
    w->resend_ns = router_resend(w, now_ns);
    if (w->thirsty) wake_thirsty(w);
}

static void start_all(struct worker *w) {
    w->host.now_ns = clock_now_ns();
    for (int i = 0; i < w->connections && !stopping(w); i++)
        if (link_is_open(&w->links[i])) go_on(w, &w->links[i]);
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
        if (w->plan->run->rate > 0) dispatch(w, now_ns);
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
    w->unfinished += w->router.waiting;
    if (w->main.rate > 0) {
        int64_t until_ns = w->end_ns ? earlier(w->end_ns - 1, w->stopped_ns) : w->stopped_ns;
        uint64_t due = schedule_due(&w->main, until_ns, SCHEDULE_NO_END) + router_waiting(w);
        w->unsent += due * (uint64_t)w->per_op;
    }
}

static void hold(struct worker *w) {
    while (!stopping(w))
        loop_turn(w->host.loop, clock_now_ns() + LOOK_NS);
}

static void main_of_thread(void *arg, struct thread *self) {
    struct worker *w = arg;
    open_more(w);
    while (!stopping(w) && atomic_load(&w->connected) < w->connections)
        loop_turn(w->host.loop, clock_now_ns() + LOOK_NS);
    atomic_store(&w->state, WORKER_READY);
    thread_tell(self);
    thread_gate_wait(&w->plan->gate);
    if (!w->plan->workload)
        hold(w);
    else if (!stopping(w))
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

struct tally *worker_new_tallies(const struct worker *w) {
    int n = w->plan->workload->n_rows;
    struct tally *t = mem_zalloc((size_t)n, sizeof *t);
    for (int i = 0; i < n; i++)
        tally_init(&t[i], w->plan->run->rate > 0);
    return t;
}

void worker_free_tallies(const struct worker *w, struct tally *t) {
    for (int i = 0; t && i < w->plan->workload->n_rows; i++)
        tally_release(&t[i]);
    free(t);
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
    w->host.on_room = on_room;
    w->host.on_lost = on_lost;
    w->host.arg = w;
    w->connect = hist_new();
    w->links = mem_zalloc((size_t)w->connections, sizeof *w->links);
    for (int i = 0; i < w->connections; i++)
        link_init(&w->links[i], &w->host);
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
