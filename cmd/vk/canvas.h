/* SPDX-License-Identifier: BSD-3-Clause */
/* A frame of a full-screen view: rows of pieces of text, each cut to the room that is left, so that
 * nothing wraps or scrolls, however small the terminal. Pure. */
#ifndef VK_CANVAS_H
#define VK_CANVAS_H

#include "ui/colour.h"

struct canvas {
    struct buf *out; /* borrowed */
    int rows, columns;
    int row, column; /* where the next piece goes; row = rows: it is full */
    bool colour;
    bool reversed; /* the present row is */
};

/* An empty frame; it is drawn over the one before it. */
void canvas_begin(struct canvas *c, struct buf *out, int rows, int columns, bool colour);
/* Our own text, without control characters. */
void canvas_put(struct canvas *c, enum colour colour, const char *text);
void canvas_putf(struct canvas *c, enum colour colour, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Foreign text, at most so many columns; filled up when `pad` is set. */
void canvas_foreign(struct canvas *c, enum colour colour, const char *text, int columns, bool pad);
/* Our own text at the right end, if there is room. */
void canvas_right(struct canvas *c, enum colour colour, const char *text);
/* The present row stands out, where there are colours: from its beginning to canvas_next. */
void canvas_reverse(struct canvas *c);
/* The row is over. */
void canvas_next(struct canvas *c);
/* Empty rows up to this one. */
void canvas_down(struct canvas *c, int row);
static inline int canvas_left(const struct canvas *c) {
    return c->columns - c->column;
}

#endif
