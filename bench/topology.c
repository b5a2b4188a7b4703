/* SPDX-License-Identifier: BSD-3-Clause */
/* See topology.h. What does not change of a node, how it is reached, is made once and shared by all
 * pictures. */
#include "bench/topology_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE_S = 2 }; /* with a node that is asked for the topology */

/* ---- pictures ---- */

int topology_add_member(struct topology_source *s, struct topology_member *m, const char *host,
                        int port, struct err *e) {
    m->door.conn.command_timeout_s = s->common->conn->command_timeout_s;
    m->door.conn.connect_timeout_s = s->common->conn->connect_timeout_s;
    m->opening = *s->common;
    m->opening.conn = &m->door.conn;
    m->opening.address = NULL;
    m->opening.readonly = s->opts.read_from != CLUSTER_READ_PRIMARY; /* roles change */
    snprintf(m->where, sizeof m->where, strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port);
    int code = m->door.conn.tls ? tls_ctx_new(&m->door.conn.tls_opts, &m->opening.tls, e) : 0;
    if (code < 0) {
        free(m);
        return code;
    }
    s->members =
        mem_realloc(s->members, (size_t)s->n_members + 1, sizeof(struct topology_member *));
    s->members[s->n_members++] = m;
    return 0;
}

static int make_member(struct topology_source *s, int node, struct err *e) {
    const struct slots_node *n = slots_node(cluster_slots(s->cluster), node);
    struct topology_member *m = mem_zalloc(1, sizeof *m);
    cluster_door(s->cluster, node, &m->door);
    return topology_add_member(s, m, n->host, n->port, e);
}

static int make_members(struct topology_source *s, struct err *e) {
    int n = slots_nodes(cluster_slots(s->cluster)), code = 0;
    while (code == 0 && s->n_members < n)
        code = make_member(s, s->n_members, e);
    return code;
}

static void add_replica(struct topology *t, int primary, int replica) {
    struct topology_node *n = &t->nodes[primary];
    if (n->n_replicas < TOPOLOGY_REPLICAS_MAX) n->replicas[n->n_replicas++] = replica;
}

static bool is_same(const struct topology *a, const struct topology *b) {
    return a && a->n == b->n && !memcmp(a->owner, b->owner, sizeof a->owner) &&
           !memcmp(a->nodes, b->nodes, (size_t)a->n * sizeof *a->nodes);
}

void topology_add_picture(struct topology_source *s, struct topology *t) {
    if (is_same(s->now, t)) {
        free(t->nodes);
        free(t);
        return;
    }
    t->older = s->now;
    s->now = t;
}

static int draw(struct topology_source *s, struct err *e) {
    const struct slots *slots = cluster_slots(s->cluster);
    int code = make_members(s, e);
    if (code < 0) return code;
    struct topology *t = mem_zalloc(1, sizeof *t);
    t->n = s->n_members;
    t->nodes = mem_zalloc((size_t)t->n + 1, sizeof *t->nodes);
    for (int i = 0; i < t->n; i++) {
        const struct slots_node *n = slots_node(slots, i);
        struct topology_member *m = s->members[i];
        if (!m->id[0]) snprintf(m->id, sizeof m->id, "%s", n->id);
        t->nodes[i].opening = &m->opening;
        t->nodes[i].where = m->where;
        t->nodes[i].id = m->id;
        t->nodes[i].replica = n->replica;
        t->nodes[i].gone = n->gone;
        if (n->replica && !n->gone && n->primary >= 0) add_replica(t, n->primary, i);
    }
    for (unsigned slot = 0; slot < SLOTS_COUNT; slot++) {
        t->owner[slot] = (int16_t)slots_primary(slots, slot);
        if (t->owner[slot] >= 0) t->nodes[t->owner[slot]].slots++;
    }
    topology_add_picture(s, t);
    return 0;
}

/* ---- reading ---- */

static double at_most(double limit_s, double s) {
    return limit_s > 0 && limit_s < s ? limit_s : s;
}

static int read_cluster(struct topology_source *s, struct err *e) {
    int code = cluster_refresh(s->cluster, e);
    return code < 0 ? code : draw(s, e);
}

int topology_open(struct loop *l, const struct cluster_opts *cluster,
                  const struct opening_opts *opening, struct topology_source **out, struct err *e) {
    struct topology_source *s = mem_zalloc(1, sizeof *s);
    s->read = read_cluster;
    s->common = opening;
    s->conn = *cluster->conn;
    s->conn.command_timeout_s = at_most(s->conn.command_timeout_s, PATIENCE_S);
    s->conn.connect_timeout_s = at_most(s->conn.connect_timeout_s, PATIENCE_S);
    s->opts = *cluster;
    s->opts.conn = &s->conn;
    s->cluster = cluster_new(l, &s->opts, NULL);
    *out = s;
    int code = cluster_connect(s->cluster, e);
    return code < 0 ? code : draw(s, e);
}

void topology_close(struct topology_source *s) {
    if (!s) return;
    for (struct topology *t = s->now, *older; t; t = older) {
        older = t->older;
        free(t->nodes);
        free(t);
    }
    for (int i = 0; i < s->n_members; i++) {
        tls_ctx_free(s->members[i]->opening.tls);
        free(s->members[i]);
    }
    free(s->members);
    cluster_free(s->cluster);
    sentinel_free(s->sentinel);
    sentinel_free(s->listener);
    free(s);
}

const struct topology *topology_now(const struct topology_source *s) {
    return s->now;
}

int topology_read(struct topology_source *s, struct err *e) {
    return s->read(s, e);
}

bool topology_has_news(struct topology_source *s) {
    bool news = s->switched;
    s->switched = false;
    return news;
}

int topology_know(struct topology_source *s, const char *host, int port, struct err *e) {
    if (s->sentinel) return 0;
    if (cluster_know(s->cluster, host, port) < 0)
        return err_set(e, VK_ELIMIT, "too many nodes are named");
    return draw(s, e);
}

static bool is_at(const struct topology_node *n, const char *host, size_t len, int port) {
    char where[300];
    snprintf(where, sizeof where, memchr(host, ':', len) ? "[%.*s]:%d" : "%.*s:%d", (int)len, host,
             port);
    return !strcasecmp(n->where, where);
}

int topology_find(const struct topology *t, const char *host, size_t len, int port) {
    for (int i = 0; i < t->n; i++)
        if (is_at(&t->nodes[i], host, len, port)) return i;
    return -1;
}

/* Of a primary that serves slots. */
static bool is_replica_of_one(const struct topology *t, int node) {
    for (int i = 0; i < t->n; i++)
        for (int k = 0; t->nodes[i].slots && k < t->nodes[i].n_replicas; k++)
            if (t->nodes[i].replicas[k] == node) return true;
    return false;
}

bool topology_serves(const struct topology *t, int node, enum cluster_read from, bool reads) {
    const struct topology_node *n = &t->nodes[node];
    if (!reads || from == CLUSTER_READ_PRIMARY) return n->slots > 0;
    if (n->slots) return from == CLUSTER_READ_ROUND_ROBIN || !n->n_replicas;
    return is_replica_of_one(t, node);
}
