/* SPDX-License-Identifier: BSD-3-Clause */
/* See side.h. A question is in one of two lists: those that wait for the connection, with their
 * words, and those that were sent, which the session answers in order. */
#include "side.h"

#include <stdlib.h>
#include <string.h>

struct question {
    struct question *next;
    struct side *side;
    side_fn *fn;
    void *arg;
    int argc;
    char **argv; /* one block, strings behind the pointers */
};

struct side {
    struct loop *loop;
    struct connopt conn; /* shallow copy: its strings are others' */
    struct client *client;
    struct reply_builder builder; /* of the answer that comes in */
    int built;                    /* what the builder said last */
    struct question *first, **last;
    int n; /* that have no answer, sent or not */
    bool starting, closing;
};

struct side *side_new(struct loop *l, const struct connopt *conn) {
    struct side *s = mem_zalloc(1, sizeof *s);
    s->loop = l;
    s->conn = *conn;
    s->last = &s->first;
    if (s->conn.command_timeout_s <= 0) s->conn.command_timeout_s = SIDE_ANSWER_MS / 1e3;
    reply_builder_init(&s->builder, SIDE_REPLY_MAX);
    return s;
}

static struct question *question_new(struct side *s, int argc, const char *const *argv) {
    size_t bytes = (size_t)argc * sizeof(char *);
    for (int i = 0; i < argc; i++)
        bytes += strlen(argv[i]) + 1;
    struct question *q = mem_zalloc(1, sizeof *q);
    q->side = s;
    q->argc = argc;
    q->argv = mem_alloc(bytes);
    char *p = (char *)(q->argv + argc);
    for (int i = 0; i < argc; i++) {
        size_t len = strlen(argv[i]) + 1;
        q->argv[i] = memcpy(p, argv[i], len);
        p += len;
    }
    return q;
}

static void question_free(struct question *q) {
    free(q->argv);
    free(q);
}

static struct question *take_first(struct side *s) {
    struct question *q = s->first;
    if (!q) return NULL;
    s->first = q->next;
    if (!s->first) s->last = &s->first;
    return q;
}

/* ---- answers ---- */

static void end(struct question *q, const struct reply *r, const struct err *why) {
    struct side *s = q->side;
    side_fn *fn = q->fn;
    void *arg = q->arg;
    question_free(q);
    s->n--;
    if (!s->closing) fn(arg, r, why);
}

static void end_unanswered(struct question *q, int code) {
    struct side *s = q->side;
    struct err why = *client_error(s->client);
    if (code == VK_ETIMEOUT)
        err_set(&why, code, "%s: no answer in %g s", client_where(s->client),
                s->conn.command_timeout_s);
    else if (code == VK_ELIMIT)
        err_set(&why, code, "%s: the answer takes more memory than is allowed",
                client_where(s->client));
    else if (!why.code)
        err_set(&why, code, "%s: disconnected", client_where(s->client));
    end(q, NULL, &why);
}

static void on_answer(void *arg, int code, const struct resp_event *ev) {
    struct question *q = arg;
    struct side *s = q->side;
    if (ev) s->built = reply_build(&s->builder, ev);
    if (code == VK_MORE) return;
    if (code == 0) code = s->built;
    if (code == 0)
        end(q, s->builder.root, NULL);
    else
        end_unanswered(q, code);
    reply_builder_clear(&s->builder);
}

/* ---- the connection ---- */

static void fail_all(struct side *s, const struct err *why) {
    int n = s->n; /* who asks anew meanwhile is not among them */
    for (struct question *q; n-- > 0 && (q = take_first(s));)
        end(q, NULL, why);
}

static void send_all(struct side *s) {
    struct err e;
    struct question *q;
    while (client_is_open(s->client) && (q = take_first(s)))
        if (client_submit(s->client, q->argc, (const char *const *)q->argv, NULL, on_answer, q,
                          &e) < 0)
            end(q, NULL, &e);
    client_flush(s->client);
}

static void on_started(void *arg, const struct err *why) {
    struct side *s = arg;
    s->starting = false;
    if (why)
        fail_all(s, why);
    else
        send_all(s);
}

static void start(struct side *s) {
    struct err e;
    const struct client_hooks hooks = {0};
    if (!s->client && client_new(s->loop, &s->conn, &hooks, &s->client, &e) < 0) {
        fail_all(s, &e);
        return;
    }
    s->starting = true;
    client_start(s->client, on_started, s);
}

void side_ask(struct side *s, int argc, const char *const *argv, side_fn *fn, void *arg) {
    struct question *q = question_new(s, argc, argv);
    q->fn = fn;
    q->arg = arg;
    s->n++;
    *s->last = q;
    s->last = &q->next;
    if (s->client && client_is_open(s->client) && !s->starting)
        send_all(s);
    else if (!s->starting)
        start(s);
}

int side_waiting(const struct side *s) {
    return s->n;
}

void side_disconnect(struct side *s) {
    struct err why;
    if (s->client) client_disconnect(s->client);
    s->starting = false;
    err_set(&why, VK_ECANCEL, "disconnected");
    fail_all(s, &why);
}

void side_free(struct side *s) {
    if (!s) return;
    s->closing = true;
    side_disconnect(s);
    client_free(s->client);
    reply_builder_release(&s->builder);
    free(s);
}
