/* SPDX-License-Identifier: BSD-3-Clause */
/* What becomes of the nodes while they are listened to: what is said of it, and the gaps. A node's
 * gap is open while its lost_us is set, and is told when it ends. See tail.h. */
#include <errno.h>

#include "base/clock.h"
#include "base/msg.h"
#include "core/errclass.h"
#include "tail.h"
#include "watch.h"

enum { US_PER_S = 1000000 };

static int on_ask(void *arg, struct node *n, struct err *e) {
    struct tail *t = arg;
    int code = t->source->watched ? watch_ask(n, e) : 0;
    return code == 0 ? t->source->ask(t, n, e) : code;
}

static void on_push(void *arg, struct node *n, enum push_kind kind, const struct reply *r) {
    struct tail *t = arg;
    if (!t->done && !t->closing) t->source->push(t, n, kind, r);
}

/* ---- gaps ---- */

void tail_tell_gap(struct tail *t, int node, int64_t from_us, int64_t to_us, const char *why) {
    if (from_us > to_us) from_us = to_us; /* the clock was set back meanwhile */
    struct event ev = {
        .kind = EVENT_GAP, .node = node, .time_us = to_us, .from_us = from_us, .why = why};
    struct nodes_tally *tally = nodes_tally(&t->nodes, node);
    tally->gaps++;
    tally->missed_us += to_us - from_us;
    t->n_gaps++;
    t->missed_us += to_us - from_us;
    tail_settle_order(t);
    tail_emit(t, &ev);
}

static void end_gap(struct tail *t, struct node *n) {
    int64_t from_us = n->lost_us;
    n->lost_us = 0;
    if (!t->source->keeps) tail_tell_gap(t, n->number, from_us, clock_wall_us(), n->lost_by);
}

void tail_end_gaps(struct tail *t) {
    for (int i = 0; i < t->nodes.n; i++) {
        struct node *n = nodes_at(&t->nodes, i);
        if (!n || !n->lost_us) continue;
        if (t->source->keeps) t->missed = true; /* it is there, and was not read */
        end_gap(t, n);
    }
}

/* What a node was silent about, and since when: what only a time-out has shown began with the last
 * sign of life. */
static void begin_gap(struct tail *t, struct node *n, const struct err *why) {
    bool silent = why->code == VK_ETIMEOUT || why->sys == ETIMEDOUT;
    if (n->lost_us) return;
    n->lost_us = !n->was_heard ? t->began_us : silent ? n->heard_us : n->ended_us;
    n->lost_by = !n->was_heard ? "it could not be listened to"
                 : silent      ? "no sign of life"
                               : "the connection ended";
}

/* ---- come and go ---- */

static void on_listening(void *arg, struct node *n) {
    struct tail *t = arg;
    if (n->lost_us) {
        double gone_s = (double)(clock_wall_us() - n->lost_us) / US_PER_S;
        if (n->was_heard && n->ended_us == 0 && n->said_lost)
            msg_warn("%s is back after %.1f s", n->name, gone_s);
        else if (!n->was_heard)
            msg_warn("%s is listened to as well now", n->name);
        end_gap(t, n);
    }
    tail_expect(t, n->number);
    n->said_lost = false;
    t->heard = n->was_heard = true;
    if (t->source->listening) t->source->listening(t, n);
}

static bool is_hopeless(const struct err *why) {
    return why->code == VK_EAUTH || why->code == VK_ESERVER || why->code == VK_ETLS ||
           why->code == VK_ESTATE;
}

/* Nobody has been heard yet, and there is nobody left of whom to expect it. */
static bool is_vain(const struct tail *t, const struct err *why) {
    int64_t retries = t->opts->conn.retries;
    if (t->heard) return false;
    for (int i = 0; i < t->nodes.n; i++) {
        const struct node *n = nodes_at(&t->nodes, i);
        if (!n) continue;
        if (!n->failures) return false;
        if (!is_hopeless(why) && (retries < 0 || n->failures <= retries)) return false;
    }
    return true;
}

static void on_ended(void *arg, struct node *n, enum node_state before, const struct err *why) {
    struct tail *t = arg;
    bool was_up = before == NODE_LISTENING || (n->was_heard && !n->lost_us);
    begin_gap(t, n, why);
    if (t->source->ended) t->source->ended(t, n);
    if (is_vain(t, why)) {
        t->failed = *why;
        return;
    }
    if (was_up)
        msg_warn("lost %s; trying again", why->text);
    else if (n->failures == 1 && !n->said_lost)
        msg_warn("%s; trying again", why->text);
    n->said_lost = true;
    if (was_up) nodes_doubt(&t->nodes);
}

static void on_left(void *arg, struct node *n) {
    struct tail *t = arg;
    if (t->source->left) t->source->left(t, n);
    if (n->lost_us) {
        n->lost_by = "it was lost, and has left";
        end_gap(t, n);
    }
    if (n->number >= t->n_merge_sources || t->merge_sources[n->number] < 0) return;
    merge_close(t->merge, t->merge_sources[n->number]);
    t->merge_sources[n->number] = -1;
}

static void on_choose(void *arg, bool *wanted, int n) {
    struct tail *t = arg;
    t->source->choose(t, wanted, n);
}

static void on_changed(void *arg) {
    struct tail *t = arg;
    t->source->changed(t);
}

void tail_hook_nodes(struct tail *t) {
    const struct source *s = t->source;
    t->nodes.hooks = (struct node_hooks){
        on_ask, on_push, on_listening, on_ended, t, .side_first = s->watched && s->in_order};
    t->nodes.left = on_left;
    t->nodes.which = (enum nodes_which)t->opts->nodes;
    t->nodes.look_ms = s->look_ms;
    if (s->choose) t->nodes.choose = on_choose;
    if (s->changed) t->nodes.changed = on_changed;
}

/* ---- a pause ---- */

void tail_pause(struct tail *t) {
    for (int i = 0; i < t->nodes.n; i++) {
        struct node *n = nodes_at(&t->nodes, i);
        if (!n) continue;
        node_pause(n);
        if (n->lost_us) continue;
        n->lost_us = clock_wall_us();
        n->lost_by = "paused";
    }
}

void tail_resume(struct tail *t) {
    for (int i = 0; i < t->nodes.n; i++) {
        struct node *n = nodes_at(&t->nodes, i);
        if (n) node_resume(n);
    }
    nodes_doubt(&t->nodes);
}

/* ---- the sum ---- */

static void put_sum(struct buf *b, const struct nodes_tally *sum) {
    buf_addf(b, "%llu event%s", (unsigned long long)sum->events, sum->events == 1 ? "" : "s");
    if (sum->gaps)
        buf_addf(b, ", %llu gap%s of %.3f s%s", (unsigned long long)sum->gaps,
                 sum->gaps == 1 ? "" : "s", (double)sum->missed_us / US_PER_S,
                 sum->gaps == 1 ? "" : " together");
    if (sum->dropped)
        buf_addf(b, ", %llu dropped: the output was too slow", (unsigned long long)sum->dropped);
}

void tail_sum_up(struct tail *t) {
    struct buf line;
    const struct nodes_tally all = {t->n_events, t->queue.dropped, t->n_gaps, t->missed_us};
    buf_init(&line, 4096);
    put_sum(&line, &all);
    msg_warn("%s", buf_cstr(&line));
    for (int i = 0; t->nodes.n > 1 && i < t->nodes.n; i++) {
        struct nodes_tally *one = nodes_tally(&t->nodes, i);
        one->dropped = queue_dropped_of(&t->queue, i);
        if (!one->events && !one->gaps && !one->dropped && !nodes_at(&t->nodes, i)) continue;
        buf_clear(&line);
        put_sum(&line, one);
        msg_warn("  %s: %s", nodes_name(&t->nodes, i), buf_cstr(&line));
    }
    buf_release(&line);
}
