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

/* Where the entry begins that the place `at` is in: there may be several, one below the other. */
static size_t entry_at(const char *line, size_t at) {
    size_t from = 0;
    for (;;) {
        size_t n = typed_entry(line + from, at - from);
        if (from + n >= at) return from;
        from += n + 1;
    }
}

static int paint_entry(struct typing *t, const char *line, size_t from, size_t len,
                       struct lineview_span *spans, int max) {
    struct paint_span painted[SPANS_MAX];
    int n = 0;
    typed_split(&t->typed, line + from, len);
    int words = paint_line(t->grammar, &t->typed, painted, SPANS_MAX);
    for (int i = 0; i < words && n < max; i++) {
        const char *colour = colours[painted[i].class];
        size_t at = from + painted[i].at;
        if (colour) spans[n++] = (struct lineview_span){at, at + painted[i].len, colour};
    }
    return n;
}

int typing_paint(void *arg, const char *line, size_t len, struct lineview_span *spans, int max) {
    int n = 0;
    for (size_t from = 0; from < len && n < max;) {
        size_t end = from + typed_entry(line + from, len - from);
        n += paint_entry(arg, line, from, end - from, spans + n, max - n);
        from = end + 1;
    }
    return n;
}

static bool is_open(const struct typed *t) {
    return t->argc && t->words[t->argc - 1].open;
}

void typing_hint(void *arg, const char *line, size_t len, struct buf *out, bool *accept) {
    struct typing *t = arg;
    size_t whole, from = entry_at(line, len);
    line += from;
    len -= from;
    const char *earlier = t->history ? history_suggest(t->history, line, len, &whole) : NULL;
    *accept = earlier && !memchr(earlier, '\n', whole);
    if (*accept) {
        buf_add(out, earlier + len, whole - len);
        return;
    }
    typed_split(&t->typed, line, len);
    if (is_open(&t->typed) && memchr(line, '\n', len)) return; /* in the midst of a text */
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
    size_t entry = entry_at(line, cursor);
    typed_split(d, line + entry, cursor - entry);
    *from = d->inside ? entry + d->words[d->argc - 1].at : cursor;
    complete_find(c, t->grammar, d->argc, d->argv, d->lens, d->inside);
    for (size_t i = 0; i < c->n; i++)
        menu_add(words, c->words[i].text, strlen(c->words[i].text), c->words[i].summary);
    ask_more(t, words);
    menu_sort(words);
}

bool typing_continues(void *arg, const char *line, size_t len) {
    struct typing *t = arg;
    size_t from = entry_at(line, len);
    typed_split(&t->typed, line + from, len - from);
    return line[from] != '#' && is_open(&t->typed);
}

static void add_part(struct buf *out, const char *before, const char *text) {
    if (*text) buf_addf(out, "%s%s", before, text);
}

void typing_explain(void *arg, const char *line, size_t len, struct buf *out) {
    struct typing *t = arg;
    size_t from = entry_at(line, len);
    typed_split(&t->typed, line + from, len - from);
    const struct grammar_command *c =
        grammar_find(t->grammar, t->typed.argc, t->typed.argv, t->typed.lens);
    if (!c) return;
    buf_adds(out, c->name);
    add_part(out, ": ", c->summary);
    add_part(out, "; since ", c->since);
    add_part(out, "; ", c->categories);
    add_part(out, "; ", c->complexity);
}
