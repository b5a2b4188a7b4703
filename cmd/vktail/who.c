/* SPDX-License-Identifier: BSD-3-Clause */
/* See who.h. */
#include "who.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "side.h"

enum {
    REFRESH_MS = 5000, /* while every address is known */
    AGAIN_MS = 100,    /* after one that is not, */
    SHARE = 20,        /* or so many times what an answer took */
    CLIENTS_MAX = 1 << 20,
};

/* Of one node. */
struct place {
    struct clients *clients; /* NULL = no list yet */
    bool asked, missed;
    int64_t asked_ns, took_ns;
};

struct who {
    struct nodes *nodes;
    struct place **places; /* by node number */
    int n;
};

struct who *who_new(struct nodes *nodes) {
    struct who *w = mem_zalloc(1, sizeof *w);
    w->nodes = nodes;
    return w;
}

void who_free(struct who *w) {
    if (!w) return;
    for (int i = 0; i < w->n; i++) {
        clients_free(w->places[i]->clients);
        free(w->places[i]);
    }
    free(w->places);
    free(w);
}

static struct place *place_of(struct who *w, int node) {
    while (node >= w->n) {
        w->places = mem_realloc(w->places, (size_t)w->n + 1, sizeof *w->places);
        w->places[w->n++] = mem_zalloc(1, sizeof **w->places);
    }
    return w->places[node];
}

static void on_list(void *arg, const struct reply *r, const struct err *why) {
    struct place *p = arg;
    struct err unused;
    (void)why;
    p->asked = p->missed = false;
    p->took_ns = clock_now_ns() - p->asked_ns;
    if (!r || resp_read_is_error(r->type) || !r->p) return;
    if (!p->clients) p->clients = clients_new(CLIENTS_MAX);
    if (clients_take(p->clients, r->p, r->len, &unused) < 0) return; /* the old one is better */
}

static bool is_due(const struct place *p, int64_t now_ns) {
    int64_t since_ns = now_ns - p->asked_ns;
    if (!p->asked_ns) return true;
    if (since_ns < SHARE * p->took_ns) return false;
    return since_ns >= (p->missed ? AGAIN_MS : REFRESH_MS) * CLOCK_NS_PER_MS;
}

void who_look(struct who *w) {
    int64_t now_ns = clock_now_ns();
    for (int i = 0; i < w->nodes->n; i++) {
        struct node *n = nodes_at(w->nodes, i);
        struct place *p = place_of(w, i);
        if (!n || n->state != NODE_LISTENING) {
            p->asked = p->asked && n;
            continue;
        }
        if (p->asked || !is_due(p, now_ns)) continue;
        p->asked = true;
        p->asked_ns = now_ns;
        side_ask(node_side(n), 2, (const char *const[]){"CLIENT", "LIST"}, on_list, p);
    }
}

const struct clients_entry *who_of(void *arg, const struct event *ev) {
    struct who *w = arg;
    if (ev->kind != EVENT_COMMAND || !ev->command || ev->node < 0) return NULL;
    struct place *p = place_of(w, ev->node);
    const struct monitor_event *c = &ev->command->ev;
    const struct clients_entry *client =
        p->clients ? clients_of(p->clients, c->origin, c->addr, c->addr_len) : NULL;
    if (!client && c->origin == MONITOR_TCP) p->missed = true;
    return client;
}
