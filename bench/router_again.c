/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands that were answered by a redirect, or by a server that does not serve now: core/route
 * decides, they are sent again from the worker's loop. Their time goes on from the first try. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "bench/worker.h"

enum { AGAIN_MAX = 4096 }; /* beyond that the error counts at once */
#define UNKNOWN_NS                                                                                 \
    (20 * CLOCK_NS_PER_MS) /* until the main thread may have shown an unknown node                 \
                            */

static uint32_t new_entry(struct router *r) {
    uint32_t i = 0;
    while (i < r->n_again && r->again[i].used)
        i++;
    if (i == r->n_again) {
        r->again = mem_realloc(r->again, (size_t)r->n_again * 2 + 8, sizeof *r->again);
        memset(r->again + r->n_again, 0, (r->n_again + 8) * sizeof *r->again);
        r->n_again = r->n_again * 2 + 8;
    }
    r->again[i] = (struct router_again){.used = true, .node = -1};
    r->used++;
    return i + 1;
}

static void release(struct worker *w, uint32_t number) {
    struct router_again *a = &w->router.again[number - 1];
    if (a->waits) w->router.waiting--;
    a->used = a->waits = false;
    w->router.used--;
    router_watch(w);
}

/* ---- a redirect ---- */

/* The slot is node's: for this worker at once, for the others with the next picture. */
static void patch(struct worker *w, unsigned slot, int node) {
    struct router *r = &w->router;
    struct router_node *n = r->nodes[node];
    r->owner[slot] = (int16_t)node;
    if (n->slots || n->fresh) return;
    n->fresh = true;
    router_balance(w);
}

/* Only the main thread can give a number to a node that no picture shows. */
static void report_unknown(struct worker *w, const struct route_decision *d) {
    struct router *r = &w->router;
    if (atomic_load(&r->unknown_port) || d->host_len >= sizeof r->unknown_host) return;
    memcpy(r->unknown_host, d->host, d->host_len);
    r->unknown_host[d->host_len] = 0;
    atomic_store(&r->unknown_port, d->port);
    thread_tell(w->thread);
}

static int named_node(const struct link *l, const struct topology *t,
                      const struct route_decision *d) {
    if (d->host_len) return topology_find(t, d->host, d->host_len, d->port);
    const char *where = t->nodes[l->node->number].where, *colon = strrchr(where, ':');
    bool bracket = *where == '[';
    return topology_find(t, where + bracket, (size_t)(colon - where) - 2 * bracket, d->port);
}

static void redirected(struct worker *w, struct link *l, struct router_again *a,
                       const struct route_decision *d, int64_t now_ns) {
    int node = named_node(l, w->router.topology, d);
    a->node = -1;
    a->due_ns = now_ns;
    if (node < 0) {
        if (d->host_len) report_unknown(w, d);
        a->due_ns = now_ns + UNKNOWN_NS; /* and asks the old one again */
    } else if (d->action == ROUTE_ASK) {
        a->node = node;
        if (!w->router.nodes[node]->links) {
            w->router.nodes[node]->asked = true;
            router_balance(w);
        }
    } else {
        patch(w, d->slot, node);
    }
}

static void count(struct router *r, const struct route_decision *d) {
    switch (d->action) {
    case ROUTE_MOVED: r->counts.moved++; break;
    case ROUTE_ASK: r->counts.asked++; break;
    case ROUTE_AGAIN: r->counts.tryagain++; break;
    case ROUTE_RESTART: r->counts.restarts++; break;
    default: break;
    }
}

static bool is_kept(const struct route_decision *d) {
    return d->action == ROUTE_MOVED || d->action == ROUTE_ASK || d->action == ROUTE_AGAIN ||
           d->action == ROUTE_RESTART;
}

/* The cluster says that it does not serve the slot now. */
static void note_outage(struct worker *w, const struct link_kept *k, const char *text, size_t len) {
    unsigned kinds =
        ERRCLASS_CLUSTERDOWN | ERRCLASS_LOADING | ERRCLASS_READONLY | ERRCLASS_MASTERDOWN;
    struct router *r = &w->router;
    if (!k->measured || !(errclass_of_reply(text, len) & kinds)) return;
    if (r->owner[k->op.slot] >= 0)
        outage_begin(&r->outages, r->owner, r->owner[k->op.slot], w->host.now_ns);
    router_watch(w);
}

static void trace(const struct worker *w, const struct link *l, const struct route *route,
                  const struct route_decision *d) {
    char why[512], line[1024];
    if (!w->plan->run->trace || (d->action == ROUTE_ANSWER && !d->refresh)) return;
    snprintf(line, sizeof line, "%s: %s", w->router.topology->nodes[l->node->number].where,
             route_explain(d, route, &w->router.route, why, sizeof why));
    w->plan->run->trace(line);
}

bool router_on_redirect(struct link *l, const struct link_kept *k, const char *text, size_t len) {
    struct worker *w = l->host->arg;
    struct router *r = &w->router;
    uint32_t number = k->op.again;
    struct route first = {.sends = 1}, *route = number ? &r->again[number - 1].route : &first;
    struct route_decision d = route_error(route, &r->route, text, len, &r->moved);
    trace(w, l, route, &d);
    note_outage(w, k, text, len);
    if (d.refresh) router_want_picture(w);
    bool tied = w->plan->workload->tied || w->plan->workload->write;
    if (d.action == ROUTE_MOVED && tied) redirected(w, l, &(struct router_again){0}, &d, 0);
    if (!is_kept(&d) || tied || (!number && r->used >= AGAIN_MAX)) {
        outage_error(&r->outages, k->op.slot, text, len);
        if (number) release(w, number);
        return false;
    }
    if (k->measured) count(r, &d);
    if (!number) number = new_entry(r);
    struct router_again *a = &r->again[number - 1];
    if (route == &first) a->route = first;
    a->kept = *k;
    a->kept.op.again = number;
    if (d.action == ROUTE_MOVED || d.action == ROUTE_ASK)
        a->kept.op.slot = (uint16_t)d.slot; /* as the key says; {tag} says the same */
    a->waits = true;
    r->waiting++;
    a->due_ns = w->host.now_ns + d.wait_ns;
    if (d.action == ROUTE_MOVED || d.action == ROUTE_ASK) redirected(w, l, a, &d, w->host.now_ns);
    router_watch(w);
    return true;
}

void router_on_settled(struct link *l, const struct image_op *op, bool served) {
    struct worker *w = l->host->arg;
    static const char lost[] = "LOST";
    if (op->again) release(w, op->again);
    if (served)
        outage_served(&w->router.outages, op->slot, l->node->number, w->host.now_ns);
    else
        outage_error(&w->router.outages, op->slot, lost, sizeof lost - 1);
    router_watch(w);
}

/* ---- sending again ---- */

int router_held_links(const struct worker *w) {
    return (int)w->router.waiting / (w->depth * w->per_op);
}

static struct link *open_link(struct worker *w, const struct router_node *n) {
    unsigned from = w->router.turn++; /* not all to one of them */
    for (int i = 0; n->open && i < w->connections; i++) {
        struct link *l = &w->links[(from + (unsigned)i) % (unsigned)w->connections];
        if (l->node == n && link_is_open(l) && !l->rest) return l;
    }
    return NULL;
}

static void give_up(struct worker *w, uint32_t number, struct router_node *n, const char *text) {
    struct router_again *a = &w->router.again[number - 1];
    outage_error(&w->router.outages, a->kept.op.slot, text, strlen(text));
    link_give_up(&w->host, &n->peer, &a->kept, text, strlen(text));
    release(w, number);
}

/* Its node is not there: later, or never. */
static void postpone(struct worker *w, uint32_t number, struct router_node *n, int64_t now_ns) {
    struct router_again *a = &w->router.again[number - 1];
    struct route_decision d = route_failure(&a->route, &w->router.route, false, false);
    router_want_picture(w);
    a->node = -1;
    a->due_ns = now_ns + (d.wait_ns ? d.wait_ns : UNKNOWN_NS);
    if (d.action != ROUTE_RESTART) give_up(w, number, n, "DOWN no connection to its node");
}

static void send_again(struct worker *w, uint32_t number, int64_t now_ns) {
    struct router *r = &w->router;
    struct router_again *a = &r->again[number - 1];
    int node = a->node >= 0 ? a->node : router_target(w, &a->kept.op);
    struct router_node *n = r->nodes[node >= 0 ? node : 0];
    struct link *l = node >= 0 ? open_link(w, n) : NULL;
    if (!l && n->open) return; /* busy: the next turn */
    if (!l) {
        postpone(w, number, n, now_ns);
    } else if (!route_may_send(&a->route, &r->route)) {
        give_up(w, number, n, "MOVED too many redirects");
    } else {
        a->waits = false;
        r->waiting--;
        link_resend(l, &a->kept, a->node >= 0);
    }
}

int64_t router_resend(struct worker *w, int64_t now_ns) {
    struct router *r = &w->router;
    int64_t next_ns = INT64_MAX;
    for (uint32_t i = 0; r->waiting && i < r->n_again; i++) {
        if (!r->again[i].used || !r->again[i].waits) continue;
        if (r->again[i].due_ns <= now_ns) send_again(w, i + 1, now_ns);
        if (!r->again[i].waits) continue;
        int64_t due_ns =
            r->again[i].due_ns > now_ns ? r->again[i].due_ns : now_ns + CLOCK_NS_PER_MS;
        if (due_ns < next_ns) next_ns = due_ns;
    }
    return next_ns;
}

void router_end(struct worker *w) {
    const struct router *r = &w->router;
    for (uint32_t i = 0; i < r->n_again; i++) {
        const struct link_kept *k = &r->again[i].kept;
        if (!r->again[i].waits || !k->measured) continue;
        w->unfinished++;
        if (k->intended_ns < w->oldest_ns) w->oldest_ns = k->intended_ns;
        w->host.meter.lost_ns += (double)(w->stopped_ns - k->submit_ns);
    }
}
