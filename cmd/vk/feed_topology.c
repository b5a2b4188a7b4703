/* SPDX-License-Identifier: BSD-3-Clause */
/* Which nodes a feed of a cluster has: read with the start, and read again over a feed's own
 * connections, so that it never waits, when something looks odd or from time to time. */
#include <stdlib.h>

#include "base/clock.h"
#include "feed_impl.h"

enum { TREE_BYTES_MAX = 64 << 20, SOON_S = 2, SELDOM_S = 30 };

struct feed_topology {
    struct feed *feed;
    struct reply_builder reply;
    bool asked; /* on its way */
    int from;   /* the number of the node that is asked */
    bool has_come, refused;
    int64_t asked_ns;
};

static int find(const struct slots *s, enum fleet_which which, int *numbers, int most) {
    int n = 0;
    if (which != FLEET_REPLICAS) n = slots_primaries(s, numbers, most);
    if (which != FLEET_PRIMARIES) n += slots_all_replicas(s, numbers + n, most - n);
    return n;
}

static struct feed_node *take_node(struct feed *f, int number, struct err *e) {
    for (int i = 0; i < f->n; i++) {
        if (f->nodes[i]->number != number || !f->nodes[i]->leaves) continue;
        f->nodes[i]->leaves = false;
        return f->nodes[i];
    }
    return feed_node_new(f, number, e);
}

/* The list becomes that of these numbers of the cluster's; who is in both stays as he is. */
static int follow(struct feed *f, const int *numbers, int n, struct err *e) {
    struct feed_node **nodes = mem_zalloc((size_t)n + 1, sizeof *nodes);
    int code = 0, taken = 0;
    for (int i = 0; i < f->n; i++)
        f->nodes[i]->leaves = true;
    for (int i = 0; i < n; i++) {
        nodes[taken] = take_node(f, numbers[i], e);
        if (nodes[taken])
            taken++;
        else
            code = e->code;
    }
    for (int i = 0; i < f->n; i++)
        if (f->nodes[i]->leaves) feed_node_free(f->nodes[i]);
    free((void *)f->nodes);
    f->nodes = nodes;
    f->n = taken;
    return code;
}

int feed_topology_open(struct feed *f, struct err *e) {
    const struct slots *s = cluster_slots(f->run->wire.cluster);
    struct feed_topology *t = mem_zalloc(1, sizeof *t);
    *t = (struct feed_topology){.feed = f, .asked_ns = clock_now_ns()};
    reply_builder_init(&t->reply, TREE_BYTES_MAX);
    f->topology = t;
    int most = slots_nodes(s), *numbers = mem_zalloc((size_t)most + 1, sizeof *numbers);
    int n = find(s, f->opts.which, numbers, most);
    int code = n ? follow(f, numbers, n, e)
                 : err_set(e, VK_EUSAGE, "the cluster has no %s",
                           f->opts.which == FLEET_REPLICAS ? "replica" : "node that has slots");
    free(numbers);
    return code;
}

void feed_topology_free(struct feed_topology *t) {
    if (!t) return;
    reply_builder_release(&t->reply);
    free(t);
}

static void on_slots(void *arg, int code, const struct resp_event *ev) {
    struct feed_topology *t = arg;
    int built = 0;
    if (ev) built = reply_build(&t->reply, ev);
    if (code == VK_MORE) return;
    t->asked = false;
    t->has_come = code == 0 && built == 0 && t->reply.root;
}

static bool is_odd(const struct feed *f) {
    for (int i = 0; i < f->n; i++) {
        const struct feed_node *n = f->nodes[i];
        if (n->down_ns || (n->known && n->now.replica != (f->opts.which == FLEET_REPLICAS)))
            return true;
    }
    return false;
}

static void ask(struct feed_topology *t) {
    static const char *const argv[] = {"CLUSTER", "SLOTS"};
    const struct feed *f = t->feed;
    t->asked_ns = clock_now_ns();
    for (int i = 0; i < f->n; i++) {
        struct feed_node *n = f->nodes[i];
        if (n->state != FEED_UP || n->down_ns || !n->known) continue;
        t->asked = true;
        t->from = n->number;
        reply_builder_clear(&t->reply);
        feed_submit(n, 2, argv, on_slots, t);
        client_flush(n->client);
        return;
    }
}

/* The numbers of the cluster's for what one node told; 0 = it told of none. */
static int read_numbers(struct feed_topology *t, int *numbers, int most) {
    struct cluster *c = t->feed->run->wire.cluster;
    const struct slots_node *from = slots_node(cluster_slots(c), t->from);
    struct slots *s = slots_new();
    struct err e;
    int n = 0, asked = slots_add(s, from->host, from->port);
    slots_begin(s);
    int code = slots_take(s, t->reply.root, asked, t->feed->run->opts->conn.tls, &e);
    t->refused = code == VK_ESERVER;
    if (code == 0 && slots_end(s, &e) == 0) n = find(s, t->feed->opts.which, numbers, most);
    for (int i = 0; i < n; i++) {
        const struct slots_node *node = slots_node(s, numbers[i]);
        numbers[i] = cluster_know(c, node->host, node->port);
        if (numbers[i] < 0) n = i; /* too many: the rest is left out */
    }
    slots_free(s);
    return n;
}

static void take(struct feed_topology *t) {
    int *numbers = mem_zalloc(SLOTS_NODES_MAX, sizeof *numbers);
    struct err e;
    int n = read_numbers(t, numbers, SLOTS_NODES_MAX);
    if (n && follow(t->feed, numbers, n, &e) < 0) { /* TLS files vanished: without the new ones */
    }
    free(numbers);
}

void feed_topology_look(struct feed *f) {
    struct feed_topology *t = f->topology;
    if (!t || t->refused || t->asked) return;
    if (t->has_come) {
        t->has_come = false;
        take(t);
    }
    int64_t age = clock_now_ns() - t->asked_ns;
    if (age < (is_odd(f) ? SOON_S : SELDOM_S) * CLOCK_NS_PER_S) return;
    ask(t);
}
