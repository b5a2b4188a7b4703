/* SPDX-License-Identifier: BSD-3-Clause */
/* What valkey-benchmark finds out about a cluster before its load: the nodes that will get some,
 * and what each is configured to. See preflight.h. */
#include <stdio.h>
#include <stdlib.h>

#include "base/msg.h"
#include "preflight.h"

static int list_nodes(const struct slots *s, enum cluster_read from, int *out, int max) {
    int n = 0;
    if (from != CLUSTER_READ_ROUND_ROBIN_REPLICAS) n = slots_primaries(s, out, max);
    if (from != CLUSTER_READ_PRIMARY) n += slots_all_replicas(s, out + n, max - n);
    return n;
}

static int look_at(struct loop *l, const struct cluster *c, int node, struct node_facts *f,
                   struct err *e) {
    const struct slots_node *n = slots_node(cluster_slots(c), node);
    struct cluster_door door;
    snprintf(f->where, sizeof f->where, "%s:%d", n->host, n->port);
    snprintf(f->id, sizeof f->id, "%s", n->id);
    f->replica = n->replica;
    cluster_door(c, node, &door);
    int code = preflight(l, &door.conn, true, &f->server, e);
    if (code == 0 && !f->server.has_config)
        msg_say("WARNING: Could not fetch node CONFIG %s", f->where);
    return code;
}

int preflight_cluster(struct loop *l, const struct cluster_opts *o, struct server_facts *f,
                      struct err *e) {
    int nodes[SLOTS_NODES_MAX];
    int code = preflight(l, o->conn, true, f, e); /* refuses a password in the server's words */
    struct cluster *c = cluster_new(l, o, NULL);
    if (code == 0) code = cluster_connect(c, e);
    int n = code < 0 ? 0 : list_nodes(cluster_slots(c), o->read_from, nodes, SLOTS_NODES_MAX);
    f->nodes = mem_zalloc((size_t)n + 1, sizeof *f->nodes);
    for (int i = 0; i < n && code == 0; i++)
        code = look_at(l, c, nodes[i], &f->nodes[f->n_nodes++], e);
    f->has_config = true; /* each node's is its own */
    cluster_free(c);
    return code;
}

void preflight_release(struct server_facts *f) {
    free(f->nodes);
    f->nodes = NULL;
}
