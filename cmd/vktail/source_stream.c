/* SPDX-License-Identifier: BSD-3-Clause */
/* Streams, by XREAD or, as one of a group's consumers, by XREADGROUP. The server keeps what is not
 * read, so nothing is ever dropped here: the next read waits until the lines of the last are
 * written out, and only then entries of a group are acknowledged. Each key is read from the owner
 * of its slot, on from the last id that was shown, so that a new connection neither loses nor
 * repeats.
 *
 * A command's keys must lie in one slot, and one that blocks holds up those behind it: so a node of
 * which several slots are read is asked again and again instead, while it has nothing new. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/msg.h"
#include "core/errclass.h"
#include "stream.h"
#include "tail.h"

enum { LOOK_MS = 2000, PAUSE_MS = 100, KEYS_MAX = 256, ACKS_MAX = 1000 };
#define REPLY_MAX ((size_t)1 << 30)
#define BATCH "500"
#define BLOCK_MS "5000"

/* One node's reading. */
struct reader {
    struct tail *tail;
    int number;
    struct reply_builder builder; /* of the reply that comes in */
    int built;
    int reads;          /* under way */
    bool got;           /* some entries came in this round */
    int64_t not_before; /* of the next round */
    struct loop_timer timer;
};

struct streams {
    struct shards shards; /* arg: the struct stream */
    struct stream *all;
    struct reader **readers; /* by number of the node; NULL = none yet */
    int n_readers;
};

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

static void on_pause_over(void *arg) {
    (void)arg; /* the loop turns, and `written` follows */
}

static struct reader *reader_of(struct tail *t, int number) {
    struct streams *s = t->state;
    if (number >= s->n_readers) {
        s->readers = mem_realloc(s->readers, (size_t)number + 1, sizeof *s->readers);
        while (s->n_readers <= number)
            s->readers[s->n_readers++] = NULL;
    }
    struct reader **r = &s->readers[number];
    if (*r) return *r;
    *r = mem_zalloc(1, sizeof **r);
    **r = (struct reader){.tail = t, .number = number, .timer = {.fn = on_pause_over}};
    reply_builder_init(&(*r)->builder, REPLY_MAX);
    return *r;
}

static bool is_at(const struct shards_name *name, const struct node *n) {
    const struct stream *s = name->arg;
    return name->owner == n->number && !s->dropped;
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
    int64_t from_us = s->last.ms ? (int64_t)s->last.ms * 1000 : s->tail->began_us;
    tail_tell_gap(s->tail, n->number, from_us, (int64_t)first.ms * 1000,
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
    struct reader *r = reader_of(t, n->number);
    int code = 0;
    r->reads = 0;
    r->not_before = 0;
    reply_builder_clear(&r->builder);
    if (!t->nodes.cluster) shards_choose(&s->shards, NULL, NULL, 0);
    for (int i = 0; i < s->shards.n && code == 0; i++)
        if (is_at(&s->shards.names[i], n)) code = look(n, &s->shards.names[i], e);
    return code;
}

/* ---- reading ---- */

static struct stream *find(struct streams *s, const struct reply *key) {
    for (int i = 0; i < s->shards.n; i++)
        if (reply_is(key, s->all[i].key)) return &s->all[i];
    return NULL;
}

/* [[key, entries], ...], or a map of them. */
static void take_streams(struct reader *r, struct node *n, const struct reply *reply) {
    bool flat = reply->type == RESP_MAP;
    const struct options *o = r->tail->opts;
    const struct reply *v = reply->child;
    while (v) {
        const struct reply *key = flat ? v : reply_at(v, 0);
        const struct reply *entries = flat ? v->next : reply_at(v, 1);
        struct stream *s = key ? find(r->tail->state, key) : NULL;
        int shown = s && entries ? stream_show(s, n, entries, false, o->group && !o->no_ack) : 0;
        if (shown) r->got = true;
        if (s && !shown) s->pending = false;
        v = flat ? (entries ? entries->next : NULL) : v->next;
    }
}

static void on_read_error(struct reader *r, struct node *n, const struct reply *reply) {
    struct streams *s = r->tail->state;
    struct err e;
    bool moved = false;
    for (int i = 0; i < s->shards.n; i++)
        if (is_at(&s->shards.names[i], n) &&
            shards_redirect(&s->shards.names[i], r->tail->nodes.cluster, n, reply->p, reply->len))
            moved = true;
    nodes_doubt(&r->tail->nodes);
    if (moved) {
        r->got = false;
        nodes_choose(&r->tail->nodes);
        return;
    }
    err_set(&e, VK_ESERVER, "%s: %.300s", n->name, reply->p);
    node_refuse(n, &e);
}

static void on_read(void *arg, int code, const struct resp_event *ev) {
    struct reader *r = arg;
    struct node *n = nodes_at(&r->tail->nodes, r->number);
    if (ev) r->built = reply_build(&r->builder, ev);
    if (code == VK_MORE) return;
    if (code < 0 || !n) {
        reply_builder_clear(&r->builder);
        return;
    }
    r->reads--;
    const struct reply *reply = r->built == 0 ? r->builder.root : NULL;
    if (reply && resp_read_is_error(reply->type))
        on_read_error(r, n, reply);
    else if (reply)
        take_streams(r, n, reply);
    reply_builder_clear(&r->builder);
    if (!r->reads && !r->got) r->not_before = clock_now_ns() + PAUSE_MS * CLOCK_NS_PER_MS;
}

/* One command for the keys of one slot at this node, from the i-th name on; false: those were asked
 * for already. */
static int read_slot(struct reader *r, struct node *n, int first, bool blocks, struct err *e) {
    const struct options *o = r->tail->opts;
    struct streams *s = r->tail->state;
    const char *words[2 * KEYS_MAX + 16], *ids[KEYS_MAX];
    char texts[KEYS_MAX][STREAM_ID_TEXT];
    int argc = 0, n_keys = 0;
    words[argc++] = o->group ? "XREADGROUP" : "XREAD";
    if (o->group) words[argc++] = "GROUP", words[argc++] = o->group, words[argc++] = o->consumer;
    words[argc++] = "COUNT", words[argc++] = BATCH;
    if (blocks) words[argc++] = "BLOCK", words[argc++] = BLOCK_MS;
    if (o->no_ack) words[argc++] = "NOACK";
    words[argc++] = "STREAMS";
    for (int i = first; i < s->shards.n && n_keys < KEYS_MAX; i++) {
        const struct stream *one = &s->all[i];
        if (!is_at(&s->shards.names[i], n) ||
            s->shards.names[i].slot != s->shards.names[first].slot)
            continue;
        stream_id_text(o->group ? &one->from : &one->last, texts[n_keys]);
        ids[n_keys] = o->group && !one->pending ? ">" : texts[n_keys];
        words[argc + n_keys++] = one->key;
    }
    memcpy(words + argc + n_keys, ids, (size_t)n_keys * sizeof *ids);
    int code = client_submit(n->client, argc + 2 * n_keys, words, NULL, on_read, r, e);
    if (code == 0) r->reads++;
    return code;
}

/* The first of its slot among those that are read here? */
static bool leads_slot(const struct streams *s, int i, const struct node *n) {
    if (!is_at(&s->shards.names[i], n)) return false;
    for (int k = 0; k < i; k++)
        if (s->shards.names[k].slot == s->shards.names[i].slot && is_at(&s->shards.names[k], n))
            return false;
    return true;
}

/* What was written out is done with. */
static bool on_acknowledged(void *arg, struct node *n, const struct resp_event *ev) {
    struct stream *s = arg;
    (void)n;
    if (ev && ev->type == RESP_INT) stream_acknowledged(s, s->n_sent);
    s->n_sent = 0;
    return true;
}

static int acknowledge(struct stream *s, struct node *n, struct err *e) {
    const char *words[ACKS_MAX + 3] = {"XACK", s->key, s->tail->opts->group};
    if (s->n_sent || !s->n_acks) return 0;
    int k = s->n_acks < ACKS_MAX ? s->n_acks : ACKS_MAX;
    for (int i = 0; i < k; i++)
        words[3 + i] = s->acks[i];
    s->n_sent = k;
    return node_send_aside(n, 3 + k, words, on_acknowledged, s, e);
}

static int acknowledge_all(struct tail *t, struct node *n, struct err *e) {
    struct streams *s = t->state;
    int code = 0;
    for (int i = 0; i < s->shards.n && code == 0; i++)
        if (is_at(&s->shards.names[i], n)) code = acknowledge(&s->all[i], n, e);
    return code;
}

static int read_all(struct reader *r, struct node *n, struct err *e) {
    struct streams *s = r->tail->state;
    int slots = 0, code = acknowledge_all(r->tail, n, e);
    for (int i = 0; i < s->shards.n; i++)
        slots += leads_slot(s, i, n);
    r->got = slots <= 1; /* then it is the server that waits */
    for (int i = 0; i < s->shards.n && code == 0; i++)
        if (leads_slot(s, i, n)) code = read_slot(r, n, i, slots == 1, e);
    client_flush(n->client);
    return code;
}

static void written(struct tail *t) {
    int64_t now_ns = clock_now_ns();
    for (int i = 0; i < t->nodes.n && !t->done; i++) {
        struct node *n = nodes_at(&t->nodes, i);
        struct err e;
        if (!n || n->state != NODE_LISTENING) continue;
        struct reader *r = reader_of(t, i);
        if (r->reads) continue;
        if (now_ns < r->not_before)
            loop_timer_set(t->loop, &r->timer, r->not_before);
        else if (read_all(r, n, &e) < 0)
            node_refuse(n, &e);
    }
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

static void on_last(void *arg, const struct reply *r, const struct err *why) {
    struct stream *s = arg;
    (void)why;
    if (r && r->type == RESP_INT) stream_acknowledged(s, s->n_sent);
}

static void acknowledge_last(struct tail *t, struct stream *s, struct node *n, int64_t end_ns) {
    while (s->n_acks && clock_now_ns() < end_ns) {
        const char *words[ACKS_MAX + 3] = {"XACK", s->key, t->opts->group};
        int k = s->n_acks, before = s->n_acks;
        if (k > ACKS_MAX) k = ACKS_MAX;
        for (int i = 0; i < k; i++)
            words[3 + i] = s->acks[i];
        s->n_sent = k;
        side_ask(node_side(n), 3 + k, words, on_last, s);
        while (side_waiting(node_side(n)) && clock_now_ns() < end_ns &&
               loop_turn(t->loop, end_ns) == 0) {
        }
        if (s->n_acks == before) return;
    }
}

/* The last lines have been written: who gave them may know, if he answers soon. */
static void end(struct tail *t) {
    struct streams *s = t->state;
    int64_t end_ns = clock_now_ns() + CLOCK_NS_PER_S;
    size_t waiting;
    queue_bytes(&t->queue, &waiting);
    for (int i = 0; i < s->shards.n && !waiting; i++) {
        struct node *n = nodes_at(&t->nodes, s->shards.names[i].owner);
        if (n) acknowledge_last(t, &s->all[i], n, end_ns);
    }
    for (int i = 0; i < s->n_readers; i++) {
        if (!s->readers[i]) continue;
        loop_timer_clear(t->loop, &s->readers[i]->timer);
        reply_builder_release(&s->readers[i]->builder);
        free(s->readers[i]);
    }
    for (int i = 0; i < s->shards.n; i++)
        stream_release(&s->all[i]);
    shards_release(&s->shards);
    free(s->readers);
    free(s->all);
    free(s);
    t->state = NULL;
}

const struct source source_stream = {
    .keeps = true,
    .look_ms = LOOK_MS,
    .begin = begin,
    .end = end,
    .ask = ask,
    .push = push,
    .ended = ended,
    .choose = choose,
    .changed = changed,
    .written = written,
};
