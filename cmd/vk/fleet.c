/* SPDX-License-Identifier: BSD-3-Clause */
/* See fleet.h. */
#include "fleet.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { MORE_NODES = 128 }; /* that may be added */

static int open_single(struct fleet *f, struct err *e) {
    struct wire *w = &f->run->wire;
    w->strict = true;
    int code = wire_connect(w, e);
    if (code < 0) return code;
    f->nodes[f->n++] = (struct fleet_node){.number = -1, .client = w->client};
    snprintf(f->nodes[0].name, sizeof f->nodes[0].name, "%s", client_where(w->client));
    return 0;
}

static int open_node(struct fleet *f, struct fleet_node *n, int number, struct err *e) {
    const struct cluster *c = f->run->wire.cluster;
    struct client_hooks hooks = {.readonly = slots_node(cluster_slots(c), number)->replica};
    n->number = number;
    n->door = mem_zalloc(1, sizeof *n->door);
    cluster_door(c, number, n->door);
    cluster_where(c, number, n->name, sizeof n->name);
    int code = client_new(f->run->loop, &n->door->conn, &hooks, &n->client, e);
    return code == 0 ? client_connect(n->client, e) : code;
}

static int a_replica_of(const struct slots *s, int primary) {
    for (int i = 0; i < slots_nodes(s); i++) {
        const struct slots_node *n = slots_node(s, i);
        if (n->replica && !n->gone && n->primary == primary) return i;
    }
    return primary;
}

static int find(const struct slots *s, enum fleet_which which, int *numbers) {
    int n = 0, most = slots_nodes(s);
    if (which == FLEET_A_REPLICA_EACH) {
        n = slots_primaries(s, numbers, most);
        for (int i = 0; i < n; i++)
            numbers[i] = a_replica_of(s, numbers[i]);
        return n;
    }
    if (which != FLEET_REPLICAS) n = slots_primaries(s, numbers, most);
    if (which != FLEET_PRIMARIES) n += slots_all_replicas(s, numbers + n, most - n);
    return n;
}

/* Tolerant: what fails is noted, unless nothing is reached. */
static int open_nodes(struct fleet *f, const int *numbers, int n, bool tolerant, struct err *e) {
    int reached = 0;
    while (f->n < n) {
        struct fleet_node *node = &f->nodes[f->n];
        err_clear(&node->why);
        int code = open_node(f, node, numbers[f->n++], &node->why);
        if (code < 0 && (!tolerant || !node->client || code == VK_ECANCEL)) {
            *e = node->why;
            return code;
        }
        reached += code == 0;
    }
    if (!reached) *e = f->nodes[0].why;
    return reached ? 0 : e->code;
}

static int open_cluster(struct fleet *f, enum fleet_which which, bool tolerant, struct err *e) {
    const struct slots *s = cluster_slots(f->run->wire.cluster);
    int *numbers = mem_zalloc((size_t)slots_nodes(s) + 1, sizeof *numbers);
    int n = find(s, which, numbers);
    f->max = n + MORE_NODES;
    f->nodes = mem_zalloc((size_t)f->max, sizeof *f->nodes);
    int code = n ? open_nodes(f, numbers, n, tolerant, e)
                 : err_set(e, VK_EUSAGE, "the cluster has no replica");
    free(numbers);
    return code;
}

static int open_all(struct fleet *f, struct run *r, enum fleet_which which, bool tolerant,
                    struct err *e) {
    *f = (struct fleet){.run = r};
    if (r->wire.cluster) {
        int code = wire_connect(&r->wire, e);
        return code == 0 ? open_cluster(f, which, tolerant, e) : code;
    }
    f->max = 1;
    f->nodes = mem_zalloc(1, sizeof *f->nodes);
    return open_single(f, e);
}

int fleet_open(struct fleet *f, struct run *r, enum fleet_which which, struct err *e) {
    return open_all(f, r, which, false, e);
}

int fleet_open_reachable(struct fleet *f, struct run *r, enum fleet_which which, struct err *e) {
    return open_all(f, r, which, true, e);
}

void fleet_close(struct fleet *f) {
    for (int i = 0; i < f->n; i++) {
        if (f->nodes[i].number >= 0) client_free(f->nodes[i].client);
        free(f->nodes[i].door);
    }
    free(f->nodes);
    *f = (struct fleet){0};
}

int fleet_add(struct fleet *f, int number, struct fleet_node **out, struct err *e) {
    if (f->n == f->max) return err_set(e, VK_ELIMIT, "the cluster changes too much");
    struct fleet_node *node = &f->nodes[f->n];
    int code = open_node(f, node, number, e);
    if (code < 0) {
        client_free(node->client);
        free(node->door);
        *node = (struct fleet_node){.number = -1};
        return code;
    }
    f->n++;
    *out = node;
    return 0;
}

int fleet_reconnect(struct fleet *f, struct fleet_node *n, struct err *e) {
    if (n->number >= 0) return client_connect(n->client, e);
    int code = wire_connect(&f->run->wire, e);
    if (code == 0) snprintf(n->name, sizeof n->name, "%s", client_where(n->client));
    return code;
}

void fleet_turn(struct fleet *f, int64_t until_ns) {
    for (int i = 0; i < f->n; i++) {
        struct client *c = f->nodes[i].client;
        if (!client_is_open(c)) continue;
        size_t before = session_pending(client_session(c));
        client_flush(c);
        if (session_pending(client_session(c)) < before)
            until_ns = 0; /* somebody may wait for it */
    }
    loop_turn(f->run->loop, until_ns);
}
