/* SPDX-License-Identifier: BSD-3-Clause */
/* See shape.h. */
#include "load/shape.h"

#include <string.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Runs of digits in p[0..len). */
static int digit_runs(const char *p, size_t len) {
    int runs = 0;
    for (size_t i = 0; i < len; i++)
        runs += is_digit(p[i]) && (!i || !is_digit(p[i - 1]));
    return runs;
}

/* Returns whether something of it became '*'. */
static bool add_segment(struct buf *out, const char *p, size_t len) {
    int runs = digit_runs(p, len);
    if (runs > 1) buf_addc(out, '*'); /* a hash, a UUID, a date */
    for (size_t i = 0; i < len && runs < 2; i++) {
        if (!is_digit(p[i]))
            buf_addc(out, p[i]);
        else if (!i || !is_digit(p[i - 1]))
            buf_addc(out, '*');
    }
    return runs > 0;
}

void shape_add(struct buf *out, const char *key, size_t len, char delimiter) {
    bool starred = false;
    if (len > SHAPE_MAX) len = SHAPE_MAX;
    for (const char *p = key, *end = key + len; p <= end; p++) {
        const char *next = p < end ? memchr(p, delimiter, (size_t)(end - p)) : NULL;
        size_t n = (size_t)((next ? next : end) - p);
        bool last_of_many = !next && p > key;
        if (!next && p == key && !digit_runs(p, n)) {
            buf_adds(out, "(no prefix)");
        } else if (last_of_many && !starred) {
            buf_addc(out, '*');
        } else if (add_segment(out, p, n)) {
            starred = true;
        }
        if (!next) return;
        buf_addc(out, delimiter);
        p = next;
    }
}
