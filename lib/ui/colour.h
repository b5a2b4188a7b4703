/* SPDX-License-Identifier: BSD-3-Clause */
/* The colours of what is shown for reading, by the class of the text. */
#ifndef UI_COLOUR_H
#define UI_COLOUR_H

#include "base/buf.h"

enum colour {
    COLOUR_NONE,
    COLOUR_FIELD,  /* names: fields of maps, columns of records */
    COLOUR_NUMBER, /* also booleans */
    COLOUR_NIL,
    COLOUR_ERROR,
    COLOUR_HEAD,  /* headings */
    COLOUR_ASIDE, /* counts, numbers of elements, "... N more" */
};

/* The escape sequences around a text of that class; nothing when on is false or for COLOUR_NONE. */
void colour_begin(struct buf *out, bool on, enum colour c);
void colour_end(struct buf *out, bool on, enum colour c);
/* Our own text between them. */
void colour_puts(struct buf *out, bool on, enum colour c, const char *text);

#endif
