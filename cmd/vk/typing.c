/* SPDX-License-Identifier: BSD-3-Clause */
/* See typing.h. */
#include "typing.h"

#include <stdlib.h>
#include <string.h>

#include "typing_own.h"
#include "redirect.h"
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

void typing_init(struct typing *t, struct history *h, typing_own_fn *own) {
    t->own = own;
    t->grammar = grammar_new();
    t->history = h;
    typed_init(&t->typed);
    typed_init(&t->completed);
    complete_init(&t->complete);
}

void typing_release(struct typing *t) {
    grammar_free(t->grammar);
    typed_release(&t->typed);
    typed_release(&t->completed);
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

/* What is typed, split, and which of its words are whose. */
static struct typing_part split(struct typing *t, const char *line, size_t len) {
    struct typing_part part;
    typed_split(&t->typed, line, len);
    typing_part_find(&t->typed, line, len, t->own, &part);
    return part;
}

/* Words that are no server's command. */
static struct paint_span paint_other(const struct typing *t, const struct typing_part *part,
                                     int i) {
    const struct typed_word *w = &t->typed.words[i];
    struct paint_span s = {.at = w->at, .len = w->len, .class = PAINT_PLAIN};
    if (i == 0 && (part->own || *t->typed.argv[0] == '\\'))
        s.class = typing_own_class(&t->typed, part, t->own);
    else if (i < part->first && !part->own)
        s.class = PAINT_NUMBER;
    else if (i == part->n || (i >= part->end && i < part->n && part->is_server))
        s.class = PAINT_OPTION; /* the sign, or the form of the reply */
    else if (i < part->n && w->quoted)
        s.class = w->open || w->broken ? PAINT_QUOTE : PAINT_STRING;
    return s;
}

static int paint_words(struct typing *t, const struct typing_part *part, struct paint_span *spans,
                       int max) {
    struct typed server = typing_part_server(&t->typed, part);
    bool own = !part->own && server.argc && *server.argv[0] == '\\';
    int n = 0, first = own ? part->end : part->first;
    for (int i = 0; i < first && n < max; i++)
        spans[n++] = paint_other(t, part, i);
    if (!own) n += paint_line(t->grammar, &server, spans + n, max - n);
    for (int i = part->end; i < t->typed.argc && n < max; i++)
        spans[n++] = paint_other(t, part, i);
    return n;
}

static int paint_entry(struct typing *t, const char *line, size_t from, size_t len,
                       struct lineview_span *spans, int max) {
    struct paint_span painted[SPANS_MAX];
    int n = 0;
    if (line[from] == '#') return 0;
    struct typing_part part = split(t, line + from, len);
    int words = paint_words(t, &part, painted, SPANS_MAX);
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
    struct typing_part part = split(t, line, len);
    if (is_open(&t->typed) && memchr(line, '\n', len)) return; /* in the midst of a text */
    if (t->typed.argc > part.end) return;                      /* behind the server's command */
    struct typed server = typing_part_server(&t->typed, &part);
    if (part.first == part.end || *server.argv[0] == '\\')
        typing_own_hint(&t->typed, &part, t->own, out);
    else
        hint_add(t->grammar, server.argc, server.argv, server.lens, server.inside, out, NULL);
}

/* ---- completion ---- */

/* d: the words of the server's command, or those of the shell's own. */
static void ask_more(struct typing *t, const struct typed *d, enum complete_kind kind,
                     const struct grammar_command *command, struct menu *words) {
    const struct typing_ask ask = {
        .kind = kind,
        .command = command,
        .argc = d->argc - d->inside,
        .argv = d->argv,
        .lens = d->lens,
        .prefix = d->inside ? d->argv[d->argc - 1] : "",
        .len = d->inside ? d->lens[d->argc - 1] : 0,
    };
    if (t->more && kind) t->more(t->more_arg, &ask, words);
}

static void add_formats(const char *prefix, size_t len, struct menu *words) {
    const char *name, *summary;
    for (size_t i = 0; (name = typing_part_format(i, &summary)); i++)
        if (grammar_begins(name, prefix, len)) menu_add(words, name, strlen(name), summary);
}

static void complete_server(struct typing *t, const struct typed *d, struct menu *words) {
    struct complete *c = &t->complete;
    complete_find(c, t->grammar, d->argc, d->argv, d->lens, d->inside);
    for (size_t i = 0; i < c->n; i++)
        menu_add(words, c->words[i].text, strlen(c->words[i].text), c->words[i].summary);
    ask_more(t, d, c->kind, c->command, words);
}

static void complete_word(struct typing *t, const struct typing_part *part, struct menu *words) {
    const struct typed *d = &t->completed;
    const int at = d->argc - d->inside;
    const char *prefix = d->inside ? d->argv[at] : "";
    const size_t len = d->inside ? d->lens[at] : 0;
    if (at > part->n || (at == part->n && part->n < d->argc)) return; /* a pipe, a file */
    if (at == 0 && len) typing_own_names(prefix, len, t->own, words);
    if (at > part->first && part->is_server && len && *prefix == '\\')
        add_formats(prefix, len, words);
    if (at > 0 && part->own) {
        enum complete_kind kind = typing_own_words(part->own, prefix, len, t->grammar, words);
        ask_more(t, d, kind, NULL, words);
    }
    if (at == 0 || part->is_server) {
        struct typing_part whole = *part;
        whole.end = d->argc;
        if (at == 0) whole.first = 0;
        struct typed server = typing_part_server(d, &whole);
        complete_server(t, &server, words);
    }
}

void typing_complete(void *arg, const char *line, size_t cursor, struct menu *words, size_t *from) {
    struct typing *t = arg;
    const struct typed *d = &t->completed;
    size_t entry = entry_at(line, cursor);
    struct typing_part part;
    typed_split(&t->completed, line + entry, cursor - entry);
    typing_part_find(d, line + entry, cursor - entry, t->own, &part);
    *from = d->inside ? entry + d->words[d->argc - 1].at : cursor;
    complete_word(t, &part, words);
    menu_sort(words);
}

bool typing_continues(void *arg, const char *line, size_t len) {
    struct typing *t = arg;
    size_t from = entry_at(line, len);
    struct redirect to;
    redirect_find(line + from, len - from, &to);
    if (to.kind == REDIRECT_PIPE) return false; /* sh has quotes of its own */
    typed_split(&t->typed, line + from, len - from);
    return line[from] != '#' && is_open(&t->typed);
}

static void add_part(struct buf *out, const char *before, const char *text) {
    if (*text) buf_addf(out, "%s%s", before, text);
}

void typing_explain(void *arg, const char *line, size_t len, struct buf *out) {
    struct typing *t = arg;
    size_t from = entry_at(line, len);
    struct typing_part part = split(t, line + from, len - from);
    struct typed server = typing_part_server(&t->typed, &part);
    const struct grammar_command *c =
        grammar_find(t->grammar, server.argc, server.argv, server.lens);
    if (!c && part.own)
        buf_addf(out, "%s %s: %s", part.own->name, part.own->args, part.own->summary);
    if (!c) return;
    buf_adds(out, c->name);
    add_part(out, ": ", c->summary);
    add_part(out, "; since ", c->since);
    add_part(out, "; ", c->categories);
    add_part(out, "; ", c->complexity);
}
