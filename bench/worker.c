/* SPDX-License-Identifier: BSD-3-Clause */
/* See worker.h. The order of a worker's life: open the connections, wait at the gate, load, drain,
 * close. In a closed loop the replies drive it: a connection whose batch is answered gets the next
 * one. At a rate the clock drives it: what is due goes to the connections that have room, in turn.
 */
#include "bench/worker.h"

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

/* ---- the queue of links with room ---- */

static int room(const struct worker *w, const struct link *l) {
    if (!link_is_open(l) || l->rest) return 0;
    return w->depth - (int)((l->in_flight + (uint32_t)w->per_op - 1) / (uint32_t)w->per_op);
}

static void queue_if_room(struct worker *w, struct link *l) {
    if (l->queued || room(w, l) <= 0) return;
    l->queued = true;
    l->next = NULL;
    if (w->room_last)
        w->room_last->next = l;
    else
        w->room_first = l;
    w->room_last = l;
}

static struct link *take_with_room(struct worker *w) {
    struct link *l;
    while ((l = w->room_first)) {
        w->room_first = l->next;
        if (!w->room_first) w->room_last = NULL;
        l->queued = false;
        if (room(w, l) > 0) return l;
    }
    return NULL;
}

/* ---- opening and opening again ---- */

static void next_batch(struct worker *w, struct link *l);
static void send_owed(struct worker *w, struct link *l);
static void open_more(struct worker *w);

static void go_on(struct worker *w, struct link *l) {
    if (w->plan->run->rate > 0)
        queue_if_room(w, l);
    else if (l->owed)
        send_owed(w, l);
    else
        next_batch(w, l);
}

static void reopen(struct link *l);

static void on_opened(void *arg, struct sock *s, int64_t took_ns, const struct err *e) {
    struct link *l = arg;
    struct worker *w = worker_of(l);
    bool first = atomic_load(&w->state) == WORKER_CONNECTING;
    struct err refused;
    l->opening = NULL;
    if (s && link_open(l, s, &refused) < 0) s = NULL, e = &refused;
    if (!s && (first || w->plan->run->fail_fast || l->tries >= RUN_RECONNECTS)) {
        fail(w, e);
    } else if (!s) {
        reopen(l);
    } else {
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
}

static void open_more(struct worker *w) {
    while (w->opening_now < OPENINGS_MAX && w->opening_next < w->connections) {
        struct link *l = &w->links[w->opening_next++];
        w->opening_now++;
        l->opening = opening_start(w->host.loop, &w->plan->opening, 0, on_opened, l);
    }
}

/* After a loss: with the policy's backoff, by the tries that came to nothing. */
static void reopen(struct link *l) {
    struct worker *w = worker_of(l);
    int64_t wait_ns =
        retry_backoff_ns(&w->plan->run->conn->retry, ++l->tries, 0, rng_double(&w->rng));
    l->opening =
        opening_start(w->host.loop, &w->plan->opening, clock_now_ns() + wait_ns, on_opened, l);
}

/* Without keep-alive: a new connection for the next batch. */
static void renew(struct link *l) {
    struct worker *w = worker_of(l);
    link_close(l);
    l->opening = opening_start(w->host.loop, &w->plan->opening, 0, on_opened, l);
}

static void on_lost(struct link *l, const struct err *why) {
    struct worker *w = worker_of(l);
    const struct run_opts *run = w->plan->run;
    bool counts = w->plan->workload && atomic_load(&w->state) == WORKER_READY;
    if (stopping(w)) return; /* what is in flight is unfinished, not lost */
    if (counts) link_forget(l, why);
    if (!counts || run->fail_fast || why->code == VK_EPROTO || why->code == VK_ELIMIT ||
        l->tries >= RUN_RECONNECTS)
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
    w->host.reads = w->host.writes = w->host.bytes_in = w->host.bytes_out = w->waits = 0;
    w->cpu_from = thread_cpu_ns();
    w->wall_from = clock_now_ns();
    w->host.meter.at_ns = w->wall_from;
}

/* k operations from number `from` of the schedule s. */
static void send_ops(struct worker *w, struct link *l, const struct schedule *s, uint64_t from,
                     int k) {
    uint64_t base = s == &w->warm ? WARM_OPS : 0;
    bool last = s == &w->main && from + (uint64_t)(k - 1) * s->stride == w->last_op;
    int commands = last ? (k - 1) * w->per_op + w->last_commands : k * w->per_op;
    link_send(l, base + from, s->stride, k, commands);
}

static void send_owed(struct worker *w, struct link *l) {
    const struct schedule *s = w->host.measured ? &w->main : &w->warm;
    while (l->owed && !l->rest && link_is_open(l)) {
        int k = l->owed < (uint64_t)w->host.image.ops ? (int)l->owed : w->host.image.ops;
        uint64_t from = l->owed_from;
        l->owed -= (uint64_t)k;
        l->owed_from += (uint64_t)k * s->stride;
        send_ops(w, l, s, from, k);
    }
}

/* Closed loop: l has nothing in flight. */
static void next_batch(struct worker *w, struct link *l) {
    int64_t now_ns = l->host->now_ns;
    if (stopping(w)) return;
    if (!w->host.measured && now_ns >= w->measure_ns) begin_measuring(w);
    struct schedule *s = w->host.measured ? &w->main : &w->warm;
    if (w->end_ns && now_ns >= w->end_ns) w->closed = true;
    if (w->closed || schedule_is_done(s)) return;
    if (!w->plan->run->keep_alive && l->settled) {
        renew(l);
        return;
    }
    uint64_t left = schedule_left(s);
    l->owed = left < (uint64_t)w->depth ? left : (uint64_t)w->depth;
    l->owed_from = schedule_take(s, l->owed);
    send_owed(w, l);
}

static void on_room(struct link *l) {
    struct worker *w = worker_of(l);
    if (w->plan->run->rate > 0) {
        if (!w->plan->run->keep_alive && l->settled && !l->in_flight && !w->closed &&
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

static void send_due(struct worker *w, struct schedule *s, int64_t now_ns) {
    uint64_t due = schedule_due(s, now_ns, SCHEDULE_NO_END);
    struct link *l;
    while (due && (l = take_with_room(w))) {
        int k = room(w, l);
        if (k > w->host.image.ops) k = w->host.image.ops;
        if ((uint64_t)k > due) k = (int)due;
        due -= (uint64_t)k;
        uint64_t from = schedule_take(s, (uint64_t)k);
        for (int i = 0; i < k; i++)
            w->host.at[i] = schedule_intended(s, from + (uint64_t)i * s->stride);
        send_ops(w, l, s, from, k);
        queue_if_room(w, l);
    }
}

/* At a rate: all that is due goes out, as far as there is room. What is then late of the warm-up is
 * given up: it must not hold up the measurement. */
static void dispatch(struct worker *w, int64_t now_ns) {
    if (!w->host.measured && !w->closed) send_due(w, &w->warm, now_ns);
    if (!w->host.measured && now_ns >= w->measure_ns) begin_measuring(w);
    if (w->host.measured && !w->closed) send_due(w, &w->main, now_ns);
}

/* ---- the load ---- */

static bool is_idle(const struct worker *w) {
    if (!w->closed && !schedule_is_done(&w->main)) return false;
    if (w->host.meter.in_flight) return false;
    for (int i = 0; i < w->connections; i++)
        if (w->links[i].owed || w->links[i].rest || w->links[i].in_flight) return false;
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

static int64_t next_look(const struct worker *w, int64_t now_ns) {
    int64_t at = now_ns + LOOK_NS;
    if (w->end_ns && !w->closed) at = earlier(at, w->end_ns);
    if (w->plan->run->rate <= 0 || w->closed || !w->room_first) return at;
    const struct schedule *s = w->host.measured ? &w->main : &w->warm;
    if (!w->host.measured && schedule_is_done(s)) return earlier(at, w->measure_ns);
    return schedule_is_done(s) ? at : earlier(at, schedule_intended(s, s->next));
}

static void look_for_late(struct worker *w, int64_t now_ns) {
    double limit_s = w->plan->run->conn->command_timeout_s;
    if (limit_s <= 0 || now_ns - w->checked_ns < LOOK_NS) return;
    w->checked_ns = now_ns;
    for (int i = 0; i < w->connections; i++) {
        struct link *l = &w->links[i];
        int64_t since = link_is_open(l) ? link_waits_since(l) : 0;
        if (!since || (double)(now_ns - since) < limit_s * (double)CLOCK_NS_PER_S) continue;
        struct err e;
        err_set(&e, VK_ETIMEOUT, "no reply in %g s", limit_s);
        link_close(l);
        on_lost(l, &e);
    }
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
    if (w->plan->run->duration_s > 0)
        w->end_ns = w->measure_ns + (int64_t)(w->plan->run->duration_s * (double)CLOCK_NS_PER_S);
    start_all(w);
    while (!is_over(w, now_ns = clock_now_ns())) {
        if (w->end_ns && now_ns >= w->end_ns) w->closed = true;
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
        w->unsent += w->links[i].owed * (uint64_t)w->per_op;
    }
    if (w->main.rate > 0) {
        int64_t until_ns = w->end_ns ? earlier(w->end_ns - 1, w->stopped_ns) : w->stopped_ns;
        w->unsent += schedule_due(&w->main, until_ns, SCHEDULE_NO_END) * (uint64_t)w->per_op;
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

static struct tally *new_tallies(int n, bool rated) {
    struct tally *t = mem_zalloc((size_t)n, sizeof *t);
    for (int i = 0; i < n; i++)
        tally_init(&t[i], rated);
    return t;
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
    w->host.rows = new_tallies(load->n_rows, w->host.rated);
    w->host.warm = new_tallies(load->n_rows, w->host.rated);
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
    rng_seed(&w->rng, (uint64_t)clock_now_ns() + (uint64_t)w->number);
    return thread_start(main_of_thread, w, &w->thread, e);
}

static void free_tallies(struct tally *t, int n) {
    for (int i = 0; t && i < n; i++)
        tally_release(&t[i]);
    free(t);
}

void worker_release(struct worker *w) {
    for (int i = 0; w->links && i < w->connections; i++)
        link_release(&w->links[i]);
    free(w->links);
    free_tallies(w->host.rows, w->host.n_rows);
    free_tallies(w->host.warm, w->host.n_rows);
    image_release(&w->host.image);
    free(w->host.in);
    free(w->host.at);
    free(w->connect);
    loop_free(w->host.loop);
}
