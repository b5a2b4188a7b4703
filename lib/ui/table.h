/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables for a terminal: aligned columns under headers, numbers to the right, cells cut with an
 * ellipsis where the terminal is too narrow; or, expanded, one field a line and nothing cut.
 * Whatever the cells hold, no byte of it can drive the terminal. */
#ifndef UI_TABLE_H
#define UI_TABLE_H

#include "ui/colour.h"

enum {
    TABLE_COLUMNS_MAX = 256,
    TABLE_TEXT_MAX = 1 << 30, /* bytes of all cells, escaped */
};

struct table_cell {
    size_t at;  /* in text */
    size_t len; /* escaped */
    int columns;
    uint8_t colour; /* enum colour; COLOUR_NUMBER stands right */
};

struct table_layout {
    int width[TABLE_COLUMNS_MAX];
    bool right[TABLE_COLUMNS_MAX]; /* a column of numbers */
    bool id[TABLE_COLUMNS_MAX];    /* of nodes' ids, which are cut before all others */
    bool cut;                      /* texts are cut to their columns */
    bool expanded;
};

struct table {
    size_t n_columns; /* at least 1 */
    size_t n, cap;    /* cells; the first n_columns are the headers */
    struct table_cell *cells;
    struct buf text;
    struct table_layout layout; /* since the first table_render */
    bool laid_out;
    size_t n_given; /* rows that were rendered, and are gone */
};

struct table_opts {
    int columns;   /* of the terminal, 0 = any number */
    bool expanded; /* one field a line; done unasked when the columns do not fit */
    bool colour;
    bool (*more_wanted)(const void *arg); /* after each line, or NULL; false: it was the last one */
    const void *arg;
};

/* A table of so many columns, 1 to TABLE_COLUMNS_MAX. */
void table_init(struct table *t, size_t n_columns);
void table_release(struct table *t);
/* The next cell, from left to right, row by row, the headers first; p[0..len) is copied. A table
 * that is full drops cells from there on, and table_render says VK_ELIMIT. */
void table_add(struct table *t, enum colour c, const char *p, size_t len);
void table_adds(struct table *t, enum colour c, const char *text);
/* Rows that are whole, the headers not counted. */
size_t table_rows(const struct table *t);
/* Append the table's lines, and drop its rows. Further rows may follow, for a further call: they
 * are laid out as the first ones were; what turns out to be wider stands out of its column. 0, or
 * VK_ELIMIT when it did not fit into out or into the table. */
int table_render(struct table *t, const struct table_opts *o, struct buf *out) MUST_CHECK;

#endif
