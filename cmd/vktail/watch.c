/* SPDX-License-Identifier: BSD-3-Clause */
/* See watch.h. */
#include "watch.h"

#include <stdio.h>

#include "base/clock.h"
#include "core/clients.h"

static bool on_id(void *arg, struct node *n, const struct resp_event *ev) {
    (void)arg;
    if (ev && ev->type == RESP_INT) n->watch.id = ev->n;
    return false; /* who may not ask still may listen */
}

int watch_ask(struct node *n, struct err *e) {
    return node_send_to(n, 2, (const char *const[]){"CLIENT", "ID"}, on_id, NULL, e);
}

/* ---- our own line ---- */

static void unknown_there(struct node *n) {
    struct err e;
    err_set(&e, VK_ELOST, "%s: the server does not know the connection any more", n->name);
    node_refuse(n, &e);
}

static void on_line(void *arg, const struct reply *r, const struct err *why) {
    struct node *n = arg;
    struct clients_entry entry;
    n->watch.asked = false;
    (void)why;
    if (n->state < NODE_ASKING) return;
    n->watch.omem = 0;
    n->watch.blind = !r || resp_read_is_error(r->type) || !r->p;
    if (n->watch.blind) return;
    if (!r->len) {
        unknown_there(n);
        return;
    }
    n->heard_us = clock_wall_us();
    if (clients_parse(r->p, r->len, &entry) == 0 && entry.omem > 0)
        n->watch.omem = (uint64_t)entry.omem;
}

static void ask_for_line(struct node *n) {
    char id[32];
    snprintf(id, sizeof id, "%lld", (long long)(n->watch.id < 0 ? 0 : n->watch.id));
    n->watch.asked = true;
    n->watch.asked_ns = clock_now_ns();
    side_ask(node_side(n), 4, (const char *const[]){"CLIENT", "LIST", "ID", id}, on_line, n);
}

/* ---- silence ---- */

static void too_silent(struct node *n, const struct watch_opts *o, const char *what) {
    struct err e;
    err_set(&e, VK_ETIMEOUT, "%s: no answer to %s in %g s", n->name, what,
            (double)o->every_ns / (double)CLOCK_NS_PER_S);
    node_refuse(n, &e);
}

static bool on_pong(void *arg, struct node *n, const struct resp_event *ev) {
    (void)arg, (void)ev;
    n->watch.pinged = false;
    return false;
}

static void ping(struct node *n, const struct watch_opts *o, int64_t now_ns) {
    struct err e;
    if (n->watch.pinged) {
        if (now_ns - n->watch.pinged_ns > o->every_ns) too_silent(n, o, "PING");
        return;
    }
    if (now_ns - n->watch.pinged_ns < o->every_ns) return;
    n->watch.pinged_ns = now_ns;
    n->watch.pinged = node_send_aside(n, 1, (const char *const[]){"PING"}, on_pong, NULL, &e) == 0;
}

static void ask_about_us(struct node *n, const struct watch_opts *o, int64_t now_ns) {
    if (n->watch.asked) {
        if (o->every_ns && now_ns - n->watch.asked_ns > o->every_ns)
            too_silent(n, o, "CLIENT LIST");
        return;
    }
    bool blind = n->watch.blind || n->watch.id < 0;
    if (blind && (!o->every_ns || now_ns - n->watch.asked_ns < o->every_ns)) return;
    ask_for_line(n);
}

/* While it is asked for events, each answer is a sign of life, however many there are. */
static bool is_too_quiet(const struct node *n, const struct watch_opts *o, int64_t now_ns) {
    int64_t most_ns = n->state == NODE_ASKING ? o->every_ns : o->quiet_ns;
    return most_ns && now_ns - n->bytes_ns > most_ns;
}

void watch_look(struct node *n, const struct watch_opts *o) {
    int64_t now_ns = clock_now_ns();
    if (n->state < NODE_ASKING) return;
    if (is_too_quiet(n, o, now_ns)) too_silent(n, o, "what was asked");
    if (n->state != NODE_LISTENING) return;
    if (o->every_ns && o->pings) ping(n, o, now_ns);
    if (o->asks) ask_about_us(n, o, now_ns);
}

bool watch_is_over(const struct node *n, const struct watch_opts *o, uint64_t *omem) {
    *omem = n->watch.omem;
    return o->omem_max && n->watch.omem > o->omem_max;
}
