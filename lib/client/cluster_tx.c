/* SPDX-License-Identifier: BSD-3-Clause */
/* Transactions: everything from MULTI (or WATCH) to EXEC goes to one node, that of the first key.
 * MULTI itself is answered here, since no node is known yet; ours goes out in front of the first
 * command that follows, alone: nothing is sent behind it before it is answered, or a refused MULTI
 * would leave the rest to run for real. Nothing of before is under way meanwhile, since what is
 * sent again might end up inside. A redirect of one of its commands is its end: a server that gave
 * the slot away would refuse EXEC in any case. */
#include <stdio.h>

#include "base/safe.h"
#include "client/cluster_impl.h"
#include "core/args.h"

static void join(struct cluster *c, struct cluster_request *q) {
    q->tx = true;
    if (q->has_slot && !c->tx_has_slot) {
        c->tx_slot = q->slot;
        c->tx_has_slot = true;
    }
}

static void put_multi(struct cluster *c, struct cluster_request *behind) {
    static const char *const argv[] = {"MULTI"};
    static const size_t lens[] = {5};
    struct cluster_request *q = cluster_queue_new(c);
    uint64_t number = q->number;
    q->argc = 1;
    q->argv = argv;
    q->lens = lens;
    q->tx = q->tx_begins = true;
    q->tx_first = c->tx == TX_ANNOUNCED;
    q->slot = c->tx_slot;
    q->has_slot = c->tx_has_slot;
    q->number = behind->number; /* it goes first */
    behind->number = number;
    cluster_queue_put(c, q);
}

bool cluster_tx_admit(struct cluster *c, struct cluster_request *q) {
    const struct args a = {q->argc, q->argv, q->lens};
    if (c->tx == TX_NONE && args_is(&a, 0, "MULTI")) {
        c->tx = TX_ANNOUNCED;
        c->tx_has_slot = false;
        cluster_queue_over(c, q, 0);
        return true;
    }
    if (c->tx == TX_NONE && args_is(&a, 0, "WATCH")) {
        c->tx = TX_WATCHED;
        c->tx_has_slot = false;
        q->tx_first = true;
    }
    if (c->tx == TX_NONE) return false;
    join(c, q);
    q->tx_inside = c->tx != TX_WATCHED;
    q->tx_ends = args_is(&a, 0, "EXEC") || args_is(&a, 0, "DISCARD") ||
                 (c->tx == TX_WATCHED && args_is(&a, 0, "UNWATCH"));
    if (c->tx == TX_ANNOUNCED) put_multi(c, q);
    if (c->tx == TX_ANNOUNCED) c->tx = TX_OPEN;
    if (c->tx == TX_WATCHED && args_is(&a, 0, "MULTI")) {
        q->tx_begins = true;
        c->tx = TX_OPEN;
    }
    if (q->tx_ends) c->tx = TX_NONE;
    cluster_queue_put(c, q);
    return true;
}

/* ---- sending ---- */

static int first_node(struct cluster *c, const struct cluster_request *q) {
    int node = -1;
    if (q->has_slot) return slots_primary(c->slots, q->slot);
    return slots_primaries(c->slots, &node, 1) > 0 ? node : -1;
}

/* What a DISCARD asks for has been done. */
static void answer_discarded(struct cluster_request *q) {
    const struct args a = {q->argc, q->argv, q->lens};
    if (q->tx_ends && !args_is(&a, 0, "EXEC")) return;
    cluster_queue_say(q,
                      "EXECABORT the transaction was discarded after a redirect, and nothing of it "
                      "was applied");
}

enum cluster_tx_way cluster_tx_way(struct cluster *c, struct cluster_request *q, int *node) {
    if (q->tx_first) {
        if (c->in_flight || c->queue != q) return CLUSTER_TX_WAIT;
        *node = first_node(c, q);
        c->tx_node = *node;
        c->tx_first_slot = q->has_slot ? (int)q->slot : -1;
        c->tx_ended = c->tx_discarded = false;
        err_clear(&c->tx_lost);
        return CLUSTER_TX_SEND;
    }
    if (c->tx_discarded) {
        answer_discarded(q);
        return CLUSTER_TX_OVER;
    }
    if (c->tx_waits) return CLUSTER_TX_WAIT;
    struct cluster_link *l = c->tx_node >= 0 ? cluster_node_link(c, c->tx_node) : NULL;
    bool stands = l && l->client && client_is_open(l->client) && l->generation == c->tx_generation;
    if (!c->tx_lost.code && !stands)
        err_set(&c->tx_lost, VK_ELOST, "the transaction is lost with its connection");
    if (c->tx_lost.code) {
        cluster_tx_abandon(c);
        q->why = c->tx_lost;
        return CLUSTER_TX_LOST;
    }
    *node = c->tx_node;
    return CLUSTER_TX_SEND;
}

void cluster_tx_abandon(struct cluster *c) {
    const unsigned open = SESSION_MULTI | SESSION_WATCH;
    struct cluster_link *l =
        c->tx_node >= 0 && c->tx_node < c->n_links ? c->links[c->tx_node] : NULL;
    if (!l || !l->client || !client_is_open(l->client) || l->generation != c->tx_generation) return;
    bool kept = session_state(client_session(l->client)) & open;
    if (kept || c->tx != TX_NONE || c->tx_waits || c->tx_lost.code) client_disconnect(l->client);
}

void cluster_tx_sent(struct cluster *c, const struct cluster_request *q) {
    if (q->tx_first) c->tx_generation = c->links[q->node]->generation;
    if (q->tx_begins) c->tx_waits = true;
    if (q->tx_ends) c->tx_ended = true;
}

/* ---- redirects ---- */

static void note(struct cluster *c, const struct cluster_request *q) {
    bool several = q->has_slot && c->tx_first_slot >= 0 && (int)q->slot != c->tx_first_slot;
    const struct reply *error = q->error->root;
    struct buf words;
    char where[256], line[1600];
    if (!c->hooks.note) return;
    buf_init(&words, 1024);
    safe_add(&words, error->p, error->len < 200 ? error->len : 200, false);
    snprintf(
        line, sizeof line,
        "transaction discarded, nothing of it was applied: %.32s was answered by %s with '%s'%s",
        q->argv[0], cluster_where(c, q->node, where, sizeof where), buf_cstr(&words),
        several ? " (its keys must all be of one slot)" : "");
    buf_release(&words);
    c->hooks.note(c->hooks.arg, line);
}

/* The server may keep what was queued, or keys that are watched. */
static void discard(struct cluster *c) {
    static const char *const words[] = {"UNWATCH", "DISCARD"};
    struct client *client = c->links[c->tx_node]->client;
    bool multi = c->tx_waits || session_state(client_session(client)) & SESSION_MULTI;
    struct err ignored;
    if (client_submit(client, 1, words + multi, NULL, NULL, NULL, &ignored) < 0) {
        /* what it kept is gone with its connection */
    }
}

void cluster_tx_redirected(struct cluster *c, struct cluster_request *q) {
    const struct args a = {q->argc, q->argv, q->lens};
    if (!q->tx_inside && !args_is(&a, 0, "WATCH")) return;
    if (!c->tx_discarded) note(c, q);
    if (!c->tx_discarded && !c->tx_ended) discard(c);
    c->tx_discarded = true;
    if (!q->tx_ends) return;
    reply_builder_clear(q->error);
    answer_discarded(q);
}
