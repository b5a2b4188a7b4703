/* SPDX-License-Identifier: BSD-3-Clause */
/* See router.h. */
#include "bench/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "bench/worker.h"

enum {
    QUEUE_MAX = 1 << 16,   /* operations that wait for a node that is there; */
    QUEUE_RATED = 1 << 22, /* at a rate a slow one shall not hold up the others */
    TEXT_MAX = 256,
    REFUSALS_MAX = 16, /* in one go: else a run whose nodes are all away never sees its end */
};

#define PATIENCE_NS CLOCK_NS_PER_S       /* with a node that is away */
#define FREE_STREAM UINT64_C(0x736c6f74) /* of the slots that are chosen for a link's own node */

/* ---- the map ---- */

void router_init(struct worker *w) {
    struct router *r = &w->router;
    const struct topology *t = atomic_load(&w->plan->topology);
    r->nodes = mem_zalloc(t ? SLOTS_NODES_MAX : 1, sizeof *r->nodes);
    router_take_map(w, t);
    if (!t) return;
    r->route = w->plan->cluster->route;
    r->spreads = w->plan->workload && w->plan->workload->reads_only &&
                 w->plan->cluster->read_from != CLUSTER_READ_PRIMARY;
    w->host.remembers = true;
    w->host.on_redirect = router_on_redirect;
    w->host.on_settled = router_on_settled;
}

void router_adopt(struct worker *w) {
    const struct topology *t = atomic_load_explicit(&w->plan->topology, memory_order_acquire);
    if (t == w->router.topology) return;
    router_take_map(w, t);
    router_balance(w);
    router_deal(w);
}

/* ---- drawing ---- */

static struct router_node *first_with_links(const struct router *r) {
    for (int i = 0; i < r->n_nodes; i++)
        if (r->nodes[i]->links) return r->nodes[i];
    return r->nodes[0];
}

/* A node of any kind that serves, in turn: for what has no key. */
static struct router_node *any_node(struct router *r) {
    for (int i = 0; i < r->n_nodes; i++) {
        struct router_node *n = r->nodes[r->turn++ % (unsigned)r->n_nodes];
        if (n->open) return n;
    }
    return first_with_links(r);
}

/* Operations whose node is not given by their number. */
static bool is_free(const struct worker *w) {
    return workload_is_free(w->plan->workload, w->plan->own_slots);
}

/* One of the node's own slots; for a replica, of its primary's. */
static uint16_t own_slot(struct worker *w, const struct router_node *n, uint64_t number) {
    struct router *r = &w->router;
    for (int i = 0; !n->slots && i < r->topology->n; i++)
        for (int k = 0; k < r->topology->nodes[i].n_replicas; k++)
            if (r->topology->nodes[i].replicas[k] == n->number) n = r->nodes[i];
    if (!n->slots) return 0;
    uint64_t bits = keygen_bits(w->plan->workload->seed, FREE_STREAM, number);
    return r->own[n->own_at + (int)keygen_below(bits, (uint64_t)n->slots)];
}

static uint32_t queue_max(const struct worker *w) {
    return w->plan->run->rate > 0 ? QUEUE_RATED : QUEUE_MAX;
}

static void refuse(struct worker *w, struct router_node *n, const struct image_op *op,
                   const char *text) {
    w->host.now_ns = clock_now_ns();
    w->router.refused++;
    link_refuse(&w->host, &n->peer, text, op->number == w->last_op ? w->last_commands : w->per_op);
    outage_error(&w->router.outages, op->slot, text, strlen(text));
}

static void refuse_down(struct worker *w, struct router_node *n, const struct image_op *op) {
    char text[TEXT_MAX];
    snprintf(text, sizeof text,
             n->links ? "DOWN no connection to %s" : "DOWN -c leaves no connection for %s",
             w->router.topology->nodes[n->number].where);
    refuse(w, n, op, text);
    router_want_picture(w);
}

static bool is_away(const struct router_node *n, int64_t now_ns) {
    return n->down_ns && now_ns - n->down_ns > PATIENCE_NS;
}

/* Into n's queue, though it is full, or its node away. False: it is full, and n is there to empty
 * it. */
static bool give_slowly(struct worker *w, struct router_node *n, const struct image_op *op) {
    if (n->down_ns || !n->links) { /* as many wait as its links had in flight */
        uint32_t waiting_max = (uint32_t)(n->links * w->depth);
        if (n->queue.n >= waiting_max || is_away(n, clock_now_ns())) {
            refuse_down(w, n, op);
            return true;
        }
    }
    if (n->queue.n >= queue_max(w)) return false;
    opqueue_push(&n->queue, op);
    return true;
}

static inline bool give(struct worker *w, struct router_node *n, const struct image_op *op) {
    if (!n->open || n->queue.n >= QUEUE_MAX) return give_slowly(w, n, op);
    opqueue_push(&n->queue, op);
    return true;
}

/* Where an operation goes; NULL: it has been refused. */
static struct router_node *aim(struct worker *w, const struct image_op *op) {
    int node = router_target(w, op);
    if (node >= 0) return w->router.nodes[node];
    refuse(w, w->router.nodes[0], op, "CLUSTERDOWN a slot has no owner");
    router_want_picture(w);
    return NULL;
}

static struct image_op next_op(struct worker *w, struct schedule *s, uint64_t base) {
    struct image_op op = {.number = base + schedule_take_one(s)};
    if (!is_free(w)) op.slot = (uint16_t)workload_slot(w->plan->workload, op.number);
    return op;
}

int router_take_queued(struct worker *w, struct router_node *n, int max) {
    int k = n->queue.n < (uint32_t)max ? (int)n->queue.n : max;
    for (int i = 0; i < k; i++)
        w->ops[i] = *opqueue_at(&n->queue, (uint32_t)i);
    opqueue_drop(&n->queue, (uint32_t)k);
    return k;
}

static int take_free(struct worker *w, const struct router_node *n, struct schedule *s,
                     uint64_t base, int max) {
    int k = 0;
    while (k < max && !schedule_is_done(s)) {
        w->ops[k] = next_op(w, s, base);
        w->ops[k].slot = own_slot(w, n, w->ops[k].number);
        k++;
    }
    return k;
}

/* The quick way, as long as every operation's node is there to take it; n has k of max. */
static int draw_quickly(struct worker *w, struct router_node *n, struct schedule *s, uint64_t base,
                        int k, int max) {
    struct router *r = &w->router;
    const struct workload *load = w->plan->workload;
    while (k < max && !schedule_is_done(s)) {
        struct image_op op = {.number = base + s->next};
        op.slot = (uint16_t)workload_slot(load, op.number);
        int owner = r->owner[op.slot];
        struct router_node *to = owner < 0 ? NULL : r->nodes[owner];
        if (!to || !to->open || to->queue.n >= QUEUE_MAX) break;
        schedule_take_one(s);
        if (to == n)
            w->ops[k++] = op;
        else
            opqueue_push(&to->queue, &op);
    }
    return k;
}

/* Draw until the node has enough, or another's queue is full, or too much was refused. */
static int take_drawn(struct worker *w, struct router_node *n, struct schedule *s, uint64_t base,
                      int from, int max) {
    struct router *r = &w->router;
    const uint64_t refused = r->refused;
    int k = from;
    while (r->refused - refused < REFUSALS_MAX) {
        if (!r->holding && !r->spreads) k = draw_quickly(w, n, s, base, k, max);
        if (k == max || (!r->holding && schedule_is_done(s))) return k;
        struct image_op op = r->holding ? r->held : next_op(w, s, base);
        r->holding = false;
        struct router_node *to = aim(w, &op);
        if (to == n) {
            w->ops[k++] = op;
        } else if (to && !give(w, to, &op)) {
            r->held = op;
            r->holding = true;
            return k;
        }
    }
    return k;
}

int router_take(struct worker *w, struct link *l, struct schedule *s, uint64_t base, int max) {
    int k = router_take_queued(w, l->node, max);
    if (is_free(w)) {
        struct image_op *ops = w->ops;
        w->ops += k;
        int drawn = take_free(w, l->node, s, base, max - k);
        w->ops = ops;
        return k + drawn;
    }
    return take_drawn(w, l->node, s, base, k, max);
}

bool router_draw(struct worker *w, struct schedule *s, uint64_t base) {
    struct router *r = &w->router;
    struct image_op op = r->holding ? r->held : next_op(w, s, base);
    struct router_node *to = NULL;
    if (!r->holding && is_free(w)) {
        to = any_node(r);
        op.slot = own_slot(w, to, op.number);
    }
    r->holding = false;
    if (!to) to = aim(w, &op);
    if (!to || give(w, to, &op)) return true;
    r->held = op;
    r->holding = true;
    return false;
}

/* ---- what waits ---- */

uint64_t router_waiting(const struct worker *w) {
    uint64_t n = w->router.holding;
    for (int i = 0; i < w->router.n_nodes; i++)
        n += w->router.nodes[i]->queue.n;
    return n;
}

void router_clear(struct worker *w) {
    for (int i = 0; i < w->router.n_nodes; i++)
        opqueue_drop(&w->router.nodes[i]->queue, w->router.nodes[i]->queue.n);
    w->router.holding = false;
}

static void refuse_queue(struct worker *w, struct router_node *n) {
    for (; n->queue.n; opqueue_drop(&n->queue, 1))
        refuse_down(w, n, opqueue_at(&n->queue, 0));
}

void router_lose_patience(struct worker *w, int64_t now_ns) {
    for (int i = 0; i < w->router.n_nodes; i++)
        if (is_away(w->router.nodes[i], now_ns) || !w->router.nodes[i]->links)
            refuse_queue(w, w->router.nodes[i]);
}

void router_deal(struct worker *w) {
    struct router *r = &w->router;
    struct opqueue all = {0};
    for (int i = 0; i < r->n_nodes; i++) {
        struct opqueue *q = &r->nodes[i]->queue;
        bool stays = is_free(w) && r->nodes[i]->links;
        for (; q->n && !stays; opqueue_drop(q, 1))
            opqueue_push(&all, opqueue_at(q, 0));
    }
    for (; all.n; opqueue_drop(&all, 1)) {
        struct router_node *to = is_free(w) ? first_with_links(r) : aim(w, opqueue_at(&all, 0));
        if (to && !give(w, to, opqueue_at(&all, 0))) opqueue_push(&to->queue, opqueue_at(&all, 0));
    }
    opqueue_release(&all);
}
