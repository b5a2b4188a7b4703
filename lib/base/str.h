/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers and letters in byte strings, without locale and without NUL. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

enum { STR_INT_MAX = 24 }; /* room for any 64-bit number's digits and sign */

/* The whole of p[0..len) as a decimal number: optional sign, digits, nothing else (no blanks, no
 * overflow). 0, or VK_EPARSE with *out untouched. */
int str_to_i64(const char *p, size_t len, int64_t *out) MUST_CHECK;
int str_to_u64(const char *p, size_t len, uint64_t *out) MUST_CHECK;
/* The whole as a decimal or exponent number, inf, -inf or nan (RESP3 doubles). */
int str_to_double(const char *p, size_t len, double *out) MUST_CHECK;
/* Write the decimal digits of v (no NUL) and return how many; dst has STR_INT_MAX bytes. */
size_t str_put_u64(char *dst, uint64_t v);
size_t str_put_i64(char *dst, int64_t v);
/* p[0..len) equals the C string word, ASCII letters in any case. */
bool str_ieq(const char *p, size_t len, const char *word);
/* The value of a hexadecimal digit, or -1. */
int str_hex(char c);
/* One UTF-8 sequence at p (n > 0 bytes): its length 1 to 4 and code point, or 0 when the bytes are
 * not valid UTF-8 (overlong, surrogate, cut off). RFC 3629. */
size_t str_utf8(const char *p, size_t n, uint32_t *code_point);
/* All of it is valid UTF-8. */
bool str_is_utf8(const char *p, size_t n);
/* The four base64 digits of the n (1 to 3) bytes at p; fewer than three get padding. RFC 4648. */
void str_base64(char dst[4], const char *p, size_t n);

#endif
