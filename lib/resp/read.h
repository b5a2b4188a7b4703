/* SPDX-License-Identifier: BSD-3-Clause */
/* RESP2 and RESP3 as a stream of events. Bytes go in by windows of any size (the cut may fall
 * anywhere), events come out; no reply is ever built here, and a bulk string of any size passes
 * through without being kept. Types and framing: the RESP3 specification (antirez/RESP3) and the
 * Valkey protocol page; `$-1` and `*-1` are nil in either protocol.
 *
 * The one invariant: resp_read_next returns 0 only when the window is used up, so the caller never
 * keeps bytes for the reader. A line cut by a window's end is kept inside (bounded by limits.line);
 * payloads never are. */
#ifndef RESP_READ_H
#define RESP_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* A value's type: the RESP3 type byte, whichever way it came ($-1 and *-1 are RESP_NIL). */
enum resp_type {
    RESP_SIMPLE = '+',
    RESP_ERROR = '-',
    RESP_INT = ':',
    RESP_BULK = '$',
    RESP_NIL = '_',
    RESP_DOUBLE = ',',
    RESP_BOOL = '#',
    RESP_BULK_ERROR = '!',
    RESP_VERBATIM = '=',
    RESP_BIGNUM = '(',
    RESP_ARRAY = '*',
    RESP_MAP = '%',
    RESP_SET = '~',
    RESP_PUSH = '>',
    RESP_ATTR = '|',
};

enum resp_kind {
    RESP_VALUE,      /* a scalar, complete: text in p,len; n for int and bool */
    RESP_TEXT_OPEN,  /* a string that does not lie whole in the window begins: n bytes (a verbatim
                        string's format not counted), -1 = streamed */
    RESP_TEXT,       /* the next piece of it in p,len (never empty) */
    RESP_TEXT_CLOSE, /* its end */
    RESP_OPEN,  /* an aggregate begins: n values inside (a map's pair counts 2), -1 = streamed */
    RESP_CLOSE, /* its end */
};

struct resp_event {
    enum resp_kind kind;
    enum resp_type type; /* of the value it belongs to */
    bool done;           /* a whole top-level value (reply or push) ends with this event */
    bool aside;     /* an attribute or a push, or inside one: not part of the reply around it */
    uint16_t depth; /* aggregates open around the value (its own OPEN not counted): 0 = top */
    const char *p;  /* bytes in the window or the reader, valid until the next call on it */
    size_t len;
    int64_t n;      /* see the kinds */
    char format[4]; /* verbatim, VALUE and TEXT_OPEN only: its three letters and NUL */
};

struct resp_limits {
    uint32_t depth;   /* nested aggregates; at most RESP_READ_DEPTH_MAX, whatever is asked for */
    int64_t elements; /* values of one aggregate (a map's pair counts 2) */
    int64_t bulk;     /* bytes of one bulk string, a streamed one's sum */
    size_t line;      /* bytes of one line (simple string, error, double, big number) */
};

#define RESP_LIMITS_DEFAULT                                                                        \
    (struct resp_limits) {                                                                         \
        .depth = 128, .elements = 1LL << 33, .bulk = 1LL << 32, .line = (size_t)1 << 30            \
    }

enum { RESP_READ_DEPTH_MAX = 1024 }; /* a consumer may recurse this deep */

struct resp_frame {
    int64_t left; /* values still to come; of a streamed one: still allowed */
    char type;    /* enum resp_type */
    bool aside;
    bool streamed; /* ends at "." */
    bool odd;      /* an odd number of values has come */
    bool attr;     /* an attribute waits for its value */
};

struct resp_reader {
    /* the window */
    const char *p, *end;
    uint64_t base; /* stream offset of end */
    /* stack[0] is the stream itself, stack[depth] the aggregate that the next value belongs to */
    struct resp_frame *stack;
    uint32_t depth, stack_cap;
    /* a line or string under way */
    struct buf line;    /* the part of a cut line that came in earlier windows */
    int64_t text_left;  /* bytes of the string (or chunk) under way, CRLF not counted */
    int64_t text_total; /* streamed: sum so far, for the limit */
    uint8_t state;      /* private to read.c */
    uint8_t text_type;
    bool text_streamed, text_open;
    struct resp_limits limits;
    struct err err; /* sticky; code 0 = none */
};

/* limits NULL = RESP_LIMITS_DEFAULT. */
void resp_read_init(struct resp_reader *r, const struct resp_limits *limits);
void resp_read_release(struct resp_reader *r);
/* Forget the stream (a new connection), keep limits and memory. */
void resp_read_reset(struct resp_reader *r);
/* The next bytes, borrowed until resp_read_next returns 0; the window before must be used up. */
void resp_read_feed(struct resp_reader *r, const char *p, size_t n);
/* 1 and *ev filled; 0 when the window is used up; VK_EPROTO or VK_ELIMIT, sticky, with the text
 * "offset N: expected X, got Y" in r->err. */
int resp_read_next(struct resp_reader *r, struct resp_event *ev) MUST_CHECK;
/* True between top-level values: nothing half read. */
bool resp_read_at_start(const struct resp_reader *r);
/* Bytes consumed since init or reset. */
static inline uint64_t resp_read_offset(const struct resp_reader *r) {
    return r->base - (uint64_t)(r->end - r->p);
}
/* Give the window back: returns how many of its last bytes have not been consumed, and forgets
 * them. They may be fed again. */
size_t resp_read_unfeed(struct resp_reader *r);

/* The quick half of header parsing, shared with resp/scan: up to 18 digits and CRLF at p give their
 * value and the byte behind them. NULL for anything else, cut, odd or wrong: then the careful half
 * decides. */
static inline const char *resp_read_count(const char *p, const char *end, int64_t *n) {
    const char *from = p;
    int64_t v = 0;
    if (end - p < 3) return NULL;
    const char *last = end - p > 20 ? p + 18 : end - 2;
    for (; p < last && (unsigned char)(*p - '0') < 10; p++)
        v = v * 10 + (*p - '0');
    if (p == from || p[0] != '\r' || p[1] != '\n') return NULL;
    *n = v;
    return p + 2;
}

/* True for the types that hold values, and for those that are text. */
static inline bool resp_read_is_aggregate(enum resp_type t) {
    return t == RESP_ARRAY || t == RESP_MAP || t == RESP_SET || t == RESP_PUSH || t == RESP_ATTR;
}
static inline bool resp_read_is_error(enum resp_type t) {
    return t == RESP_ERROR || t == RESP_BULK_ERROR;
}

#endif
