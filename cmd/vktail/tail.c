/* SPDX-License-Identifier: BSD-3-Clause */
/* See tail.h. */
#include "tail.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "core/errclass.h"
#include "io/signal.h"

enum {
    ARGS_MAX = 1 << 20, /* of one command */
    LINE_MAX_BYTES = 1 << 30,
    HELD_MAX = 1 << 20, /* events that wait for others to be put in order */
    US_PER_MS = 1000,
};

/* ---- events ---- */

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

static int64_t now_us(void) {
    return clock_now_ns() / US_PER_MS;
}

static void give_out(struct tail *t, struct held *h) {
    h->ev.line.p = h->line;
    if (h->ev.kind == EVENT_COMMAND) look_at_command(t, &h->ev);
    tail_emit(t, &h->ev);
    free(h);
}

/* Everything whose time has come; *wake_us is when the next will. */
static void give_out_due(struct tail *t, int64_t *wake_us) {
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
        give_out_due(t, &wake_us);
}

void tail_take(struct tail *t, struct event *ev) {
    struct node *n = nodes_at(&t->nodes, ev->node);
    if (n) n->n_events++;
    bool merges = t->merge && nodes_count(&t->nodes) > 1;
    if (ev->kind == EVENT_COMMAND) look_at_command(t, ev);
    if (merges)
        hold(t, ev);
    else
        tail_emit(t, ev);
}

/* ---- nodes come and go ---- */

static int on_ask(void *arg, struct node *n, struct err *e) {
    struct tail *t = arg;
    return t->source->ask(t, n, e);
}

static void on_push(void *arg, struct node *n, enum push_kind kind, const struct reply *r) {
    struct tail *t = arg;
    if (!t->done) t->source->push(t, n, kind, r);
}

static void end_gap(struct tail *t, struct node *n, const char *why) {
    struct event ev = {.kind = EVENT_GAP,
                       .node = n->number,
                       .time_us = clock_wall_us(),
                       .from_us = n->lost_us,
                       .why = why};
    int64_t wake_us;
    n->lost_us = 0;
    n->n_gaps++;
    t->n_gaps++;
    if (t->merge) {
        merge_flush(t->merge);
        give_out_due(t, &wake_us);
    }
    tail_emit(t, &ev);
}

static void on_listening(void *arg, struct node *n) {
    struct tail *t = arg;
    if (n->lost_us) end_gap(t, n, "reconnected");
    t->heard = n->was_heard = true;
}

static void on_ended(void *arg, struct node *n, enum node_state before, const struct err *why) {
    struct tail *t = arg;
    if (before == NODE_LISTENING) {
        n->lost_us = clock_wall_us();
        msg_warn("%s", why->text);
    } else if (n->failures == 1 && !n->was_heard) {
        msg_warn("%s", why->text);
    }
    if (!t->heard && nodes_count(&t->nodes) == 1) t->failed = *why;
}

static void on_left(void *arg, struct node *n) {
    struct tail *t = arg;
    if (n->lost_us) end_gap(t, n, "it has left");
    if (n->number >= t->n_merge_sources || t->merge_sources[n->number] < 0) return;
    merge_close(t->merge, t->merge_sources[n->number]);
    t->merge_sources[n->number] = -1;
}

/* ---- the job ---- */

static void on_limit(void *arg) {
    struct tail *t = arg;
    t->done = true;
}

static const char *name_of(void *arg, int node) {
    const struct tail *t = arg;
    return nodes_name(&t->nodes, node);
}

int tail_init(struct tail *t, const struct options *o, struct loop *l, struct err *e) {
    *t = (struct tail){.opts = o, .loop = l};
    t->source = o->mode == MODE_MESSAGES ? &source_messages : &source_monitor;
    t->form = (struct form){.kind = (enum form_kind)o->format, .node = name_of, .arg = t};
    monitor_init(&t->monitor, ARGS_MAX, LINE_MAX_BYTES);
    if (t->source->in_order && o->cluster)
        t->merge = merge_new((int64_t)(o->window_ms * US_PER_MS), HELD_MAX);
    t->nodes.hooks = (struct node_hooks){on_ask, on_push, on_listening, on_ended, t};
    t->nodes.left = on_left;
    t->nodes.which = (enum nodes_which)o->nodes;
    int code = tail_out_init(t, e);
    if (code == 0 && o->mode == MODE_REPLAY) {
        code = replay_new(o->files, o->n_files, &t->replay, e);
        t->form.node = replay_node;
        t->form.arg = t->replay;
    } else if (code == 0) {
        code = nodes_init(&t->nodes, l, &o->conn, o->cluster ? &o->cluster_opts : NULL, e);
    }
    return code == 0 ? tail_out_begin(t, e) : code;
}

void tail_release(struct tail *t) {
    nodes_release(&t->nodes);
    merge_free(t->merge);
    free(t->merge_sources);
    monitor_release(&t->monitor);
    replay_free(t->replay);
    tail_out_release(t);
}

static void on_before_wait(void *arg) {
    tail_flush(arg);
}

static void turn(struct tail *t) {
    int64_t wake_us = INT64_MAX, until_ns = t->nodes.look_at_ns ? t->nodes.look_at_ns : -1;
    if (t->merge) give_out_due(t, &wake_us);
    if (wake_us < INT64_MAX / US_PER_MS && (until_ns < 0 || wake_us * US_PER_MS < until_ns))
        until_ns = wake_us * US_PER_MS;
    tail_flush(t);
    tail_out_turn(t);
    loop_turn(t->loop, until_ns);
    t->form.many = nodes_count(&t->nodes) > 1;
    nodes_look(&t->nodes);
}

/* What waits goes out, as far as the reader lets it. */
static void drain(struct tail *t) {
    int64_t wake_us, until_ns = clock_now_ns() + CLOCK_NS_PER_S;
    size_t n;
    if (t->merge) {
        t->done = false;
        merge_flush(t->merge);
        give_out_due(t, &wake_us);
    }
    bool ended = t->failed.code;
    t->done = false;
    tail_out_end(t);
    tail_flush(t);
    while (!ended && !t->done && queue_bytes(&t->queue, &n) && n && clock_now_ns() < until_ns)
        loop_turn(t->loop, until_ns);
}

static void sum_up(const struct tail *t) {
    if (t->n_gaps || t->queue.dropped)
        msg_warn("%llu events; %llu gaps, %llu dropped", (unsigned long long)t->n_events,
                 (unsigned long long)t->n_gaps, (unsigned long long)t->queue.dropped);
}

int tail_run(struct tail *t) {
    double for_s = t->opts->for_s;
    loop_before_wait(t->loop, on_before_wait, t);
    t->limit = (struct loop_timer){.fn = on_limit, .arg = t};
    if (for_s > 0)
        loop_timer_set(t->loop, &t->limit,
                       clock_now_ns() + (int64_t)(for_s * (double)CLOCK_NS_PER_S));
    while (!t->replay && !t->done && !t->failed.code && !signal_stop())
        turn(t);
    if (t->replay) tail_replay(t);
    int sig = signal_stop();
    if (sig == SIGINT) signal_clear();
    drain(t);
    loop_before_wait(t->loop, NULL, NULL);
    loop_timer_clear(t->loop, &t->limit);
    sum_up(t);
    if (t->failed.code) {
        if (t->heard) msg_warn("%s", t->failed.text);
        return errclass_exit_of_code(t->failed.code);
    }
    bool cut = t->unrecorded || t->n_lost || (t->replay && replay_cut(t->replay));
    return t->n_gaps || t->queue.dropped || cut ? 7 : 0;
}
