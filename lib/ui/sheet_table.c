/* SPDX-License-Identifier: BSD-3-Clause */
/* A sheet as a table: its columns are the names in the order in which they first come. */
#include <string.h>

#include "ui/oneline.h"
#include "ui/sheet.h"

enum {
    CELL_MAX = 4096,      /* bytes of an aggregate in a cell */
    MEASURED_ROWS = 1000, /* the first ones, to which the columns are laid out */
};

struct columns {
    size_t n;
    const struct sheet_cell *head[TABLE_COLUMNS_MAX]; /* a cell of that name */
};

static bool same_name(const struct sheet_cell *a, const struct sheet_cell *b) {
    return a->name_len == b->name_len &&
           (a->name == b->name || !memcmp(a->name, b->name, a->name_len));
}

/* The column of the row's next cell of that name: rows mostly have the same names in the same
 * order, then it is `hint`. A name that repeats within a row has a column for each time. */
static size_t find(const struct columns *k, const bool *used, const struct sheet_cell *c,
                   size_t hint) {
    if (hint < k->n && !used[hint] && same_name(k->head[hint], c)) return hint;
    size_t i = 0;
    while (i < k->n && (used[i] || !same_name(k->head[i], c)))
        i++;
    return i;
}

static bool is_listed(const struct sheet_cell *c, const char *const *brief) {
    while (*brief && (strlen(*brief) != c->name_len || memcmp(*brief, c->name, c->name_len)))
        brief++;
    return *brief;
}

static size_t row_end(const struct sheet *s, size_t row) {
    return row + 1 < s->n_rows ? s->rows[row + 1] : s->n;
}

static void collect_row(struct columns *k, const struct sheet *s, size_t row,
                        const char *const *brief) {
    bool used[TABLE_COLUMNS_MAX] = {false};
    for (size_t i = s->rows[row], hint = 0; i < row_end(s, row); i++) {
        const struct sheet_cell *c = &s->cells[i];
        if (c->kind == SHEET_SECTION || (brief && !is_listed(c, brief))) continue;
        size_t at = find(k, used, c, hint);
        if (at == TABLE_COLUMNS_MAX) continue;
        if (at == k->n) k->head[k->n++] = c;
        used[at] = true;
        hint = at + 1;
    }
}

/* A double that JSON has no number for. */
static bool is_unlimited(const struct sheet_cell *c) {
    static const char *const words[] = {"inf", "-inf", "nan", "-nan", NULL};
    for (const char *const *word = words; *word; word++)
        if (c->len == strlen(*word) && !memcmp(c->p, *word, c->len)) return true;
    return false;
}

enum colour sheet_table_cell(const struct sheet_cell *c, struct buf *text) {
    switch (c->kind) {
    case SHEET_NIL: buf_adds(text, "(nil)"); return COLOUR_NIL;
    case SHEET_TREE: oneline_reply(text, c->tree, CELL_MAX); return COLOUR_NONE;
    case SHEET_ERROR: oneline_string(text, c->p, c->len); return COLOUR_ERROR;
    case SHEET_NUMBER: oneline_number(text, c->p, c->len); return COLOUR_NUMBER;
    case SHEET_BOOL: buf_add(text, c->p, c->len); return COLOUR_NUMBER;
    default: break;
    }
    if (c->len) oneline_string(text, c->p, c->len);
    return is_unlimited(c) ? COLOUR_NUMBER : COLOUR_NONE;
}

static void add_cell(struct table *t, const struct sheet_cell *c, struct buf *text) {
    buf_clear(text);
    enum colour colour = c ? sheet_table_cell(c, text) : COLOUR_NONE;
    if (c && c->shown)
        table_adds(t, COLOUR_NONE, c->shown);
    else
        table_add(t, colour, text->p, text->len);
}

static void add_row(struct table *t, const struct columns *k, const struct sheet *s, size_t row,
                    struct buf *text) {
    const struct sheet_cell *cells[TABLE_COLUMNS_MAX] = {NULL};
    bool used[TABLE_COLUMNS_MAX] = {false};
    for (size_t i = s->rows[row], hint = 0; i < row_end(s, row); i++) {
        size_t at = find(k, used, &s->cells[i], hint);
        if (at == k->n) continue;
        cells[at] = &s->cells[i];
        used[at] = true;
        hint = at + 1;
    }
    for (size_t i = 0; i < k->n; i++)
        add_cell(t, cells[i], text);
}

static void put_caption(const struct sheet *s, const struct table_opts *o, struct buf *out) {
    colour_begin(out, o->colour, COLOUR_ASIDE);
    buf_addf(out, "(%zu)", s->total);
    if (s->caption) buf_addf(out, " %s", s->caption);
    colour_end(out, o->colour, COLOUR_ASIDE);
    buf_addc(out, '\n');
}

static int put_table(const struct sheet *s, const struct columns *k, const struct table_opts *o,
                     struct buf *out) {
    struct table t;
    struct buf text;
    buf_init(&text, TABLE_TEXT_MAX);
    table_init(&t, k->n);
    for (size_t i = 0; i < k->n; i++)
        table_add(&t, COLOUR_HEAD, k->head[i]->name, k->head[i]->name_len);
    int code = 0;
    for (size_t i = 0; i < s->n_rows && code == 0; i++) {
        add_row(&t, k, s, i, &text);
        if (table_rows(&t) == MEASURED_ROWS) code = table_render(&t, o, out);
    }
    if (code == 0) code = table_render(&t, o, out);
    table_release(&t);
    buf_release(&text);
    return code;
}

int sheet_table(const struct sheet *s, const struct table_opts *o, const char *const *brief,
                struct buf *out) {
    struct columns k = {0};
    if (!s->no_count) put_caption(s, o, out);
    for (size_t i = 0; i < s->n_rows; i++)
        collect_row(&k, s, i, o->expanded ? NULL : brief);
    int code = k.n ? put_table(s, &k, o, out) : 0;
    if (s->total > s->n_rows) {
        colour_begin(out, o->colour, COLOUR_ASIDE);
        buf_addf(out, "... %zu more", s->total - s->n_rows);
        colour_end(out, o->colour, COLOUR_ASIDE);
        buf_addc(out, '\n');
    }
    return code < 0 || out->over ? VK_ELIMIT : 0;
}
