/* SPDX-License-Identifier: BSD-3-Clause */
/* Channels, patterns and shard channels. In a cluster ordinary messages reach every node, so one
 * node, the bearer, is asked for them; a shard channel is asked of the owner of its slot. A message
 * to a shard channel is given to one shard only, so to ask the new owner while the old one still
 * answers brings none twice. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/msg.h"
#include "core/errclass.h"
#include "shards.h"
#include "tail.h"

enum { NAMES_PER_COMMAND = 1000, LOOK_MS = 2000 };

struct channels {
    int n_ordinary;  /* channels and patterns */
    int bearer;      /* of these; -1 = none yet */
    int borne_by;    /* who was asked for them last */
    int64_t lost_us; /* since when nobody bears them; 0 = somebody does, or never did */
    struct shards shards;
};

static int begin(struct tail *t, struct err *e) {
    struct channels *c = mem_zalloc(1, sizeof *c);
    (void)e;
    t->state = c;
    c->bearer = c->borne_by = -1;
    for (int i = 0; i < t->opts->n_wanted; i++) {
        const struct wanted *w = &t->opts->wanted[i];
        if (w->kind == PUSH_SSUBSCRIBE)
            shards_add(&c->shards, w->name, t);
        else
            c->n_ordinary++;
    }
    return 0;
}

static void end(struct tail *t) {
    struct channels *c = t->state;
    shards_release(&c->shards);
    free(c);
    t->state = NULL;
}

/* ---- who is asked for what ---- */

static bool can_bear(const struct tail *t, int number) {
    const struct slots_node *s = slots_node(cluster_slots(t->nodes.cluster), number);
    const struct node *n = nodes_at(&t->nodes, number);
    return !s->gone && (!n || !n->failures);
}

/* The one that bears them as long as it can; then the next, so that all have their turn. */
static int choose_bearer(const struct tail *t, int bearer, int n) {
    const struct slots *slots = cluster_slots(t->nodes.cluster);
    if (bearer >= 0 && can_bear(t, bearer)) return bearer;
    for (int i = 1; i <= n; i++) {
        int other = (bearer + i) % n;
        if (!slots_node(slots, other)->replica && slots_owned(slots, other) > 0 &&
            can_bear(t, other))
            return other;
    }
    return bearer;
}

/* From then on nobody has borne them. */
static void note_loss(struct tail *t, int bearer) {
    struct channels *c = t->state;
    const struct node *n = nodes_at(&t->nodes, bearer);
    if (n && n->lost_us) c->lost_us = n->lost_us;
}

static void choose(struct tail *t, bool *wanted, int n) {
    struct channels *c = t->state;
    if (c->n_ordinary) {
        int bearer = choose_bearer(t, c->bearer, n);
        if (bearer != c->bearer) note_loss(t, c->bearer);
        c->bearer = bearer;
        if (bearer >= 0) wanted[bearer] = true;
    }
    shards_choose(&c->shards, t->nodes.cluster, wanted, n);
}

/* ---- asking ---- */

static const char *const commands[] = {
    [PUSH_SUBSCRIBE] = "SUBSCRIBE",
    [PUSH_PSUBSCRIBE] = "PSUBSCRIBE",
    [PUSH_SSUBSCRIBE] = "SSUBSCRIBE",
};

static int ask_for(struct tail *t, struct node *n, enum push_kind kind, struct err *e) {
    const struct options *o = t->opts;
    const char *words[NAMES_PER_COMMAND + 1] = {commands[kind]};
    int argc = 1, code = 0;
    for (int i = 0; i < o->n_wanted && code == 0; i++) {
        if (o->wanted[i].kind != kind) continue;
        words[argc++] = o->wanted[i].name;
        if (argc <= NAMES_PER_COMMAND) continue;
        code = node_send(n, argc, words, NULL, e);
        argc = 1;
    }
    return code == 0 && argc > 1 ? node_send(n, argc, words, NULL, e) : code;
}

static int ask_ordinary(struct tail *t, struct node *n, struct err *e) {
    struct channels *c = t->state;
    int code = ask_for(t, n, PUSH_SUBSCRIBE, e);
    c->borne_by = n->number;
    return code == 0 ? ask_for(t, n, PUSH_PSUBSCRIBE, e) : code;
}

static void explain(const char *text, size_t len) {
    enum errclass class = errclass_of_reply(text, len);
    if (class == ERRCLASS_UNKNOWN_COMMAND)
        msg_warn("ssubscribe needs Valkey, or a server of version 7.0 at least");
    if (class == ERRCLASS_MOVED)
        msg_warn("the server is one of a cluster: -c follows its channels");
}

/* A redirect is followed when the nodes are settled next; anything else is the server's no. */
static bool on_shard(void *arg, struct node *n, const struct resp_event *ev) {
    struct shards_name *name = arg;
    struct tail *t = name->arg;
    if (!ev || !resp_read_is_error(ev->type)) {
        name->lost_us = 0; /* or the connection has ended: then it is set again */
        return false;
    }
    if (!t->nodes.cluster) explain(ev->p, ev->len);
    name->at = -1;
    if (!shards_redirect(name, t->nodes.cluster, n, ev->p, ev->len)) return true;
    nodes_choose(&t->nodes);
    nodes_doubt(&t->nodes);
    return false;
}

static void lost_since(struct node *n, int64_t us, const char *why) {
    if (!us || (n->lost_us && n->lost_us <= us)) return;
    n->lost_us = us;
    n->lost_by = why;
}

static int ask_shard(struct node *n, struct shards_name *name, struct err *e) {
    name->at = n->number;
    lost_since(n, name->lost_us, "a shard channel has moved here");
    return node_send_to(n, 2, (const char *const[]){"SSUBSCRIBE", name->name}, on_shard, name, e);
}

static int ask(struct tail *t, struct node *n, struct err *e) {
    struct channels *c = t->state;
    bool bears = !t->nodes.cluster || n->number == c->bearer;
    int code = c->n_ordinary && bears ? ask_ordinary(t, n, e) : 0;
    if (!t->nodes.cluster) shards_choose(&c->shards, NULL, NULL, n->number);
    for (int i = 0; i < c->shards.n && code == 0; i++)
        if (c->shards.names[i].owner == n->number) code = ask_shard(n, &c->shards.names[i], e);
    return code;
}

/* ---- when slots move ---- */

static bool takes_commands(const struct node *n) {
    return n && n->state >= NODE_ASKING && client_is_open(n->client);
}

static bool ignore(void *arg, struct node *n, const struct resp_event *ev) {
    (void)arg, (void)n, (void)ev;
    return false;
}

static void unsubscribe(struct node *n, const struct shards_name *name) {
    struct err e;
    const char *const words[] = {"SUNSUBSCRIBE", name->name};
    if (takes_commands(n) && node_send_aside(n, 2, words, ignore, NULL, &e) < 0) node_refuse(n, &e);
}

/* From where it was to where it is, if there is a connection; else that asks when it is made. */
static void move_shard(struct tail *t, struct shards_name *name) {
    struct node *to = nodes_at(&t->nodes, name->owner);
    struct err e;
    if (name->at >= 0) {
        unsubscribe(nodes_at(&t->nodes, name->at), name);
        if (!name->lost_us) name->lost_us = t->nodes.looked_us;
    }
    name->at = -1;
    if (takes_commands(to) && ask_shard(to, name, &e) < 0) node_refuse(to, &e);
}

/* The new bearer has missed what nobody bore; if it is new here and owns no shard channel, no more.
 */
static void date_gap(struct tail *t, struct node *bearer) {
    struct channels *c = t->state;
    int64_t lost_us = c->lost_us;
    c->lost_us = 0;
    if (!bearer || !lost_us) return;
    bool owns = bearer->was_heard || bearer->state != NODE_WAITING;
    for (int i = 0; i < c->shards.n && !owns; i++)
        owns = c->shards.names[i].owner == bearer->number;
    if (!owns) bearer->lost_us = 0;
    lost_since(bearer, lost_us, "it stands in for one that was lost");
}

static void changed(struct tail *t) {
    struct channels *c = t->state;
    struct err e;
    for (int i = 0; i < c->shards.n; i++)
        if (c->shards.names[i].at != c->shards.names[i].owner) move_shard(t, &c->shards.names[i]);
    struct node *bearer = nodes_at(&t->nodes, c->bearer);
    date_gap(t, bearer);
    if (c->n_ordinary && c->borne_by != c->bearer && takes_commands(bearer) &&
        ask_ordinary(t, bearer, &e) < 0)
        node_refuse(bearer, &e);
    for (int i = 0; i < t->nodes.n; i++) {
        struct node *n = nodes_at(&t->nodes, i);
        if (n && takes_commands(n)) client_flush(n->client);
    }
}

static void ended(struct tail *t, struct node *n) {
    struct channels *c = t->state;
    for (int i = 0; i < c->shards.n; i++)
        if (c->shards.names[i].at == n->number) {
            c->shards.names[i].at = -1;
            c->shards.names[i].lost_us = n->lost_us;
        }
    if (c->borne_by == n->number) c->borne_by = -1;
    if (c->bearer == n->number && t->nodes.cluster) nodes_choose(&t->nodes);
}

/* The server has ended a subscription: the slot is not its own any more. */
static void unsubscribed(struct tail *t, struct node *n, const struct reply *channel) {
    struct channels *c = t->state;
    for (int i = 0; i < c->shards.n; i++) {
        struct shards_name *name = &c->shards.names[i];
        if (name->at != n->number || !reply_is(channel, name->name)) continue;
        name->at = -1;
        name->lost_us = t->nodes.looked_us;
        nodes_doubt(&t->nodes);
    }
}

/* ---- messages ---- */

static struct event_text text_of(const struct reply *r, size_t i) {
    const struct reply *v = reply_at(r, i);
    return v && v->p ? (struct event_text){v->p, v->len} : (struct event_text){"", 0};
}

static void push(struct tail *t, struct node *n, enum push_kind kind, const struct reply *r) {
    if (kind == PUSH_SUNSUBSCRIBE) unsubscribed(t, n, reply_at(r, 1));
    if (kind != PUSH_MESSAGE && kind != PUSH_PMESSAGE && kind != PUSH_SMESSAGE) return;
    struct event ev = {
        .kind = EVENT_MESSAGE, .node = n->number, .time_us = tail_arrival_us(t), .push = kind};
    size_t at = 1;
    if (kind == PUSH_PMESSAGE) ev.pattern = text_of(r, at++);
    ev.channel = text_of(r, at);
    ev.payload = text_of(r, at + 1);
    tail_take(t, &ev);
}

const struct source source_messages = {
    .watched = true,
    .pings = true,
    .look_ms = LOOK_MS,
    .begin = begin,
    .end = end,
    .ask = ask,
    .push = push,
    .ended = ended,
    .choose = choose,
    .changed = changed,
};
