/* SPDX-License-Identifier: BSD-3-Clause */
/* See oneline.h. */
#include "ui/oneline.h"

#include <stdio.h>
#include <string.h>

#include "base/safe.h"
#include "base/str.h"

/* Decimal digits that a double always keeps, and those that always tell it from its neighbours. */
enum { SURE_DIGITS = 15, EXACT_DIGITS = 17, NUMBER_MAX = 40 };

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_printable_ascii(char c) {
    return (unsigned char)(c - ' ') < 0x7f - ' ';
}

bool oneline_is_plain(const char *p, size_t n, bool lines) {
    if (!n || is_blank(p[0]) || is_blank(p[n - 1]) || p[0] == '"' || p[0] == '(') return false;
    for (size_t i = 0, len; i < n; i += len) {
        uint32_t c = 0;
        len = 1;
        if (is_printable_ascii(p[i]) || (lines && (p[i] == '\n' || p[i] == '\t'))) continue;
        len = str_utf8(p + i, n - i, &c);
        if (!len || safe_is_unsafe(c)) return false;
    }
    return true;
}

static void put_escaped(struct buf *out, const char *p, size_t n) {
    static const char plain[] = "\"\\\n\r\t", letters[] = "\"\\nrt";
    const char *known = n == 1 && *p ? strchr(plain, *p) : NULL;
    if (known)
        buf_add(out, (char[]){'\\', letters[known - plain]}, 2);
    else
        safe_add(out, p, n, false);
}

/* Bytes at p that stand for themselves between quotes. */
static size_t plain_run(const char *p, size_t n) {
    size_t i = 0;
    while (i < n && is_printable_ascii(p[i]) && p[i] != '"' && p[i] != '\\')
        i++;
    return i;
}

void oneline_quoted(struct buf *out, const char *p, size_t n) {
    buf_addc(out, '"');
    while (n) {
        uint32_t c;
        size_t len = plain_run(p, n);
        if (len) {
            buf_add(out, p, len);
        } else {
            len = str_utf8(p, n, &c);
            if (!len) len = 1;
            put_escaped(out, p, len);
        }
        p += len;
        n -= len;
    }
    buf_addc(out, '"');
}

void oneline_string(struct buf *out, const char *p, size_t n) {
    if (oneline_is_plain(p, n, false))
        buf_add(out, p, n);
    else
        oneline_quoted(out, p, n);
}

static void put_word(struct buf *out, const char *p, size_t n) {
    if (n && memchr(p, ' ', n))
        oneline_quoted(out, p, n);
    else
        oneline_string(out, p, n);
}

/* So many bytes of a string, so that one of a megabyte does not flow past the limit. */
static size_t within(const struct buf *out, size_t from, size_t limit, size_t n) {
    size_t used = out->len - from;
    size_t left = used < limit ? limit - used : 0;
    return n < left ? n : left;
}

void oneline_number(struct buf *out, const char *p, size_t n) {
    char text[NUMBER_MAX];
    double v, again;
    bool fraction = n > SURE_DIGITS && n < NUMBER_MAX && memchr(p, '.', n);
    if (fraction && str_to_double(p, n, &v) == 0)
        for (int digits = SURE_DIGITS; digits <= EXACT_DIGITS; digits++) {
            int len = snprintf(text, sizeof text, "%.*g", digits, v);
            if (len < 0 || str_to_double(text, (size_t)len, &again) < 0 || again < v || again > v)
                continue;
            buf_add(out, text, (size_t)len);
            return;
        }
    buf_add(out, p, n);
}

void oneline_words(struct buf *out, const struct reply *list, size_t limit) {
    size_t from = out->len;
    for (const struct reply *at = list->child; at; at = at->next) {
        if (at != list->child) buf_addc(out, ' ');
        size_t n = at->p ? within(out, from, limit, at->len) : 0;
        if (at->p && n)
            put_word(out, at->p, n);
        else
            oneline_reply(out, at, limit);
        if ((at->p && n < at->len) || out->len - from >= limit) {
            if (at->next || (at->p && n < at->len)) buf_adds(out, "...");
            return;
        }
    }
}

static void put_scalar(struct buf *out, const struct reply *r, size_t limit) {
    switch (r->type) {
    case RESP_NIL: buf_adds(out, "(nil)"); return;
    case RESP_BOOL: buf_adds(out, r->n ? "true" : "false"); return;
    case RESP_INT: buf_addi(out, r->n); return;
    case RESP_ERROR:
    case RESP_BULK_ERROR: buf_adds(out, "(error) "); break;
    default: break;
    }
    oneline_string(out, r->p, r->len < limit ? r->len : limit);
    if (r->len > limit) buf_adds(out, "...");
}

/* from: where the limit counts from. */
static void put_reply(struct buf *out, const struct reply *r, size_t from, size_t limit) {
    if (!resp_read_is_aggregate(r->type)) {
        put_scalar(out, r, within(out, from, limit, SIZE_MAX));
        return;
    }
    bool map = r->type == RESP_MAP, key = true;
    buf_addc(out, map ? '{' : '[');
    for (const struct reply *at = r->child; at; at = at->next, key = !key) {
        if (at != r->child) buf_adds(out, map && !key ? ": " : ", ");
        if (out->len - from >= limit) {
            buf_adds(out, "...");
            break;
        }
        put_reply(out, at, from, limit);
    }
    buf_addc(out, map ? '}' : ']');
}

void oneline_reply(struct buf *out, const struct reply *r, size_t limit) {
    put_reply(out, r, out->len, limit);
}
