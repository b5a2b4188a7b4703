/* SPDX-License-Identifier: BSD-3-Clause */
/* See bulk_encode.h. Lines without quotes, nearly all, are split where they lie. */
#include "bulk_encode.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bulk_refuse.h"
#include "resp/write.h"

enum { PLAIN_WORDS = 64, HEADER_MAX = STR_INT_MAX + 3 };

void bulk_encode_init(struct bulk_encoder *c) {
    *c = (struct bulk_encoder){.csv = NULL};
    bulk_template_init(&c->tmpl);
    bulk_csv_fields_init(&c->fields);
    resp_quote_init(&c->args);
}

void bulk_encode_release(struct bulk_encoder *c) {
    bulk_template_release(&c->tmpl);
    bulk_csv_fields_release(&c->fields);
    resp_quote_release(&c->args);
}

int bulk_encode_begin(struct bulk_encoder *c, const char *tmpl, const struct bulk_input *in,
                      struct err *e) {
    const struct buf *header = &in->header_text;
    struct bulk_csv_fields names;
    c->csv = &in->csv;
    if (!tmpl) return 0;
    bulk_csv_fields_init(&names);
    if (header->len) bulk_csv_split(c->csv, header->p, header->len, &names);
    int code = bulk_template_parse(&c->tmpl, tmpl, header->len ? &names : NULL, e);
    bulk_csv_fields_release(&names);
    return code;
}

/* ---- lines ---- */

struct span {
    const char *p;
    size_t len;
};

enum { BLANK = 1, ENDS = 2, QUOTE = 4 }; /* between words; ends a bare one; see resp/quote.h */

static const uint8_t classes[256] = {
    [' '] = BLANK | ENDS, ['\t'] = BLANK | ENDS, ['\n'] = BLANK | ENDS, ['\r'] = BLANK | ENDS,
    ['\v'] = BLANK,       ['\f'] = BLANK,        ['"'] = QUOTE,         ['\''] = QUOTE,
};

static inline unsigned class_of(char c) {
    return classes[(unsigned char)c];
}

/* The words of a line that ends with a newline; -1 when that takes more than this. */
static int split_plain(const char *p, size_t len, struct span *words) {
    const char *end = p + len;
    int n = 0;
    for (;;) {
        while (p < end && class_of(*p) & BLANK)
            p++;
        if (p == end) return n;
        const char *from = p;
        while (!(class_of(*p) & (ENDS | QUOTE)))
            p++;
        if (class_of(*p) & QUOTE || n == PLAIN_WORDS) return -1;
        words[n++] = (struct span){from, (size_t)(p - from)};
    }
}

static inline char *put_header(char *to, char type, size_t n) {
    *to++ = type;
    if (n < 10)
        *to++ = (char)('0' + n);
    else
        to += str_put_u64(to, n);
    *to++ = '\r';
    *to++ = '\n';
    return to;
}

static int put_words(struct buf *out, const struct span *words, int n, size_t len, struct err *e) {
    char *at = buf_reserve(out, len + (size_t)(n + 1) * HEADER_MAX), *to = at;
    if (!at) return err_set(e, VK_ELIMIT, "the command is too long");
    to = put_header(to, '*', (size_t)n);
    for (int i = 0; i < n; i++) {
        to = put_header(to, '$', words[i].len);
        memcpy(to, words[i].p, words[i].len);
        to += words[i].len;
        *to++ = '\r';
        *to++ = '\n';
    }
    out->len += (size_t)(to - at);
    return 1;
}

static int encode_line(struct bulk_encoder *c, const char *p, size_t len, struct buf *out,
                       struct err *e) {
    struct span words[PLAIN_WORDS];
    if (*p == '#') return 0;
    int n = split_plain(p, len, words);
    if (n == 0) return 0;
    if (n > 0) return put_words(out, words, n, len, e);
    len--;
    if (len && p[len - 1] == '\r') len--;
    int code = resp_quote_split(&c->args, p, len, e);
    if (code == 0) code = resp_write_argv(out, c->args.argc, c->args.argv, c->args.lens);
    return code < 0 ? code : c->args.argc > 0;
}

/* ---- records ---- */

static bool is_empty(const char *p, size_t len) {
    return len == 1 || (len == 2 && *p == '\r');
}

static int encode_csv(struct bulk_encoder *c, const char *p, size_t len, struct buf *out,
                      struct err *e) {
    if (is_empty(p, len)) return 0;
    bulk_csv_split(c->csv, p, len, &c->fields);
    int code = bulk_template_fill(&c->tmpl, &c->fields, out, e);
    return code < 0 ? code : 1;
}

static int encode(struct bulk_encoder *c, const struct bulk_record *r, const char *p,
                  struct buf *out, struct err *e) {
    switch ((enum bulk_kind)r->kind) {
    case BULK_ARRAY:
        if (p[1] <= '0') return 0; /* *0, *-1 */
        return buf_add(out, p, r->len) < 0 ? err_set(e, VK_ELIMIT, "too long") : 1;
    case BULK_LINE: return encode_line(c, p, r->len, out, e);
    case BULK_CSV: return encode_csv(c, p, r->len, out, e);
    case BULK_TEXT_BEHIND: return err_set(e, VK_EPARSE, "text right behind a closing quote");
    case BULK_NEVER_CLOSED: return err_set(e, VK_EPARSE, "a quote that is never closed");
    }
    return VK_EPARSE;
}

int bulk_encode(struct bulk_encoder *c, const struct bulk_record *r, const char *p, struct buf *out,
                struct err *e) {
    size_t before = out->len;
    int code = encode(c, r, p, out, e);
    const char *why = code > 0 ? bulk_refuse(out->p + before, out->len - before) : NULL;
    if (!why) return code;
    out->len = before;
    return err_set(e, VK_ESTATE, "not sent: %s", why);
}

void bulk_encode_words(struct bulk_words *w, const char *p, size_t len) {
    const char *arg;
    size_t n, at = 0;
    w->argc = 0;
    while (resp_framer_arg(p, len, &at, &arg, &n)) {
        if (w->argc == w->cap) {
            w->cap = w->cap ? 2 * w->cap : 16;
            w->argv = mem_realloc(w->argv, (size_t)w->cap, sizeof *w->argv);
            w->lens = mem_realloc(w->lens, (size_t)w->cap, sizeof *w->lens);
        }
        w->argv[w->argc] = arg;
        w->lens[w->argc++] = n;
    }
}

void bulk_encode_words_release(struct bulk_words *w) {
    free(w->argv);
    free(w->lens);
    *w = (struct bulk_words){0};
}
