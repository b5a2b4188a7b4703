/* SPDX-License-Identifier: BSD-3-Clause */
/* Cells and tables of the reports for people. */
#ifndef VK_KEYS_PEN_H
#define VK_KEYS_PEN_H

#include "keys_report.h"
#include "ui/table.h"

enum { KEYS_PEN_CELL_MAX = 1 << 15 };

struct keys_pen {
    const struct keys_report *r; /* NULL in --hotkeys */
    const struct keys_report_look *l;
    struct buf *out;
    struct buf cell; /* the text of the next keys_pen_give */
};

/* There is room for the most necessary alone. */
bool keys_pen_is_narrow(const struct keys_pen *p);
/* A line of its own, with an empty one in front of it. */
void keys_pen_title(struct keys_pen *p, const char *text);
/* A table begins; it ends with keys_pen_finish, which cuts it to so many columns, 0 = does not. */
void keys_pen_heads(struct table *t, const char *const *names, int n);
void keys_pen_finish(struct keys_pen *p, struct table *t, int columns);

/* Cells: what is in p->cell, which is empty then; numbers. */
void keys_pen_give(struct keys_pen *p, struct table *t, enum colour c);
void keys_pen_count(struct keys_pen *p, struct table *t, uint64_t n);
void keys_pen_bytes(struct keys_pen *p, struct table *t, uint64_t n);
void keys_pen_amount(struct keys_pen *p, struct table *t, bool bytes, uint64_t n);
void keys_pen_share(struct keys_pen *p, struct table *t, uint64_t part, uint64_t whole);
void keys_pen_none(struct table *t);

/* keys_report_lists.c: what there is of each type, by memory or by elements; the first keys of each
 * type. */
void keys_report_types(struct keys_pen *p, bool memory);
void keys_report_tops(struct keys_pen *p);

#endif
