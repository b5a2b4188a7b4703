/* SPDX-License-Identifier: BSD-3-Clause */
/* A server that sentinels watch, as a topology of one: it has all slots. See topology.h. */
#include <string.h>

#include "bench/topology_impl.h"

static int find_member(const struct topology_source *s, const struct connopt_place *p) {
    for (int i = 0; i < s->n_members; i++)
        if (!strcmp(s->members[i]->door.host, p->host) && s->members[i]->door.conn.port == p->port)
            return i;
    return -1;
}

static int add_server(struct topology_source *s, const struct connopt_place *p, struct err *e) {
    struct topology_member *m = mem_zalloc(1, sizeof *m);
    m->door.conn = *s->common->conn;
    memcpy(m->door.host, p->host, sizeof m->door.host);
    m->door.conn.host = m->door.host;
    m->door.conn.port = p->port;
    m->door.conn.sentinel.list = NULL;
    return topology_add_member(s, m, p->host, p->port, e);
}

static void draw(struct topology_source *s, int server) {
    struct topology *t = mem_zalloc(1, sizeof *t);
    t->n = s->n_members;
    t->nodes = mem_zalloc((size_t)t->n, sizeof *t->nodes);
    for (int i = 0; i < t->n; i++)
        t->nodes[i] = (struct topology_node){.opening = &s->members[i]->opening,
                                             .where = s->members[i]->where,
                                             .id = s->members[i]->id,
                                             .gone = i != server};
    t->nodes[server].slots = SLOTS_COUNT;
    for (int slot = 0; slot < SLOTS_COUNT; slot++)
        t->owner[slot] = (int16_t)server;
    topology_add_picture(s, t);
}

static void on_switch(void *arg, const struct connopt_place *primary) {
    (void)primary; /* it is asked for: all of them may know better than one */
    ((struct topology_source *)arg)->switched = true;
}

/* Their news come sooner than the old primary's own end. Without them, losses and errors tell. */
static void listen(struct topology_source *s) {
    struct err e;
    if (s->listener && sentinel_is_listening(s->listener)) return;
    if (!s->listener && sentinel_new(s->loop, &s->conn, &s->listener, &e) < 0) return;
    if (sentinel_listen(s->listener, on_switch, s, &e) < 0) return;
}

static int read_sentinels(struct topology_source *s, struct err *e) {
    struct connopt_place places[SENTINEL_REPLICAS_MAX];
    int n = 0, code = 0;
    listen(s);
    if (s->replica) code = sentinel_replicas(s->sentinel, places, &n, e);
    if (code == 0 && n == 0) code = sentinel_primary(s->sentinel, places, e);
    if (code < 0) return code;
    int server = find_member(s, &places[0]);
    if (server < 0) {
        code = add_server(s, &places[0], e);
        server = s->n_members - 1;
    }
    if (code == 0) draw(s, server);
    return code;
}

int topology_open_sentinel(struct loop *l, const struct connopt *sentinels,
                           const struct opening_opts *opening, struct topology_source **out,
                           struct err *e) {
    struct topology_source *s = mem_zalloc(1, sizeof *s);
    s->loop = l;
    s->read = read_sentinels;
    s->common = opening;
    s->conn = *sentinels;
    s->replica = sentinels->sentinel.role == CONNOPT_REPLICA;
    *out = s;
    int code = sentinel_new(l, &s->conn, &s->sentinel, e);
    return code < 0 ? code : read_sentinels(s, e);
}
