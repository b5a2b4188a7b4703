/* SPDX-License-Identifier: BSD-3-Clause */
/* See framer.h. A header that is plain and whole goes the quick way; the careful way knows cuts and
 * finds the byte at fault. */
#include "resp/framer.h"

#include <limits.h>
#include <string.h>

#include "resp/number.h"
#include "resp/read.h"

enum { DIGITS_MAX = 18, CRLF = 2 };

void resp_framer_init(struct resp_framer *f, size_t max) {
    *f = (struct resp_framer){.max = max, .left = -1};
}

static int unexpected(struct err *e, char got, const char *expected) {
    if (got > ' ' && got <= '~')
        return err_set(e, VK_EPARSE, "expected %s, got '%c'", expected, got);
    return err_set(e, VK_EPARSE, "expected %s, got byte 0x%02x", expected, (unsigned char)got);
}

/* A number behind p[0], without sign or with a minus, and CRLF: 1 and *used; 0 when it is cut;
 * VK_EPARSE with *used the byte at fault. */
static int careful_header(const char *p, size_t n, int64_t *value, size_t *used, struct err *e) {
    bool minus = n > 1 && p[1] == '-';
    size_t first = 1 + minus, i = first;
    int64_t v = 0;
    for (; i < n && number_is_digit(p[i]) && i < first + DIGITS_MAX; i++)
        v = v * 10 + (p[i] - '0');
    *used = i;
    if (i == n) return 0;
    bool zero_first = i > first && p[first] == '0' && (i > first + 1 || minus);
    if (zero_first) {
        *used = first;
        return unexpected(e, p[first], "a number that does not begin with 0");
    }
    if (i == first || p[i] != '\r')
        return unexpected(e, p[i], i == first ? "a digit" : "a digit or CRLF");
    *used = ++i;
    if (i == n) return 0;
    if (p[i] != '\n') return unexpected(e, p[i], "LF");
    *used = i + 1;
    *value = minus ? -v : v;
    return 1;
}

static inline int header(const char *p, size_t n, int64_t *value, size_t *used, struct err *e) {
    const char *behind = resp_read_count(p + 1, p + n, value);
    if (!behind || (p[1] == '0' && p[2] != '\r')) return careful_header(p, n, value, used, e);
    *used = (size_t)(behind - p);
    return 1;
}

static int too_long(const struct resp_framer *f, struct err *e) {
    return err_set(e, VK_ELIMIT, "a command of more than %zu bytes", f->max);
}

/* The header of an array. */
static int begin_array(struct resp_framer *f, const char *p, size_t n, size_t *len, struct err *e) {
    int64_t count;
    int code = header(p, n, &count, len, e);
    if (code <= 0) return code;
    if (count > INT_MAX) {
        *len = 1;
        return err_set(e, VK_EPARSE, "an array of %lld arguments", (long long)count);
    }
    f->seen = *len;
    f->left = count > 0 ? count : 0;
    return 1;
}

/* One argument at p + f->seen. */
static inline int take_argument(struct resp_framer *f, const char *p, size_t n, size_t *len,
                                struct err *e) {
    size_t used, at = f->seen;
    int64_t bytes = 0;
    *len = at;
    if (at == n) return 0;
    if (p[at] != '$') return unexpected(e, p[at], "'$' of an argument");
    int code = header(p + at, n - at, &bytes, &used, e);
    *len = at + used;
    if (code <= 0) return code;
    *len = at + 1;
    if (bytes < 0) return unexpected(e, p[at + 1], "the length of an argument");
    if ((uint64_t)bytes > f->max || at > f->max - (size_t)bytes) return too_long(f, e);
    size_t end = at + used + (size_t)bytes;
    if (end + CRLF > n) {
        if (end < n && p[end] != '\r') goto no_crlf;
        return 0;
    }
    if (p[end] != '\r' || p[end + 1] != '\n') goto no_crlf;
    f->seen = end + CRLF;
    f->left--;
    return 1;

no_crlf:
    *len = p[end] == '\r' ? end + 1 : end;
    return unexpected(e, p[*len], "CRLF behind an argument");
}

static int take_array(struct resp_framer *f, const char *p, size_t n, size_t *len,
                      enum resp_framer_kind *kind, struct err *e) {
    int code = f->left < 0 ? begin_array(f, p, n, len, e) : 1;
    while (code > 0 && f->left > 0)
        code = take_argument(f, p, n, len, e);
    if (code <= 0) return code;
    *len = f->seen;
    *kind = p[1] > '0' ? RESP_FRAMER_ARRAY : RESP_FRAMER_NOTHING; /* *0, *-1 */
    resp_framer_init(f, f->max);
    return 1;
}

static bool is_blank(const char *p, size_t n) {
    while (n && (*p == ' ' || (*p >= '\t' && *p <= '\r')))
        p++, n--;
    return !n;
}

static int take_line(struct resp_framer *f, const char *p, size_t n, size_t *len,
                     enum resp_framer_kind *kind, struct err *e) {
    const char *end = memchr(p + f->seen, '\n', n - f->seen);
    *len = end ? (size_t)(end - p) + 1 : n;
    f->seen = n;
    if (*len > f->max) {
        *len = 0;
        return too_long(f, e);
    }
    if (!end) return 0;
    f->seen = 0;
    *kind = is_blank(p, *len) ? RESP_FRAMER_NOTHING : RESP_FRAMER_LINE;
    return 1;
}

int resp_framer_next(struct resp_framer *f, const char *p, size_t n, size_t *len,
                     enum resp_framer_kind *kind, struct err *e) {
    *len = 0;
    if (!n) return 0;
    return *p == '*' ? take_array(f, p, n, len, kind, e) : take_line(f, p, n, len, kind, e);
}

bool resp_framer_arg(const char *p, size_t len, size_t *at, const char **arg, size_t *arg_len) {
    int64_t n = 0;
    if (!*at) *at = (size_t)(resp_read_count(p + 1, p + len, &n) - p);
    if (*at >= len) return false;
    *arg = resp_read_count(p + *at + 1, p + len, &n);
    *arg_len = (size_t)n;
    *at = (size_t)(*arg - p) + (size_t)n + CRLF;
    return true;
}
