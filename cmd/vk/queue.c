/* SPDX-License-Identifier: BSD-3-Clause */
/* See queue.h. What was queued unseen, into a pipe, makes the numbers differ: then nothing is
 * known, and EXEC's reply is an array like any other. */
#include "queue.h"

#include <stdlib.h>

#include "base/str.h"

void queue_clear(struct queue *q) {
    while (q->n) {
        struct resp_quote_args *last = q->commands[--q->n];
        resp_quote_release(last);
        free(last);
    }
}

void queue_release(struct queue *q) {
    queue_clear(q);
    free(q->commands);
    *q = (struct queue){0};
}

static void add(struct queue *q, const struct slot *slot) {
    struct resp_quote_args *new = mem_zalloc(1, sizeof *new);
    size_t n = (size_t)slot->argc;
    resp_quote_init(new);
    new->argc = slot->argc;
    new->argv = arena_alloc(&new->arena, n * sizeof *new->argv);
    new->lens = arena_alloc(&new->arena, n * sizeof *new->lens);
    for (size_t i = 0; i < n; i++) {
        new->argv[i] = arena_dup(&new->arena, slot->argv[i], slot->lens[i]);
        new->lens[i] = slot->lens[i];
    }
    if (q->n == q->cap) {
        q->cap = q->cap ? q->cap * 2 : 16;
        q->commands = mem_realloc(q->commands, q->cap, sizeof(*q->commands));
    }
    q->commands[q->n++] = new;
}

static bool is(const struct slot *slot, const char *name) {
    return slot->argc && str_ieq(slot->argv[0], slot->lens[0], name);
}

bool queue_take(struct queue *q, const struct slot *slot, const struct reply *r) {
    bool known = is(slot, "exec") && r->type == RESP_ARRAY && r->n == (int64_t)q->n && q->n;
    if (known) return true;
    if (r->type == RESP_SIMPLE && reply_is(r, "QUEUED"))
        add(q, slot);
    else if (!slot->failed || is(slot, "exec"))
        queue_clear(q); /* MULTI, DISCARD, RESET, or no transaction at all */
    return false;
}
