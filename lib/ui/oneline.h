/* SPDX-License-Identifier: BSD-3-Clause */
/* Values of the server in one line: strings as they are when they are plain text, else in quotes;
 * aggregates between brackets. Nothing of it can drive a terminal. */
#ifndef UI_ONELINE_H
#define UI_ONELINE_H

#include "resp/reply.h"

/* Is p[0..n) text that needs no quotes: not empty, harmless UTF-8 (with `lines` also more than one
 * line), no blank at its ends, and not like a quoted string or a (nil)? */
bool oneline_is_plain(const char *p, size_t n, bool lines);
/* As it is when it is plain, else quoted. */
void oneline_string(struct buf *out, const char *p, size_t n);
/* In quotes, the way resp/quote reads it back, harmless characters beyond ASCII kept. */
void oneline_quoted(struct buf *out, const char *p, size_t n);
/* The text of a number; of a fraction no more digits than tell its double from others. */
void oneline_number(struct buf *out, const char *p, size_t n);
/* Words behind each other, those with blanks in them quoted: a command. Not more than about `limit`
 * bytes, then "...". */
void oneline_words(struct buf *out, const struct reply *list, size_t limit);
/* Any value: 3, text, (nil), true, [a, b], {name: value}. Not more than about `limit` bytes. */
void oneline_reply(struct buf *out, const struct reply *r, size_t limit);

#endif
