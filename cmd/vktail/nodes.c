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
    LOOK_LOST_MS = 1000, /* and while that is in doubt, */
    DOUBT_MS = 60000,    /* which it is so long after something was lost */
};

struct nodes_place {
    struct cluster_door door; /* how to get there */
    char name[256];           /* for people */
    bool is_here;
    struct node node;
    struct nodes_tally tally;
};

static void look_in(struct nodes *s, int ms) {
    int64_t at = clock_now_ns() + ms * CLOCK_NS_PER_MS;
    if (!s->look_at_ns || at < s->look_at_ns) s->look_at_ns = at;
}

static bool follows(const struct nodes *s) {
    return s->cluster || s->sentinel;
}

void nodes_doubt(struct nodes *s) {
    if (!follows(s)) return;
    s->doubt_until_ns = clock_now_ns() + DOUBT_MS * CLOCK_NS_PER_MS;
    look_in(s, 0);
}

void nodes_choose(struct nodes *s) {
    s->unsettled = true;
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

/* from_us: since when it may have had events that nobody heard; 0 = it is one of the first. */
static int enter(struct nodes *s, int number, int64_t from_us, struct err *e) {
    struct nodes_place *p = place_of(s, number);
    int code = node_init(&p->node, s->loop, &p->door.conn, &s->hooks, number, p->name, e);
    p->is_here = code == 0;
    p->node.lost_us = from_us;
    p->node.lost_by = "it was not listened to before";
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
    int64_t from_us = s->looked_us;
    if (last && last->is_here) {
        if (last->node.lost_us) from_us = last->node.lost_us;
        last->node.lost_us = 0;
        leave(s, last);
    }
    lead_to_primary(place_of(s, s->n), s->conn, &primary);
    return enter(s, s->n - 1, from_us, e);
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

static void choose(struct nodes *s, int n) {
    free(s->wanted);
    s->wanted = mem_zalloc((size_t)n + 1, sizeof *s->wanted);
    if (s->choose) {
        s->choose(s->hooks.arg, s->wanted, n);
        return;
    }
    for (int i = 0; i < n; i++)
        s->wanted[i] = is_wanted(s, i);
}

/* Those that leave; what was lost with them goes over to those that enter, if any do: since when
 * something may be missing is returned. */
static int64_t let_leave(struct nodes *s, int n) {
    int entering = 0, lost = 0;
    int64_t from_us = INT64_MAX;
    for (int i = 0; i < n; i++) {
        const struct nodes_place *p = place_of(s, i);
        entering += s->wanted[i] && !p->is_here;
        if (s->wanted[i] || !p->is_here || !p->node.lost_us) continue;
        lost++;
        if (p->node.lost_us < from_us) from_us = p->node.lost_us;
    }
    for (int i = 0; i < n; i++) {
        struct nodes_place *p = place_of(s, i);
        if (s->wanted[i] || !p->is_here) continue;
        if (entering) p->node.lost_us = 0;
        leave(s, p);
    }
    return entering > lost && s->looked_us < from_us ? s->looked_us : from_us;
}

static int settle(struct nodes *s, struct err *e) {
    int n = slots_nodes(cluster_slots(s->cluster)), code = 0;
    s->unsettled = false;
    choose(s, n);
    int64_t from_us = let_leave(s, n);
    for (int i = 0; i < n && code == 0; i++) {
        struct nodes_place *p = place_of(s, i);
        if (p->is_here || !s->wanted[i]) continue;
        cluster_door(s->cluster, i, &p->door);
        cluster_where(s->cluster, i, p->name, sizeof p->name);
        code = enter(s, i, s->settled ? from_us : 0, e);
    }
    s->settled = true;
    if (s->changed) s->changed(s->hooks.arg);
    return code;
}

static int follow_cluster(struct nodes *s, struct err *e) {
    int code = s->n ? cluster_refresh(s->cluster, e) : cluster_connect(s->cluster, e);
    return code == 0 ? settle(s, e) : code;
}

/* What cannot be asked now is asked again later; the nodes that are known stay. */
static int follow(struct nodes *s, struct err *e) {
    int64_t began_us = clock_wall_us();
    int code = s->cluster ? follow_cluster(s, e) : follow_service(s, e);
    if (code == 0) s->looked_us = began_us;
    if (code < 0 && s->sentinel) sentinel_doubt(s->sentinel);
    look_in(s, s->look_ms ? s->look_ms : LOOK_MS);
    return code;
}

/* ---- all of them ---- */

int nodes_init(struct nodes *s, struct loop *l, const struct connopt *conn,
               const struct cluster_opts *cluster, struct err *e) {
    int code = 0;
    s->loop = l;
    s->conn = conn;
    if (cluster) {
        s->cluster = cluster_new(l, cluster, &(struct cluster_hooks){0});
    } else if (conn->sentinel.list) {
        code = sentinel_new(l, conn, &s->sentinel, e);
    } else {
        lead_to(place_of(s, 0), conn);
        code = enter(s, 0, 0, e);
    }
    return code == 0 && follows(s) ? follow(s, e) : code;
}

void nodes_release(struct nodes *s) {
    for (int i = 0; i < s->n; i++) {
        if (s->places[i] && s->places[i]->is_here) node_release(&s->places[i]->node);
        free(s->places[i]);
    }
    free(s->places);
    free(s->wanted);
    cluster_free(s->cluster);
    sentinel_free(s->sentinel);
}

void nodes_notice(struct nodes *s) {
    for (int i = 0; i < s->n; i++) {
        struct node *n = nodes_at(s, i);
        if (n) node_notice(n);
    }
}

void nodes_look(struct nodes *s) {
    struct err e;
    for (int i = 0; i < s->n; i++) {
        struct node *n = nodes_at(s, i);
        if (!n) continue;
        node_look(n);
    }
    if (!follows(s)) return;
    int64_t now_ns = clock_now_ns();
    bool due = s->look_at_ns && now_ns >= s->look_at_ns;
    if (s->unsettled && s->cluster && settle(s, &e) < 0) s->unsettled = true;
    if (!due) return;
    s->look_at_ns = 0;
    if (now_ns < s->doubt_until_ns) look_in(s, LOOK_LOST_MS);
    if (follow(s, &e) < 0) look_in(s, LOOK_LOST_MS);
}

struct nodes_tally *nodes_tally(struct nodes *s, int number) {
    return &place_of(s, number)->tally;
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
