/* SPDX-License-Identifier: BSD-3-Clause */
/* A line for people that is being written: coloured texts, one behind the other, up to the
 * terminal's width. Texts that are not our own go through the functions that say so, which make
 * them harmless. */
#ifndef VKTAIL_PRETTY_H
#define VKTAIL_PRETTY_H

#include <string.h>

#include "form.h"

enum pretty_colour {
    PRETTY_PLAIN,
    PRETTY_FAINT,
    PRETTY_BOLD,
    PRETTY_RED,
    PRETTY_GREEN,
    PRETTY_YELLOW,
    PRETTY_BLUE,
    PRETTY_MAGENTA,
    PRETTY_CYAN,
    PRETTY_ALERT, /* something is missing here */
};

struct pretty {
    struct buf *out;
    bool colour;
    int columns; /* of the terminal; 0 = the line is not cut */
    int left;    /* columns for text; one more is there for an ellipsis */
    bool full;   /* no more can be seen of what comes */
};

void pretty_begin(struct pretty *p, struct buf *out, bool colour, int columns);
void pretty_end(struct pretty *p);
/* Our own text, or one that is harmless. */
void pretty_text(struct pretty *p, enum pretty_colour c, const char *text, size_t len);
void pretty_printf(struct pretty *p, enum pretty_colour c, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Two blanks between columns. */
void pretty_gap(struct pretty *p);
/* Foreign text as it stands, what could drive the terminal escaped. */
void pretty_foreign(struct pretty *p, enum pretty_colour c, const char *text, size_t len);
/* The same, filled up with blanks to so many columns. */
void pretty_column(struct pretty *p, enum pretty_colour c, const char *text, size_t len,
                   int columns);
/* Foreign, a value: as a word, or in quotes; a long one is cut and its length said. */
void pretty_value(struct pretty *p, enum pretty_colour c, const char *text, size_t len);
/* Columns that a foreign text takes, up to some dozens. */
int pretty_width(const char *text, size_t len);

/* The time of an event, as f wants it; f remembers it. */
void pretty_time(struct pretty *p, struct form *f, int64_t us);
/* The time of day. */
void pretty_clock(struct pretty *p, enum pretty_colour c, struct form *f, int64_t us);

#endif
