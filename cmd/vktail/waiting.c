/* SPDX-License-Identifier: BSD-3-Clause */
/* See waiting.h. */
#include "waiting.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

void waiting_init(struct waiting *w) {
    *w = (struct waiting){0};
    w->last = &w->first;
}

void waiting_release(struct waiting *w) {
    struct waiting_event *e;
    while ((e = waiting_take(w)))
        free(e);
}

void waiting_add(struct waiting *w, const struct event *ev, int64_t now_ns) {
    struct waiting_event *e = mem_alloc(sizeof *e + ev->line.len);
    e->next = NULL;
    e->ev = *ev;
    e->since_ns = now_ns;
    memcpy(e->line, ev->line.p, ev->line.len);
    e->ev.line.p = e->line;
    e->ev.command = NULL;
    *w->last = e;
    w->last = &e->next;
    w->bytes += sizeof *e + ev->line.len;
}

bool waiting_is_over(const struct waiting *w, int64_t now_ns) {
    if (!w->first) return false;
    return w->bytes > WAITING_BYTES_MAX ||
           now_ns - w->first->since_ns > WAITING_MS * CLOCK_NS_PER_MS;
}

struct waiting_event *waiting_take(struct waiting *w) {
    struct waiting_event *e = w->first;
    if (!e) return NULL;
    w->first = e->next;
    if (!w->first) w->last = &w->first;
    w->bytes -= sizeof *e + e->ev.line.len;
    return e;
}
