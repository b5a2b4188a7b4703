/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers and letters in byte strings. See str.h. */
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

int str_to_u64(const char *p, size_t len, uint64_t *out) {
    uint64_t v = 0;
    if (!len) return VK_EPARSE;
    for (size_t i = 0; i < len; i++) {
        unsigned digit = (unsigned)(unsigned char)p[i] - '0';
        if (digit > 9) return VK_EPARSE;
        if (__builtin_mul_overflow(v, 10u, &v) || __builtin_add_overflow(v, digit, &v))
            return VK_EPARSE;
    }
    *out = v;
    return 0;
}

int str_to_i64(const char *p, size_t len, int64_t *out) {
    bool minus = len && *p == '-';
    size_t sign = len && (*p == '-' || *p == '+');
    uint64_t v;
    if (str_to_u64(p + sign, len - sign, &v)) return VK_EPARSE;
    if (v > (uint64_t)INT64_MAX + minus) return VK_EPARSE;
    *out = minus ? (int64_t)(0 - v) : (int64_t)v;
    return 0;
}

int str_to_double(const char *p, size_t len, double *out) {
    char text[128], *end;
    if (!len || len >= sizeof text) return VK_EPARSE;
    for (size_t i = 0; i < len; i++) /* no blanks, no hexadecimal, no NUL */
        if (!strchr("0123456789+-.eEinfaINFAN", p[i]) || !p[i]) return VK_EPARSE;
    memcpy(text, p, len);
    text[len] = 0;
    double v = strtod(text, &end);
    if (end != text + len) return VK_EPARSE;
    *out = v;
    return 0;
}

size_t str_put_u64(char *dst, uint64_t v) {
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233"
        "34353637383940414243444546474849505152535455565758596061626364656667"
        "6869707172737475767778798081828384858687888990919293949596979899";
    char text[STR_INT_MAX], *p = text + sizeof text;
    while (v >= 100) {
        p -= 2;
        memcpy(p, pairs + 2 * (v % 100), 2);
        v /= 100;
    }
    if (v >= 10) {
        p -= 2;
        memcpy(p, pairs + 2 * v, 2);
    } else {
        *--p = (char)('0' + v);
    }
    size_t n = (size_t)(text + sizeof text - p);
    memcpy(dst, p, n);
    return n;
}

size_t str_put_i64(char *dst, int64_t v) {
    if (v >= 0) return str_put_u64(dst, (uint64_t)v);
    *dst = '-';
    return 1 + str_put_u64(dst + 1, 0 - (uint64_t)v);
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool str_ieq(const char *p, size_t len, const char *word) {
    for (size_t i = 0; i < len; i++)
        if (!word[i] || lower(p[i]) != lower(word[i])) return false;
    return !word[len];
}

int str_hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t str_utf8(const char *p, size_t n, uint32_t *code_point) {
    const unsigned char *s = (const unsigned char *)p;
    if (s[0] < 0x80) return *code_point = s[0], 1;
    size_t len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || len > n) return 0;
    uint32_t v = s[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80) return 0;
        v = v << 6 | (s[i] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (v < least[len] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff)) return 0;
    *code_point = v;
    return len;
}

bool str_is_utf8(const char *p, size_t n) {
    uint32_t c;
    for (size_t i = 0, len; i < n; i += len) {
        len = (unsigned char)p[i] < 0x80 ? 1 : str_utf8(p + i, n - i, &c);
        if (!len) return false;
    }
    return true;
}

void str_base64(char dst[4], const char *p, size_t n) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *s = (const unsigned char *)p;
    uint32_t v = (uint32_t)s[0] << 16 | (n > 1 ? (uint32_t)s[1] << 8 : 0) | (n > 2 ? s[2] : 0);
    dst[0] = digits[v >> 18];
    dst[1] = digits[v >> 12 & 63];
    dst[2] = n > 1 ? digits[v >> 6 & 63] : '=';
    dst[3] = n > 2 ? digits[v & 63] : '=';
}
