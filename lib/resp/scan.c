/* SPDX-License-Identifier: BSD-3-Clause */
/* Counting replies. The quick way steps over a whole reply of the common kinds that lies in the
 * window, without touching payloads; a reply that is cut, deep, rare or wrong goes to the reader
 * from its first byte. So there is one grammar, the reader's, and the quick way need only be right
 * about what it accepts. No byte is looked at more than twice: only the last reply of a window can
 * be cut. */
#include "resp/scan.h"

#include <limits.h>
#include <string.h>

enum {
    QUICK_DEPTH = 8, /* all of these stay below the reader's default limits */
    QUICK_ELEMENTS = 1 << 20,
    QUICK_LINE = 1 << 12,
    QUICK_BULK = 1 << 30,
};

void resp_scan_init(struct resp_scanner *s) {
    *s = (struct resp_scanner){0};
    resp_read_init(&s->reader, NULL);
}

void resp_scan_release(struct resp_scanner *s) {
    resp_read_release(&s->reader);
}

void resp_scan_reset(struct resp_scanner *s) {
    s->replies = s->errors = s->pushes = 0;
    resp_read_reset(&s->reader);
}

/* Each skip_ function returns the byte behind what it names, or NULL: not for the quick way. */

static inline const char *skip_text(const char *p, const char *end) {
    if (end - p > QUICK_LINE) end = p + QUICK_LINE;
    for (; end - p >= 2; p++) {
        p = memchr(p, '\r', (size_t)(end - p - 1));
        if (!p) return NULL;
        if (p[1] == '\n') return p + 2;
    }
    return NULL;
}

static inline const char *skip_bulk(const char *p, const char *end) {
    int64_t n;
    if (end - p >= 4 && !memcmp(p, "-1\r\n", 4)) return p + 4;
    p = resp_read_count(p, end, &n);
    if (!p || n > QUICK_BULK || n + 2 > end - p) return NULL;
    return p[n] == '\r' && p[n + 1] == '\n' ? p + n + 2 : NULL;
}

static inline const char *skip_header(const char *p, const char *end, int per_element, int64_t *n) {
    if (end - p >= 4 && !memcmp(p, "-1\r\n", 4) && p[-1] == '*') return p + 4;
    p = resp_read_count(p, end, n);
    if (!p || *n > QUICK_ELEMENTS) return NULL;
    *n *= per_element;
    return p;
}

/* One scalar, or an aggregate's header with *n values behind it. */
static inline const char *skip_one(const char *p, const char *end, bool at_top, int64_t *n) {
    int64_t number;
    if (p == end) return NULL;
    switch (*p++) {
    case RESP_BULK: return skip_bulk(p, end);
    case RESP_INT: return resp_read_count(p + (p < end && *p == '-'), end, &number);
    case RESP_SIMPLE:
    case RESP_ERROR: return skip_text(p, end);
    case RESP_NIL: return end - p >= 2 && p[0] == '\r' && p[1] == '\n' ? p + 2 : NULL;
    case RESP_ARRAY:
    case RESP_SET: return skip_header(p, end, 1, n);
    case RESP_MAP: return skip_header(p, end, 2, n);
    case RESP_PUSH: return at_top ? skip_header(p, end, 1, n) : NULL;
    default: return NULL;
    }
}

/* A top-level value. */
static const char *skip_value(const char *p, const char *end) {
    int64_t left[QUICK_DEPTH];
    int depth = 0;
    for (;;) {
        int64_t n = 0;
        p = skip_one(p, end, !depth, &n);
        if (!p) return NULL;
        if (n) {
            if (depth == QUICK_DEPTH) return NULL;
            left[depth++] = n;
            continue;
        }
        while (depth && !--left[depth - 1])
            depth--;
        if (!depth) return p;
    }
}

static void count(struct resp_scanner *s, enum resp_type type) {
    if (type == RESP_PUSH) {
        s->pushes++;
        return;
    }
    s->replies++;
    s->errors += resp_read_is_error(type);
}

static void tell_error(struct resp_scanner *s, const char *text, size_t len) {
    if (s->on_error) s->on_error(s->error_arg, text, len);
}

/* Read to the end of the value under way: 1, 0 when the window ends first, or an error. Of an error
 * that comes in pieces the first is told: at its end, s->replies still counts those before it. */
static int read_value(struct resp_scanner *s) {
    struct resp_event ev;
    int got;
    while ((got = resp_read_next(&s->reader, &ev)) == 1) {
        if (!ev.depth && !ev.aside && resp_read_is_error(ev.type)) {
            if (ev.kind == RESP_TEXT_OPEN) s->told = false;
            if (ev.kind == RESP_VALUE || (!s->told && ev.kind != RESP_TEXT_OPEN)) {
                tell_error(s, ev.p, ev.len);
                s->told = true;
            }
        }
        if (!ev.done) continue;
        count(s, ev.type);
        return 1;
    }
    return got;
}

static int scan_value(struct resp_scanner *s) {
    struct resp_reader *r = &s->reader;
    const char *from = r->p, *behind = NULL;
    if (resp_read_at_start(r)) behind = skip_value(from, r->end);
    if (!behind) return read_value(s);
    r->p = behind;
    if (*from == RESP_ERROR) tell_error(s, from + 1, (size_t)(behind - from - 3));
    count(s, (enum resp_type) * from);
    return 1;
}

int resp_scan_feed(struct resp_scanner *s, const char *p, size_t n, int max_replies, size_t *used) {
    uint64_t before = s->replies, most = max_replies > 0 ? (uint64_t)max_replies : INT_MAX;
    int got = 1;
    resp_read_feed(&s->reader, p, n);
    while (got == 1 && s->replies - before < most)
        got = scan_value(s);
    *used = n - resp_read_unfeed(&s->reader);
    return got < 0 ? got : (int)(s->replies - before);
}
