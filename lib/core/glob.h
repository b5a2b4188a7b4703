/* SPDX-License-Identifier: BSD-3-Clause */
/* Glob patterns as the server matches them in KEYS, SCAN and PSUBSCRIBE: * any bytes, ? one byte,
 * [abc] [a-c] [^a] one of a class, \x the byte x. Its corners as well: a class may be left open at
 * the end; the bounds of a range may come in either order and are signed bytes (as on x86); an
 * empty text is matched by the empty pattern and by "*" (KEYS and SCAN), not by "**". Time is at
 * most the product of the lengths, whatever the pattern. */
#ifndef CORE_GLOB_H
#define CORE_GLOB_H

#include <stdbool.h>
#include <stddef.h>

bool glob_match(const char *pattern, size_t pattern_len, const char *text, size_t len);

#endif
