/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests that wait, in the order in which they were submitted, and those that are over. A request
 * that is sent again takes its old place: it is older than most. */
#include <stdlib.h>
#include <string.h>

#include "client/cluster_impl.h"

struct cluster_request *cluster_queue_new(struct cluster *c) {
    struct cluster_request *q = c->spare;
    if (q)
        c->spare = q->next;
    else
        q = mem_alloc(sizeof *q);
    *q = (struct cluster_request){
        .cluster = c, .number = c->next_number++, .fixed = -1, .node = -1, .ask = -1};
    return q;
}

void cluster_queue_free(struct cluster *c, struct cluster_request *q) {
    if (q->error) {
        reply_builder_release(q->error);
        free(q->error);
    }
    q->next = c->spare;
    c->spare = q;
}

struct reply_builder *cluster_queue_error(struct cluster_request *q) {
    if (q->error) return q->error;
    q->error = mem_zalloc(1, sizeof *q->error);
    reply_builder_init(q->error, CLUSTER_ERROR_MAX);
    return q->error;
}

void cluster_queue_say(struct cluster_request *q, const char *text) {
    const struct resp_event ev = {
        .kind = RESP_VALUE, .type = RESP_ERROR, .done = true, .p = text, .len = strlen(text)};
    if (reply_build(cluster_queue_error(q), &ev) < 0) q->code = VK_ELIMIT;
}

void cluster_queue_put(struct cluster *c, struct cluster_request *q) {
    struct cluster_request **at = &c->queue;
    bool newest = q->number + 1 == c->next_number;
    if (newest) at = c->queue_end;
    while (*at && (*at)->number < q->number)
        at = &(*at)->next;
    q->next = *at;
    *at = q;
    if (!q->next) c->queue_end = &q->next;
    c->queued++;
}

struct cluster_request *cluster_queue_take(struct cluster *c, struct cluster_request **at) {
    struct cluster_request *q = *at;
    *at = q->next;
    if (!q->next) c->queue_end = at;
    q->next = NULL;
    c->queued--;
    return q;
}

void cluster_queue_over(struct cluster *c, struct cluster_request *q, int code) {
    q->code = code;
    q->next = NULL;
    *c->over_end = q;
    c->over_end = &q->next;
    c->finishing++;
}

static int tell_event(void *arg, const struct resp_event *ev) {
    struct cluster_request *q = arg;
    q->cb(q->arg, ev->done ? 0 : VK_MORE, ev);
    return 0;
}

static void tell(struct cluster *c, struct cluster_request *q) {
    static const struct resp_event ok = {
        .kind = RESP_VALUE, .type = RESP_SIMPLE, .done = true, .p = "OK", .len = 2};
    c->answering = q->code < 0 ? -1 : q->node;
    if (q->code < 0) c->why = q->why;
    if (!q->cb) return;
    if (q->code < 0)
        q->cb(q->arg, q->code, NULL);
    else if (q->error && q->error->root)
        reply_replay(q->error->root, tell_event, q);
    else
        tell_event(q, &ok);
}

bool cluster_queue_tell(struct cluster *c) {
    bool any = c->over != NULL;
    c->in_callback++;
    while (c->over) {
        struct cluster_request *q = c->over;
        c->over = q->next;
        if (!c->over) c->over_end = &c->over;
        c->finishing--;
        tell(c, q);
        cluster_queue_free(c, q);
    }
    c->answering = -1;
    c->in_callback--;
    return any;
}

void cluster_queue_release(struct cluster *c) {
    while (c->spare) {
        struct cluster_request *q = c->spare;
        c->spare = q->next;
        free(q);
    }
}
