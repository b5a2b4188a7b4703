/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables. Cells are escaped when they come, so that their widths are known before the first line is
 * printed. Columns of numbers keep their width (a number that is cut lies); the others share what
 * is left, the widest giving first. */
#include "ui/table.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/safe.h"
#include "base/str.h"
#include "ui/width.h"

enum {
    GAP = 2,       /* blanks between columns */
    LEAST = 8,     /* columns that a cell of text is cut to at least */
    PAD_MAX = 256, /* a wider cell stands out of its column: padding the others would fill memory */
    FIRST_CELLS = 64,
};

/* What a table is drawn with. */
struct pen {
    const struct table_opts *o;
    struct buf *out;
    struct table_layout *layout;
};

void table_init(struct table *t, size_t n_columns) {
    assert(n_columns >= 1 && n_columns <= TABLE_COLUMNS_MAX);
    *t = (struct table){.n_columns = n_columns};
    buf_init(&t->text, TABLE_TEXT_MAX);
}

void table_release(struct table *t) {
    free(t->cells);
    buf_release(&t->text);
    *t = (struct table){0};
}

void table_add(struct table *t, enum colour c, const char *p, size_t len) {
    size_t at = t->text.len;
    if (t->text.over || (len && safe_add(&t->text, p, len, false) < 0)) return;
    if (t->n == t->cap) {
        t->cap = t->cap ? t->cap * 2 : FIRST_CELLS;
        t->cells = mem_realloc(t->cells, t->cap, sizeof *t->cells);
    }
    t->cells[t->n++] = (struct table_cell){
        .at = at,
        .len = t->text.len - at,
        .columns = len ? width_columns(t->text.p + at, t->text.len - at) : 0,
        .colour = (uint8_t)c,
    };
}

void table_adds(struct table *t, enum colour c, const char *text) {
    table_add(t, c, text, strlen(text));
}

size_t table_rows(const struct table *t) {
    size_t n = t->n / t->n_columns;
    return n ? n - 1 : 0;
}

static const struct table_cell *cell_at(const struct table *t, size_t row, size_t column) {
    return &t->cells[row * t->n_columns + column];
}

/* --- the layout ------------------------------------------------------------------------------- */

/* A node's id, as clusters have them: its first characters tell it from others. */
static bool is_id(const struct table *t, const struct table_cell *c) {
    enum { ID_LEN = 40 };
    size_t i = 0;
    while (i < ID_LEN && c->len == ID_LEN && str_hex(t->text.p[c->at + i]) >= 0)
        i++;
    return i == ID_LEN;
}

/* A column's natural width, and whether it is one of numbers (holes and nil are no matter). */
static void measure(struct pen *l, const struct table *t, size_t column) {
    bool number = false, text = false, id = false;
    int width = cell_at(t, 0, column)->columns;
    for (size_t row = 1; row <= table_rows(t); row++) {
        const struct table_cell *c = cell_at(t, row, column);
        if (c->columns > width) width = c->columns;
        number |= c->colour == COLOUR_NUMBER;
        text |= c->colour != COLOUR_NUMBER && c->colour != COLOUR_NIL && c->len;
        id |= is_id(t, c);
    }
    l->layout->width[column] = width;
    l->layout->right[column] = number && !text;
    l->layout->id[column] = id;
}

static int width_under(const struct pen *l, size_t column, int cap) {
    return l->layout->right[column] || l->layout->width[column] < cap ? l->layout->width[column]
                                                                      : cap;
}

static int64_t sum_under(const struct pen *l, size_t n_columns, int cap) {
    int64_t sum = (int64_t)(n_columns - 1) * GAP;
    for (size_t i = 0; i < n_columns; i++)
        sum += width_under(l, i, cap);
    return sum;
}

static void shrink_ids(struct pen *l, size_t n_columns) {
    while (sum_under(l, n_columns, INT_MAX) > l->o->columns) {
        bool any = false;
        for (size_t i = 0; i < n_columns; i++)
            if (l->layout->id[i] && l->layout->width[i] > LEAST) any = l->layout->width[i]--;
        if (!any) return;
    }
}

/* The widths under which a line fits into the terminal. False when there are none. */
static bool fit(struct pen *l, size_t n_columns) {
    int low = LEAST, high = l->o->columns;
    if (sum_under(l, n_columns, INT_MAX) <= l->o->columns) return true;
    l->layout->cut = true;
    shrink_ids(l, n_columns);
    if (sum_under(l, n_columns, INT_MAX) <= l->o->columns) return true;
    if (high < low || sum_under(l, n_columns, low) > l->o->columns) return false;
    while (low < high) { /* the greatest cap that fits */
        int cap = high - (high - low) / 2;
        if (sum_under(l, n_columns, cap) <= l->o->columns)
            low = cap;
        else
            high = cap - 1;
    }
    for (size_t i = 0; i < n_columns; i++)
        l->layout->width[i] = width_under(l, i, low);
    return true;
}

static void put_blanks(struct buf *out, int n) {
    char *to = n > 0 ? buf_reserve(out, (size_t)n) : NULL;
    if (!to) return;
    memset(to, ' ', (size_t)n);
    out->len += (size_t)n;
}

static bool more_wanted(const struct pen *l) {
    return !l->out->over && (!l->o->more_wanted || l->o->more_wanted(l->o->arg));
}

/* --- rows and columns ------------------------------------------------------------------------- */

/* The text cut to width; the columns that it takes. */
static int put_text(struct pen *l, const struct table *t, const struct table_cell *c, int width,
                    enum colour colour) {
    const char *p = t->text.p + c->at;
    int taken = c->columns;
    colour_begin(l->out, l->o->colour && c->len, colour);
    if (taken <= width) {
        if (c->len) buf_add(l->out, p, c->len);
    } else {
        buf_add(l->out, p, width_fit(p, c->len, width - 1, &taken));
        buf_adds(l->out, "…");
        taken++;
    }
    colour_end(l->out, l->o->colour && c->len, colour);
    return taken;
}

static void put_row(struct pen *l, const struct table *t, size_t row) {
    int owed = 0; /* blanks that only a further cell makes necessary */
    for (size_t i = 0; i < t->n_columns; i++) {
        const struct table_cell *c = cell_at(t, row, i);
        int width = l->layout->width[i], column = width < PAD_MAX ? width : PAD_MAX;
        int before = l->layout->right[i] ? column - c->columns : 0;
        if (before < 0) before = 0;
        if (c->len) put_blanks(l->out, owed + before);
        int most = l->layout->cut && !l->layout->right[i] ? width : INT_MAX;
        int taken = put_text(l, t, c, most, row ? (enum colour)c->colour : COLOUR_HEAD);
        if (c->len)
            owed = GAP + (taken + before < column ? column - taken - before : 0);
        else
            owed += GAP + column;
    }
    buf_addc(l->out, '\n');
}

/* --- expanded --------------------------------------------------------------------------------- */

static void put_record_head(struct pen *l, size_t row) {
    char text[STR_INT_MAX + 16] = "-[ ";
    size_t n = 3 + str_put_u64(text + 3, row);
    memcpy(text + n, " ]-", 4);
    colour_puts(l->out, l->o->colour, COLOUR_ASIDE, text);
    buf_addc(l->out, '\n');
}

static void put_record(struct pen *l, const struct table *t, size_t row, int names) {
    if (t->n_given + table_rows(t) > 1) put_record_head(l, t->n_given + row);
    for (size_t i = 0; i < t->n_columns; i++) {
        const struct table_cell *name = cell_at(t, 0, i), *c = cell_at(t, row, i);
        if (!c->len) continue; /* a field that this record has not */
        int taken = put_text(l, t, name, INT_MAX, COLOUR_FIELD);
        put_blanks(l->out, names - taken + GAP);
        put_text(l, t, c, INT_MAX, (enum colour)c->colour);
        buf_addc(l->out, '\n');
    }
}

static void put_records(struct pen *l, const struct table *t) {
    int names = 0;
    for (size_t i = 0; i < t->n_columns; i++) {
        int columns = cell_at(t, 0, i)->columns;
        if (columns > names && columns <= PAD_MAX) names = columns;
    }
    for (size_t row = 1; row <= table_rows(t) && more_wanted(l); row++)
        put_record(l, t, row, names);
}

/* By the rows that there are; each record stands by itself where no columns fit. */
static void lay_out(struct pen *l, struct table *t) {
    for (size_t i = 0; i < t->n_columns; i++)
        measure(l, t, i);
    l->layout->expanded = l->o->expanded || (l->o->columns > 0 && !fit(l, t->n_columns));
    t->laid_out = true;
}

static void drop_rows(struct table *t) {
    const struct table_cell *last = &t->cells[t->n_columns - 1];
    t->n_given += table_rows(t);
    t->n = t->n_columns;
    t->text.len = last->at + last->len;
}

int table_render(struct table *t, const struct table_opts *o, struct buf *out) {
    struct pen l = {.o = o, .out = out, .layout = &t->layout};
    bool first = !t->laid_out;
    if (t->n < t->n_columns) return t->text.over ? VK_ELIMIT : 0;
    if (first) lay_out(&l, t);
    if (t->layout.expanded)
        put_records(&l, t);
    else
        for (size_t row = !first; row <= table_rows(t) && more_wanted(&l); row++)
            put_row(&l, t, row);
    drop_rows(t);
    return out->over || t->text.over ? VK_ELIMIT : 0;
}
