/* SPDX-License-Identifier: BSD-3-Clause */
/* The way out of an event whose turn has come: filters, secrets, the capture, the table of `top` or
 * a line in its form, the queue, the output. See tail.h. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "io/tty.h"
#include "tail.h"

#define KEPT_MAX ((size_t)1 << 30) /* output of what can wait: nothing is dropped */

enum {
    FLUSH_BYTES = 1 << 16, /* output that waits for the turn's end */
    SUMMARY_ROWS = 10,     /* of each table at the end, */
    SUMMARY_ROWS_JSON = 100,
    SUMMARY_COLUMNS = 80,
    LOOK_MS = 20, /* while somebody waits for CLIENT LIST */
};

int64_t tail_arrival_us(struct tail *t) {
    int64_t woken_ns = loop_now_ns(t->loop);
    if (woken_ns != t->woken_ns) t->arrival_us = clock_wall_us();
    t->woken_ns = woken_ns;
    return t->arrival_us;
}

/* ---- output ---- */

void tail_flush(struct tail *t) {
    size_t n, taken;
    struct err e;
    while (!t->full && !t->done) {
        const char *p = queue_bytes(&t->queue, &n);
        if (!n) return;
        if (outlet_write(t->outlet, p, n, &taken, &e) < 0) {
            t->done = true;
            if (e.sys != EPIPE) t->failed = e; /* a reader that has gone has had enough */
            return;
        }
        t->full = taken < n;
        queue_sent(&t->queue, taken);
    }
}

static void on_room(void *arg) {
    struct tail *t = arg;
    t->full = false;
    tail_flush(t);
}

static void note_dropped(void *arg, int node, uint64_t dropped, struct buf *out) {
    struct tail *t = arg;
    const struct event ev = {
        .kind = EVENT_DROPPED, .node = node, .time_us = clock_wall_us(), .dropped = dropped};
    form_put(&t->form, &ev, out);
}

/* Once a turn is often enough to follow the terminal. */
static void measure(struct tail *t) {
    if (t->measured || !t->opts->tty || t->form.kind != FORM_PRETTY) return;
    t->form.columns = tty_columns(STDOUT_FILENO);
    t->measured = true;
}

static void show(struct tail *t, const struct event *ev) {
    measure(t);
    bool is_event = ev->kind != EVENT_GAP && ev->kind != EVENT_DROPPED;
    if (is_event && !queue_admits(&t->queue, ev->node)) return;
    form_put(&t->form, ev, queue_begin(&t->queue));
    queue_end(&t->queue, ev->node);
    if (t->queue.text.len - t->queue.at >= FLUSH_BYTES) tail_flush(t);
}

/* ---- the capture ---- */

/* What cannot be recorded any more is still shown. */
static void record(struct tail *t, const struct event *ev) {
    struct err e;
    if (!t->record || record_put(t->record, ev, &e) == 0) return;
    msg_warn("%s; recording ends here", e.text);
    record_free(t->record);
    t->record = NULL;
    t->missed = true;
}

static void end_record(struct tail *t) {
    struct err e;
    struct record *r = t->record;
    t->record = NULL;
    if (!r || record_end(r, &e) == 0) return;
    msg_warn("%s", e.text);
    t->missed = true;
}

/* ---- the table ---- */

static void write_frame(void *arg, const char *p, size_t n) {
    struct tail *t = arg;
    size_t waiting;
    if (queue_bytes(&t->queue, &waiting) && waiting) return; /* the terminal is behind */
    buf_add(queue_begin(&t->queue), p, n);
    queue_end(&t->queue, QUEUE_NO_NODE);
    tail_flush(t);
}

static void put_status(void *arg, struct buf *out) {
    struct tail *t = arg;
    if (t->n_gaps)
        buf_addf(out, "%llu gap%s  ", (unsigned long long)t->n_gaps, t->n_gaps == 1 ? "" : "s");
    if (t->n_malformed) buf_addf(out, "%llu malformed  ", (unsigned long long)t->n_malformed);
    if (t->nodes.n) buf_adds(out, t->form.node(t->form.arg, 0));
    if (t->form.many) buf_addf(out, " and %d more", nodes_count(&t->nodes) - 1);
}

static void on_quit(void *arg) {
    struct tail *t = arg;
    t->done = true;
}

static void begin_top(struct tail *t) {
    const struct options *o = t->opts;
    const struct screen_hooks hooks = {write_frame, put_status, on_quit, t};
    t->top = top_new(&(struct top_opts){.delimiter = o->delimiter,
                                        .weight = (uint64_t)o->filter.one_of,
                                        .node = t->form.node,
                                        .arg = t->form.arg,
                                        .client = t->form.client,
                                        .client_arg = t->form.client_arg,
                                        .seed = (uint64_t)clock_now_ns(),
                                        .begun_us = t->replay ? 0 : clock_wall_us()});
    if (o->draws && o->format == FORM_PRETTY && !t->replay)
        t->screen = screen_new(t->loop, STDIN_FILENO, STDOUT_FILENO, t->top, o->colour, &hooks);
}

static void end_top(struct tail *t) {
    screen_free(t->screen);
    t->screen = NULL;
    if (!t->top) return;
    struct buf *out = queue_begin(&t->queue);
    if (t->form.kind == FORM_JSON)
        top_json(t->top, SUMMARY_ROWS_JSON, out);
    else
        top_summary(t->top, SUMMARY_ROWS,
                    t->opts->tty ? tty_columns(STDOUT_FILENO) : SUMMARY_COLUMNS, out);
    queue_end(&t->queue, QUEUE_NO_NODE);
}

/* ---- events ---- */

static void put_out(struct tail *t, const struct event *ev) {
    record(t, ev);
    if (t->top)
        top_add(t->top, ev);
    else
        show(t, ev);
}

/* To the end of the line where that is going to be looked at, so that what is malformed is known to
 * be. */
static void take_apart(struct tail *t, struct event *ev) {
    bool whole = t->record || t->top || form_needs_arguments(&t->form);
    if (ev->command && whole && monitor_args(ev->command, INT_MAX) < 0) ev->command = NULL;
    if (!ev->command && !ev->unread) t->n_malformed++;
}

static bool is_enough(const struct tail *t) {
    return t->opts->count && t->n_events >= (uint64_t)t->opts->count;
}

/* It has passed the filters. */
static void pass(struct tail *t, struct event *ev) {
    if (is_enough(t)) return; /* gaps may still follow */
    if (!t->opts->show_secrets) redaction_apply(&t->redaction, ev);
    if (ev->kind == EVENT_COMMAND) take_apart(t, ev);
    put_out(t, ev);
    t->n_events++;
    if (is_enough(t)) t->done = true;
}

/* ---- clients that are not known yet ---- */

static bool passes(struct tail *t, const struct event *ev, bool *undecided) {
    uint64_t before = t->filtering.n_strangers;
    bool wanted = filter_passes(&t->opts->filter, &t->filtering, ev);
    *undecided = t->filtering.n_strangers != before; /* a rule asked for a client not known */
    t->filtering.n_strangers = before;
    return wanted;
}

/* The list may be due to be asked for, or have come, without anything else that turns the loop. */
static void look_again(struct tail *t) {
    loop_timer_set(t->loop, &t->waited, clock_now_ns() + LOOK_MS * CLOCK_NS_PER_MS);
}

static void wait_for_client(struct tail *t, const struct event *ev) {
    int64_t now_ns = clock_now_ns();
    if (!t->waiting.first) look_again(t);
    waiting_add(&t->waiting, ev, now_ns);
}

/* The first of those who wait, if its client is known by now or it has waited enough. */
static bool goes_on(struct tail *t, bool all) {
    bool undecided, over = all || waiting_is_over(&t->waiting, clock_now_ns());
    struct event *ev = &t->waiting.first->ev;
    if (monitor_head(&t->monitor, ev->line.p, ev->line.len) == 0) ev->command = &t->monitor;
    bool wanted = passes(t, ev, &undecided);
    if (undecided && !over) return false;
    struct waiting_event *e = waiting_take(&t->waiting);
    t->filtering.n_strangers += undecided;
    if (wanted) pass(t, &e->ev);
    free(e);
    return true;
}

static void go_on(struct tail *t, bool all) {
    while (t->waiting.first && !t->done && goes_on(t, all)) {
    }
}

static void on_waited(void *arg) {
    struct tail *t = arg;
    go_on(t, false);
    if (t->waiting.first) look_again(t);
}

/* ---- all of them ---- */

static void take(struct tail *t, struct event *ev) {
    bool undecided;
    if (!filter_samples(&t->opts->filter, &t->filtering)) return;
    bool wanted = passes(t, ev, &undecided);
    bool queues = undecided || (wanted && t->waiting.first);
    if (queues && t->who && ev->command) {
        wait_for_client(t, ev);
        if (waiting_is_over(&t->waiting, clock_now_ns())) go_on(t, false);
        return;
    }
    t->filtering.n_strangers += undecided;
    if (wanted) pass(t, ev);
}

void tail_emit(struct tail *t, struct event *ev) {
    if (t->done) return;
    if (ev->kind != EVENT_GAP && ev->kind != EVENT_DROPPED) {
        take(t, ev);
        return;
    }
    go_on(t, true);
    put_out(t, ev);
}

/* ---- beginning and end ---- */

static void begin_who(struct tail *t) {
    t->who = who_new(&t->nodes);
    t->filtering.client = t->form.client = who_of;
    t->filtering.arg = t->form.client_arg = t->who;
}

static void say_what_was_odd(const struct tail *t) {
    if (t->n_malformed)
        msg_warn("%llu malformed lines of MONITOR were taken as they are",
                 (unsigned long long)t->n_malformed);
    if (t->filtering.n_strangers)
        msg_warn("CLIENT LIST did not tell in time who sent %llu of the commands: filters for "
                 "clients do not match them",
                 (unsigned long long)t->filtering.n_strangers);
}

int tail_out_init(struct tail *t, struct err *e) {
    const struct options *o = t->opts;
    size_t max = t->source->keeps ? KEPT_MAX : (size_t)(o->queue_mb * 1048576);
    queue_init(&t->queue, (enum queue_policy)o->drop, max, note_dropped, t);
    redaction_init(&t->redaction);
    waiting_init(&t->waiting);
    t->waited = (struct loop_timer){.fn = on_waited, .arg = t};
    filter_work_init(&t->filtering, (uint64_t)clock_now_ns());
    return outlet_new(t->loop, STDOUT_FILENO, on_room, t, &t->outlet, e);
}

int tail_out_begin(struct tail *t, struct err *e) {
    const struct options *o = t->opts;
    const struct record_source from = {t->form.node, t->form.arg, t->nodes.n, o->mode_word};
    t->form.time = (enum form_time)o->time;
    t->form.date = o->date;
    t->form.colour = o->colour;
    if (o->say_who || (o->filter.kinds & FILTER_OF_CLIENTS)) begin_who(t);
    int code = o->record.path ? record_new(t->loop, &o->record, &from, &t->record, e) : 0;
    if (code == 0 && o->top) begin_top(t);
    t->lines_only = t->form.kind == FORM_PLAIN && !o->filter.n && !t->record && !t->top;
    return code;
}

void tail_out_turn(struct tail *t) {
    if (t->who) who_look(t->who);
    go_on(t, false);
    record(t, NULL);
    t->measured = false;
}

void tail_out_pause(struct tail *t) {
    if (t->screen) screen_pause(t->screen);
}

void tail_out_resume(struct tail *t) {
    if (t->screen) screen_resume(t->screen);
}

void tail_out_end(struct tail *t) {
    go_on(t, true);
    loop_timer_clear(t->loop, &t->waited);
    end_record(t);
    end_top(t);
    say_what_was_odd(t);
}

void tail_out_release(struct tail *t) {
    screen_free(t->screen);
    record_free(t->record);
    top_free(t->top);
    waiting_release(&t->waiting);
    who_free(t->who);
    filter_work_release(&t->filtering);
    redaction_release(&t->redaction);
    queue_release(&t->queue);
    outlet_free(t->outlet);
}
