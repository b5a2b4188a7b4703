/* SPDX-License-Identifier: BSD-3-Clause */
/* See wrap.h. */
#include "ui/wrap.h"

#include <string.h>

#include "ui/width.h"

size_t wrap_colour(const char *p, size_t n) {
    size_t i = 2;
    if (n < 3 || p[0] != '\x1b' || p[1] != '[') return 0;
    while (i < n && ((p[i] >= '0' && p[i] <= '9') || p[i] == ';'))
        i++;
    return i < n && p[i] == 'm' ? i + 1 : 0;
}

static size_t rows_of_line(const char *p, size_t n, int columns) {
    size_t width = 0;
    for (size_t i = 0; i < n;) {
        const char *escape = memchr(p + i, '\x1b', n - i);
        size_t text = escape ? (size_t)(escape - p) - i : n - i;
        width += (size_t)width_columns(p + i, text);
        i += text;
        size_t colour = wrap_colour(p + i, n - i);
        i += colour ? colour : i < n;
    }
    return width ? (width - 1) / (size_t)columns + 1 : 1;
}

void wrap_add(struct wrap *w, const char *p, size_t n) {
    for (size_t len; n; p += len, n -= len) {
        const char *end = memchr(p, '\n', n);
        len = end ? (size_t)(end - p) + 1 : n;
        w->rows += rows_of_line(p, end ? len - 1 : len, w->columns);
    }
}

size_t wrap_fit(const char *p, size_t n, int columns, size_t rows) {
    struct wrap w = {.columns = columns};
    size_t at = 0;
    while (at < n) {
        const char *end = memchr(p + at, '\n', n - at);
        size_t len = end ? (size_t)(end - p) - at + 1 : n - at;
        wrap_add(&w, p + at, len);
        if (w.rows > rows) break;
        at += len;
    }
    return at;
}
