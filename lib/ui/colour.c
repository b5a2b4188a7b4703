/* SPDX-License-Identifier: BSD-3-Clause */
/* See colour.h. */
#include "ui/colour.h"

static const char *const begin[] = {
    [COLOUR_NONE] = "",         [COLOUR_FIELD] = "\x1b[36m", [COLOUR_NUMBER] = "\x1b[33m",
    [COLOUR_NIL] = "\x1b[2m",   [COLOUR_ERROR] = "\x1b[31m", [COLOUR_HEAD] = "\x1b[1m",
    [COLOUR_ASIDE] = "\x1b[2m",
};

void colour_begin(struct buf *out, bool on, enum colour c) {
    if (on) buf_adds(out, begin[c]);
}

void colour_end(struct buf *out, bool on, enum colour c) {
    if (on && c != COLOUR_NONE) buf_adds(out, "\x1b[0m");
}

void colour_puts(struct buf *out, bool on, enum colour c, const char *text) {
    colour_begin(out, on, c);
    buf_adds(out, text);
    colour_end(out, on, c);
}
