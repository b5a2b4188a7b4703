/* SPDX-License-Identifier: BSD-3-Clause */
/* The JSON writer. What stands in front of a value follows from the last byte that was written:
 * there is no state but the buffer. See jsonw.h. */
#include "ui/jsonw.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/safe.h"
#include "base/str.h"

static void add_u16(struct buf *out, uint32_t unit) {
    buf_addf(out, "\\u%04" PRIx32, unit);
}

static void add_code_point(struct buf *out, uint32_t c) {
    if (c < 0x10000) {
        add_u16(out, c);
        return;
    }
    add_u16(out, 0xd800 + ((c - 0x10000) >> 10));
    add_u16(out, 0xdc00 + ((c - 0x10000) & 0x3ff));
}

/* Bytes at p that stand for themselves. */
static size_t plain_run(const char *p, size_t n) {
    size_t i = 0;
    while (i < n && p[i] >= ' ' && p[i] <= '~' && p[i] != '"' && p[i] != '\\')
        i++;
    return i;
}

/* Most texts are plain: they take one step. */
static bool add_plain(struct buf *out, const char *p, size_t n) {
    char *to = plain_run(p, n) == n && n < SIZE_MAX - 2 ? buf_reserve(out, n + 2) : NULL;
    if (!to) return false;
    to[0] = '"';
    if (n) memcpy(to + 1, p, n);
    to[n + 1] = '"';
    out->len += n + 2;
    return true;
}

void jsonw_string(struct buf *out, const char *p, size_t n) {
    if (add_plain(out, p, n)) return;
    buf_addc(out, '"');
    for (size_t i = 0; i < n;) {
        uint32_t c = 0;
        size_t plain = plain_run(p + i, n - i);
        if (plain) {
            buf_add(out, p + i, plain);
            i += plain;
            continue;
        }
        size_t len = str_utf8(p + i, n - i, &c);
        if (!len) {
            add_u16(out, 0xfffd); /* what stands for a byte that is no text */
            len = 1;
        } else if (c == '"' || c == '\\') {
            buf_add(out, (char[]){'\\', (char)c}, 2);
        } else if (safe_is_unsafe(c)) {
            add_code_point(out, c);
        } else {
            buf_add(out, p + i, len);
        }
        i += len;
    }
    buf_addc(out, '"');
}

static void add_base64(struct buf *out, const char *p, size_t n) {
    char digits[4];
    for (size_t step; n; p += step, n -= step) {
        step = n < 3 ? n : 3;
        str_base64(digits, p, step);
        buf_add(out, digits, sizeof digits);
    }
}

void jsonw_bytes(struct buf *out, const char *p, size_t n) {
    if (add_plain(out, p, n)) return;
    if (str_is_utf8(p, n)) {
        jsonw_string(out, p, n);
        return;
    }
    buf_adds(out, "{\"base64\":\"");
    add_base64(out, p, n);
    buf_adds(out, "\"}");
}

void jsonw_separate(struct buf *out) {
    char last = out->len ? out->p[out->len - 1] : '{';
    if (last != '{' && last != '[' && last != ':') buf_addc(out, ',');
}

void jsonw_key(struct buf *out, const char *name) {
    jsonw_separate(out);
    buf_addc(out, '"');
    buf_adds(out, name);
    buf_addc(out, '"');
    buf_addc(out, ':');
}

void jsonw_name(struct buf *out, const char *p, size_t n) {
    jsonw_separate(out);
    jsonw_string(out, p, n);
    buf_addc(out, ':');
}

void jsonw_element(struct buf *out, const char *s) {
    jsonw_separate(out);
    jsonw_string(out, s, strnlen(s, JSONW_TEXT_MAX));
}

void jsonw_text(struct buf *out, const char *name, const char *s) {
    jsonw_key(out, name);
    jsonw_element(out, s);
}

void jsonw_count(struct buf *out, const char *name, uint64_t n) {
    char digits[STR_INT_MAX];
    jsonw_key(out, name);
    buf_add(out, digits, str_put_u64(digits, n));
}

void jsonw_none(struct buf *out, const char *name) {
    jsonw_key(out, name);
    buf_adds(out, "null");
}

void jsonw_count_or_null(struct buf *out, const char *name, uint64_t n, bool known) {
    if (known)
        jsonw_count(out, name, n);
    else
        jsonw_none(out, name);
}

void jsonw_number(struct buf *out, const char *name, double v) {
    jsonw_key(out, name);
    if (isfinite(v))
        buf_addf(out, "%.15g", v);
    else
        buf_adds(out, "null");
}

void jsonw_flag(struct buf *out, const char *name, bool v) {
    jsonw_key(out, name);
    buf_adds(out, v ? "true" : "false");
}

void jsonw_object(struct buf *out, const char *name) {
    jsonw_key(out, name);
    buf_addc(out, '{');
}

void jsonw_array(struct buf *out, const char *name) {
    jsonw_key(out, name);
    buf_addc(out, '[');
}
