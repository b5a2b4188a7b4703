/* SPDX-License-Identifier: BSD-3-Clause */
/* Channels, patterns and shard channels. In a cluster ordinary messages reach every node, so one
 * node is asked for them; a shard channel is asked of the owner of its slot. */
#include <string.h>

#include "base/clock.h"
#include "source.h"
#include "tail.h"

enum { NAMES_PER_COMMAND = 1000 };

static bool belongs(const struct tail *t, const struct node *n, const struct wanted *w) {
    (void)t, (void)n, (void)w;
    return true;
}

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
        const struct wanted *w = &o->wanted[i];
        if (w->kind != kind || !belongs(t, n, w)) continue;
        words[argc++] = w->name;
        if (argc <= NAMES_PER_COMMAND && kind != PUSH_SSUBSCRIBE) continue;
        code = node_send(n, argc, words, NULL, e);
        argc = 1;
    }
    return code == 0 && argc > 1 ? node_send(n, argc, words, NULL, e) : code;
}

static int ask(struct tail *t, struct node *n, struct err *e) {
    int code = ask_for(t, n, PUSH_SUBSCRIBE, e);
    if (code == 0) code = ask_for(t, n, PUSH_PSUBSCRIBE, e);
    return code == 0 ? ask_for(t, n, PUSH_SSUBSCRIBE, e) : code;
}

static struct event_text text_of(const struct reply *r, size_t i) {
    const struct reply *v = reply_at(r, i);
    return v && v->p ? (struct event_text){v->p, v->len} : (struct event_text){"", 0};
}

static void push(struct tail *t, struct node *n, enum push_kind kind, const struct reply *r) {
    if (kind != PUSH_MESSAGE && kind != PUSH_PMESSAGE && kind != PUSH_SMESSAGE) return;
    struct event ev = {
        .kind = EVENT_MESSAGE, .node = n->number, .time_us = clock_wall_us(), .push = kind};
    size_t at = 1;
    if (kind == PUSH_PMESSAGE) ev.pattern = text_of(r, at++);
    ev.channel = text_of(r, at);
    ev.payload = text_of(r, at + 1);
    tail_take(t, &ev);
}

const struct source source_messages = {.ask = ask, .push = push};
