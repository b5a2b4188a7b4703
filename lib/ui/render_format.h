/* SPDX-License-Identifier: BSD-3-Clause */
/* What the formats share: render.c walks the events and calls one format's operations. Private to
 * lib/ui/render*.c. */
#ifndef UI_RENDER_FORMAT_H
#define UI_RENDER_FORMAT_H

#include "ui/render.h"

struct render_frame {
    int64_t n; /* values inside, -1 = streamed */
    int64_t i; /* index of the value under way; at the close, how many there were */
    enum resp_type type;
    uint32_t indent;       /* STANDARD: blanks in front of the second value's number */
    uint32_t value_indent; /* ... and in front of what is inside of the values */
    uint8_t width;         /* ... digits of the numbers */
    bool marked;           /* ... the value under way may still need a line of its own */
    size_t mark;           /* ... which then would begin here in hold */
    bool quoted;           /* JSON: the key under way stands between quotes */
    bool object;           /* NDJSON: a map as an object, not as an array of pairs */
};

/* A string is text_open, any number of text, text_close, whether it came whole or in pieces;
 * doubles and big numbers are strings here. scalar is for nil, integers and booleans. */
struct render_ops {
    void (*before)(struct render *r, struct render_frame *in, const struct resp_event *ev);
    void (*after)(struct render *r, struct render_frame *in); /* may be NULL */
    void (*open)(struct render *r, struct render_frame *f);
    void (*close)(struct render *r, struct render_frame *f);
    void (*scalar)(struct render *r, const struct resp_event *ev);
    void (*text_open)(struct render *r, int64_t n); /* n bytes will come, -1 = unknown */
    void (*text)(struct render *r, const char *p, size_t n);
    void (*text_close)(struct render *r);
    void (*end)(struct render *r); /* behind a whole reply */
};

extern const struct render_ops render_standard_ops, render_raw_ops, render_csv_ops, render_json_ops,
    render_json_quoted_ops, render_ndjson_ops;

/* Where output goes now. */
static inline struct buf *render_sink(struct render *r) {
    return r->n_marks ? &r->hold : r->out;
}
static inline void render_put(struct render *r, const char *p, size_t n) {
    buf_add(render_sink(r), p, n);
}
static inline void render_puts(struct render *r, const char *s) {
    buf_adds(render_sink(r), s);
}
static inline void render_putc(struct render *r, char c) {
    buf_addc(render_sink(r), c);
}
/* The frame around the value under way; depth is not 0. */
static inline struct render_frame *render_top(struct render *r) {
    return &r->frames[r->depth - 1];
}
/* A map's values come in pairs: key, value. */
static inline bool render_at_key(const struct render_frame *f) {
    return f->type == RESP_MAP && f->i % 2 == 0;
}
static inline bool render_at_map_value(const struct render_frame *f) {
    return f->type == RESP_MAP && f->i % 2 == 1;
}

/* render_text.c: server text that is printed as it is, or made safe for a terminal. */
typedef void render_text_fn(struct render *r, const char *p, size_t n);
/* Hand p[0..n) on to fn, in portions that end in the middle of no UTF-8 sequence and no CRLF; what
 * is cut waits for more. */
void render_text_feed(struct render *r, const char *p, size_t n, render_text_fn *fn);
/* The string ends: hand on what still waits. */
void render_text_flush(struct render *r, render_text_fn *fn);
/* As it is, or on a terminal escaped; multi-line text keeps its line ends and tabs there. */
void render_text_put(struct render *r, const char *p, size_t n, bool lines);
void render_text_end(struct render *r, bool lines);

/* render_json.c: JSON text; inside of an NDJSON key its quotes and backslashes are escaped once
 * more. */
void render_json_put(struct render *r, const char *p, size_t n);
void render_json_puts(struct render *r, const char *s);
/* What goes between a string's quotes. p ends in the middle of no UTF-8 sequence if r->opts.safe.
 */
void render_json_body(struct render *r, const char *p, size_t n);

#endif
