/* SPDX-License-Identifier: BSD-3-Clause */
/* Splitting and quoting. See quote.h.
 *
 * A word's bytes are never more than the text they come from, and a blank follows every word but
 * the last: so one block of len + 1 bytes holds all words with their NULs, and words are decoded
 * straight into it. */
#include "resp/quote.h"

#include <string.h>

#include "base/str.h"

enum { FIRST_ARGS = 16 };

/* Where splitting has come to. */
struct cursor {
    const char *start, *p, *end; /* the line */
    char *to;                    /* the next decoded byte goes here */
    struct err *e;
};

void resp_quote_init(struct resp_quote_args *a) {
    *a = (struct resp_quote_args){0};
    arena_init(&a->arena);
}

void resp_quote_release(struct resp_quote_args *a) {
    arena_release(&a->arena);
    resp_quote_init(a);
}

/* Blanks between words; of these, \v and \f do not end a bare word. */
static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool ends_word(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static int fail(const struct cursor *c, const char *at, const char *what) {
    return err_set(c->e, VK_EPARSE, "%s at column %zu", what, (size_t)(at - c->start) + 1);
}

/* The byte that \c stands for inside double quotes. */
static char unescape(char c) {
    switch (c) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'b': return '\b';
    case 'a': return '\a';
    default: return c;
    }
}

/* One escape at c->p, a backslash that is not the line's last byte. */
static void take_escape(struct cursor *c) {
    if (c->p[1] == 'x' && c->end - c->p >= 4) {
        int high = str_hex(c->p[2]), low = str_hex(c->p[3]);
        if (high >= 0 && low >= 0) {
            *c->to++ = (char)(high << 4 | low);
            c->p += 4;
            return;
        }
    }
    *c->to++ = unescape(c->p[1]);
    c->p += 2;
}

/* The quoted text at c->p, with its closing quote. */
static int take_quoted(struct cursor *c) {
    const char *open = c->p++, quote = *open;
    while (c->p < c->end && *c->p != quote) {
        bool escape = *c->p == '\\' && c->p + 1 < c->end;
        if (escape && quote == '"') {
            take_escape(c);
        } else {
            if (escape && c->p[1] == '\'') c->p++;
            *c->to++ = *c->p++;
        }
    }
    if (c->p == c->end)
        return fail(c, open, quote == '"' ? "unbalanced double quote" : "unbalanced single quote");
    if (++c->p < c->end && !is_blank(*c->p))
        return fail(c, c->p, "text right behind a closing quote");
    return 0;
}

/* One word at c->p: bare bytes, and at most one quoted text, which ends it. */
static int take_word(struct cursor *c) {
    for (; c->p < c->end && !ends_word(*c->p); *c->to++ = *c->p++)
        if (*c->p == '"' || *c->p == '\'') return take_quoted(c);
    return 0;
}

static void add_arg(struct resp_quote_args *a, const char *p, size_t len) {
    if (a->argc == a->cap) {
        size_t cap = a->cap ? (size_t)a->cap * 2 : FIRST_ARGS;
        const char **argv = arena_alloc(&a->arena, cap * sizeof *argv);
        size_t *lens = arena_alloc(&a->arena, cap * sizeof *lens);
        if (a->argc) {
            memcpy(argv, a->argv, (size_t)a->argc * sizeof *argv);
            memcpy(lens, a->lens, (size_t)a->argc * sizeof *lens);
        }
        a->argv = argv;
        a->lens = lens;
        a->cap = (int)cap;
    }
    a->argv[a->argc] = p;
    a->lens[a->argc++] = len;
}

static void forget(struct resp_quote_args *a) {
    arena_clear(&a->arena);
    a->argc = a->cap = 0;
    a->argv = NULL;
    a->lens = NULL;
}

int resp_quote_split(struct resp_quote_args *a, const char *line, size_t len, struct err *e) {
    forget(a);
    if (!len) return 0;
    if (len > RESP_QUOTE_MAX) return err_set(e, VK_ELIMIT, "a line of %zu bytes is too long", len);
    struct cursor c = {.start = line, .p = line, .end = line + len, .e = e};
    c.to = arena_alloc(&a->arena, len + 1);
    for (;;) {
        while (c.p < c.end && is_blank(*c.p))
            c.p++;
        if (c.p == c.end) return 0;
        const char *word = c.to;
        if (take_word(&c)) {
            forget(a);
            return VK_EPARSE;
        }
        add_arg(a, word, (size_t)(c.to - word));
        *c.to++ = 0;
    }
}

/* Behind the quoted text that opens at p. */
static const char *skip_quoted(const char *p, const char *end) {
    const char quote = *p++;
    for (; p < end && *p != quote; p++)
        if (*p == '\\' && p + 1 < end && (quote == '"' || p[1] == '\'')) p++;
    return p < end ? p + 1 : end;
}

bool resp_quote_next(const char *line, size_t len, size_t *from, size_t *to) {
    const char *p = line + *to, *end = line + len;
    while (p < end && is_blank(*p))
        p++;
    if (p == end) return false;
    *from = (size_t)(p - line);
    while (p < end && !ends_word(*p) && *p != '"' && *p != '\'')
        p++;
    if (p < end && !ends_word(*p)) p = skip_quoted(p, end);
    *to = (size_t)(p - line);
    return true;
}

int resp_quote_undo(struct buf *out, const char *p, size_t len, struct err *e) {
    struct resp_quote_args a;
    resp_quote_init(&a);
    int rc = resp_quote_split(&a, p, len, e);
    if (rc) goto out;
    if (a.argc != 1) {
        rc = err_set(e, VK_EPARSE, "expected one quoted argument, found %d", a.argc);
        goto out;
    }
    rc = buf_add(out, a.argv[0], a.lens[0]);
    if (rc) err_set(e, rc, "the argument is too long");
out:
    resp_quote_release(&a);
    return rc;
}

#define EACH(byte) (0x0101010101010101ULL * (byte))

/* Is one of eight bytes below ' ', above '~', a quote or a backslash? Each line finds its own in
 * the top bits; a borrow or carry starts only at a byte that is found. */
static bool has_odd(uint64_t w) {
    uint64_t quote = w ^ EACH('"'), slash = w ^ EACH('\\');
    uint64_t odd = (w - EACH(' ')) | (w + EACH(1)) | w;
    odd |= quote - EACH(1);
    odd |= slash - EACH(1);
    return odd & EACH(0x80);
}

/* Bytes at p that stand for themselves between double quotes. */
static size_t plain_run(const char *p, size_t len) {
    size_t n = 0;
    uint64_t word;
    for (; len - n >= sizeof word; n += sizeof word) {
        memcpy(&word, p + n, sizeof word);
        if (has_odd(word)) break;
    }
    while (n < len && p[n] >= ' ' && p[n] <= '~' && p[n] != '"' && p[n] != '\\')
        n++;
    return n;
}

static int add_escape(struct buf *out, unsigned char c) {
    static const char hex[] = "0123456789abcdef";
    switch (c) {
    case '\\': return buf_add(out, "\\\\", 2);
    case '"': return buf_add(out, "\\\"", 2);
    case '\n': return buf_add(out, "\\n", 2);
    case '\r': return buf_add(out, "\\r", 2);
    case '\t': return buf_add(out, "\\t", 2);
    case '\a': return buf_add(out, "\\a", 2);
    case '\b': return buf_add(out, "\\b", 2);
    default: return buf_add(out, (char[]){'\\', 'x', hex[c >> 4], hex[c & 15]}, 4);
    }
}

int resp_quote_body(struct buf *out, const char *p, size_t len) {
    const size_t before = out->len;
    int rc = 0;
    while (len && !rc) {
        size_t n = plain_run(p, len);
        if (n) {
            rc = buf_add(out, p, n);
        } else {
            rc = add_escape(out, (unsigned char)*p);
            n = 1;
        }
        p += n;
        len -= n;
    }
    if (rc) out->len = before;
    return rc;
}

/* Most strings are plain: they take one step. */
static int add_plain(struct buf *out, const char *p, size_t len) {
    char *to = buf_reserve(out, len + 2);
    if (!to) return VK_ELIMIT;
    to[0] = '"';
    if (len) memcpy(to + 1, p, len);
    to[len + 1] = '"';
    out->len += len + 2;
    return 0;
}

int resp_quote_add(struct buf *out, const char *p, size_t len) {
    const size_t before = out->len;
    if (len < RESP_QUOTE_MAX && plain_run(p, len) == len) return add_plain(out, p, len);
    int rc = buf_addc(out, '"');
    if (!rc) rc = resp_quote_body(out, p, len);
    if (!rc) rc = buf_addc(out, '"');
    if (rc) out->len = before;
    return rc;
}
