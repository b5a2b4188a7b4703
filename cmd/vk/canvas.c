/* SPDX-License-Identifier: BSD-3-Clause */
/* See canvas.h. */
#include "canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ui/width.h"

enum { PIECE_BYTES = 1024 };

void canvas_begin(struct canvas *c, struct buf *out, int rows, int columns, bool colour) {
    *c = (struct canvas){.out = out, .rows = rows, .columns = columns, .colour = colour};
    buf_clear(out);
    buf_adds(out, "\x1b[H");
}

static bool is_full(const struct canvas *c) {
    return c->row >= c->rows || c->column >= c->columns;
}

void canvas_put(struct canvas *c, enum colour colour, const char *text) {
    int taken;
    if (is_full(c)) return;
    size_t len = width_fit(text, strlen(text), canvas_left(c), &taken);
    bool coloured = c->colour && !c->reversed;
    colour_begin(c->out, coloured, colour);
    buf_add(c->out, text, len);
    colour_end(c->out, coloured, colour);
    c->column = text[len] ? c->columns : c->column + taken;
}

void canvas_putf(struct canvas *c, enum colour colour, const char *fmt, ...) {
    char text[PIECE_BYTES];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    canvas_put(c, colour, text);
}

void canvas_foreign(struct canvas *c, enum colour colour, const char *text, int columns, bool pad) {
    struct buf piece;
    int room = columns < canvas_left(c) ? columns : canvas_left(c);
    if (is_full(c) || room < 1) return;
    buf_init(&piece, 8 * PIECE_BYTES);
    width_cut(&piece, text, room, pad);
    canvas_put(c, colour, buf_cstr(&piece));
    buf_release(&piece);
}

/* Blanks up to a column. */
static void fill_to(struct canvas *c, int column) {
    while (c->column < column && !is_full(c)) {
        buf_addc(c->out, ' ');
        c->column++;
    }
}

void canvas_right(struct canvas *c, enum colour colour, const char *text) {
    int columns = width_columns(text, strlen(text));
    if (canvas_left(c) <= columns) return;
    fill_to(c, c->columns - columns);
    canvas_put(c, colour, text);
}

void canvas_reverse(struct canvas *c) {
    if (c->row >= c->rows || !c->colour) return;
    c->reversed = true;
    buf_adds(c->out, "\x1b[7m");
}

/* The last row is left without a line end, which would scroll. */
void canvas_next(struct canvas *c) {
    if (c->row >= c->rows) return;
    if (c->reversed) {
        fill_to(c, c->columns);
        buf_adds(c->out, "\x1b[0m");
    }
    if (c->column < c->columns) buf_adds(c->out, "\x1b[K");
    c->reversed = false;
    c->column = 0;
    if (++c->row < c->rows) buf_adds(c->out, "\r\n");
}

void canvas_down(struct canvas *c, int row) {
    while (c->row < row && c->row < c->rows)
        canvas_next(c);
}
