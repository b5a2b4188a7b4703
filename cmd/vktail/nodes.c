/* SPDX-License-Identifier: BSD-3-Clause */
/* See nodes.h. A node keeps its number for good, in a cluster that of its slots map; what has left
 * keeps its name, for the events that are still on their way out. */
#include "nodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum {
    LOOK_MS = 10000,     /* how often to ask where the nodes are while all is well, */
    LOOK_LOST_MS = 1000, /* and while one is not heard */
};

struct nodes_place {
    struct cluster_door door; /* how to get there */
    char name[256];           /* for people */
    bool is_here;
    struct node node;
};

static void look_in(struct nodes *s, int ms) {
    int64_t at = clock_now_ns() + ms * CLOCK_NS_PER_MS;
    if (!s->look_at_ns || at < s->look_at_ns) s->look_at_ns = at;
}

void nodes_doubt(struct nodes *s) {
    look_in(s, 0);
}

/* ---- come and go ---- */

static struct nodes_place *place_of(struct nodes *s, int number) {
    if (number >= s->n) {
        size_t n = (size_t)number + 1;
        struct nodes_place **places = mem_zalloc(n, sizeof *places);
        if (s->n) memcpy(places, s->places, (size_t)s->n * sizeof *places);
        free(s->places);
        s->places = places;
        s->n = (int)n;
    }
    if (!s->places[number]) s->places[number] = mem_zalloc(1, sizeof **s->places);
    return s->places[number];
}

static int enter(struct nodes *s, int number, struct err *e) {
    struct nodes_place *p = place_of(s, number);
    int code = node_init(&p->node, s->loop, &p->door.conn, &s->hooks, number, p->name, e);
    p->is_here = code == 0;
    return code;
}

static void leave(struct nodes *s, struct nodes_place *p) {
    s->left(s->hooks.arg, &p->node);
    node_release(&p->node);
    p->is_here = false;
}

/* ---- one server ---- */

static void lead_to(struct nodes_place *p, const struct connopt *conn) {
    p->door.conn = *conn;
    connopt_where(conn, p->name, sizeof p->name);
}

static void lead_to_primary(struct nodes_place *p, const struct connopt *conn,
                            const struct connopt_place *primary) {
    p->door.conn = *conn;
    snprintf(p->door.host, sizeof p->door.host, "%s", primary->host);
    p->door.conn.host = p->door.host;
    p->door.conn.port = primary->port;
    p->door.conn.sentinel = (struct connopt_sentinel){0};
    connopt_where(&p->door.conn, p->name, sizeof p->name);
}

/* Each primary that a service has had is a node of its own. */
static int follow_service(struct nodes *s, struct err *e) {
    struct connopt_place primary;
    int code = sentinel_primary(s->sentinel, &primary, e);
    if (code < 0) return code;
    struct nodes_place *last = s->n ? s->places[s->n - 1] : NULL;
    if (last && last->is_here && last->door.conn.port == primary.port &&
        !strcmp(last->door.host, primary.host))
        return 0;
    if (last && last->is_here) leave(s, last);
    lead_to_primary(place_of(s, s->n), s->conn, &primary);
    return enter(s, s->n - 1, e);
}

/* ---- a cluster ---- */

static bool is_wanted(const struct nodes *s, int number) {
    const struct slots *slots = cluster_slots(s->cluster);
    const struct slots_node *n = slots_node(slots, number);
    if (n->gone) return false;
    bool primary = !n->replica && slots_owned(slots, number) > 0;
    switch (s->which) {
    case NODES_PRIMARIES: return primary;
    case NODES_REPLICAS: return n->replica;
    case NODES_ALL: return primary || n->replica;
    }
    return false;
}

static int settle(struct nodes *s, struct err *e) {
    int n = slots_nodes(cluster_slots(s->cluster)), code = 0;
    for (int i = 0; i < n && code == 0; i++) {
        struct nodes_place *p = place_of(s, i);
        bool wanted = is_wanted(s, i);
        if (p->is_here && !wanted) leave(s, p);
        if (p->is_here || !wanted) continue;
        cluster_door(s->cluster, i, &p->door);
        cluster_where(s->cluster, i, p->name, sizeof p->name);
        code = enter(s, i, e);
    }
    return code;
}

static int follow_cluster(struct nodes *s, struct err *e) {
    int code = s->n ? cluster_refresh(s->cluster, e) : cluster_connect(s->cluster, e);
    return code == 0 ? settle(s, e) : code;
}

/* ---- all of them ---- */

int nodes_init(struct nodes *s, struct loop *l, const struct connopt *conn,
               const struct cluster_opts *cluster, struct err *e) {
    int code = 0;
    s->loop = l;
    s->conn = conn;
    if (cluster) {
        s->cluster = cluster_new(l, cluster, &(struct cluster_hooks){0});
        code = follow_cluster(s, e);
    } else if (conn->sentinel.list) {
        code = sentinel_new(l, conn, &s->sentinel, e);
        if (code == 0) code = follow_service(s, e);
    } else {
        lead_to(place_of(s, 0), conn);
        code = enter(s, 0, e);
    }
    look_in(s, LOOK_MS);
    return code;
}

void nodes_release(struct nodes *s) {
    for (int i = 0; i < s->n; i++) {
        if (s->places[i] && s->places[i]->is_here) node_release(&s->places[i]->node);
        free(s->places[i]);
    }
    free(s->places);
    cluster_free(s->cluster);
    sentinel_free(s->sentinel);
}

/* What cannot be asked now is asked again later; the nodes that are known stay. */
static void follow(struct nodes *s) {
    struct err e;
    if (!s->look_at_ns || clock_now_ns() < s->look_at_ns) return;
    s->look_at_ns = 0;
    int code = s->cluster ? follow_cluster(s, &e) : follow_service(s, &e);
    if (code < 0 && s->sentinel) sentinel_doubt(s->sentinel);
    look_in(s, LOOK_MS);
}

void nodes_look(struct nodes *s) {
    for (int i = 0; i < s->n; i++) {
        struct node *n = nodes_at(s, i);
        if (!n) continue;
        node_look(n);
        if (n->state == NODE_WAITING) look_in(s, LOOK_LOST_MS);
    }
    if (s->cluster || s->sentinel) follow(s);
}

struct node *nodes_at(const struct nodes *s, int number) {
    bool known = number >= 0 && number < s->n && s->places[number];
    return known && s->places[number]->is_here ? &s->places[number]->node : NULL;
}

const char *nodes_name(const struct nodes *s, int number) {
    bool known = number >= 0 && number < s->n && s->places[number];
    return known ? s->places[number]->name : "?";
}

int nodes_count(const struct nodes *s) {
    int n = 0;
    for (int i = 0; i < s->n; i++)
        n += nodes_at(s, i) != NULL;
    return n;
}
