/* SPDX-License-Identifier: BSD-3-Clause */
/* Splitting a line that is not finished. See typed.h.
 *
 * A word's bytes are never more than the text they come from, and a blank follows every word but
 * the last: so one block of len + 1 bytes holds all words with their NULs. */
#include "ui/typed.h"

#include <string.h>

#include "base/safe.h"
#include "base/str.h"
#include "resp/quote.h"

enum { FIRST_WORDS = 16 };

struct cursor {
    const char *p, *end; /* the line */
    char *to;            /* the next decoded byte goes here */
};

void typed_init(struct typed *t) {
    *t = (struct typed){0};
    arena_init(&t->arena);
}

void typed_release(struct typed *t) {
    arena_release(&t->arena);
    typed_init(t);
}

/* \v and \f separate words but do not end a bare one. */
static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool ends_word(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static char unescape(char c) {
    static const char from[] = "nrtba", to[] = "\n\r\t\b\a";
    const char *at = c ? strchr(from, c) : NULL;
    return at ? to[at - from] : c;
}

/* The byte that stands at the cursor inside of quotes. */
static void take_byte(struct cursor *c, char quote) {
    const char *p = c->p;
    ptrdiff_t left = c->end - p;
    bool escape = *p == '\\' && left > 1 && (quote == '"' || p[1] == '\'');
    if (escape && quote == '"' && left > 3 && p[1] == 'x' && str_hex(p[2]) >= 0 &&
        str_hex(p[3]) >= 0) {
        *c->to++ = (char)(str_hex(p[2]) << 4 | str_hex(p[3]));
        c->p += 4;
        return;
    }
    *c->to++ = !escape ? *p : quote == '"' ? unescape(p[1]) : p[1];
    c->p += escape ? 2 : 1;
}

static void take_quoted(struct cursor *c, struct typed_word *w) {
    char quote = *c->p++;
    while (c->p < c->end && *c->p != quote)
        take_byte(c, quote);
    w->open = c->p == c->end;
    if (w->open) return;
    c->p++;
    w->broken = c->p < c->end && !is_blank(*c->p);
}

static void take_word(struct cursor *c, struct typed_word *w) {
    const char *begin = c->p;
    w->quoted = *c->p == '"' || *c->p == '\'';
    while (c->p < c->end && !ends_word(*c->p)) {
        if (!w->broken && (*c->p == '"' || *c->p == '\'')) {
            take_quoted(c, w);
            if (!w->broken) break;
        } else {
            *c->to++ = *c->p++;
        }
    }
    w->len = (size_t)(c->p - begin);
}

static void grow(struct typed *t) {
    size_t cap = t->cap ? (size_t)t->cap * 2 : FIRST_WORDS, n = (size_t)t->argc;
    const char **argv = arena_alloc(&t->arena, cap * sizeof *argv);
    size_t *lens = arena_alloc(&t->arena, cap * sizeof *lens);
    struct typed_word *words = arena_alloc(&t->arena, cap * sizeof *words);
    if (n) {
        memcpy(argv, t->argv, n * sizeof *argv);
        memcpy(lens, t->lens, n * sizeof *lens);
        memcpy(words, t->words, n * sizeof *words);
    }
    t->argv = argv;
    t->lens = lens;
    t->words = words;
    t->cap = (int)cap;
}

void typed_split(struct typed *t, const char *line, size_t len) {
    arena_clear(&t->arena);
    t->argc = t->cap = 0;
    t->inside = false;
    if (!len) return;
    struct cursor c = {.p = line, .end = line + len, .to = arena_alloc(&t->arena, len + 1)};
    for (;;) {
        while (c.p < c.end && is_blank(*c.p))
            c.p++;
        if (c.p == c.end) return;
        struct typed_word w = {.at = (size_t)(c.p - line)};
        const char *begin = c.to;
        take_word(&c, &w);
        if (t->argc == t->cap) grow(t);
        t->argv[t->argc] = begin;
        t->lens[t->argc] = (size_t)(c.to - begin);
        t->words[t->argc++] = w;
        *c.to++ = 0;
        t->inside = c.p == c.end;
    }
}

/* Behind the quote that closes the one at i, or len. */
static size_t skip_quoted(const char *p, size_t i, size_t len) {
    char quote = p[i++];
    while (i < len && p[i] != quote)
        i += p[i] == '\\' && i + 1 < len && (quote == '"' || p[i + 1] == '\'') ? 2 : 1;
    return i < len ? i + 1 : len;
}

size_t typed_entry(const char *p, size_t len) {
    size_t i = 0;
    bool comment = len && *p == '#';
    bool bare = comment; /* quotes mean nothing here */
    while (i < len && p[i] != '\n') {
        if (ends_word(p[i])) bare = comment;
        if (!bare && (p[i] == '"' || p[i] == '\'')) {
            i = skip_quoted(p, i, len);
            bare = true; /* to the word's end */
        } else {
            i++;
        }
    }
    return i;
}

/* The bytes of the character at p[0..n) that may stand in a line as it is, else 0. */
static size_t plain_at(const char *p, size_t n) {
    uint32_t c = 0;
    size_t len = str_utf8(p, n, &c);
    return len && !safe_is_unsafe(c) ? len : 0;
}

static bool needs_quotes(const char *p, size_t len) {
    size_t n = 1;
    for (size_t i = 0; i < len && n; i += n)
        n = p[i] == '"' || p[i] == '\'' || p[i] == ' ' ? 0 : plain_at(p + i, len - i);
    return !n || !len;
}

void typed_add(struct buf *out, const char *p, size_t len, bool quoted, bool open) {
    if (!quoted && !needs_quotes(p, len)) {
        buf_add(out, p, len);
        return;
    }
    buf_addc(out, '"');
    for (size_t i = 0, n; i < len; i += n ? n : 1) {
        n = p[i] == '"' || p[i] == '\\' ? 0 : plain_at(p + i, len - i);
        if (n)
            buf_add(out, p + i, n);
        else
            resp_quote_body(out, p + i, 1);
    }
    if (!open) buf_addc(out, '"');
}
