/* SPDX-License-Identifier: BSD-3-Clause */
/* A sheet as JSON: names for everything, numbers as numbers. */
#include <string.h>

#include "base/str.h"
#include "ui/jsonw.h"
#include "ui/sheet.h"

static bool is_separator(char c) {
    return c == ' ' || c == ',';
}

/* The next word of *p[0..end), NULL when there is none; *len is its length. */
static const char *next_word(const char **p, const char *end, size_t *len) {
    while (*p < end && is_separator(**p))
        (*p)++;
    const char *from = *p;
    while (*p < end && !is_separator(**p))
        (*p)++;
    *len = (size_t)(*p - from);
    return *len ? from : NULL;
}

static void put_words(struct buf *out, const char *p, size_t n) {
    const char *end = p + n, *word;
    size_t len;
    buf_addc(out, '[');
    while ((word = next_word(&p, end, &len))) {
        jsonw_separate(out);
        jsonw_string(out, word, len);
    }
    buf_addc(out, ']');
}

static void put_cell(struct buf *out, const struct sheet_cell *c);

/* Split at the last '=' of each part; a part without one is true. */
static void put_pairs(struct buf *out, const char *p, size_t n) {
    struct sheet one;
    const char *end = p + n;
    sheet_init(&one, 0);
    while (p < end) {
        const char *comma = memchr(p, ',', (size_t)(end - p)), *to = comma ? comma : end;
        const char *equals = memrchr(p, '=', (size_t)(to - p));
        if (equals)
            sheet_typed(&one, p, (size_t)(equals - p), equals + 1, (size_t)(to - equals - 1));
        else
            sheet_add(&one, p, (size_t)(to - p), SHEET_BOOL, "true", 4);
        p = to + 1;
    }
    buf_addc(out, '{');
    for (size_t i = 0; i < one.n; i++) {
        jsonw_name(out, one.cells[i].name, one.cells[i].name_len);
        put_cell(out, &one.cells[i]);
    }
    buf_addc(out, '}');
    sheet_release(&one);
}

static void put_tree(struct buf *out, const struct reply *r);

/* A map's key that is no string is written in its digits, an aggregate as "?". */
static void put_name(struct buf *out, const struct reply *r) {
    char number[STR_INT_MAX];
    if (r->type == RESP_INT)
        jsonw_name(out, number, str_put_i64(number, r->n));
    else if (r->p)
        jsonw_name(out, r->p, r->len);
    else
        jsonw_name(out, "?", 1);
}

static void put_aggregate(struct buf *out, const struct reply *r) {
    bool map = r->type == RESP_MAP;
    buf_addc(out, map ? '{' : '[');
    for (const struct reply *at = r->child; at; at = at->next) {
        if (map && at->next) {
            put_name(out, at);
            at = at->next;
        } else {
            jsonw_separate(out);
        }
        put_tree(out, at);
    }
    buf_addc(out, map ? '}' : ']');
}

static void put_tree(struct buf *out, const struct reply *r) {
    struct sheet one;
    if (resp_read_is_aggregate(r->type)) {
        put_aggregate(out, r);
        return;
    }
    sheet_init(&one, 0);
    sheet_reply(&one, "", r);
    put_cell(out, &one.cells[0]);
    sheet_release(&one);
}

static void put_cell(struct buf *out, const struct sheet_cell *c) {
    switch (c->kind) {
    case SHEET_NUMBER:
    case SHEET_BOOL: buf_add(out, c->p, c->len); break;
    case SHEET_NIL: buf_adds(out, "null"); break;
    case SHEET_WORDS: put_words(out, c->p, c->len); break;
    case SHEET_PAIRS: put_pairs(out, c->p, c->len); break;
    case SHEET_TREE: put_tree(out, c->tree); break;
    case SHEET_ERROR:
    case SHEET_TEXT: jsonw_string(out, c->p, c->len); break;
    case SHEET_SECTION: break; /* put_row */
    }
}

static void put_row(const struct sheet *s, size_t from, size_t to, struct buf *out) {
    bool section = false;
    buf_addc(out, '{');
    for (size_t i = from; i < to; i++) {
        const struct sheet_cell *c = &s->cells[i];
        if (c->kind == SHEET_SECTION && section) buf_addc(out, '}');
        jsonw_name(out, c->name, c->name_len);
        if (c->kind == SHEET_SECTION)
            buf_addc(out, '{');
        else
            put_cell(out, c);
        section |= c->kind == SHEET_SECTION;
    }
    if (section) buf_addc(out, '}');
    buf_addc(out, '}');
}

void sheet_json_object(const struct sheet *s, struct buf *out) {
    put_row(s, 0, s->n, out);
}

void sheet_json_array(const struct sheet *s, struct buf *out) {
    buf_addc(out, '[');
    for (size_t i = 0; i < s->n_rows; i++) {
        jsonw_separate(out);
        put_row(s, s->rows[i], i + 1 < s->n_rows ? s->rows[i + 1] : s->n, out);
    }
    buf_addc(out, ']');
}
