/* SPDX-License-Identifier: BSD-3-Clause */
/* For the tests of views: a reply from literal RESP, rendered. */
#ifndef TESTS_UNIT_VIEW_CASE_H
#define TESTS_UNIT_VIEW_CASE_H

#include "resp/quote.h"
#include "t.h"
#include "ui/view.h"

enum { CASE_OUT_MAX = 1 << 28, CASE_TREE_MAX = 1 << 28 };

struct view_case {
    struct reply_builder tree;
    struct resp_quote_args words;
    struct buf out;
    int code;
    bool typed;
};

static inline void case_init(struct view_case *c) {
    reply_builder_init(&c->tree, CASE_TREE_MAX);
    resp_quote_init(&c->words);
    buf_init(&c->out, CASE_OUT_MAX);
}

static inline void case_release(struct view_case *c) {
    reply_builder_release(&c->tree);
    resp_quote_release(&c->words);
    buf_release(&c->out);
}

/* The command line and its whole reply. */
static inline const struct reply *case_take(struct view_case *c, const char *line, const char *resp,
                                            size_t len) {
    struct resp_reader r;
    struct resp_event ev;
    struct err e;
    int done = VK_MORE;
    CHECK_EQ(resp_quote_split(&c->words, line, strlen(line), &e), 0);
    reply_builder_clear(&c->tree);
    buf_clear(&c->out);
    resp_read_init(&r, NULL);
    resp_read_feed(&r, resp, len);
    while (done == VK_MORE && resp_read_next(&r, &ev) == 1)
        done = reply_build(&c->tree, &ev);
    resp_read_release(&r);
    CHECK_EQ(done, 0);
    return c->tree.root;
}

/* The view's text, a C string until the next. */
static inline const char *case_view(struct view_case *c, const struct view_opts *o,
                                    const char *line, const char *resp, size_t len) {
    const struct reply *r = case_take(c, line, resp, len);
    c->code = r ? view_render(o, c->words.argc, c->words.argv, c->words.lens, r, &c->out) : -1;
    return buf_cstr(&c->out);
}

static inline const char *case_json(struct view_case *c, const char *line, const char *resp,
                                    size_t len) {
    const struct reply *r = case_take(c, line, resp, len);
    c->typed = r && view_typed_json(c->words.argc, c->words.argv, c->words.lens, r, &c->out);
    return buf_cstr(&c->out);
}

#endif
