/* SPDX-License-Identifier: BSD-3-Clause */
/* Captures in place of servers. They can wait: nothing is read while the output is full, so nothing
 * is dropped. See tail.h. */
#include "core/errclass.h"
#include "io/signal.h"
#include "tail.h"

enum { EVENTS_PER_TURN = 4096 };

/* False: there are no more. */
static bool take_some(struct tail *t) {
    struct event ev;
    struct err e;
    for (int i = 0; i < EVENTS_PER_TURN && !t->full && !t->done; i++) {
        int code = replay_next(t->replay, &ev, &e);
        if (code < 0) t->failed = e;
        if (code <= 0) return false;
        t->form.many = replay_nodes(t->replay) > 1;
        if (ev.kind == EVENT_GAP) t->n_gaps++;
        if (ev.kind == EVENT_GAP && ev.time_us > ev.from_us &&
            __builtin_add_overflow(t->missed_us, ev.time_us - ev.from_us, &t->missed_us))
            t->missed_us = INT64_MAX;
        if (ev.kind == EVENT_GAP || ev.kind == EVENT_DROPPED) t->missed = true;
        tail_emit(t, &ev);
    }
    return true;
}

int tail_replay_begin(struct tail *t, struct err *e) {
    t->form.node = replay_node;
    int code = replay_new(t->opts->files, t->opts->n_files, &t->replay, e);
    t->form.arg = t->replay;
    return code;
}

void tail_replay(struct tail *t) {
    while (!t->done && !t->failed.code && !signal_stop()) {
        tail_out_turn(t);
        if (!t->full && !take_some(t)) break;
        tail_flush(t);
        loop_turn(t->loop, t->full ? -1 : 0);
    }
    if (replay_cut(t->replay)) t->missed = true;
    t->heard = t->done = true;
}
