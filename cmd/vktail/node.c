/* SPDX-License-Identifier: BSD-3-Clause */
/* See node.h. What ends a connection is noted where it happens and acted on in node_look, outside
 * of every callback. */
#include "node.h"

#include <stdlib.h>

#include "base/clock.h"
#include "core/errclass.h"

enum { BACKOFF_BASE_MS = 50, BACKOFF_CAP_MS = 5000 };

static void on_push(void *arg, enum push_kind kind, const struct reply *r) {
    struct node *n = arg;
    n->hooks->push(n->hooks->arg, n, kind, r);
}

int node_init(struct node *n, struct loop *l, const struct connopt *conn,
              const struct node_hooks *hooks, int number, const char *name, struct err *e) {
    const struct client_hooks client_hooks = {.on_push = on_push, .arg = n};
    *n = (struct node){.hooks = hooks,
                       .loop = l,
                       .number = number,
                       .name = name,
                       .conn = conn,
                       .watch = {.id = -1}};
    n->backoff = RETRY_POLICY_DEFAULT;
    n->backoff.base_ns = BACKOFF_BASE_MS * CLOCK_NS_PER_MS;
    n->backoff.cap_ns = BACKOFF_CAP_MS * CLOCK_NS_PER_MS;
    rng_seed(&n->rng, (uint64_t)clock_now_ns() + (uint64_t)number);
    n->own = *conn;
    n->own.command_timeout_s = 0;
    int code = client_new(l, &n->own, &client_hooks, &n->client, e);
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

/* ---- what is asked ---- */

struct request {
    struct node *node;
    node_answer_fn *fn;
    void *arg;
    bool aside; /* nobody waits for it before the node counts as listening */
    bool begun;
};

static void refuse_in_words(struct node *n, const char *p, size_t len) {
    if (n->refusal.code) return;
    unsigned rights = ERRCLASS_AUTH | ERRCLASS_PERMISSION;
    int code = errclass_of_reply(p, len) & rights ? VK_EAUTH : VK_ESERVER;
    int max = len < sizeof n->refusal.text ? (int)len : (int)sizeof n->refusal.text - 1;
    err_set(&n->refusal, code, "%s: %.*s", n->name, max, p);
}

static void on_answered(void *arg, int code, const struct resp_event *ev) {
    struct request *r = arg;
    struct node *n = r->node;
    if (ev && !ev->aside && !r->begun) {
        r->begun = true;
        bool refused = resp_read_is_error(ev->type);
        if (r->fn) refused = r->fn(r->arg, n, ev) && refused;
        if (refused) refuse_in_words(n, ev->p, ev->len);
    }
    if (code == VK_MORE) return;
    if (!r->begun && r->fn) r->fn(r->arg, n, NULL);
    if (code == 0 && !r->aside) n->unanswered--;
    free(r);
}

static int send_to(struct node *n, int argc, const char *const *argv, const size_t *lens,
                   const struct request *r, struct err *e) {
    struct request *own = mem_alloc(sizeof *own);
    *own = *r;
    int code = client_submit(n->client, argc, argv, lens, on_answered, own, e);
    if (code < 0) {
        free(own);
        return code;
    }
    if (!r->aside) node_hold(n);
    return 0;
}

int node_send(struct node *n, int argc, const char *const *argv, const size_t *lens,
              struct err *e) {
    return send_to(n, argc, argv, lens, &(struct request){.node = n}, e);
}

int node_send_to(struct node *n, int argc, const char *const *argv, node_answer_fn *fn, void *arg,
                 struct err *e) {
    return send_to(n, argc, argv, NULL, &(struct request){.node = n, .fn = fn, .arg = arg}, e);
}

int node_send_aside(struct node *n, int argc, const char *const *argv, node_answer_fn *fn,
                    void *arg, struct err *e) {
    const struct request r = {.node = n, .fn = fn, .arg = arg, .aside = true};
    int code = send_to(n, argc, argv, NULL, &r, e);
    client_flush(n->client);
    return code;
}

void node_hold(struct node *n) {
    n->unanswered++;
    if (n->state == NODE_LISTENING) n->state = NODE_ASKING;
}

void node_let_go(struct node *n, unsigned round) {
    if (round == n->round) n->unanswered--;
}

/* ---- up ---- */

static void fail(struct node *n, const struct err *why) {
    enum node_state before = n->state;
    if (!n->ended_us) n->ended_us = clock_wall_us();
    n->state = NODE_WAITING;
    n->failures++;
    client_disconnect(n->client);
    if (n->side) side_disconnect(n->side);
    double random = rng_double(&n->rng);
    int64_t wait_ns = retry_backoff_ns(&n->backoff, n->failures, 0, random);
    loop_timer_set(n->loop, &n->again, clock_now_ns() + wait_ns);
    n->hooks->ended(n->hooks->arg, n, before, why);
}

static void on_started(void *arg, const struct err *why) {
    struct node *n = arg;
    if (why) {
        node_refuse(n, why);
        return;
    }
    n->state = NODE_ASKING;
    n->round++;
    n->unanswered = 0;
    n->watch = (struct node_watch){.id = -1};
    n->received = 0;
    n->bytes_ns = clock_now_ns();
    struct err e;
    if (n->hooks->ask(n->hooks->arg, n, &e) < 0) node_refuse(n, &e);
    client_flush(n->client);
}

/* The side is connected, or the server would not have it but may have us. */
static void on_side(void *arg, const struct reply *r, const struct err *why) {
    struct node *n = arg;
    if (n->state != NODE_CONNECTING) return;
    if (r || why->code == VK_ESERVER)
        client_start(n->client, on_started, n);
    else
        node_refuse(n, why);
}

static void on_again(void *arg) {
    struct node *n = arg;
    n->state = NODE_CONNECTING;
    n->ended_us = 0;
    err_clear(&n->refusal);
    if (n->hooks->side_first)
        side_ask(node_side(n), 1, (const char *const[]){"PING"}, on_side, n);
    else
        client_start(n->client, on_started, n);
}

void node_notice(struct node *n) {
    if (n->state < NODE_ASKING) return;
    uint64_t received = session_received(client_session(n->client));
    if (received != n->received) {
        n->received = received;
        n->heard_us = clock_wall_us();
        n->bytes_ns = clock_now_ns();
    }
    if (!n->ended_us && !client_is_open(n->client)) n->ended_us = clock_wall_us();
}

void node_look(struct node *n) {
    if (n->state == NODE_WAITING) return;
    node_notice(n);
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

void node_refuse(struct node *n, const struct err *why) {
    if (!n->refusal.code) n->refusal = *why;
}

/* ---- by the user's will ---- */

void node_pause(struct node *n) {
    loop_timer_clear(n->loop, &n->again);
    n->state = NODE_WAITING;
    client_disconnect(n->client);
    if (n->side) side_disconnect(n->side);
}

void node_resume(struct node *n) {
    n->again.fn = on_again;
    n->again.arg = n;
    loop_timer_set(n->loop, &n->again, clock_now_ns());
}
