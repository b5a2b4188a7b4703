/* SPDX-License-Identifier: BSD-3-Clause */
/* The words as the grammar sees them; how they are typed (quotes) goes before what they are. */
#include "ui/paint.h"

#include <string.h>

#include "ui/grammar_match.h"

struct painting {
    const struct grammar *g;
    const struct typed *t;
    struct paint_span *spans;
    int n;
};

static void set(struct painting *x, int i, enum paint_class class) {
    if (i >= x->n) return;
    const struct typed_word *w = &x->t->words[i];
    x->spans[i] = (struct paint_span){.at = w->at, .len = w->len, .class = class};
    if (w->open || w->broken)
        x->spans[i].class = PAINT_QUOTE;
    else if (w->quoted && class == PAINT_PLAIN)
        x->spans[i].class = PAINT_STRING;
}

/* ---- the name ---- */

/* A name that is being typed is not wrong yet. */
static bool is_beginning(const struct painting *x) {
    const char *p = x->t->argv[0];
    size_t len = x->t->lens[0];
    const struct grammar_command *c = grammar_at(x->g, grammar_from(x->g, p, len));
    return x->t->argc == 1 && x->t->inside && c && grammar_begins(c->name, p, len);
}

static enum paint_class class_of_count(const struct grammar_command *c, int argc, bool full) {
    int arity = c->arity;
    if (arity > 0 && argc > arity) return PAINT_TOO_MANY;
    if (!full || argc < (arity < 0 ? -arity : arity)) return PAINT_TOO_FEW;
    return PAINT_COMMAND;
}

/* ---- the arguments ---- */

static enum paint_class class_of(enum grammar_role role, const struct grammar_arg *a, const char *p,
                                 size_t len, bool loosen) {
    if (role == GRAMMAR_NO_PLACE) return loosen ? PAINT_PLAIN : PAINT_EXTRA;
    if (role == GRAMMAR_TOKEN) return PAINT_OPTION;
    if (a->type == GRAMMAR_KEY) return PAINT_KEY;
    bool number =
        a->type == GRAMMAR_INTEGER || a->type == GRAMMAR_DOUBLE || a->type == GRAMMAR_UNIX_TIME;
    return number && grammar_match_fits(a, p, len) ? PAINT_NUMBER : PAINT_PLAIN;
}

/* Returns whether nothing required is missing. */
static bool paint_arguments(struct painting *x, const struct grammar_command *c) {
    struct grammar_match m;
    const struct grammar_arg *a;
    const struct typed *t = x->t;
    grammar_match_begin(&m, c);
    for (int i = c->n_words; i < x->n; i++) {
        enum grammar_role role =
            grammar_match_take(&m, t->argv[i], t->lens[i], t->argc - i - 1, &a);
        set(x, i, class_of(role, a, t->argv[i], t->lens[i], m.loosen));
    }
    return m.lost || x->n < t->argc || grammar_match_full(&m);
}

/* The word behind a container's name is no subcommand. */
static void paint_container(struct painting *x, const struct grammar_command *c) {
    set(x, 0, c->served ? class_of_count(c, x->t->argc, true) : PAINT_UNKNOWN);
    for (int i = 1; i < x->n; i++)
        set(x, i, i > 1 || (x->t->argc == 2 && x->t->inside) ? PAINT_PLAIN : PAINT_EXTRA);
}

int paint_line(const struct grammar *g, const struct typed *t, struct paint_span *spans, int max) {
    struct painting x = {.g = g, .t = t, .spans = spans, .n = t->argc < max ? t->argc : max};
    const struct grammar_command *c = grammar_find(g, t->argc, t->argv, t->lens);
    if (x.n < 1) return 0;
    if (c && c->container && !c->n_args && c->n_words == 1) {
        paint_container(&x, c);
        return x.n;
    }
    bool full = !c || paint_arguments(&x, c);
    for (int i = 1; i < x.n && !c; i++)
        set(&x, i, PAINT_PLAIN);
    if (c && c->n_words == 2) set(&x, 1, PAINT_SUBCOMMAND);
    if (c && c->served)
        set(&x, 0, class_of_count(c, t->argc, full));
    else
        set(&x, 0, is_beginning(&x) ? PAINT_PARTIAL : PAINT_UNKNOWN);
    return x.n;
}
