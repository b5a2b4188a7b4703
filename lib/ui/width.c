/* SPDX-License-Identifier: BSD-3-Clause */
/* See width.h. */
#include "ui/width.h"

#include <string.h>

#include "base/safe.h"
#include "base/str.h"

/* Combining marks take no column; East Asian wide characters and pictures take two (UAX #11). */
static int columns_of(uint32_t c) {
    static const struct {
        uint32_t from, to;
        int columns;
    } ranges[] = {
        {0x300, 0x36f, 0},     {0x1100, 0x115f, 2},   {0x1ab0, 0x1aff, 0},   {0x1dc0, 0x1dff, 0},
        {0x20d0, 0x20ff, 0},   {0x2e80, 0x303e, 2},   {0x3041, 0xa4cf, 2},   {0xac00, 0xd7a3, 2},
        {0xf900, 0xfaff, 2},   {0xfe00, 0xfe0f, 0},   {0xfe20, 0xfe2f, 0},   {0xfe30, 0xfe6f, 2},
        {0xff00, 0xff60, 2},   {0xffe0, 0xffe6, 2},   {0x1f300, 0x1f64f, 2}, {0x1f680, 0x1f6ff, 2},
        {0x1f900, 0x1f9ff, 2}, {0x20000, 0x3fffd, 2},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges && c >= ranges[i].from; i++)
        if (c <= ranges[i].to) return ranges[i].columns;
    return 1;
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
