/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines out of windows. No byte is searched twice: the part of a line that is kept has no end in
 * it. See line.h. */
#include "resp/line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "resp/number.h"

enum { KEEP_LINE = 1 << 16 }; /* a longer line's memory is not kept for the next one */

const uint8_t line_classes[256] = {
    ['+'] = LINE_TEXT,  ['-'] = LINE_TEXT,  ['('] = LINE_TEXT,  [','] = LINE_TEXT,
    [':'] = LINE_SHORT, ['_'] = LINE_SHORT, ['#'] = LINE_SHORT, ['.'] = LINE_SHORT,
    ['$'] = LINE_COUNT, ['!'] = LINE_COUNT, ['='] = LINE_COUNT, ['*'] = LINE_COUNT,
    ['%'] = LINE_COUNT, ['~'] = LINE_COUNT, ['>'] = LINE_COUNT, ['|'] = LINE_COUNT,
};

int line_unexpected(struct resp_reader *r, uint64_t at, char got, const char *expected) {
    unsigned char c = (unsigned char)got;
    char shown[8];
    if (c >= ' ' && c < 0x7f)
        snprintf(shown, sizeof shown, "'%c'", c);
    else
        snprintf(shown, sizeof shown, "\\x%02x", c);
    return err_set(&r->err, VK_EPROTO, "offset %" PRIu64 ": expected %s, got %s", at, expected,
                   shown);
}

int line_too_much(struct resp_reader *r, uint64_t at, uint64_t limit, const char *what) {
    return err_set(&r->err, VK_ELIMIT,
                   "offset %" PRIu64 ": expected at most %" PRIu64 " %s, got more", at, limit,
                   what);
}

bool line_has_crlf(const struct line *l) {
    return l->len >= 3 && l->p[l->len - 2] == '\r' && l->p[l->len - 1] == '\n';
}

size_t line_text_len(const struct line *l) {
    return l->len - (line_has_crlf(l) ? 3 : 1);
}

bool line_is_bare(const struct line *l) {
    return line_has_crlf(l) && !line_text_len(l);
}

int line_bad(struct resp_reader *r, const struct line *l, size_t i, const char *expected) {
    if (i > l->len - 2) i = l->len - 2;
    return line_unexpected(r, l->at + 1 + i, l->p[1 + i], expected);
}

int line_bad_number(struct resp_reader *r, const struct line *l, size_t i) {
    return line_bad(r, l, i, i && number_is_digit(l->p[i]) ? "CRLF" : "a digit");
}

/* Behind the '\n' that ends the line, or NULL. In text a '\n' without '\r' is an ordinary byte; a
 * header ends at any '\n', and is looked at afterwards. */
static const char *find_end(const struct resp_reader *r, const char *to, bool text) {
    const char *q = r->p;
    while ((q = memchr(q, '\n', (size_t)(to - q)))) {
        char before = q > r->p ? q[-1] : r->line.p[r->line.len - 1];
        q++;
        if (!text || before == '\r') return q;
    }
    return NULL;
}

int line_take(struct resp_reader *r, struct line *l) {
    size_t kept = r->line.len, here = (size_t)(r->end - r->p);
    bool text = line_class(kept ? *r->line.p : *r->p) == LINE_TEXT;
    size_t room = (text ? r->limits.line : LINE_HEADER) + 3 - kept;
    const char *to = r->p + (here < room ? here : room), *end = find_end(r, to, text);
    l->at = resp_read_offset(r) - kept;
    if (!end && here >= room) {
        if (text)
            return line_too_much(r, l->at + 1 + r->limits.line, r->limits.line, "bytes in a line");
        end = to;
    }
    const char *part = r->p;
    r->p = end ? end : to;
    *l = (struct line){part, (size_t)(r->p - part), l->at};
    if (end && !kept) return 1;
    if (!kept && r->line.cap > KEEP_LINE) buf_release(&r->line);
    buf_add(&r->line, part, l->len);
    if (!end) return 0;
    l->p = r->line.p;
    l->len = r->line.len;
    buf_clear(&r->line); /* the bytes stay where they are */
    return 1;
}

int line_count(struct resp_reader *r, const struct line *l, int64_t *n) {
    size_t len = line_text_len(l), bad;
    const char *text = l->p + 1;
    if (line_has_crlf(l) && len == 1 && *text == '?' && *l->p != ';') return *n = LINE_STREAMED, 0;
    if (line_has_crlf(l) && len == 2 && !memcmp(text, "-1", 2) && (*l->p == '$' || *l->p == '*'))
        return *n = LINE_NIL, 0;
    bool right = number_is_count(text, len, &bad);
    if (!right || !line_has_crlf(l)) return line_bad_number(r, l, bad);
    if (str_to_i64(text, len, n)) *n = INT64_MAX;
    return 0;
}

int line_int(struct resp_reader *r, const struct line *l, int64_t *n) {
    size_t len = line_text_len(l), bad;
    bool right = number_is_int(l->p + 1, len, &bad);
    if (!right || !line_has_crlf(l)) return line_bad_number(r, l, bad);
    if (str_to_i64(l->p + 1, len, n)) return line_bad(r, l, 0, "a number of 64 bits");
    return 0;
}
