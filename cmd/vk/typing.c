/* SPDX-License-Identifier: BSD-3-Clause */
/* See typing.h. */
#include "typing.h"

#include <stdlib.h>
#include <string.h>

#include "ui/hint.h"
#include "ui/paint.h"

enum { SPANS_MAX = 256 };

/* By paint_class; NULL = as it is. */
static const char *const colours[] = {
    [PAINT_PLAIN] = NULL,      [PAINT_COMMAND] = "1;32", [PAINT_PARTIAL] = NULL,
    [PAINT_UNKNOWN] = "31",    [PAINT_TOO_FEW] = "32",   [PAINT_TOO_MANY] = "31",
    [PAINT_SUBCOMMAND] = "32", [PAINT_KEY] = "36",       [PAINT_STRING] = "33",
    [PAINT_NUMBER] = "35",     [PAINT_OPTION] = "34",    [PAINT_EXTRA] = "31",
    [PAINT_QUOTE] = "31",
};

void typing_init(struct typing *t, struct history *h) {
    t->grammar = grammar_new();
    t->history = h;
    typed_init(&t->typed);
    complete_init(&t->complete);
}

void typing_release(struct typing *t) {
    grammar_free(t->grammar);
    typed_release(&t->typed);
    complete_release(&t->complete);
}

int typing_paint(void *arg, const char *line, size_t len, struct lineview_span *spans, int max) {
    struct typing *t = arg;
    struct paint_span painted[SPANS_MAX];
    int n = 0;
    typed_split(&t->typed, line, len);
    int words = paint_line(t->grammar, &t->typed, painted, SPANS_MAX);
    for (int i = 0; i < words && n < max; i++) {
        const char *colour = colours[painted[i].class];
        if (!colour) continue;
        spans[n++] = (struct lineview_span){painted[i].at, painted[i].at + painted[i].len, colour};
    }
    return n;
}

void typing_hint(void *arg, const char *line, size_t len, struct buf *out, bool *accept) {
    struct typing *t = arg;
    size_t whole;
    const char *earlier = t->history ? history_suggest(t->history, line, len, &whole) : NULL;
    *accept = earlier && !memchr(earlier, '\n', whole);
    if (*accept) {
        buf_add(out, earlier + len, whole - len);
        return;
    }
    typed_split(&t->typed, line, len);
    hint_add(t->grammar, t->typed.argc, t->typed.argv, t->typed.lens, t->typed.inside, out, NULL);
}

static void ask_more(struct typing *t, struct menu *words) {
    const struct typed *d = &t->typed;
    const struct typing_ask ask = {
        .kind = t->complete.kind,
        .command = t->complete.command,
        .argc = d->argc - d->inside,
        .argv = d->argv,
        .lens = d->lens,
        .prefix = d->inside ? d->argv[d->argc - 1] : "",
        .len = d->inside ? d->lens[d->argc - 1] : 0,
    };
    if (t->more && ask.kind) t->more(t->more_arg, &ask, words);
}

void typing_complete(void *arg, const char *line, size_t cursor, struct menu *words, size_t *from) {
    struct typing *t = arg;
    struct typed *d = &t->typed;
    struct complete *c = &t->complete;
    typed_split(d, line, cursor);
    *from = d->inside ? d->words[d->argc - 1].at : cursor;
    complete_find(c, t->grammar, d->argc, d->argv, d->lens, d->inside);
    for (size_t i = 0; i < c->n; i++)
        menu_add(words, c->words[i].text, strlen(c->words[i].text), c->words[i].summary);
    ask_more(t, words);
    menu_sort(words);
}

bool typing_continues(void *arg, const char *line, size_t len) {
    struct typing *t = arg;
    typed_split(&t->typed, line, len);
    return t->typed.argc && t->typed.words[t->typed.argc - 1].open;
}

static void add_part(struct buf *out, const char *before, const char *text) {
    if (*text) buf_addf(out, "%s%s", before, text);
}

void typing_explain(struct typing *t, const char *line, size_t len, struct buf *out) {
    typed_split(&t->typed, line, len);
    const struct grammar_command *c =
        grammar_find(t->grammar, t->typed.argc, t->typed.argv, t->typed.lens);
    if (!c) return;
    buf_adds(out, c->name);
    add_part(out, ": ", c->summary);
    add_part(out, "; since ", c->since);
    add_part(out, "; ", c->complexity);
    add_part(out, "; ", c->categories);
}
