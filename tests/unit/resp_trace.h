/* SPDX-License-Identifier: BSD-3-Clause */
/* The reader's events as one line of text, for comparing. Pieces of a string are joined, so that
 * the text is the same however the input was cut: "+OK;" a simple reply, "*2( $a :1 );" an array,
 * "@" in front of what is aside, "?" for streamed, ";" at the end of a top-level value. What the
 * events promise about each other (depth, order, lengths) is checked on the way. */
#ifndef TESTS_UNIT_RESP_TRACE_H
#define TESTS_UNIT_RESP_TRACE_H

#include <stdlib.h>
#include <string.h>

#include "resp/read.h"

struct trace {
    struct buf text;
    int64_t left;     /* of the string under way; -1 streamed */
    uint32_t depth;   /* aggregates open */
    uint32_t aside;   /* depth from which on all is aside; 0 = nothing is */
    int in_text;      /* its type, or 0 */
    unsigned n_done;  /* top-level values */
    unsigned n_wrong; /* broken promises */
};

static inline void trace_init(struct trace *t) {
    *t = (struct trace){0};
    buf_init(&t->text, (size_t)1 << 26);
}

static inline void trace_begin(struct trace *t, const struct resp_event *ev) {
    if (t->text.len) buf_addc(&t->text, ' ');
    if (ev->aside) buf_addc(&t->text, '@');
    buf_addc(&t->text, (char)ev->type);
    if (ev->format[0]) buf_addf(&t->text, "%.3s:", ev->format);
    t->n_wrong += t->in_text || ev->depth != t->depth || (t->aside && !ev->aside);
}

static inline void trace_count(struct trace *t, int64_t n) {
    if (n < 0)
        buf_addc(&t->text, '?');
    else
        buf_addi(&t->text, n);
}

static inline void trace_text(struct trace *t, const struct resp_event *ev) {
    buf_add(&t->text, ev->p, ev->len);
    t->n_wrong += !ev->len || t->in_text != (int)ev->type;
    if (t->left >= 0) t->left -= (int64_t)ev->len;
    t->n_wrong += t->left < -1;
}

static inline void trace_event(struct trace *t, const struct resp_event *ev) {
    switch (ev->kind) {
    case RESP_VALUE:
        trace_begin(t, ev);
        if (ev->type == RESP_INT || ev->type == RESP_BOOL)
            buf_addi(&t->text, ev->n);
        else
            buf_add(&t->text, ev->p, ev->len);
        break;
    case RESP_TEXT_OPEN:
        trace_begin(t, ev);
        if (ev->n < 0) buf_addc(&t->text, '?');
        t->left = ev->n;
        t->in_text = (int)ev->type;
        break;
    case RESP_TEXT: trace_text(t, ev); break;
    case RESP_TEXT_CLOSE:
        t->n_wrong += t->left > 0 || t->in_text != (int)ev->type || ev->depth != t->depth;
        t->in_text = 0;
        break;
    case RESP_OPEN:
        trace_begin(t, ev);
        trace_count(t, ev->n);
        buf_addc(&t->text, '(');
        t->depth++;
        if (ev->aside && !t->aside) t->aside = t->depth;
        break;
    case RESP_CLOSE:
        t->n_wrong += ev->aside != (t->aside && t->depth >= t->aside);
        if (t->depth == t->aside) t->aside = 0;
        buf_adds(&t->text, " )");
        t->depth--;
        t->n_wrong += t->in_text || ev->depth != t->depth;
        break;
    }
    if (ev->done) buf_addc(&t->text, ';');
    t->n_done += ev->done;
    t->n_wrong += ev->done && ev->depth;
}

/* Read one window, in memory of exactly its size so that a byte too far is seen, to its end. */
static inline int trace_window(struct trace *t, struct resp_reader *r, const char *p, size_t n) {
    struct resp_event ev;
    int got;
    char *copy = mem_alloc(n + !n);
    if (n) memcpy(copy, p, n);
    resp_read_feed(r, copy, n);
    while ((got = resp_read_next(r, &ev)) == 1)
        trace_event(t, &ev);
    free(copy);
    return got;
}

#endif
