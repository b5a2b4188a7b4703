/* SPDX-License-Identifier: BSD-3-Clause */
/* What is new in a text that is shown again and again: its words that were not there before, in
 * reverse video. A line is compared with the one of before that begins with the same word (the
 * name of a field, the id of a record, the number of an element), wherever that stands; a line
 * that has none is new. Colours (ESC [ ... m) are kept, and do not count. */
#ifndef UI_CHANGE_H
#define UI_CHANGE_H

#include "base/buf.h"

/* Append now[0..n), whole lines, marked. */
void change_mark(struct buf *out, const char *before, size_t before_len, const char *now, size_t n);

#endif
