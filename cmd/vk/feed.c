/* SPDX-License-Identifier: BSD-3-Clause */
/* See feed.h. A round begins with the timer and ends when nobody is waited for any more, at the
 * latest when its own time is over. Whom the round before could not wait for is not waited for
 * again, so a node that hangs costs the others nothing but once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "feed_impl.h"

enum { PATIENCE_MS = 500 }; /* a round's, or half of its interval */

#define INTERVAL_LEAST_S 1e-3

/* ---- a round ---- */

static void end_round(struct feed *f) {
    f->in_round = false;
    loop_timer_clear(f->run->loop, &f->late);
    int64_t now = clock_now_ns();
    for (int i = 0; i < f->n; i++) {
        struct feed_node *n = f->nodes[i];
        if (!n->answered && !n->down_ns) n->down_ns = n->asked ? n->asked_ns : now;
    }
    f->rounds++;
    f->opts.round(f->opts.arg);
    for (int i = 0; i < f->n; i++)
        f->nodes[i]->answered = false;
}

static void look_at_round(struct feed *f) {
    for (int i = 0; i < f->n && f->in_round; i++)
        if (!f->nodes[i]->settled) return;
    if (f->in_round) end_round(f);
}

static void on_late(void *arg) {
    struct feed *f = arg;
    if (f->in_round) end_round(f);
}

static int64_t patience_ns(const struct feed *f) {
    int64_t half = (int64_t)(f->opts.interval_s * (double)CLOCK_NS_PER_S / 2);
    int64_t most = PATIENCE_MS * CLOCK_NS_PER_MS;
    return half < most ? half : most;
}

static void on_tick(void *arg) {
    struct feed *f = arg;
    int64_t now = clock_now_ns(), interval = (int64_t)(f->opts.interval_s * CLOCK_NS_PER_S);
    while (f->next_ns <= now)
        f->next_ns += interval;
    loop_timer_set(f->run->loop, &f->tick, f->next_ns);
    if (f->in_round) end_round(f);
    for (int i = 0; i < f->n; i++)
        f->nodes[i]->settled = f->nodes[i]->down_ns != 0;
    f->in_round = true;
    loop_timer_set(f->run->loop, &f->late, now + patience_ns(f));
    for (int i = 0; i < f->n && f->in_round; i++) {
        struct feed_node *n = f->nodes[i];
        feed_node_look(n);
        feed_node_start(n);
        if (f->in_round && n->state == FEED_UP && !n->asked) feed_node_ask(n);
    }
    look_at_round(f); /* all may be down */
}

/* ---- the life of a feed ---- */

static int open_nodes(struct feed *f, struct err *e) {
    if (f->run->wire.cluster) return feed_topology_open(f, e);
    f->nodes = mem_zalloc(1, sizeof *f->nodes);
    f->nodes[f->n++] = feed_node_new(f, -1, e);
    return 0;
}

int feed_open(struct feed *f, struct run *r, const struct feed_opts *o, struct err *e) {
    *f = (struct feed){.run = r, .opts = *o, .look_at_round = look_at_round};
    if (o->interval_s < INTERVAL_LEAST_S) f->opts.interval_s = INTERVAL_LEAST_S;
    int code = wire_connect(&r->wire, e);
    if (code == 0) code = open_nodes(f, e);
    if (code < 0) return code;
    f->tick = (struct loop_timer){.fn = on_tick, .arg = f};
    f->late = (struct loop_timer){.fn = on_late, .arg = f};
    feed_resume(f);
    return 0;
}

void feed_pause(struct feed *f) {
    loop_timer_clear(f->run->loop, &f->tick);
    loop_timer_clear(f->run->loop, &f->late);
    f->in_round = false;
}

void feed_resume(struct feed *f) {
    f->next_ns = clock_now_ns();
    loop_timer_set(f->run->loop, &f->tick, f->next_ns);
}

void feed_release(struct feed *f) {
    if (!f->run) return;
    feed_pause(f);
    for (int i = 0; i < f->n; i++)
        feed_node_free(f->nodes[i]);
    free((void *)f->nodes);
    feed_topology_free(f->topology);
}

void feed_turn(struct feed *f) {
    for (int i = 0; i < f->n; i++) {
        feed_node_look(f->nodes[i]);
        if (f->run->opts->conn.sentinel.list && f->nodes[i]->number < 0)
            feed_node_start_by_sentinels(f->nodes[i]);
    }
    feed_topology_look(f);
    loop_turn(f->run->loop, -1);
}

/* ---- what there is to see ---- */

const struct err *feed_refused(const struct feed *f) {
    for (int i = 0; i < f->n; i++)
        if (f->nodes[i]->answered || !f->nodes[i]->refusal.code) return NULL;
    return f->n ? &f->nodes[0]->refusal : NULL;
}

int feed_sum(const struct feed *f, struct gauge *sum, struct gauge_rates *rates) {
    int answered = 0;
    *sum = (struct gauge){0};
    gauge_no_rates(rates);
    for (int i = 0; i < f->n; i++) {
        const struct feed_node *n = f->nodes[i];
        if (n->down_ns || !n->known) continue;
        answered++;
        gauge_add(sum, &n->now);
        gauge_add_rates(rates, &n->rates);
    }
    return answered;
}

static bool is_one_host(const struct feed *f) {
    const char *first = f->nodes[0]->name, *colon = strrchr(first, ':');
    if (!colon || f->n < 2) return false;
    for (int i = 1; i < f->n; i++)
        if (strncmp(first, f->nodes[i]->name, (size_t)(colon - first) + 1) != 0) return false;
    return true;
}

const char *feed_short_name(const struct feed *f, int i) {
    const char *name = f->nodes[i]->name, *colon = strrchr(name, ':');
    return colon && is_one_host(f) ? colon : name;
}

const char *feed_trouble(const struct feed_node *n, char *text, size_t cap) {
    double seconds = n->down_ns ? (double)(clock_now_ns() - n->down_ns) / 1e9 : 0;
    if (n->refusal.code)
        snprintf(text, cap, "%s", n->refusal.text + strlen(n->name) + 2);
    else if (n->why.code)
        snprintf(text, cap, "down for %.0f s: %s", seconds, err_reason(&n->why));
    else
        snprintf(text, cap, "no answer for %.1f s", seconds);
    return text;
}
