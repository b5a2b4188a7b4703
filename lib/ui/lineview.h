/* SPDX-License-Identifier: BSD-3-Clause */
/* The line that is being typed, as it stands on a terminal: over as many rows as it takes,
 * coloured, with a grey hint behind it. Pure: what is to be written comes out as bytes. */
#ifndef UI_LINEVIEW_H
#define UI_LINEVIEW_H

#include "base/buf.h"

/* Bytes from..to of the line are shown in `colour` (digits of an SGR sequence). Spans are in order
 * and do not overlap. */
struct lineview_span {
    size_t from, to;
    const char *colour;
};

struct lineview_text {
    const char *prompt; /* UTF-8; colour sequences take no room; newlines are obeyed */
    const char *line;
    size_t len, cursor; /* in bytes */
    const struct lineview_span *spans;
    int n_spans;
    const char *hint; /* shown in grey behind the line, cut at the end of its row; "" = none */
};

/* What is on the screen since the last lineview_draw. Zeros = nothing. */
struct lineview {
    int row, rows; /* of the cursor, counted from the first; how many there are */
};

/* Draw it over what v says is there. */
void lineview_draw(struct lineview *v, const struct lineview_text *t, int columns, struct buf *out);
/* Take it off the screen: the cursor is then where the first row began. */
void lineview_clear(struct lineview *v, struct buf *out);
/* It stays; the cursor goes to the beginning of the row behind it. */
void lineview_leave(struct lineview *v, struct buf *out);

#endif
