/* SPDX-License-Identifier: BSD-3-Clause */
/* Replies, counted: runs of those that are no errors at memory speed, errors one by one with their
 * text. Pushes are no replies. An array, EXEC's reply, that has errors inside is one as well. */
#ifndef VK_BULK_REPLIES_H
#define VK_BULK_REPLIES_H

#include "resp/read.h"

/* What one reply says. */
struct bulk_verdict {
    bool error, keeps; /* it is an error; the text under way is the first one's */
    uint64_t inside;   /* errors in the array so far */
    struct buf text;   /* the first error's, cut when it is very long */
};

void bulk_verdict_init(struct bulk_verdict *v);
void bulk_verdict_clear(struct bulk_verdict *v);
void bulk_verdict_take(struct bulk_verdict *v, const struct resp_event *ev);
static inline bool bulk_verdict_is_good(const struct bulk_verdict *v) {
    return !v->error && !v->inside;
}

struct bulk_replies_hooks {
    void (*on_good)(void *arg, uint64_t n); /* so many in a row */
    void (*on_error)(void *arg, const struct bulk_verdict *v);
    void *arg;
};

struct bulk_replies {
    struct bulk_replies_hooks hooks;
    struct resp_reader reader;
    struct bulk_verdict verdict; /* of the reply under way */
};

void bulk_replies_init(struct bulk_replies *r, const struct bulk_replies_hooks *hooks);
void bulk_replies_release(struct bulk_replies *r);
/* VK_EPROTO, VK_ELIMIT: sticky. */
int bulk_replies_feed(struct bulk_replies *r, const char *p, size_t n, struct err *e) MUST_CHECK;

#endif
