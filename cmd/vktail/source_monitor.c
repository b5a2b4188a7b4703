/* SPDX-License-Identifier: BSD-3-Clause */
/* MONITOR: every line is a command that the server runs. */
#include "source.h"
#include "tail.h"

static int ask(struct tail *t, struct node *n, struct err *e) {
    (void)t;
    return node_send(n, 1, (const char *const[]){"MONITOR"}, NULL, e);
}

static void push(struct tail *t, struct node *n, enum push_kind kind, const struct reply *r) {
    if (kind != PUSH_MONITOR) return;
    struct event ev = {.kind = EVENT_COMMAND, .node = n->number, .line = {r->p, r->len}};
    tail_take(t, &ev);
}

const struct source source_none = {.keeps = true};
const struct source source_monitor = {.in_order = true, .watched = true, .ask = ask, .push = push};
