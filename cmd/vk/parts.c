/* SPDX-License-Identifier: BSD-3-Clause */
/* See parts.h. */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define REPLY_MAX ((size_t)1 << 30)

enum { ERROR_MAX = 1024 };

struct parts *parts_new(struct cluster *c, int n, session_cb *cb, void *arg,
                        void (*put_together)(struct parts *p), void *owner) {
    struct parts *p = mem_zalloc(1, sizeof *p + (size_t)n * sizeof p->part[0]);
    *p = (struct parts){.cluster = c,
                        .cb = cb,
                        .arg = arg,
                        .put_together = put_together,
                        .owner = owner,
                        .n = n,
                        .left = n};
    for (int i = 0; i < n; i++) {
        p->part[i].parts = p;
        reply_builder_init(&p->part[i].tree, REPLY_MAX);
    }
    return p;
}

static void end(struct parts *p) {
    bool interrupted = false; /* then nothing more is said, but what is the owner's is freed */
    for (int i = 0; i < p->n; i++)
        interrupted |= p->part[i].why.code == VK_ECANCEL;
    if (interrupted) {
        p->cb(p->arg, VK_ECANCEL, NULL);
        p->cb = NULL;
    }
    p->put_together(p);
    for (int i = 0; i < p->n; i++)
        reply_builder_release(&p->part[i].tree);
    free(p);
}

void parts_on_reply(void *arg, int code, const struct resp_event *ev) {
    struct part *part = arg;
    struct parts *p = part->parts;
    if (ev && reply_build(&part->tree, ev) == VK_ELIMIT && !part->why.code)
        err_set(&part->why, VK_ELIMIT, "ERR the reply takes more memory than is allowed");
    if (code == VK_MORE) return;
    if (code < 0) part->why = *cluster_why(p->cluster);
    if (code == 0 && !part->tree.root && !part->why.code)
        err_set(&part->why, VK_EPROTO, "ERR no reply");
    if (--p->left == 0) end(p);
}

/* ---- failures ---- */

const char *parts_failure(const struct part *part) {
    return part->why.code ? part->why.text : part->tree.root->p;
}

bool parts_has_failed(const struct part *part) {
    return part->why.code || resp_read_is_error(part->tree.root->type);
}

int parts_failed(const struct parts *p, int *first) {
    int n = 0;
    for (int i = 0; i < p->n; i++)
        if (parts_has_failed(&p->part[i]) && !n++) *first = i;
    return n;
}

void parts_give_failure(const struct parts *p, const char *where) {
    char text[ERROR_MAX];
    int first = 0, n = parts_failed(p, &first);
    snprintf(text, sizeof text, "%.600s (%.200s; %d of %d parts failed)",
             parts_failure(&p->part[first]), where, n, p->n);
    parts_give_text(p, RESP_ERROR, text, strlen(text), 0);
}

/* ---- events ---- */

static void give(const struct parts *p, const struct resp_event *ev) {
    if (p->cb) p->cb(p->arg, ev->done ? 0 : VK_MORE, ev);
}

void parts_give_open(const struct parts *p, enum resp_type type, int64_t n) {
    give(p, &(struct resp_event){.kind = RESP_OPEN, .type = type, .n = n});
}

void parts_give_close(const struct parts *p, enum resp_type type) {
    give(p, &(struct resp_event){.kind = RESP_CLOSE, .type = type, .done = true});
}

static void give_scalar(const struct parts *p, enum resp_type type, const char *text, size_t len,
                        int64_t n, int depth) {
    give(p, &(struct resp_event){.kind = RESP_VALUE,
                                 .type = type,
                                 .done = depth == 0,
                                 .depth = (uint16_t)depth,
                                 .p = text,
                                 .len = len,
                                 .n = n});
}

void parts_give_text(const struct parts *p, enum resp_type type, const char *text, size_t len,
                     int depth) {
    give_scalar(p, type, text, len, 0, depth);
}

void parts_give_int(const struct parts *p, int64_t n, int depth) {
    char digits[STR_INT_MAX];
    size_t len = str_put_i64(digits, n);
    give_scalar(p, RESP_INT, digits, len, n, depth);
}

static int give_whole(void *arg, const struct resp_event *ev) {
    give(arg, ev);
    return 0;
}

static int give_inside(void *arg, const struct resp_event *ev) {
    struct resp_event inside = *ev;
    inside.depth++;
    inside.done = false;
    give(arg, &inside);
    return 0;
}

void parts_give_tree(const struct parts *p, const struct reply *r, int depth) {
    reply_replay(r, depth ? give_inside : give_whole, (void *)p);
}
