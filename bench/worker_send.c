/* SPDX-License-Identifier: BSD-3-Clause */
/* What goes out when. In a closed loop the replies drive it: a connection whose batch is answered
 * gets the next one. At a rate the clock drives it: what is due goes to the connections that have
 * room, in turn. See worker.h. */
#include "base/clock.h"
#include "bench/worker_impl.h"

#define WARM_OPS ((uint64_t)1 << 62) /* numbers of the warm-up's operations begin here */

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

struct schedule *worker_schedule(struct worker *w) {
    return w->host.measured ? &w->main : &w->warm;
}

/* Up to max operations for l into w->ops. */
static int take_ops(struct worker *w, struct link *l, struct schedule *s, int max) {
    if (worker_is_routed(w)) return router_take(w, l, s, base_of(w, s), max);
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
        int k = take_ops(w, l, worker_schedule(w), max);
        if (!k) {
            l->owed = 0;
            if (worker_is_routed(w) && !l->in_flight) go_thirsty(w, l);
            return;
        }
        l->owed -= (uint64_t)k;
        link_send(l, w->ops, k, count_commands(w, k));
    }
}

/* Closed loop: l has nothing in flight. */
static void next_batch(struct worker *w, struct link *l) {
    int64_t now_ns = l->host->now_ns;
    if (worker_is_stopping(w)) return;
    if (l->goal) {
        worker_move(l);
        return;
    }
    if (!w->host.measured && now_ns >= w->measure_ns) begin_measuring(w);
    if (w->end_ns && now_ns >= w->end_ns) w->closed = true;
    if (w->closed || (!worker_is_routed(w) && schedule_is_done(worker_schedule(w)))) return;
    if (!w->plan->run->keep_alive && l->settled) {
        worker_renew(l);
        return;
    }
    if (worker_is_routed(w) && w->thirsty < router_held_links(w)) {
        go_thirsty(w, l);
        return;
    }
    l->owed = (uint64_t)w->depth;
    send_owed(w, l);
}

/* What was not there for a link may be now. */
void worker_wake_thirsty(struct worker *w) {
    w->host.now_ns = clock_now_ns();
    for (int i = 0; w->thirsty && i < w->connections; i++) {
        struct link *l = &w->links[i];
        if (!l->thirsty) continue;
        l->thirsty = false;
        w->thirsty--;
        if (link_is_open(l) && !l->in_flight && !l->rest) next_batch(w, l);
    }
}

void worker_on_room(struct link *l) {
    struct worker *w = worker_of(l);
    if (w->plan->run->rate > 0) {
        if (l->goal && !l->in_flight)
            worker_move(l);
        else if (!w->plan->run->keep_alive && l->settled && !l->in_flight && !w->closed &&
                 !schedule_is_done(&w->main))
            worker_renew(l);
        else
            queue_if_room(w, l);
    } else if (l->owed) {
        send_owed(w, l);
    } else if (!l->in_flight) {
        next_batch(w, l);
    }
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
    while ((w->router.holding || schedule_due(s, now_ns, 1)) && router_draw(w, s, base_of(w, s)))
        ;
    for (int i = 0; i < w->router.n_nodes; i++) {
        struct router_node *n = w->router.nodes[i];
        while (n->queue.n && (l = take_with_room(w, n)))
            send_timed(w, l, s, router_take_queued(w, n, room_now(w, l, n->queue.n)));
    }
}

/* At a rate: all that is due goes out, as far as there is room. What is then late of the warm-up is
 * given up: it must not hold up the measurement. */
void worker_dispatch(struct worker *w, int64_t now_ns) {
    void (*send)(struct worker *, struct schedule *, int64_t) =
        worker_is_routed(w) ? route_due : send_due;
    if (!w->host.measured && !w->closed) send(w, &w->warm, now_ns);
    if (!w->host.measured && now_ns >= w->measure_ns) begin_measuring(w);
    if (w->host.measured && !w->closed) send(w, &w->main, now_ns);
}
