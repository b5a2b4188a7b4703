/* SPDX-License-Identifier: BSD-3-Clause */
/* Text from elsewhere that is about to reach a terminal: everything that could drive the terminal
 * or reorder what is seen becomes a visible escape. Valid UTF-8 that is harmless passes. */
#ifndef BASE_SAFE_H
#define BASE_SAFE_H

#include "base/buf.h"

/* Controls C0 and C1, DEL, line and paragraph separators, and the bidirectional and invisible
 * format characters (Unicode UAX #9; Trojan Source, CVE-2021-42574). Newline and tab count as
 * unsafe too. */
bool safe_is_unsafe(uint32_t code_point);
/* Append p[0..n): unsafe code points and bytes that are not UTF-8 as \xhh per byte. Newlines and
 * tabs are kept when keep_lines is set. A sequence cut off at the end is escaped. */
int safe_add(struct buf *b, const char *p, size_t n, bool keep_lines);

#endif
