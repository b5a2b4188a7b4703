/* SPDX-License-Identifier: BSD-3-Clause */
/* The line that is being typed, as it stands on a terminal: over as many rows as it takes,
 * coloured, with a grey hint behind it and more rows below. Pure: what is to be written comes out
 * as bytes. Nothing typed or pasted drives the terminal. */
#ifndef UI_LINEVIEW_H
#define UI_LINEVIEW_H

#include "base/buf.h"

enum { LINEVIEW_ROWS_MAX = 512 }; /* of a screen; a higher one is used in part */

/* Bytes from..to of the line are shown in `colour` (digits of an SGR sequence). Spans are in order
 * and do not overlap. */
struct lineview_span {
    size_t from, to;
    const char *colour;
};

struct lineview_text {
    const char *prompt;  /* UTF-8; colour sequences take no room; newlines are obeyed */
    const char *further; /* in grey before what follows a newline of the line; "" = nothing */
    const char *line;
    size_t len, cursor; /* in bytes */
    const struct lineview_span *spans;
    int n_spans;
    const char *hint;  /* shown in grey behind the line, cut at the end of its row; "" = none */
    const char *below; /* fewer rows than the screen has, narrower, safe, a newline behind each */
};

/* What is on the screen since the last lineview_draw. Zeros = nothing. */
struct lineview {
    int row, rows; /* of the cursor, counted from the first; how many there are */
    int top;       /* the line's first row that is shown, when it is higher than the screen */
    int column;    /* of the cursor */
    int columns;   /* of the screen, when it was drawn */
    uint16_t widths[LINEVIEW_ROWS_MAX]; /* columns that each row takes */
};

/* Draw it over what v says is there, on a screen of that size (which may have changed since). */
void lineview_draw(struct lineview *v, const struct lineview_text *t, int columns, int rows,
                   struct buf *out);
/* Take it off the screen: the cursor is then where the first row began. columns: of the screen. */
void lineview_clear(struct lineview *v, int columns, struct buf *out);
/* It stays; the cursor goes to the beginning of the row behind it. */
void lineview_leave(struct lineview *v, struct buf *out);

#endif
