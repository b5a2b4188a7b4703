/* SPDX-License-Identifier: BSD-3-Clause */
/* See bulk_template.h. */
#include "bulk_template.h"

#include <stdlib.h>
#include <string.h>

#include "base/safe.h"
#include "base/str.h"

enum { FIELDS_MAX = 1 << 16, NAME_SHOWN = 64, HEADER_MAX = 2 * STR_INT_MAX };

void bulk_template_init(struct bulk_template *t) {
    *t = (struct bulk_template){.n_pieces = 0};
    resp_quote_init(&t->words);
}

void bulk_template_release(struct bulk_template *t) {
    resp_quote_release(&t->words);
    free(t->pieces);
}

static void add(struct bulk_template *t, int field, const char *p, size_t len) {
    if (t->n_pieces == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 16;
        t->pieces = mem_realloc(t->pieces, (size_t)t->cap, sizeof *t->pieces);
    }
    t->pieces[t->n_pieces++] = (struct bulk_template_piece){field, p, len, false};
    if (field >= t->n_fields) t->n_fields = field + 1;
}

static int unknown(const char *name, size_t len, const char *why, struct err *e) {
    struct buf shown;
    buf_init(&shown, 4 * NAME_SHOWN + 1);
    safe_add(&shown, name, len < NAME_SHOWN ? len : NAME_SHOWN, false);
    err_set(e, VK_EUSAGE, "--template: {%s}: %s", buf_cstr(&shown), why);
    buf_release(&shown);
    return VK_EUSAGE;
}

/* The number, from 0, of the field that stands in braces. */
static int find_field(const char *name, size_t len, const struct bulk_csv_fields *header,
                      int *field, struct err *e) {
    int64_t number;
    for (int i = 0; header && i < header->n; i++) {
        if (header->lens[i] != len || memcmp(header->p[i], name, len) != 0) continue;
        *field = i;
        return 0;
    }
    if (str_to_i64(name, len, &number) < 0)
        return unknown(name, len, header ? "no field of that name" : "names need --header", e);
    if (number < 1 || number > FIELDS_MAX)
        return unknown(name, len, "fields are counted from 1", e);
    *field = (int)number - 1;
    return 0;
}

static int take_word(struct bulk_template *t, const char *p, size_t len,
                     const struct bulk_csv_fields *header, struct err *e) {
    const char *end = p + len, *text = p;
    int field = -1;
    while ((p = memchr(p, '{', (size_t)(end - p)))) {
        add(t, -1, text, (size_t)(p - text));
        if (p + 1 < end && p[1] == '{') {
            text = p + 1; /* the second one is the brace */
            p += 2;
            continue;
        }
        const char *close = memchr(p, '}', (size_t)(end - p));
        if (!close) return err_set(e, VK_EUSAGE, "--template: '{' without '}' ({{ is a brace)");
        int code = find_field(p + 1, (size_t)(close - p - 1), header, &field, e);
        if (code < 0) return code;
        add(t, field, NULL, 0);
        text = p = close + 1;
    }
    add(t, -1, text, (size_t)(end - text));
    t->pieces[t->n_pieces - 1].last = true;
    return 0;
}

int bulk_template_parse(struct bulk_template *t, const char *text,
                        const struct bulk_csv_fields *header, struct err *e) {
    struct err why;
    t->n_pieces = t->n_fields = 0;
    int code = resp_quote_split(&t->words, text, strlen(text), &why);
    if (code < 0) return err_set(e, VK_EUSAGE, "--template: %s", why.text);
    if (!t->words.argc) return err_set(e, VK_EUSAGE, "--template is empty");
    for (int i = 0; i < t->words.argc && code == 0; i++)
        code = take_word(t, t->words.argv[i], t->words.lens[i], header, e);
    return code;
}

static char *put_header(char *to, char type, size_t n) {
    *to++ = type;
    to += str_put_u64(to, n);
    *to++ = '\r';
    *to++ = '\n';
    return to;
}

static void fill_piece(struct bulk_template_piece *piece, const struct bulk_csv_fields *fields) {
    if (piece->field < 0) return;
    piece->p = fields->p[piece->field];
    piece->len = fields->lens[piece->field];
}

/* Bytes of all words, and of the headers at most. */
static size_t room_for(const struct bulk_template *t, const struct bulk_csv_fields *fields) {
    size_t n = HEADER_MAX * ((size_t)t->words.argc + 1);
    for (int i = 0; i < t->n_pieces; i++) {
        struct bulk_template_piece piece = t->pieces[i];
        fill_piece(&piece, fields);
        n += piece.len;
    }
    return n;
}

/* The word whose pieces begin with number i; returns the number behind them. */
static int put_word(const struct bulk_template *t, const struct bulk_csv_fields *fields, int i,
                    char **to) {
    struct bulk_template_piece piece;
    size_t len = 0;
    int k = i;
    do {
        piece = t->pieces[k++];
        fill_piece(&piece, fields);
        len += piece.len;
    } while (!piece.last);
    *to = put_header(*to, '$', len);
    for (; i < k; i++) {
        piece = t->pieces[i];
        fill_piece(&piece, fields);
        if (piece.len) memcpy(*to, piece.p, piece.len);
        *to += piece.len;
    }
    memcpy(*to, "\r\n", 2);
    *to += 2;
    return k;
}

int bulk_template_fill(const struct bulk_template *t, const struct bulk_csv_fields *fields,
                       struct buf *out, struct err *e) {
    if (fields->n < t->n_fields)
        return err_set(e, VK_EPARSE, "%d field%s, and the template wants %d", fields->n,
                       fields->n == 1 ? "" : "s", t->n_fields);
    char *at = buf_reserve(out, room_for(t, fields)), *to = at;
    if (!at) return err_set(e, VK_ELIMIT, "the command is too long");
    to = put_header(to, '*', (size_t)t->words.argc);
    for (int i = 0; i < t->n_pieces;)
        i = put_word(t, fields, i, &to);
    out->len += (size_t)(to - at);
    return 0;
}
