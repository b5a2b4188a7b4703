/* SPDX-License-Identifier: BSD-3-Clause */
/* Syntax of RESP numbers, not their values: a double or a big number passes through as text. */
#include "resp/number.h"

#include <string.h>

static size_t skip_digits(const char *p, size_t i, size_t len) {
    while (i < len && number_is_digit(p[i]))
        i++;
    return i;
}

static size_t skip_sign(const char *p, size_t i, size_t len) {
    return i < len && (p[i] == '-' || p[i] == '+') ? i + 1 : i;
}

/* All of p from `from` on is digits, and there is one. */
static bool ends_in_digits(const char *p, size_t from, size_t len, size_t *bad) {
    *bad = skip_digits(p, from, len);
    return *bad == len && len > from;
}

bool number_is_count(const char *p, size_t len, size_t *bad) {
    return ends_in_digits(p, 0, len, bad);
}

bool number_is_int(const char *p, size_t len, size_t *bad) {
    return ends_in_digits(p, skip_sign(p, 0, len), len, bad);
}

bool number_is_double(const char *p, size_t len, size_t *bad) {
    size_t start = skip_sign(p, 0, len), i = skip_digits(p, start, len);
    if (len - start == 3 && (!memcmp(p + start, "inf", 3) || !memcmp(p + start, "nan", 3)))
        return true;
    if (i == start) return ends_in_digits(p, i, len, bad);
    if (i < len && p[i] == '.') {
        size_t fraction = i + 1;
        i = skip_digits(p, fraction, len);
        if (i == fraction) return ends_in_digits(p, i, len, bad);
    }
    *bad = i;
    if (i == len) return true;
    if (p[i] != 'e' && p[i] != 'E') return false;
    return ends_in_digits(p, skip_sign(p, i + 1, len), len, bad);
}
