/* SPDX-License-Identifier: BSD-3-Clause */
/* A typed line as spans for colours. */
#ifndef UI_PAINT_H
#define UI_PAINT_H

#include "ui/grammar.h"
#include "ui/typed.h"

enum paint_class {
    PAINT_PLAIN,      /* a value of no special kind */
    PAINT_COMMAND,    /* a known command with a possible number of words */
    PAINT_PARTIAL,    /* the line's only word, the beginning of a command's name */
    PAINT_UNKNOWN,    /* no command of this server */
    PAINT_TOO_FEW,    /* a known command: words are missing, */
    PAINT_TOO_MANY,   /* or it has too many */
    PAINT_SUBCOMMAND, /* the second word of a command's name */
    PAINT_KEY,
    PAINT_STRING, /* in quotes */
    PAINT_NUMBER, /* where a number is wanted */
    PAINT_OPTION, /* a word of the grammar */
    PAINT_EXTRA,  /* a word that has no place */
    PAINT_QUOTE,  /* an unbalanced quote to the end of the line, or text behind a closing quote */
};

struct paint_span {
    size_t at, len; /* bytes of the line */
    enum paint_class class;
};

/* One span for each word of t, in order, blanks left out: spans[0..t->argc). The number of spans
 * written, at most max. */
int paint_line(const struct grammar *g, const struct typed *t, struct paint_span *spans, int max);

#endif
