/* SPDX-License-Identifier: BSD-3-Clause */
/* Keyspace notifications, which each node tells of its own keys alone: every primary is asked. Of
 * the two forms in which a server tells the same event one is asked for: by event when events are
 * named, else by key. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/glob.h"
#include "flags.h"
#include "tail.h"

enum { LOOK_MS = 2000, FLAGS_EVERY_TICKS = 10, PATTERNS_MAX = 1 << 28, PER_COMMAND = 1000 };

struct events {
    struct flags flags;
    char **patterns; /* that are subscribed to */
    int n_patterns;
    int ticks;
};

/* ---- what is asked for ---- */

static bool is_channel(const char *word) {
    return !strncmp(word, "__key", 5);
}

static void ask_for(struct events *s, const char *pattern) {
    size_t len = strlen(pattern) + 1;
    s->patterns = mem_realloc(s->patterns, (size_t)s->n_patterns + 1, sizeof *s->patterns);
    s->patterns[s->n_patterns++] = memcpy(mem_alloc(len), pattern, len);
    s->flags.asked |= notify_of_channel(pattern);
}

static void ask_in_form(struct tail *t, const char *form, const char *rest, size_t len) {
    const struct connopt *conn = &t->opts->conn;
    struct buf b;
    buf_init(&b, PATTERNS_MAX);
    buf_addf(&b, "__%s@", form);
    if (conn->typed.db >= 0 || conn->db)
        buf_addi(&b, conn->db);
    else
        buf_addc(&b, '*');
    buf_adds(&b, "__:");
    buf_add(&b, rest, len);
    ask_for(t->state, buf_cstr(&b));
    buf_release(&b);
}

static void ask_for_events(struct tail *t) {
    for (const char *p = t->opts->events; *p;) {
        size_t len = strcspn(p, ",");
        if (len) ask_in_form(t, "keyevent", p, len);
        p += len + (p[len] == ',');
    }
}

static int begin(struct tail *t, struct err *e) {
    const struct options *o = t->opts;
    struct events *s = mem_zalloc(1, sizeof *s);
    bool any = false;
    (void)e;
    t->state = s;
    flags_init(&s->flags, t->loop, 0, o->enable);
    for (int i = 0; i < o->n_wanted; i++) {
        const char *word = o->wanted[i].name;
        any = any || !is_channel(word);
        if (is_channel(word))
            ask_for(s, word);
        else if (!o->events)
            ask_in_form(t, "keyspace", word, strlen(word));
    }
    if (o->events)
        ask_for_events(t);
    else if (!any && !s->n_patterns)
        ask_in_form(t, "keyspace", "*", 1);
    return 0;
}

static void end(struct tail *t) {
    struct events *s = t->state;
    for (int i = 0; i < t->nodes.n; i++) {
        struct node *n = nodes_at(&t->nodes, i);
        if (n) flags_put_back(&s->flags, n);
    }
    flags_release(&s->flags);
    for (int i = 0; i < s->n_patterns; i++)
        free(s->patterns[i]);
    free(s->patterns);
    free(s);
    t->state = NULL;
}

static int ask(struct tail *t, struct node *n, struct err *e) {
    struct events *s = t->state;
    int code = 0;
    for (int i = 0; i < s->n_patterns && code == 0; i += PER_COMMAND - 1) {
        const char *words[PER_COMMAND] = {"PSUBSCRIBE"};
        int many = s->n_patterns - i < PER_COMMAND - 1 ? s->n_patterns - i : PER_COMMAND - 1;
        memcpy(words + 1, s->patterns + i, (size_t)many * sizeof *words);
        code = node_send(n, many + 1, words, NULL, e);
    }
    if (code == 0) flags_check(&s->flags, n);
    return code;
}

static void left(struct tail *t, struct node *n) {
    struct events *s = t->state;
    flags_put_back(&s->flags, n);
}

static void tick(struct tail *t) {
    struct events *s = t->state;
    if (++s->ticks % FLAGS_EVERY_TICKS) return;
    for (int i = 0; i < t->nodes.n; i++) {
        struct node *n = nodes_at(&t->nodes, i);
        if (n) flags_look(&s->flags, n);
    }
}

/* ---- what comes ---- */

static struct event_text text_of(const struct reply *r, size_t i) {
    const struct reply *v = reply_at(r, i);
    return v && v->p ? (struct event_text){v->p, v->len} : (struct event_text){"", 0};
}

/* Is pattern i meant to match it? In "__keyspace@*__:x" the server's star may also stand for
 * "0__:some", which is part of a key. */
static bool is_meant(const char *pattern, const struct event_text *channel,
                     const struct notify_channel *c) {
    const char *rest = strstr(pattern, "__:");
    if (!glob_match(pattern, strlen(pattern), channel->p, channel->len)) return false;
    return !rest || glob_match(rest + 3, strlen(rest + 3), c->rest, c->len);
}

/* A server tells the same once for each pattern that matches: it counts once, for the first. */
static bool is_first(const struct events *s, const struct event *ev,
                     const struct notify_channel *c) {
    for (int i = 0; i < s->n_patterns; i++) {
        if (!is_meant(s->patterns[i], &ev->channel, c)) continue;
        return ev->pattern.len == strlen(s->patterns[i]) &&
               !memcmp(ev->pattern.p, s->patterns[i], ev->pattern.len);
    }
    return false;
}

/* By event the key is looked at here. */
static bool is_key_wanted(const struct options *o, const struct event_text *key) {
    bool any = false;
    for (int i = 0; o->events && i < o->n_wanted; i++) {
        const char *word = o->wanted[i].name;
        if (is_channel(word)) continue;
        any = true;
        if (glob_match(word, strlen(word), key->p, key->len)) return true;
    }
    return !any;
}

static void push(struct tail *t, struct node *n, enum push_kind kind, const struct reply *r) {
    struct notify_channel c;
    if (kind != PUSH_PMESSAGE) return;
    struct event ev = {
        .kind = EVENT_MESSAGE, .node = n->number, .time_us = tail_arrival_us(t), .push = kind};
    ev.pattern = text_of(r, 1);
    ev.channel = text_of(r, 2);
    ev.payload = text_of(r, 3);
    if (!notify_take_channel(&c, ev.channel.p, ev.channel.len) || !is_first(t->state, &ev, &c))
        return;
    const struct event_text rest = {c.rest, c.len};
    ev.db = c.db;
    ev.event = c.is_event ? rest : ev.payload;
    ev.key = c.is_event ? ev.payload : rest;
    if (is_key_wanted(t->opts, &ev.key)) tail_take(t, &ev);
}

const struct source source_events = {
    .watched = true,
    .pings = true,
    .look_ms = LOOK_MS,
    .begin = begin,
    .end = end,
    .ask = ask,
    .push = push,
    .left = left,
    .tick = tick,
};
