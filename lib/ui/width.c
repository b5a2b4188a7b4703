/* SPDX-License-Identifier: BSD-3-Clause */
/* See width.h. */
#include "ui/width.h"

#include <string.h>

#include "base/safe.h"
#include "base/str.h"
#include "ui/width_impl.h"

static bool is_in(uint32_t c, const struct width_range *ranges, size_t n) {
    size_t from = 0, to = n;
    while (from < to) {
        size_t half = (from + to) / 2;
        if (c > ranges[half].to)
            from = half + 1;
        else
            to = half;
    }
    return from < n && c >= ranges[from].from;
}

/* Combining marks take no column; East Asian wide characters and pictures take two (UAX #11). */
static int columns_of(uint32_t c) {
    if (c < 0x300) return 1;
    if (is_in(c, width_two, width_n_two)) return 2;
    return !is_in(c, width_none, width_n_none);
}

size_t width_fit(const char *p, size_t n, int limit, int *columns) {
    size_t i = 0;
    *columns = 0;
    while (i < n) {
        uint32_t c = 0;
        size_t len = str_utf8(p + i, n - i, &c);
        int width = len ? columns_of(c) : 1;
        if (width > limit - *columns) break;
        *columns += width;
        i += len ? len : 1;
    }
    return i;
}

int width_columns(const char *p, size_t n) {
    int columns;
    width_fit(p, n, INT32_MAX, &columns);
    return columns;
}

void width_cut_bytes(struct buf *out, const char *p, size_t len, int columns, bool pad) {
    struct buf safe;
    int taken;
    /* marks without a column are bounded, too */
    size_t n = len < (size_t)columns * 8 ? len : (size_t)columns * 8;
    buf_init(&safe, n * 4);
    safe_add(&safe, p, n, false);
    bool whole = n == len && width_fit(safe.p, safe.len, columns, &taken) == safe.len;
    if (whole) {
        buf_add(out, safe.p, safe.len);
    } else {
        buf_add(out, safe.p, width_fit(safe.p, safe.len, columns - 1, &taken));
        buf_adds(out, "…");
        taken++;
    }
    if (pad) buf_addf(out, "%*s", columns - taken, "");
    buf_release(&safe);
}

void width_cut(struct buf *out, const char *text, int columns, bool pad) {
    width_cut_bytes(out, text, strnlen(text, (size_t)columns * 8 + 1), columns, pad);
}

/* As much of p[0..n) as fits, up to a blank if there is one. */
static size_t line_of(const char *p, size_t n, int columns) {
    int taken;
    size_t fits = width_fit(p, n, columns, &taken), end = fits;
    if (fits == n) return n;
    while (end && p[end] != ' ')
        end--;
    return end ? end : fits ? fits : n;
}

void width_wrap(struct buf *out, const char *text, int columns, int rows) {
    struct buf safe;
    size_t n = strnlen(text, (size_t)columns * (size_t)rows * 8);
    buf_init(&safe, n * 4);
    safe_add(&safe, text, n, false);
    const char *p = buf_cstr(&safe);
    for (; *p && rows > 1; rows--) {
        size_t len = line_of(p, strlen(p), columns);
        buf_add(out, p, len);
        buf_addc(out, '\n');
        p += len;
        p += strspn(p, " ");
    }
    if (*p) {
        width_cut(out, p, columns, false);
        buf_addc(out, '\n');
    }
    buf_release(&safe);
}
