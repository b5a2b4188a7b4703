/* SPDX-License-Identifier: BSD-3-Clause */
/* The way in of an event: several nodes' commands are put in the order of the servers' clocks. See
 * tail.h. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tail.h"

enum {
    US_PER_MS = 1000,
    HELD_BYTES_MAX = 64 << 20, /* beyond it, all that waits goes out */
};

/* An event that waits: its bytes are its own. */
struct held {
    struct event ev;
    char line[];
};

static void look_at_command(struct tail *t, struct event *ev) {
    bool sound = monitor_head(&t->monitor, ev->line.p, ev->line.len) == 0;
    ev->command = sound ? &t->monitor : NULL;
    ev->time_us = sound ? t->monitor.ev.time_us : clock_wall_us();
}

static int source_of(struct tail *t, int node) {
    if (node >= t->n_merge_sources) {
        size_t n = (size_t)node + 1;
        int *sources = mem_alloc(n * sizeof *sources);
        for (int i = 0; i < (int)n; i++)
            sources[i] = i < t->n_merge_sources ? t->merge_sources[i] : -1;
        free(t->merge_sources);
        t->merge_sources = sources;
        t->n_merge_sources = (int)n;
    }
    if (t->merge_sources[node] < 0) t->merge_sources[node] = merge_open(t->merge);
    return t->merge_sources[node];
}

void tail_expect(struct tail *t, int node) {
    if (t->merge) source_of(t, node);
}

static int64_t now_us(void) {
    return clock_now_ns() / US_PER_MS;
}

static void give_out(struct tail *t, struct held *h) {
    h->ev.line.p = h->line;
    t->held_bytes -= sizeof *h + h->ev.line.len;
    if (h->ev.kind == EVENT_COMMAND) look_at_command(t, &h->ev);
    tail_emit(t, &h->ev);
    free(h);
}

void tail_give_out(struct tail *t, int64_t *wake_us) {
    struct merge_event next;
    *wake_us = INT64_MAX;
    while (merge_pop(t->merge, now_us(), &next, wake_us) > 0)
        give_out(t, next.item);
}

static void hold(struct tail *t, const struct event *ev) {
    struct held *h = mem_alloc(sizeof *h + ev->line.len);
    int64_t wake_us;
    h->ev = *ev;
    h->ev.command = NULL;
    memcpy(h->line, ev->line.p, ev->line.len);
    while (merge_push(t->merge, source_of(t, ev->node), ev->time_us, now_us(), h) < 0)
        tail_give_out(t, &wake_us);
    t->held_bytes += sizeof *h + ev->line.len;
    if (t->held_bytes > HELD_BYTES_MAX) tail_settle_order(t);
}

void tail_settle_order(struct tail *t) {
    int64_t wake_us;
    if (!t->merge) return;
    merge_flush(t->merge);
    tail_give_out(t, &wake_us);
}

void tail_take(struct tail *t, struct event *ev) {
    nodes_tally(&t->nodes, ev->node)->events++;
    bool merges = t->merge && (nodes_count(&t->nodes) > 1 || merge_held(t->merge));
    if (merges && source_of(t, ev->node) < 0) {
        tail_settle_order(t); /* more nodes than can be put in order */
        merges = false;
    }
    if (ev->kind == EVENT_COMMAND) {
        ev->unread = t->lines_only && !merges && redaction_passes(ev->line);
        if (!ev->unread) look_at_command(t, ev);
    }
    if (merges)
        hold(t, ev);
    else
        tail_emit(t, ev);
}
