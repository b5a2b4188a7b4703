/* SPDX-License-Identifier: BSD-3-Clause */
/* See node.h. What ends a connection is noted where it happens and acted on in node_look, outside
 * of every callback. */
#include "node.h"

#include <stdlib.h>

#include "base/clock.h"

enum { BACKOFF_BASE_MS = 50, BACKOFF_CAP_MS = 5000 };

static void on_push(void *arg, enum push_kind kind, const struct reply *r) {
    struct node *n = arg;
    n->hooks->push(n->hooks->arg, n, kind, r);
}

int node_init(struct node *n, struct loop *l, const struct connopt *conn,
              const struct node_hooks *hooks, int number, const char *name, struct err *e) {
    const struct client_hooks client_hooks = {.on_push = on_push, .arg = n};
    *n = (struct node){.hooks = hooks, .loop = l, .number = number, .name = name, .conn = conn};
    n->backoff = RETRY_POLICY_DEFAULT;
    n->backoff.base_ns = BACKOFF_BASE_MS * CLOCK_NS_PER_MS;
    n->backoff.cap_ns = BACKOFF_CAP_MS * CLOCK_NS_PER_MS;
    rng_seed(&n->rng, (uint64_t)clock_now_ns() + (uint64_t)number);
    int code = client_new(l, conn, &client_hooks, &n->client, e);
    if (code == 0) node_resume(n);
    return code;
}

void node_release(struct node *n) {
    if (n->loop) loop_timer_clear(n->loop, &n->again);
    client_free(n->client);
    side_free(n->side);
    n->client = NULL;
    n->side = NULL;
}

struct side *node_side(struct node *n) {
    if (!n->side) n->side = side_new(n->loop, n->conn);
    return n->side;
}

/* ---- up ---- */

static void on_answered(void *arg, int code, const struct resp_event *ev) {
    struct node *n = arg;
    if (ev && !ev->aside && resp_read_is_error(ev->type) && !n->refusal.code) {
        int len = ev->len < sizeof n->refusal.text ? (int)ev->len : (int)sizeof n->refusal.text - 1;
        err_set(&n->refusal, VK_ESERVER, "%s: %.*s", n->name, len, ev->p);
    }
    if (code == 0) n->unanswered--;
}

int node_send(struct node *n, int argc, const char *const *argv, const size_t *lens,
              struct err *e) {
    int code = client_submit(n->client, argc, argv, lens, on_answered, n, e);
    if (code == 0) n->unanswered++;
    return code;
}

static void fail(struct node *n, const struct err *why) {
    enum node_state before = n->state;
    client_disconnect(n->client);
    n->failures++;
    n->state = NODE_WAITING;
    double random = rng_double(&n->rng);
    int64_t wait_ns = retry_backoff_ns(&n->backoff, n->failures, 0, random);
    loop_timer_set(n->loop, &n->again, clock_now_ns() + wait_ns);
    n->hooks->ended(n->hooks->arg, n, before, why);
}

static void on_started(void *arg, const struct err *why) {
    struct node *n = arg;
    if (why) {
        n->refusal = *why; /* looked at behind this turn */
        return;
    }
    n->state = NODE_ASKING;
    n->unanswered = 0;
    struct err e;
    if (n->hooks->ask(n->hooks->arg, n, &e) < 0) n->refusal = e;
    client_flush(n->client);
}

static void on_again(void *arg) {
    struct node *n = arg;
    n->state = NODE_CONNECTING;
    err_clear(&n->refusal);
    client_start(n->client, on_started, n);
}

void node_look(struct node *n) {
    if (n->state == NODE_WAITING) return;
    if (n->refusal.code) {
        struct err why = n->refusal;
        fail(n, &why);
    } else if (n->state != NODE_CONNECTING && !client_is_open(n->client)) {
        struct err why = *client_error(n->client);
        fail(n, &why);
    } else if (n->state == NODE_ASKING && !n->unanswered) {
        n->state = NODE_LISTENING;
        n->failures = 0;
        n->hooks->listening(n->hooks->arg, n);
    }
}

/* ---- by the user's will ---- */

void node_restart(struct node *n, const struct err *why) {
    if (n->state != NODE_WAITING) fail(n, why);
}

void node_pause(struct node *n) {
    loop_timer_clear(n->loop, &n->again);
    client_disconnect(n->client);
    n->state = NODE_WAITING;
}

void node_resume(struct node *n) {
    n->again.fn = on_again;
    n->again.arg = n;
    loop_timer_set(n->loop, &n->again, clock_now_ns());
}
