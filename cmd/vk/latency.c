/* SPDX-License-Identifier: BSD-3-Clause */
/* See latency.h. Each node has a timer of its own, so that one that stalls or is away holds up no
 * other; what connects may turn the loop, so it is done from outside of callbacks. */
#include "latency.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/msg.h"
#include "core/errclass.h"
#include "face.h"
#include "latency_show.h"
#include "ui/amount.h"

enum { RETRY_MS = 1000, REDRAW_MS = 200, HISTORY_S = 15, INTERVAL_LEAST_MS = 1 };

static const char *name_of(const struct latency_node *n) {
    return n->node->name;
}

PRINTF_LIKE(2, 3) static void say(struct latency *l, const char *fmt, ...) {
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    latency_show_erase(l);
    run_flush(l->run);
    msg_warn("%s", text);
}

static void in_ms(struct latency_node *n, int64_t ms) {
    loop_timer_set(n->all->run->loop, &n->timer, clock_now_ns() + ms * CLOCK_NS_PER_MS);
}

/* ---- a node that is away ---- */

static void begin_gap(struct latency_node *n, int64_t since_ns) {
    if (n->counted_ns) return;
    n->counted_ns = n->away_since_ns = since_ns;
    n->gaps_now.n++;
    n->all->lost = true;
    say(n->all, "%s; connecting again", n->why.text);
}

static void count_gap(struct latency_node *n, int64_t now) {
    if (!n->counted_ns) return;
    n->gaps_now.ns += now - n->counted_ns;
    n->counted_ns = now;
}

static void end_gap(struct latency_node *n, int64_t now) {
    struct buf text;
    count_gap(n, now);
    n->counted_ns = 0;
    buf_init(&text, 64);
    amount_add_time(&text, now - n->away_since_ns);
    say(n->all, "%s: answers again after %s", name_of(n), buf_cstr(&text));
    buf_release(&text);
}

static void lost(struct latency_node *n, const struct err *why, int64_t since_ns) {
    struct err e = *why;
    bool named = strstr(e.text, name_of(n));
    err_set(&n->why, e.code, "%s%s%.400s", named ? "" : name_of(n), named ? "" : ": ", e.text);
    begin_gap(n, since_ns);
    in_ms(n, n->answered ? LATENCY_PAUSE_MS : RETRY_MS);
    n->answered = false;
}

/* ---- PING ---- */

/* The way to the answer is as long; but who asked for a PONG should know that there is none. */
static void complain(struct latency_node *n, const struct resp_event *ev) {
    if (n->complains || !ev->p) return;
    n->complains = true;
    say(n->all, "%s: PING is answered with an error, which is measured instead: %.*s", name_of(n),
        (int)(ev->len < 200 ? ev->len : 200), ev->p);
}

static void no_answer(struct latency_node *n, int code) {
    struct err e = *client_error(n->node->client);
    if (code == VK_ECANCEL) return; /* the end, see end() */
    if (code == VK_ETIMEOUT) err_set(&e, code, "no answer in time");
    lost(n, &e, n->sent_ns);
}

static void on_pong(void *arg, int code, const struct resp_event *ev) {
    struct latency_node *n = arg;
    int64_t now = clock_now_ns();
    if (code < 0) {
        no_answer(n, code);
        return;
    }
    if (ev && resp_read_is_error(ev->type)) complain(n, ev);
    if (code == VK_MORE) return;
    n->answered = true;
    if (n->counted_ns) end_gap(n, now);
    hist_record(n->now, (uint64_t)(now - n->sent_ns));
    in_ms(n, LATENCY_PAUSE_MS);
}

static void ping(struct latency_node *n) {
    static const char *const argv[] = {"PING"};
    struct err e;
    if (client_submit(n->node->client, 1, argv, NULL, on_pong, n, &e) < 0) {
        lost(n, &e, clock_now_ns());
        return;
    }
    n->sent_ns = clock_now_ns();
    client_flush(n->node->client);
}

static void on_time(void *arg) {
    struct latency_node *n = arg;
    if (client_is_open(n->node->client))
        ping(n);
    else if (n->counted_ns)
        n->wants_connect = true;
    else /* it was lost between two PINGs */
        lost(n, client_error(n->node->client), clock_now_ns());
}

/* ---- connecting again ---- */

static void on_connected(void *arg, const struct err *why) {
    struct latency_node *n = arg;
    n->connecting = false;
    if (!why) {
        n->complains = false;
        in_ms(n, 0);
        return;
    }
    n->why = *why;
    in_ms(n, RETRY_MS);
}

static void reconnect(struct latency_node *n) {
    struct err e;
    n->wants_connect = false;
    n->connecting = true;
    if (n->all->run->opts->conn.sentinel.list) /* they are asked anew */
        on_connected(n, fleet_reconnect(&n->all->fleet, n->node, &e) < 0 ? &e : NULL);
    else
        client_start(n->node->client, on_connected, n);
}

static void turn(struct latency *l, int64_t until_ns) {
    for (int i = 0; i < l->n; i++)
        if (l->nodes[i].wants_connect) reconnect(&l->nodes[i]);
    loop_turn(l->run->loop, until_ns);
}

/* ---- intervals ---- */

/* What is in `now` counts in `total` from here on; it is shown before it is cleared. */
static void close_interval(struct latency *l, int64_t now) {
    for (int i = 0; i < l->n; i++) {
        struct latency_node *n = &l->nodes[i];
        count_gap(n, now);
        hist_merge(n->total, n->now);
        n->gaps_total.n += n->gaps_now.n;
        n->gaps_total.ns += n->gaps_now.ns;
    }
}

static void begin_interval(struct latency *l, int64_t now) {
    l->interval_begun_ns = now;
    for (int i = 0; i < l->n; i++) {
        hist_clear(l->nodes[i].now);
        l->nodes[i].gaps_now = (struct latency_gaps){0};
    }
}

static bool has_end(const struct latency *l) {
    return l->kind != LATENCY_ONE || !l->live;
}

static void measure(struct latency *l) {
    int64_t redraw_ns = 0, next_ns = l->interval_begun_ns + l->interval_ns;
    while (!run_interrupted(l->run)) {
        int64_t now = clock_now_ns();
        if (has_end(l) && now >= next_ns) {
            close_interval(l, now);
            latency_show_interval(l, now);
            if (l->kind == LATENCY_ONE) return;
            begin_interval(l, now);
            next_ns = now + l->interval_ns;
        } else if (l->live && now >= redraw_ns) {
            for (int i = 0; i < l->n; i++)
                count_gap(&l->nodes[i], now);
            latency_show_live(l, now);
            redraw_ns = now + REDRAW_MS * CLOCK_NS_PER_MS;
        }
        int64_t next = has_end(l) ? next_ns : redraw_ns;
        turn(l, l->live && redraw_ns < next ? redraw_ns : next);
    }
    close_interval(l, clock_now_ns());
    latency_show_total(l, clock_now_ns());
}

/* ---- begin and end ---- */

static int64_t interval_ns(const struct latency *l) {
    double seconds = l->run->opts->interval_s;
    if (seconds <= 0) seconds = l->kind == LATENCY_HISTORY ? HISTORY_S : 1;
    int64_t ns = (int64_t)(seconds * (double)CLOCK_NS_PER_S);
    return ns < INTERVAL_LEAST_MS * CLOCK_NS_PER_MS ? INTERVAL_LEAST_MS * CLOCK_NS_PER_MS : ns;
}

static void begin(struct latency *l) {
    l->n = l->fleet.n;
    l->nodes = mem_zalloc((size_t)l->n, sizeof *l->nodes);
    l->interval_ns = interval_ns(l);
    l->begun_ns = clock_now_ns();
    for (int i = 0; i < l->n; i++) {
        struct latency_node *n = &l->nodes[i];
        *n = (struct latency_node){.all = l, .node = &l->fleet.nodes[i], .now = hist_new()};
        n->total = hist_new();
        n->timer = (struct loop_timer){.fn = on_time, .arg = n};
        if (n->node->why.code)
            lost(n, &n->node->why, l->begun_ns);
        else
            in_ms(n, 0);
    }
    begin_interval(l, l->begun_ns);
    for (int i = 0; i < l->n; i++) /* what begin_interval has cleared */
        l->nodes[i].gaps_now.n = l->nodes[i].counted_ns != 0;
}

static void end(struct latency *l) {
    for (int i = 0; i < l->n; i++) {
        client_cancel(l->nodes[i].node->client);
        if (l->nodes[i].connecting) client_disconnect(l->nodes[i].node->client);
        loop_timer_clear(l->run->loop, &l->nodes[i].timer);
        free(l->nodes[i].now);
        free(l->nodes[i].total);
    }
    free(l->nodes);
}

int latency_main(struct run *r) {
    const struct options *o = r->opts;
    struct latency l = {.run = r};
    struct err e;
    if (o->face != FACE_NATIVE) return latency_face_main(r);
    l.kind = o->latency.dist ? LATENCY_DIST : o->latency.history ? LATENCY_HISTORY : LATENCY_ONE;
    l.live = o->tty && o->format == RENDER_STANDARD && l.kind != LATENCY_DIST;
    enum fleet_which which = o->sweep.replicas ? FLEET_REPLICAS : FLEET_PRIMARIES;
    if (fleet_open_reachable(&l.fleet, r, which, &e) < 0) {
        fleet_close(&l.fleet);
        return face_fail(o, &e);
    }
    begin(&l);
    measure(&l);
    int code = l.lost ? errclass_exit_of_code(VK_ELOST) : 0;
    end(&l);
    fleet_close(&l.fleet);
    return code;
}
