/* SPDX-License-Identifier: BSD-3-Clause */
/* What comes for a request in flight. A reply that is no error goes through as it comes. An error
 * is kept until it is whole; core/route says whether it is the answer or a reason to send again.
 * Attributes in front are kept until it is known which of the two it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cluster_impl.h"

/* ---- words ---- */

void cluster_reply_trace(struct cluster *c, const struct cluster_request *q,
                         const struct route_decision *d) {
    char line[600], what[256], where[256] = "";
    if (!c->hooks.trace) return;
    if (q->node >= 0) cluster_where(c, q->node, where, sizeof where);
    route_explain(d, &q->route, &c->opts.route, what, sizeof what);
    snprintf(line, sizeof line, "%.*s%s%s: %s", q->argc ? 32 : 0, q->argc ? q->argv[0] : "",
             *where ? " at " : "", where, what);
    c->hooks.trace(c->hooks.arg, line);
}

static const struct reply *error_of(const struct cluster_request *q) {
    return q->error ? q->error->root : NULL;
}

/* ---- leaving the node ---- */

static void leave_node(struct cluster *c, struct cluster_request *q) {
    c->in_flight--;
    c->alone -= q->alone;
    if (q->has_slot) c->busy[q->slot]--;
}

static void again(struct cluster *c, struct cluster_request *q, int64_t wait_ns) {
    if (q->error) reply_builder_clear(q->error);
    q->due_ns = wait_ns ? loop_now_ns(c->loop) + wait_ns : 0;
    q->passing = false;
    q->node = -1;
    cluster_queue_put(c, q);
}

/* The error stands: the reply, or why there is none. */
static void stand(struct cluster *c, struct cluster_request *q) {
    cluster_queue_over(c, q, error_of(q) ? 0 : q->why.code);
}

/* ---- decisions ---- */

/* The node that a redirect names; -1 when it cannot be had. */
static int named_node(struct cluster *c, const struct cluster_request *q,
                      const struct route_decision *d) {
    char host[256];
    const struct slots_node *from = slots_node(c->slots, q->node);
    if (d->host_len >= sizeof host) return -1;
    if (d->host_len)
        snprintf(host, sizeof host, "%.*s", (int)d->host_len, d->host);
    else
        snprintf(host, sizeof host, "%s", from->host);
    return slots_add(c->slots, host, d->port);
}

static void follow(struct cluster *c, struct cluster_request *q, const struct route_decision *d) {
    int named = -1;
    bool redirects = d->action == ROUTE_MOVED || d->action == ROUTE_ASK;
    if (redirects) named = named_node(c, q, d);
    c->redirects += redirects;
    /* the map learns from it even when the command is not sent again */
    if (d->action == ROUTE_MOVED && named >= 0) slots_patch(c->slots, d->slot, named);
    if (d->refresh) c->refresh_wanted = true;
    cluster_reply_trace(c, q, d);
    bool stays = d->action == ROUTE_ANSWER || d->action == ROUTE_GIVE_UP;
    bool lost = named < 0 && redirects;
    if (q->tx && d->host) cluster_tx_redirected(c, q);
    if (stays || lost || q->tx || (q->fixed >= 0 && d->action != ROUTE_AGAIN)) {
        stand(c, q);
        return;
    }
    if (d->host && !q->has_slot) { /* the keys were not known; now they are */
        q->slot = d->slot;
        q->has_slot = true;
    }
    q->ask = d->action == ROUTE_ASK ? named : -1;
    again(c, q, d->wait_ns);
}

/* ---- what came ---- */

static void note_multi(struct cluster *c, const struct cluster_request *q, const struct err *why) {
    if (!q->tx_begins) return;
    c->tx_waits = false;
    if (why) c->tx_lost = *why;
}

static void on_error_whole(struct cluster *c, struct cluster_request *q) {
    const struct reply *r = error_of(q);
    struct err why;
    struct route_decision d = route_error(&q->route, &c->opts.route, r->p, r->len, &c->moved);
    err_set(&why, VK_ESERVER, "%.*s", (int)(r->len < 300 ? r->len : 300), r->p);
    note_multi(c, q, &why);
    leave_node(c, q);
    follow(c, q, &d);
}

static void on_failure(struct cluster *c, struct cluster_request *q, int code) {
    struct client *client = c->links[q->node]->client;
    const struct err *lost = client_error(client);
    if (!lost->code) lost = session_error(client_session(client));
    if (code == VK_ETIMEOUT)
        err_set(&q->why, code, "no reply in %g s", c->opts.conn->command_timeout_s);
    else if (lost->code)
        q->why = *lost;
    else
        err_set(&q->why, code, "%s", code == VK_ECANCEL ? "interrupted" : "the reply is lost");
    note_multi(c, q, &q->why);
    leave_node(c, q);
    if (code == VK_ECANCEL || q->passing) {
        cluster_queue_over(c, q, code);
        return;
    }
    slots_failed(c->slots, q->node);
    struct route_decision d = route_failure(&q->route, &c->opts.route, true, q->reads);
    follow(c, q, &d);
}

static void pass(struct cluster *c, struct cluster_request *q, int code,
                 const struct resp_event *ev) {
    session_cb *cb = q->cb;
    void *arg = q->arg;
    int node = q->node;
    q->passing = true;
    if (code == 0) {
        note_multi(c, q, NULL);
        leave_node(c, q);
        cluster_queue_free(c, q);
    }
    if (!cb) return;
    c->answering = node;
    c->in_callback++;
    cb(arg, code, ev);
    c->in_callback--;
    c->answering = -1;
}

static void collect(struct cluster *c, struct cluster_request *q, int code,
                    const struct resp_event *ev) {
    int built = reply_build(cluster_queue_error(q), ev);
    if (code != 0) return;
    if (built == 0) {
        on_error_whole(c, q);
        return;
    }
    err_set(&q->why, VK_ELIMIT, "an error reply is longer than %zu bytes", CLUSTER_ERROR_MAX);
    reply_builder_clear(q->error);
    note_multi(c, q, &q->why);
    leave_node(c, q);
    cluster_queue_over(c, q, VK_ELIMIT);
}

/* ---- attributes ---- */

static void keep_attribute(struct cluster_request *q, const struct resp_event *ev) {
    if (reply_build(cluster_queue_error(q), ev) < 0) {
        /* one larger than an error may be is left out */
    }
}

static int give_aside(void *arg, const struct resp_event *ev) {
    const struct cluster_request *q = arg;
    if (ev->aside && q->cb) q->cb(q->arg, VK_MORE, ev);
    return 0;
}

/* The reply behind them is to go through: they are hung in front of a value, and given without it.
 */
static void give_attributes(struct cluster *c, struct cluster_request *q) {
    const struct resp_event nil = {.kind = RESP_VALUE, .type = RESP_NIL, .done = true, .p = ""};
    if (reply_build(q->error, &nil) == 0) {
        c->answering = q->node;
        c->in_callback++;
        reply_replay(q->error->root, give_aside, q);
        c->in_callback--;
    }
    reply_builder_clear(q->error);
}

static bool begins_error(const struct cluster_request *q, const struct resp_event *ev) {
    return !q->passing && ev && !ev->aside && ev->depth == 0 && resp_read_is_error(ev->type);
}

static void begin_or_pass(struct cluster *c, struct cluster_request *q, int code,
                          const struct resp_event *ev) {
    if (!q->passing && q->error) give_attributes(c, q);
    pass(c, q, code, ev);
}

void cluster_reply_event(void *request, int code, const struct resp_event *ev) {
    struct cluster_request *q = request;
    struct cluster *c = q->cluster;
    if (code < 0)
        on_failure(c, q, code);
    else if (begins_error(q, ev))
        collect(c, q, code, ev);
    else if (!q->passing && ev && ev->aside)
        keep_attribute(q, ev);
    else
        begin_or_pass(c, q, code, ev);
}

void cluster_reply_unreachable(struct cluster *c, struct cluster_request *q, const struct err *e) {
    struct route_decision d = route_failure(&q->route, &c->opts.route, false, q->reads);
    q->why = *e;
    if (q->error) reply_builder_clear(q->error);
    follow(c, q, &d);
}

void cluster_reply_uncovered(struct cluster *c, struct cluster_request *q) {
    struct route_decision d = route_uncovered(&q->route, &c->opts.route);
    err_set(&q->why, VK_ESERVER, "slot %u has no owner", q->slot);
    follow(c, q, &d);
}
