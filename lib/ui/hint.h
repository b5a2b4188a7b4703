/* SPDX-License-Identifier: BSD-3-Clause */
/* The grey text behind the cursor: what may follow the words typed so far. */
#ifndef UI_HINT_H
#define UI_HINT_H

#include <stdbool.h>

#include "base/buf.h"
#include "ui/grammar.h"

enum hint_state {
    HINT_NOTHING, /* no word yet, or the command's arguments are not known: no text */
    HINT_SHORT,   /* required words are missing */
    HINT_FULL,    /* may be sent as it is; the text, if any, is optional */
    HINT_EXTRA,   /* a word has no place (too many, or not one of the words that may stand there) */
};

/* Append to out what may follow argv. inside: the cursor stands right behind the last word's last
 * byte; then the text begins with a blank, or with the rest of the only word that the last one can
 * become ("set k v pxa" -> "t unix-time-milliseconds [NX | XX] [GET]"). *extra, if not NULL, gets
 * the number of the first word without a place, or 0. When out is full the text is incomplete and
 * out->over set. */
enum hint_state hint_add(const struct grammar *g, int argc, const char *const *argv,
                         const size_t *lens, bool inside, struct buf *out, int *extra);

#endif
