/* SPDX-License-Identifier: BSD-3-Clause */
/* Arguments in the notation of the manuals: [optional], A | B for a choice, <A | B> where nothing
 * else says where the choice ends, "key [key ...]" for one or more. */
#include "ui/grammar_usage.h"

void grammar_usage_token(const char *token, struct buf *out) {
    buf_adds(out, *token ? token : "\"\"");
}

static void add_choices(const struct grammar_arg *a, struct buf *out) {
    for (size_t i = 0; i < a->n_args; i++) {
        if (i) buf_adds(out, " | ");
        grammar_usage_required(&a->args[i], false, out);
    }
}

static void add_value(const struct grammar_arg *a, bool fenced, struct buf *out) {
    fenced |= a->n_args < 2;
    switch (a->type) {
    case GRAMMAR_ONEOF:
        buf_adds(out, fenced ? "" : "<");
        add_choices(a, out);
        buf_adds(out, fenced ? "" : ">");
        break;
    case GRAMMAR_BLOCK: grammar_usage(a->args, a->n_args, out); break;
    case GRAMMAR_PURE_TOKEN: break;
    default: buf_adds(out, a->name);
    }
}

static void add_once(const struct grammar_arg *a, bool with_token, bool fenced, struct buf *out) {
    with_token &= a->token != NULL;
    if (with_token) grammar_usage_token(a->token, out);
    if (with_token && a->type != GRAMMAR_PURE_TOKEN) buf_addc(out, ' ');
    add_value(a, fenced && !with_token, out);
}

/* A choice repeated in full would be longer than it helps. */
static void add_all(const struct grammar_arg *a, bool bare, bool fenced, struct buf *out) {
    bool multiple = a->flags & GRAMMAR_MULTIPLE, choice = a->type == GRAMMAR_ONEOF;
    add_once(a, !bare, fenced && !multiple, out);
    if (!multiple) return;
    buf_adds(out, choice ? " ..." : " [");
    if (choice) return;
    add_once(a, a->flags & GRAMMAR_MULTIPLE_TOKEN, true, out);
    buf_adds(out, " ...]");
}

void grammar_usage_required(const struct grammar_arg *a, bool bare, struct buf *out) {
    add_all(a, bare, false, out);
}

void grammar_usage_arg(const struct grammar_arg *a, bool bare, struct buf *out) {
    bool optional = a->flags & GRAMMAR_OPTIONAL;
    if (optional) buf_addc(out, '[');
    add_all(a, bare, optional, out);
    if (optional) buf_addc(out, ']');
}

void grammar_usage_again(const struct grammar_arg *a, bool bare, struct buf *out) {
    buf_addc(out, '[');
    add_once(a, !bare, false, out);
    buf_adds(out, " ...]");
}

void grammar_usage(const struct grammar_arg *args, size_t n, struct buf *out) {
    for (size_t i = 0; i < n; i++) {
        if (i) buf_addc(out, ' ');
        grammar_usage_arg(&args[i], false, out);
    }
}
