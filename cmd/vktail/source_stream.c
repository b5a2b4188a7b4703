/* SPDX-License-Identifier: BSD-3-Clause */
/* Streams, by XREAD or, as one of a group's consumers, by XREADGROUP. The server keeps what is not
 * read, so nothing is ever dropped here: the next read waits until the lines of the last are
 * written out, and only then entries of a group are acknowledged. Each key is read from the owner
 * of its slot, on from the last id that was shown, so that a new connection neither loses nor
 * repeats. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/msg.h"
#include "core/errclass.h"
#include "stream_read.h"
#include "tail.h"

enum { LOOK_MS = 2000 };
#define REPLY_MAX ((size_t)1 << 30)

static int begin(struct tail *t, struct err *e) {
    const struct options *o = t->opts;
    struct streams *s = mem_zalloc(1, sizeof *s);
    (void)e;
    t->state = s;
    s->all = mem_zalloc((size_t)o->n_wanted, sizeof *s->all);
    for (int i = 0; i < o->n_wanted; i++) {
        s->all[i] = (struct stream){.tail = t, .key = o->wanted[i].name, .pending = o->group};
        shards_add(&s->shards, s->all[i].key, &s->all[i]);
    }
    return 0;
}

/* ---- a look at each stream of a new connection ---- */

static const struct reply *first_id(const struct reply *entries) {
    const struct reply *entry = reply_at(entries, 0);
    return entry ? reply_at(entry, 0) : NULL;
}

static const struct reply *field_of(const struct reply *info, const char *name) {
    for (const struct reply *r = info->child; r && r->next; r = r->next->next)
        if (reply_is(r, name)) return r->next;
    return NULL;
}

/* What came behind the last that was shown, and was trimmed before it could be read. A stream of
 * which nothing was ever removed has none. */
static void find_gap(struct stream *s, const struct node *n, const struct reply *info) {
    const struct reply *length = field_of(info, "length"), *added = field_of(info, "entries-added");
    const struct reply *entry = field_of(info, "first-entry");
    struct stream_id first;
    char last[STREAM_ID_TEXT];
    if (length && added && length->n == added->n) return;
    if (!entry || !stream_id_take(&first, reply_at(entry, 0))) return;
    if (stream_id_compare(&first, &s->last) <= 0) return;
    msg_warn("'%s' begins behind %s now: entries may have been trimmed unseen", s->key,
             stream_id_text(&s->last, last));
    int64_t from_us = s->last.ms ? stream_time(&s->last) : s->tail->began_us;
    tail_tell_gap(s->tail, n->number, from_us, stream_time(&first),
                  "entries may have been trimmed");
}

static bool is_any_left(const struct streams *all) {
    for (int i = 0; i < all->shards.n; i++)
        if (!all->all[i].dropped) return true;
    return false;
}

static void on_look_error(struct shards_name *name, struct node *n, const struct reply *r) {
    struct stream *s = name->arg;
    struct tail *t = s->tail;
    struct err e;
    if (shards_redirect(name, t->nodes.cluster, n, r->p, r->len)) {
        nodes_choose(&t->nodes);
        nodes_doubt(&t->nodes);
        return;
    }
    unsigned rights = ERRCLASS_AUTH | ERRCLASS_PERMISSION;
    int code = errclass_of_reply(r->p, r->len) & rights ? VK_EAUTH : VK_ESERVER;
    err_set(&e, code, "%s: '%s': %s", n->name, s->key, r->p);
    if (!strncmp(r->p, "WRONGTYPE", 9)) {
        s->dropped = true;
        if (is_any_left(t->state)) {
            msg_warn("%s; the others are read", e.text);
            return;
        }
    }
    node_refuse(n, &e);
}

static void on_look(struct shards_name *name, struct node *n, const struct reply *r) {
    struct stream *s = name->arg;
    const struct options *o = s->tail->opts;
    if (resp_read_is_error(r->type)) {
        bool gone = s->began && !strcmp(r->p, "ERR no such key");
        if (!gone) on_look_error(name, n, r);
        return;
    }
    if (o->group) {
        s->pending = true;
        s->from = (struct stream_id){0};
        return;
    }
    if (s->began) {
        find_gap(s, n, r);
        return;
    }
    s->began = true;
    if (!r->child) msg_warn("'%s' has no entries yet: the first is waited for", s->key);
    if (o->last)
        stream_show(s, n, r, true, false);
    else
        stream_id_take(&s->last, first_id(r));
}

struct look {
    struct shards_name *name;
    struct node *node;
    unsigned round;
    struct reply_builder builder;
    int built;
};

static void on_look_event(void *arg, int code, const struct resp_event *ev) {
    struct look *l = arg;
    if (ev) l->built = reply_build(&l->builder, ev);
    if (code == VK_MORE) return;
    if (code == 0 && l->built == 0) on_look(l->name, l->node, l->builder.root);
    if (code == 0) node_let_go(l->node, l->round);
    reply_builder_release(&l->builder);
    free(l);
}

static int look(struct node *n, struct shards_name *name, struct err *e) {
    const struct stream *s = name->arg;
    const struct options *o = s->tail->opts;
    char count[32];
    snprintf(count, sizeof count, "%lld", (long long)(o->last ? o->last : 1));
    const char *const newest[] = {"XREVRANGE", s->key, "+", "-", "COUNT", count};
    const char *const info[] = {"XINFO", "STREAM", s->key};
    const char *const group[] = {"XPENDING", s->key, o->group};
    struct look *l = mem_zalloc(1, sizeof *l);
    *l = (struct look){.name = name, .node = n, .round = n->round};
    reply_builder_init(&l->builder, REPLY_MAX);
    name->at = n->number;
    bool known = o->group || s->began;
    int code = client_submit(n->client, known ? 3 : 6,
                             o->group   ? group
                             : s->began ? info
                                        : newest,
                             NULL, on_look_event, l, e);
    if (code == 0) {
        node_hold(n);
        return 0;
    }
    reply_builder_release(&l->builder);
    free(l);
    return code;
}

static int ask(struct tail *t, struct node *n, struct err *e) {
    struct streams *s = t->state;
    int code = 0;
    stream_read_reset(stream_read_of(t, n->number));
    if (!t->nodes.cluster) shards_choose(&s->shards, NULL, NULL, n->number);
    for (int i = 0; i < s->shards.n && code == 0; i++)
        if (stream_read_is_at(&s->shards.names[i], n)) code = look(n, &s->shards.names[i], e);
    return code;
}

static void push(struct tail *t, struct node *n, enum push_kind kind, const struct reply *r) {
    (void)t, (void)n, (void)kind, (void)r;
}

/* ---- slots that move, and the end ---- */

static void choose(struct tail *t, bool *wanted, int n) {
    struct streams *s = t->state;
    shards_choose(&s->shards, t->nodes.cluster, wanted, n);
}

static void changed(struct tail *t) {
    struct streams *s = t->state;
    struct err e;
    for (int i = 0; i < s->shards.n; i++) {
        struct shards_name *name = &s->shards.names[i];
        struct node *n = nodes_at(&t->nodes, name->owner);
        if (name->at == name->owner || !n || n->state < NODE_ASKING || s->all[i].dropped) continue;
        if (look(n, name, &e) < 0) node_refuse(n, &e);
        client_flush(n->client);
    }
}

static void ended(struct tail *t, struct node *n) {
    struct streams *s = t->state;
    for (int i = 0; i < s->shards.n; i++)
        if (s->shards.names[i].at == n->number) s->shards.names[i].at = -1;
    if (t->nodes.cluster) nodes_choose(&t->nodes);
}

/* The last lines have been written: who gave them may know, if he answers soon. */
static void end(struct tail *t) {
    struct streams *s = t->state;
    int64_t end_ns = clock_now_ns() + CLOCK_NS_PER_S;
    size_t waiting;
    queue_bytes(&t->queue, &waiting);
    for (int i = 0; i < s->shards.n && !waiting; i++) {
        struct node *n = nodes_at(&t->nodes, s->shards.names[i].owner);
        if (n) stream_read_acknowledge(t, &s->all[i], n, end_ns);
    }
    stream_read_release(t);
    for (int i = 0; i < s->shards.n; i++)
        stream_release(&s->all[i]);
    shards_release(&s->shards);
    free(s->all);
    free(s);
    t->state = NULL;
}

const struct source source_stream = {
    .keeps = true,
    .quiet_ms = STREAM_READ_MS,
    .look_ms = LOOK_MS,
    .begin = begin,
    .end = end,
    .ask = ask,
    .push = push,
    .ended = ended,
    .choose = choose,
    .changed = changed,
    .written = stream_read_on,
};
