/* SPDX-License-Identifier: BSD-3-Clause */
/* A worker's connections: made at the beginning, after a loss, and elsewhere when a node serves no
 * more. See worker.h. */
#include "base/clock.h"
#include "bench/worker_impl.h"
#include "core/retry.h"

enum { OPENINGS_MAX = 64 }; /* under way at once */

void worker_fail(struct worker *w, const struct err *e) {
    if (!w->err.code && !worker_is_stopping(w)) w->err = *e;
    atomic_store(&w->plan->stop, true);
}

static void reopen(struct link *l);

static void refuse_at_first(struct worker *w, const struct link *l, const struct err *e) {
    struct err announced;
    const struct topology *t = w->router.topology;
    if (!t || (e->code != VK_ECONNECT && e->code != VK_ETIMEOUT)) {
        worker_fail(w, e);
        return;
    }
    err_set(&announced, e->code, "node announced %s, unreachable (use --node-map): %s",
            t->nodes[l->node->number].where, e->text);
    worker_fail(w, &announced);
}

static bool any_open(const struct worker *w) {
    for (int i = 0; i < w->router.n_nodes; i++)
        if (w->router.nodes[i]->open) return true;
    return false;
}

/* It came to nothing too often; with several servers, or one that sentinels watch, for too long
 * with all of them: a failover takes its time. */
static bool is_hopeless(struct worker *w, const struct link *l) {
    if (w->plan->run->fail_fast) return true;
    if (!worker_is_routed(w)) return l->tries >= RUN_RECONNECTS;
    int64_t now_ns = clock_now_ns();
    if (any_open(w))
        w->alone_ns = 0;
    else if (!w->alone_ns)
        w->alone_ns = now_ns;
    return w->alone_ns && now_ns - w->alone_ns > RUN_ALONE_S * CLOCK_NS_PER_S;
}

static void stand(struct worker *w, struct link *l, bool first, int64_t took_ns) {
    router_opened(l);
    hist_record(w->connect, (uint64_t)took_ns);
    if (first) {
        atomic_fetch_add(&w->connected, 1);
        w->opening_now--;
        worker_open_more(w);
    } else {
        w->reconnects += l->tries > 0; /* not for want of keep-alive */
        l->host->now_ns = clock_now_ns();
        l->host->on_room(l);
    }
}

static void on_opened(void *arg, struct sock *s, int64_t took_ns, const struct err *e) {
    struct link *l = arg;
    struct worker *w = worker_of(l);
    bool first = atomic_load(&w->state) == WORKER_CONNECTING;
    struct err refused;
    l->opening = NULL;
    if (s && link_open(l, s, &refused) < 0) s = NULL, e = &refused;
    if (s) {
        stand(w, l, first, took_ns);
    } else if (first) {
        refuse_at_first(w, l, e);
    } else if (is_hopeless(w, l)) {
        worker_fail(w, e);
    } else {
        router_failed(w, l);
        if (worker_is_routed(w)) router_want_picture(w);
        reopen(l);
    }
}

void worker_open(struct worker *w, struct link *l, int64_t at_ns) {
    l->opening = opening_start(w->host.loop, l->node->opening, at_ns, on_opened, l);
}

void worker_open_more(struct worker *w) {
    while (w->opening_now < OPENINGS_MAX && w->opening_next < w->connections) {
        w->opening_now++;
        worker_open(w, &w->links[w->opening_next++], 0);
    }
}

/* After a loss: with the policy's backoff, by the tries that came to nothing; or at once to where
 * it is wanted now. */
static void reopen(struct link *l) {
    struct worker *w = worker_of(l);
    if (l->goal) {
        worker_move(l);
        return;
    }
    const struct retry_policy *retry = &w->plan->run->conn->retry;
    int64_t wait_ns = retry_backoff_ns(retry, ++l->tries, 0, rng_double(&w->rng));
    worker_open(w, l, clock_now_ns() + wait_ns);
}

static void close_link(struct worker *w, struct link *l) {
    if (!link_is_open(l)) return;
    link_close(l);
    router_closed(w, l, false);
}

/* Without keep-alive: a new connection for the next batch. */
void worker_renew(struct link *l) {
    struct worker *w = worker_of(l);
    close_link(w, l);
    worker_open(w, l, 0);
}

/* It may have been waiting there for what comes. */
static void leave_queue(struct link *l) {
    struct router_node *n = l->node;
    struct link *before = NULL, *at = l->queued ? n->room_first : NULL;
    while (at && at != l)
        before = at, at = at->next;
    l->queued = false;
    if (!at) return;
    if (before)
        before->next = l->next;
    else
        n->room_first = l->next;
    if (n->room_last == l) n->room_last = before;
}

void worker_move(struct link *l) {
    struct worker *w = worker_of(l);
    close_link(w, l);
    leave_queue(l);
    opening_cancel(l->opening);
    router_moved(l);
    l->tries = 0;
    worker_open(w, l, 0);
}

void worker_on_lost(struct link *l, const struct err *why) {
    struct worker *w = worker_of(l);
    bool counts = w->plan->workload && atomic_load(&w->state) == WORKER_READY;
    bool nonsense = why->code == VK_EPROTO || why->code == VK_ELIMIT;
    if (worker_is_stopping(w)) return; /* what is in flight is unfinished, not lost */
    router_closed(w, l, counts);
    l->owed = 0;
    if (counts) link_forget(l, why);
    if (!counts || nonsense || is_hopeless(w, l))
        worker_fail(w, why);
    else
        reopen(l);
}
