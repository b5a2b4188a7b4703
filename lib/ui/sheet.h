/* SPDX-License-Identifier: BSD-3-Clause */
/* Records: what a reply says, as rows of named and typed cells. Those who know a command's reply
 * fill a sheet; it is shown as a table or as names and values, or written as JSON. Names and texts
 * are borrowed from the reply, or live in the sheet's arena. */
#ifndef UI_SHEET_H
#define UI_SHEET_H

#include "resp/reply.h"
#include "ui/table.h"

enum sheet_kind {
    SHEET_TEXT,
    SHEET_NUMBER, /* its text is a JSON number */
    SHEET_BOOL,   /* text "true" or "false" */
    SHEET_NIL,
    SHEET_ERROR,
    SHEET_WORDS,   /* a list in a text: words between blanks or commas */
    SHEET_PAIRS,   /* names and values in a text: keys=1,expires=0 */
    SHEET_TREE,    /* an aggregate of the reply */
    SHEET_SECTION, /* the cells from here on are its members; the text is its heading */
};

struct sheet_cell {
    const char *name, *p; /* p: see kind */
    size_t name_len, len;
    const char *shown; /* for people beside or in place of p, a C string; NULL = nothing */
    const struct reply *tree;
    enum sheet_kind kind;
};

struct sheet {
    struct arena arena;
    struct sheet_cell *cells;
    size_t n, cap;
    size_t *rows; /* rows[i] is the first cell of row i */
    size_t n_rows, rows_cap;
    size_t max_rows;     /* rows beyond are counted and not kept */
    size_t total;        /* rows there are, those not kept included */
    const char *caption; /* in front of a table behind the count, a C string; NULL = nothing */
    bool for_people;     /* not for JSON: it may be put in other words */
    bool single;         /* one record after all: shown as names and values */
    bool no_count;       /* in front of a table: nothing */
    bool skipping;       /* the row under way is one of these */
};

/* max_rows 0 = any number. */
void sheet_init(struct sheet *s, size_t max_rows);
void sheet_release(struct sheet *s);
/* The cells that follow belong to a new row; false: to none, they are dropped. */
bool sheet_row(struct sheet *s);

/* Cells. The C strings are borrowed, too. */
void sheet_add(struct sheet *s, const char *name, size_t name_len, enum sheet_kind kind,
               const char *p, size_t len);
void sheet_text(struct sheet *s, const char *name, const char *p, size_t len);
/* A number when the text is one, else a text. */
void sheet_typed(struct sheet *s, const char *name, size_t name_len, const char *p, size_t len);
void sheet_int(struct sheet *s, const char *name, int64_t n);
void sheet_nil(struct sheet *s, const char *name);
void sheet_reply(struct sheet *s, const char *name, const struct reply *r);
void sheet_reply_named(struct sheet *s, const char *name, size_t name_len, const struct reply *r);
/* What people see of the last cell. */
void sheet_show(struct sheet *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same into text: false, for times out of range. */
bool sheet_time(int64_t unix_s, char *text, size_t cap);
void sheet_show_time(struct sheet *s, int64_t unix_s); /* in UTC; nothing for times out of range */
void sheet_show_bytes(struct sheet *s, int64_t n);     /* 1.5 MiB; nothing for less than 1024 */
/* A C string in the arena. */
char *sheet_keep(struct sheet *s, const struct buf *b);

/* sheet_json.c: one row as an object, or all rows as an array of objects. No line end. */
void sheet_json_object(const struct sheet *s, struct buf *out);
void sheet_json_array(const struct sheet *s, struct buf *out);

/* sheet_table.c: the caption or count, the table of all rows, "... N more". brief names the columns
 * that are shown (a list that ends with NULL), NULL = all; expanded shows all of them. Columns are
 * as wide as the first 1000 rows want them. */
int sheet_table(const struct sheet *s, const struct table_opts *o, const char *const *brief,
                struct buf *out) MUST_CHECK;
/* The one-line text of a cell, and its colour. */
enum colour sheet_table_cell(const struct sheet_cell *c, struct buf *text);

#endif
