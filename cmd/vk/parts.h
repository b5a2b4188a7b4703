/* SPDX-License-Identifier: BSD-3-Clause */
/* A command that was sent as several, to several nodes or for several slots: its parts' replies,
 * and the one reply that is made of them when the last is in. */
#ifndef VK_PARTS_H
#define VK_PARTS_H

#include "client/cluster.h"
#include "resp/reply.h"

struct part {
    struct parts *parts;
    struct reply_builder tree;
    struct err why; /* why there is no reply; code 0 = there is one, tree.root */
};

struct parts {
    struct cluster *cluster;
    session_cb *cb; /* gets the one reply, by parts_give... */
    void *arg;
    void (*put_together)(struct parts *p);
    void *owner;
    int n, left;
    struct part part[];
};

/* put_together is called once, when every part is in; owner is its own. p is freed behind it. An
 * interruption ends it without a reply. */
struct parts *parts_new(struct cluster *c, int n, session_cb *cb, void *arg,
                        void (*put_together)(struct parts *p), void *owner);
/* The callback of a part's command; its argument is &p->part[i]. */
void parts_on_reply(void *part, int code, const struct resp_event *ev);

/* How many failed, and the first of these; also told as the reply, with where it was. */
int parts_failed(const struct parts *p, int *first);
bool parts_has_failed(const struct part *part);
const char *parts_failure(const struct part *part);
void parts_give_failure(const struct parts *p, const char *where);

/* Events of the one reply. */
void parts_give_open(const struct parts *p, enum resp_type type, int64_t n);
void parts_give_close(const struct parts *p, enum resp_type type);
/* A scalar, inside an aggregate (depth 1) or the whole reply (0). */
void parts_give_text(const struct parts *p, enum resp_type type, const char *text, size_t len,
                     int depth);
void parts_give_int(const struct parts *p, int64_t n, int depth);
/* A part's reply, or a piece of it. */
void parts_give_tree(const struct parts *p, const struct reply *r, int depth);

#endif
