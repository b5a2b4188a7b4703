/* SPDX-License-Identifier: BSD-3-Clause */
/* One node of a feed: its connection, which is made again whenever it ends, and what it is asked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/errclass.h"
#include "feed_impl.h"

enum {
    INFO_BYTES_MAX = 8 << 20,
    TRY_EVERY_MS = 500,
    DEAD_S = 10, /* without an answer: the connection is no good */
};

static void settle(struct feed_node *n) {
    n->settled = true;
    n->feed->look_at_round(n->feed);
}

/* ---- what is asked ---- */

static void fail(struct feed_node *n, const struct err *why) {
    n->why = *why;
    if (!n->down_ns) n->down_ns = clock_now_ns();
    settle(n);
}

static void on_ping(void *arg, int code, const struct resp_event *ev) {
    struct feed_node *n = arg;
    if (code == 0 && ev && !resp_read_is_error(ev->type)) n->ping_ns = clock_now_ns() - n->asked_ns;
}

static void take_info(struct feed_node *n) {
    struct gauge g;
    struct err e;
    if (n->text.over || !gauge_read(&g, n->text.p, n->text.len)) {
        err_set(&e, VK_EPROTO, "%s: INFO cannot be read", n->name);
        fail(n, &e);
        return;
    }
    g.at_ns = clock_now_ns();
    n->before = n->now;
    gauge_rates(n->known ? &n->before : NULL, &g, &n->rates);
    n->now = g;
    n->known = n->answered = true;
    n->down_ns = 0;
    err_clear(&n->why);
    settle(n);
}

static void note_refusal(struct feed_node *n, const struct resp_event *ev) {
    if (n->refusal.code || !ev->p) return;
    int max = ev->len < sizeof n->refusal.text ? (int)ev->len : (int)sizeof n->refusal.text - 1;
    bool rights = errclass_of_reply(ev->p, ev->len) & (ERRCLASS_AUTH | ERRCLASS_PERMISSION);
    err_set(&n->refusal, rights ? VK_EAUTH : VK_ESERVER, "%s: INFO: %.*s", n->name, max, ev->p);
}

static void on_info(void *arg, int code, const struct resp_event *ev) {
    struct feed_node *n = arg;
    struct err e;
    if (ev && !ev->aside && resp_read_is_error(ev->type)) note_refusal(n, ev);
    if (ev && !ev->aside && ev->p) buf_add(&n->text, ev->p, ev->len);
    if (code == VK_MORE) return;
    n->asked = false;
    if (code == VK_ETIMEOUT) {
        err_set(&e, code, "%s: no reply in time", n->name);
        fail(n, &e);
    } else if (code == 0 && n->refusal.code) {
        fail(n, &n->refusal);
    } else if (code == 0) {
        take_info(n);
    } /* else the connection is lost: look sees to it */
}

void feed_submit(struct feed_node *n, int argc, const char *const *argv, session_cb *cb,
                 void *arg) {
    struct err e;
    if (client_submit(n->client, argc, argv, NULL, cb, arg, &e) < 0) cb(arg, e.code, NULL);
}

void feed_node_ask(struct feed_node *n) {
    static const char *const info[] = {"INFO"}, *const ping[] = {"PING"};
    n->asked = true;
    n->settled = false;
    n->asked_ns = clock_now_ns();
    n->ping_ns = -1;
    buf_clear(&n->text);
    err_clear(&n->refusal);
    if (n->feed->opts.ping) feed_submit(n, 1, ping, on_ping, n);
    feed_submit(n, 1, info, on_info, n);
    if (n->feed->opts.ask) n->feed->opts.ask(n->feed->opts.arg, n);
    client_flush(n->client);
}

/* ---- connections ---- */

static void on_started(void *arg, const struct err *why) {
    struct feed_node *n = arg;
    n->state = why ? FEED_DOWN : FEED_UP;
    if (why) {
        fail(n, why);
        return;
    }
    if (n->number < 0) snprintf(n->name, sizeof n->name, "%s", client_where(n->client));
    if (n->feed->in_round) feed_node_ask(n);
}

void feed_node_start(struct feed_node *n) {
    int64_t now = clock_now_ns();
    if (n->state != FEED_DOWN || now - n->tried_ns < TRY_EVERY_MS * CLOCK_NS_PER_MS) return;
    if (n->feed->run->opts->conn.sentinel.list && n->number < 0) return; /* in feed_turn */
    n->tried_ns = now;
    n->state = FEED_CONNECTING;
    client_start(n->client, on_started, n);
}

void feed_node_start_by_sentinels(struct feed_node *n) {
    struct err e;
    int64_t now = clock_now_ns();
    if (n->state != FEED_DOWN || now - n->tried_ns < TRY_EVERY_MS * CLOCK_NS_PER_MS) return;
    n->tried_ns = now;
    n->state = FEED_CONNECTING;
    int code = client_connect(n->client, &e);
    on_started(n, code < 0 ? &e : NULL);
}

static void lose(struct feed_node *n, const struct err *why) {
    struct err reason = *why;
    client_disconnect(n->client);
    n->state = FEED_DOWN;
    n->asked = false;
    n->why = reason;
    if (!n->down_ns) n->down_ns = clock_now_ns();
    feed_node_start(n);
    if (n->state == FEED_DOWN) settle(n);
}

void feed_node_look(struct feed_node *n) {
    struct err e;
    if (n->state != FEED_UP) return;
    const struct options *o = n->feed->run->opts;
    if (!client_is_open(n->client)) {
        lose(n, client_error(n->client));
    } else if (n->asked && clock_now_ns() - n->asked_ns > DEAD_S * CLOCK_NS_PER_S) {
        err_set(&e, VK_ETIMEOUT, "%s: no answer for %d s", n->name, DEAD_S);
        lose(n, &e);
    } else if (n->answered && n->now.replica && o->conn.sentinel.list &&
               o->conn.sentinel.role == CONNOPT_PRIMARY) {
        err_set(&e, VK_ELOST, "%s: no longer the primary", n->name);
        lose(n, &e);
    }
}

/* ---- its life ---- */

struct feed_node *feed_node_new(struct feed *f, int number, struct err *e) {
    struct feed_node *n = mem_zalloc(1, sizeof *n);
    int code = 0;
    *n = (struct feed_node){.feed = f, .number = number, .ping_ns = -1};
    buf_init(&n->text, INFO_BYTES_MAX);
    gauge_no_rates(&n->rates);
    if (number < 0) {
        n->client = f->run->wire.client;
        n->borrowed = true;
        n->state = FEED_UP;
        snprintf(n->name, sizeof n->name, "%s", client_where(n->client));
        return n;
    }
    n->door = mem_zalloc(1, sizeof *n->door);
    cluster_door(f->run->wire.cluster, number, n->door);
    cluster_where(f->run->wire.cluster, number, n->name, sizeof n->name);
    code = client_new(f->run->loop, &n->door->conn, NULL, &n->client, e);
    if (code == 0) return n;
    feed_node_free(n);
    return NULL;
}

void feed_node_free(struct feed_node *n) {
    if (n->borrowed)
        client_disconnect(n->client);
    else
        client_free(n->client);
    if (n->feed->opts.forget) n->feed->opts.forget(n->feed->opts.arg, n);
    buf_release(&n->text);
    free(n->door);
    free(n);
}
