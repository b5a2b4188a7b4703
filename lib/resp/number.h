/* SPDX-License-Identifier: BSD-3-Clause */
/* How numbers are written in RESP lines. Private to resp. */
#ifndef RESP_NUMBER_H
#define RESP_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/* Each says whether p[0..len) as a whole is such a number; if not, *bad is where it goes wrong,
 * which is len when something is missing at the end. */

/* Digits, at least one. */
bool number_is_count(const char *p, size_t len, size_t *bad);
/* Digits with an optional sign: an integer, or a big number. */
bool number_is_int(const char *p, size_t len, size_t *bad);
/* A decimal fraction with an optional exponent, or inf, or nan; with an optional sign. */
bool number_is_double(const char *p, size_t len, size_t *bad);

static inline bool number_is_digit(char c) {
    return c >= '0' && c <= '9';
}

#endif
