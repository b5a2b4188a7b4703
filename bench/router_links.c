/* SPDX-License-Identifier: BSD-3-Clause */
/* Links are dealt evenly to the nodes that serve. When one stops serving, or one begins to, links
 * go over as soon as they have nothing in flight. */
#include "base/clock.h"
#include "bench/worker.h"

#define LEAVE_NS CLOCK_NS_PER_S /* then a link is closed with what it has in flight */

static bool serves(const struct worker *w, const struct router_node *n) {
    const struct topology *t = w->router.topology;
    if (!t || n->asked) return true;
    bool reads = w->plan->workload && w->plan->workload->reads_only;
    return n->fresh || topology_serves(t, n->number, w->plan->cluster->read_from, reads);
}

static int servers_of(const struct worker *w) {
    int n = 0;
    for (int i = 0; i < w->router.n_nodes; i++)
        n += serves(w, w->router.nodes[i]);
    return n;
}

/* The i-th node that serves. */
static struct router_node *server(const struct worker *w, int i) {
    for (int k = 0; k < w->router.n_nodes; k++)
        if (serves(w, w->router.nodes[k]) && i-- == 0) return w->router.nodes[k];
    return w->router.nodes[0];
}

static void bind(struct link *l, struct router_node *n) {
    l->node = n;
    l->peer = &n->peer;
}

void router_bind(struct worker *w) {
    int servers = servers_of(w);
    for (int i = 0; i < w->connections; i++) {
        struct router_node *n = server(w, servers ? (w->first_connection + i) % servers : 0);
        bind(&w->links[i], n);
        n->links++;
    }
}

/* ---- going over ---- */

static struct router_node *heading(const struct link *l) {
    return l->goal ? l->goal : l->node;
}

static void send_to(struct worker *w, struct link *l, struct router_node *to) {
    heading(l)->links--;
    to->links++;
    l->goal = to == l->node ? NULL : to;
    l->leave_ns = clock_now_ns() + LEAVE_NS;
    if (l->goal && !l->in_flight && !l->rest && !l->owed) w->router.move(l);
}

void router_moved(struct link *l) {
    bind(l, l->goal);
    l->goal = NULL;
}

/* One that can be spared: of a node that serves nothing, else of the one with the most. */
static struct link *spare(struct worker *w, int share) {
    struct link *best = NULL;
    for (int i = 0; i < w->connections; i++) {
        struct link *l = &w->links[i];
        if (!serves(w, heading(l))) return l;
        if (heading(l)->links > share && (!best || heading(l)->links > heading(best)->links))
            best = l;
    }
    return best;
}

static struct router_node *neediest(struct worker *w) {
    struct router_node *least = NULL;
    for (int i = 0; i < w->router.n_nodes; i++) {
        struct router_node *n = w->router.nodes[i];
        if (serves(w, n) && (!least || n->links < least->links)) least = n;
    }
    return least;
}

void router_balance(struct worker *w) {
    int servers = servers_of(w);
    if (!servers) return;
    int share = w->connections / servers;
    if (!share) share = 1;
    for (int i = 0; i < w->connections; i++) {
        struct router_node *n = neediest(w);
        struct link *l = spare(w, share);
        if (!l || (serves(w, heading(l)) && n->links >= share)) return;
        send_to(w, l, n);
    }
}

/* ---- open and closed ---- */

void router_opened(struct link *l) {
    l->node->open++;
    l->node->down_ns = 0;
}

void router_watch(struct worker *w) {
    w->host.watched = w->router.used > 0 || w->router.outages.open > 0;
}

static void go_down(struct worker *w, struct router_node *n) {
    struct router *r = &w->router;
    n->down_ns = clock_now_ns();
    if (!w->host.measured) return;
    outage_begin(&r->outages, r->owner, n->number, n->down_ns);
    router_watch(w);
}

void router_closed(struct worker *w, struct link *l, bool lost) {
    struct router_node *n = l->node;
    if (!--n->open && w->router.topology && lost) go_down(w, n);
}

void router_failed(struct worker *w, struct link *l) {
    struct router_node *n = l->node;
    if (!n->open && !n->down_ns && w->router.topology) go_down(w, n);
}
