/* SPDX-License-Identifier: BSD-3-Clause */
/* Nodes as a worker sees them, and who owns which slot. See router.h. */
#include <stdlib.h>
#include <string.h>

#include "bench/worker.h"

static struct tally *new_tallies(const struct worker *w) {
    int n = w->plan->workload->n_rows;
    struct tally *t = mem_zalloc((size_t)n, sizeof *t);
    for (int i = 0; i < n; i++)
        tally_init(&t[i], w->plan->run->rate > 0);
    return t;
}

static void free_tallies(const struct worker *w, struct tally *t) {
    for (int i = 0; t && i < w->plan->workload->n_rows; i++)
        tally_release(&t[i]);
    free(t);
}

static struct router_node *new_node(struct worker *w, int number,
                                    const struct opening_opts *opening) {
    struct router_node *n = mem_zalloc(1, sizeof *n);
    n->number = number;
    n->opening = opening;
    if (w->plan->workload) {
        n->peer.rows = new_tallies(w);
        n->peer.warm = new_tallies(w);
    }
    return n;
}

static void add_nodes(struct worker *w, int n) {
    struct router *r = &w->router;
    for (int i = r->n_nodes; i < n; i++) {
        r->nodes[i] =
            new_node(w, i, r->topology ? r->topology->nodes[i].opening : &w->plan->opening);
        atomic_store(&r->n_nodes, i + 1);
    }
}

/* Who owns what, after owner[] has changed. */
static void count_slots(struct router *r) {
    int at = 0;
    for (int i = 0; i < r->n_nodes; i++)
        r->nodes[i]->slots = 0, r->nodes[i]->fresh = false;
    for (int slot = 0; slot < SLOTS_COUNT; slot++)
        if (r->owner[slot] >= 0) r->nodes[r->owner[slot]]->slots++;
    for (int i = 0; i < r->n_nodes; i++) {
        r->nodes[i]->own_at = at;
        at += r->nodes[i]->slots;
        r->nodes[i]->slots = 0;
    }
    for (int slot = 0; slot < SLOTS_COUNT; slot++) {
        struct router_node *n = r->owner[slot] >= 0 ? r->nodes[r->owner[slot]] : NULL;
        if (n) r->own[n->own_at + n->slots++] = (uint16_t)slot;
    }
}

void router_take_map(struct worker *w, const struct topology *t) {
    struct router *r = &w->router;
    r->topology = t;
    add_nodes(w, t ? t->n : 1);
    if (!t) return;
    memcpy(r->owner, t->owner, sizeof r->owner);
    count_slots(r);
}

void router_release(struct worker *w) {
    struct router *r = &w->router;
    for (int i = 0; i < r->n_nodes; i++) {
        free_tallies(w, r->nodes[i]->peer.rows);
        free_tallies(w, r->nodes[i]->peer.warm);
        opqueue_release(&r->nodes[i]->queue);
        free(r->nodes[i]);
    }
    free(r->nodes);
    free(r->again);
}

void router_want_picture(struct worker *w) {
    if (!atomic_exchange(&w->plan->picture_wanted, true)) thread_tell(w->thread);
}

int router_target(struct worker *w, const struct image_op *op) {
    struct router *r = &w->router;
    int owner = r->owner[op->slot];
    if (owner < 0 || !r->spreads) return owner;
    const struct topology_node *n = &r->topology->nodes[owner];
    bool all = w->plan->cluster->read_from == CLUSTER_READ_ROUND_ROBIN;
    int primaries = all || !n->n_replicas;
    int at = (int)(r->turn++ % (unsigned)(n->n_replicas + primaries));
    return at < n->n_replicas ? n->replicas[at] : owner;
}
