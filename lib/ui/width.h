/* SPDX-License-Identifier: BSD-3-Clause */
/* How many columns of a terminal text takes, and text cut to so many. */
#ifndef UI_WIDTH_H
#define UI_WIDTH_H

#include "base/buf.h"

/* Columns of p[0..n), which is UTF-8 (a byte that is not counts as one). */
int width_columns(const char *p, size_t n);
/* The first bytes of p[0..n) that fit into `limit` columns, never the half of a character; *columns
 * is what they take. */
size_t width_fit(const char *p, size_t n, int limit, int *columns);
/* Foreign text, made safe for a terminal, at most so many columns wide (at least 1): what is cut
 * ends in an ellipsis. Filled up with blanks to that width when `pad` is set. */
void width_cut(struct buf *out, const char *text, int columns, bool pad);
void width_cut_bytes(struct buf *out, const char *p, size_t len, int columns, bool pad);
/* Foreign text, made safe, as lines of at most so many columns, broken at blanks, a newline behind
 * each; what would be more than `rows` is cut. */
void width_wrap(struct buf *out, const char *text, int columns, int rows);

#endif
