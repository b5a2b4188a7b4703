/* SPDX-License-Identifier: BSD-3-Clause */
/* See hold.h. */
#include "hold.h"

#include <stdlib.h>

#define TREE_MAX ((size_t)1 << 30)

void hold_take(struct hold *h, int code, const struct resp_event *ev, const struct err *why) {
    h->any = true;
    if (ev && !h->tree) {
        h->tree = mem_zalloc(1, sizeof *h->tree);
        reply_builder_init(h->tree, TREE_MAX);
    }
    if (ev && reply_build(h->tree, ev) == VK_ELIMIT && !h->why.code)
        err_set(&h->why, VK_ELIMIT, "a reply takes more memory than is allowed");
    if (code == VK_MORE) return;
    h->over = true;
    h->code = code < 0 ? code : h->why.code;
    if (code < 0) h->why = *why;
}

struct turn {
    session_cb *cb;
    void *arg;
};

static int give_event(void *arg, const struct resp_event *ev) {
    const struct turn *t = arg;
    t->cb(t->arg, ev->done ? 0 : VK_MORE, ev);
    return 0;
}

void hold_give(struct hold *h, session_cb *cb, void *arg) {
    struct hold taken = *h;
    struct turn t = {cb, arg};
    *h = (struct hold){.why = taken.why}; /* cb may want to say it */
    if (taken.code < 0 || !taken.tree)
        cb(arg, taken.code, NULL);
    else
        reply_replay(taken.tree->root, give_event, &t);
    hold_release(&taken);
}

void hold_release(struct hold *h) {
    if (h->tree) reply_builder_release(h->tree);
    free(h->tree);
    *h = (struct hold){.any = false};
}
