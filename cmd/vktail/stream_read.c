/* SPDX-License-Identifier: BSD-3-Clause */
/* See stream_read.h. A command's keys must lie in one slot, and one that blocks holds up those
 * behind it: so a node of which several slots are read is asked again and again instead, while it
 * has nothing new. */
#include "stream_read.h"

#include <stdlib.h>
#include <string.h>

#include "tail.h"

enum { PAUSE_MS = 100, KEYS_MAX = 256, ACKS_MAX = 1000 };
#define REPLY_MAX ((size_t)1 << 30)
#define BATCH "500"
#define BLOCK_MS "5000" /* STREAM_READ_MS */

bool stream_read_is_at(const struct shards_name *name, const struct node *n) {
    const struct stream *s = name->arg;
    return name->owner == n->number && !s->dropped;
}

static void on_pause_over(void *arg) {
    (void)arg; /* the loop turns, and `written` follows */
}

struct reader *stream_read_of(struct tail *t, int number) {
    struct streams *s = t->state;
    if (number >= s->n_readers) {
        s->readers = mem_realloc(s->readers, (size_t)number + 1, sizeof *s->readers);
        while (s->n_readers <= number)
            s->readers[s->n_readers++] = NULL;
    }
    if (s->readers[number]) return s->readers[number];
    struct reader *r = mem_zalloc(1, sizeof *r);
    *r = (struct reader){.tail = t, .number = number, .timer = {.fn = on_pause_over}};
    reply_builder_init(&r->builder, REPLY_MAX);
    return s->readers[number] = r;
}

void stream_read_reset(struct reader *r) {
    r->reads = 0;
    r->not_before = 0;
    reply_builder_clear(&r->builder);
}

void stream_read_release(struct tail *t) {
    struct streams *s = t->state;
    for (int i = 0; i < s->n_readers; i++) {
        if (!s->readers[i]) continue;
        loop_timer_clear(t->loop, &s->readers[i]->timer);
        reply_builder_release(&s->readers[i]->builder);
        free(s->readers[i]);
    }
    free(s->readers);
}

/* ---- what comes ---- */

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
        if (stream_read_is_at(&s->shards.names[i], n) &&
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

/* ---- the next round ---- */

/* One command for the keys of one slot at this node, from the i-th name on; false: those were asked
 * for already. */
static int read_slot(struct reader *r, struct node *n, int first, bool blocks, struct err *e) {
    const struct options *o = r->tail->opts;
    struct streams *s = r->tail->state;
    const char *words[2 * KEYS_MAX + 16], *ids[KEYS_MAX] = {0};
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
        if (!stream_read_is_at(&s->shards.names[i], n) ||
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
    if (!stream_read_is_at(&s->shards.names[i], n)) return false;
    for (int k = 0; k < i; k++)
        if (s->shards.names[k].slot == s->shards.names[i].slot &&
            stream_read_is_at(&s->shards.names[k], n))
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
        if (stream_read_is_at(&s->shards.names[i], n)) code = acknowledge(&s->all[i], n, e);
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

void stream_read_on(struct tail *t) {
    int64_t now_ns = clock_now_ns();
    for (int i = 0; i < t->nodes.n && !t->done; i++) {
        struct node *n = nodes_at(&t->nodes, i);
        struct err e;
        if (!n || n->state != NODE_LISTENING) continue;
        struct reader *r = stream_read_of(t, i);
        if (r->reads) continue;
        if (now_ns < r->not_before)
            loop_timer_set(t->loop, &r->timer, r->not_before);
        else if (read_all(r, n, &e) < 0)
            node_refuse(n, &e);
    }
}

static void on_last(void *arg, const struct reply *r, const struct err *why) {
    struct stream *s = arg;
    (void)why;
    if (r && r->type == RESP_INT) stream_acknowledged(s, s->n_sent);
}

void stream_read_acknowledge(struct tail *t, struct stream *s, struct node *n, int64_t end_ns) {
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
