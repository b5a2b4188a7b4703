/* SPDX-License-Identifier: BSD-3-Clause */
/* See tail.h. */
#include "tail.h"

#include <stdlib.h>

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

static void on_before_wait(void *arg) {
    struct tail *t = arg;
    size_t n;
    int64_t wake_us;
    if (t->merge) tail_give_out(t, &wake_us); /* also while the topology is asked for */
    tail_flush(t);
    nodes_notice(&t->nodes);
    if (!t->source->written) return;
    queue_bytes(&t->queue, &n);
    if (!n) t->source->written(t);
}

/* ---- beginning and end ---- */

static void on_limit(void *arg) {
    struct tail *t = arg;
    t->done = true;
}

static const char *name_of(void *arg, int node) {
    const struct tail *t = arg;
    return nodes_name(&t->nodes, node);
}

int tail_init(struct tail *t, const struct options *o, const struct source *source, struct loop *l,
              struct err *e) {
    *t = (struct tail){.opts = o, .loop = l};
    t->source = source;
    t->began_us = clock_wall_us();
    t->watch = (struct watch_opts){.every_ns = (int64_t)(o->health_check_s * 1e9),
                                   .omem_max = (uint64_t)o->max_server_omem,
                                   .asks = t->source->watched,
                                   .pings = t->source->pings};
    if (t->watch.every_ns && t->source->quiet_ms)
        t->watch.quiet_ns = t->watch.every_ns + t->source->quiet_ms * CLOCK_NS_PER_MS;
    t->form = (struct form){.kind = (enum form_kind)o->format, .node = name_of, .arg = t};
    monitor_init(&t->monitor, ARGS_MAX, LINE_MAX_BYTES);
    if (t->source->in_order && o->cluster)
        t->merge = merge_new((int64_t)(o->window_ms * US_PER_MS), HELD_MAX);
    tail_hook_nodes(t);
    int code = tail_out_init(t, e);
    if (code == 0 && t->source->begin) code = t->source->begin(t, e);
    if (code == 0 && o->mode == MODE_REPLAY)
        code = tail_replay_begin(t, e);
    else if (code == 0)
        code = nodes_init(&t->nodes, l, &o->conn, o->cluster ? &o->cluster_opts : NULL, e);
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

/* ---- each second ---- */

static void stop_for(struct tail *t, const struct node *n, uint64_t omem) {
    msg_warn("%s: %llu bytes wait for us in the server's memory, the limit is %lld "
             "(--max-server-omem): this is the end",
             n->name, (unsigned long long)omem, (long long)t->opts->max_server_omem);
    t->missed = t->done = true;
}

static void on_tick(void *arg) {
    struct tail *t = arg;
    uint64_t omem;
    loop_timer_set(t->loop, &t->tick, clock_now_ns() + WATCH_EVERY_MS * CLOCK_NS_PER_MS);
    if (t->source->tick) t->source->tick(t);
    for (int i = 0; i < t->nodes.n && !t->done; i++) {
        struct node *n = nodes_at(&t->nodes, i);
        if (!n) continue;
        watch_look(n, &t->watch);
        if (watch_is_over(n, &t->watch, &omem)) stop_for(t, n, omem);
    }
}

/* SIGTSTP: no server may fill its buffers for a reader that has stopped. */
static void pause_and_resume(struct tail *t) {
    tail_pause(t);
    tail_settle_order(t);
    tail_flush(t);
    tail_out_pause(t);
    signal_pause();
    tail_out_resume(t);
    tail_resume(t);
}

/* ---- the job ---- */

static int64_t until_ns(struct tail *t) {
    int64_t wake_us = INT64_MAX, ns = t->nodes.look_at_ns ? t->nodes.look_at_ns : -1;
    if (t->merge) tail_give_out(t, &wake_us);
    bool wakes = wake_us < INT64_MAX / US_PER_MS;
    return wakes && (ns < 0 || wake_us * US_PER_MS < ns) ? wake_us * US_PER_MS : ns;
}

static void turn(struct tail *t) {
    int64_t ns = until_ns(t);
    tail_flush(t);
    tail_out_turn(t);
    loop_turn(t->loop, ns);
    t->form.many = nodes_count(&t->nodes) > 1;
    nodes_look(&t->nodes);
    if (signal_pause_asked()) pause_and_resume(t);
}

/* A signal is remembered, so that the loop may wait again. */
static bool take_signal(struct tail *t) {
    int sig = signal_stop();
    if (!sig) return false;
    t->signal = sig;
    signal_clear();
    return true;
}

/* The reader has as long as he needs; a signal shortens that, and the next one ends it. */
static void wait_for_reader(struct tail *t) {
    int64_t end_ns = t->signal ? clock_now_ns() + CLOCK_NS_PER_S : -1;
    size_t n;
    while (!t->done && queue_bytes(&t->queue, &n) && n) {
        if ((end_ns >= 0 && clock_now_ns() >= end_ns) || take_signal(t)) {
            queue_give_up(&t->queue);
            return;
        }
        loop_turn(t->loop, end_ns);
    }
}

/* What waits goes out, as far as the reader lets it, and nobody is listened to any more. */
static void drain(struct tail *t) {
    bool ended = t->failed.code;
    t->done = false;
    t->closing = true;
    tail_settle_order(t);
    if (t->heard) tail_end_gaps(t);
    t->done = false;
    tail_out_end(t);
    tail_flush(t);
    tail_pause(t); /* nor calls back into what the source frees */
    if (!ended) wait_for_reader(t);
}

/* The moment of --for or --until, the earlier one; 0 = neither was given. */
static int64_t limit_ns(const struct options *o) {
    int64_t now_ns = clock_now_ns(), ns = 0;
    if (o->for_s > 0) ns = now_ns + (int64_t)(o->for_s * (double)CLOCK_NS_PER_S);
    if (!o->until_us) return ns;
    int64_t left_us = o->until_us - clock_wall_us();
    if (left_us > (INT64_MAX - now_ns) / US_PER_MS) return ns; /* centuries */
    int64_t until = now_ns + left_us * US_PER_MS;
    return ns && ns < until ? ns : until;
}

static void begin(struct tail *t) {
    int64_t ns = limit_ns(t->opts);
    if (t->opts->capped)
        msg_warn(
            "the profile says production: MONITOR slows a server down, so this ends after %g s "
            "(--for 0 lifts that)",
            t->opts->for_s);
    loop_before_wait(t->loop, on_before_wait, t);
    t->limit = (struct loop_timer){.fn = on_limit, .arg = t};
    t->tick = (struct loop_timer){.fn = on_tick, .arg = t};
    if (ns) loop_timer_set(t->loop, &t->limit, ns);
    loop_timer_set(t->loop, &t->tick, clock_now_ns());
    signal_catch_pause();
}

static void end(struct tail *t) {
    if (t->source->end) t->source->end(t);
    loop_before_wait(t->loop, NULL, NULL);
    loop_timer_clear(t->loop, &t->limit);
    loop_timer_clear(t->loop, &t->tick);
}

static int exit_code_of(const struct err *e) {
    enum errclass class = errclass_of_err(e);
    return class ? errclass_exit(class) : errclass_exit_of_code(e->code);
}

int tail_run(struct tail *t) {
    begin(t);
    if (t->replay) tail_replay(t);
    while (!t->done && !t->failed.code && !signal_stop())
        turn(t);
    take_signal(t);
    drain(t);
    end(t);
    if (t->failed.code) {
        msg_warn("%s", t->failed.text);
        if (!t->heard) return exit_code_of(&t->failed);
    }
    bool missed = t->n_gaps || t->queue.dropped || t->missed;
    if (t->signal || missed) tail_sum_up(t);
    if (t->failed.code) return errclass_exit_of_code(t->failed.code);
    return missed ? 7 : 0;
}
