/* SPDX-License-Identifier: BSD-3-Clause */
/* The RESP reader: a state machine over windows of bytes. Each value has a quick way, taken when
 * its header is plain and whole in the window, and a careful way, which knows every form, survives
 * a cut anywhere and words the errors. Both accept the same grammar: the quick way gives up before
 * it consumes. It keeps no payload and builds nothing; see resp/reply for trees.
 *
 * The invariant between two calls: stack[depth] is the aggregate that the next value goes into, and
 * a value takes its place there as soon as its header is read. No byte is looked at twice, however
 * the windows fall, but for the few of a cut header. */
#include "resp/read.h"

#include <stdlib.h>
#include <string.h>

#include "resp/line.h"
#include "resp/number.h"

enum state {
    AT_VALUE,  /* at a type byte, or inside its cut line */
    AT_FORMAT, /* inside the four bytes "txt:" of a verbatim string */
    AT_TEXT,   /* inside a payload, text_left bytes before its end */
    AT_CR,     /* behind a payload */
    AT_LF,
    AT_CHUNK, /* at the ";" of a streamed string, or inside its cut line */
};

enum {
    AGAIN = 2,       /* no event yet, the state has moved on */
    FORMAT = 4,      /* bytes of a verbatim string's format and its colon */
    FIRST_STACK = 2, /* the stream and one aggregate; 10,000 idle connections have one each */
};

static inline struct resp_frame *top(const struct resp_reader *r) {
    return &r->stack[r->depth];
}

static inline int emit(const struct resp_reader *r, struct resp_event *ev, enum resp_kind kind,
                       char type) {
    *ev = (struct resp_event){
        .kind = kind,
        .type = (enum resp_type)type,
        .aside = top(r)->aside,
        .depth = (uint16_t)r->depth,
        .p = "",
    };
    return 1;
}

/* A scalar, whole. */
static inline int emit_value(const struct resp_reader *r, struct resp_event *ev, char type,
                             const char *p, size_t len) {
    emit(r, ev, RESP_VALUE, type);
    ev->p = p;
    ev->len = len;
    ev->done = !r->depth;
    return 1;
}

static int emit_text_close(struct resp_reader *r, struct resp_event *ev) {
    r->state = AT_VALUE;
    emit(r, ev, RESP_TEXT_CLOSE, (char)r->text_type);
    ev->done = !r->depth;
    return 1;
}

/* A value takes its place in the aggregate around it. Pushes and attributes take none. */
static inline int take_place(struct resp_reader *r, char type, uint64_t at) {
    struct resp_frame *f = top(r);
    if (type == RESP_PUSH || type == RESP_ATTR) return 0;
    if (!f->left)
        return line_too_much(r, at, (uint64_t)r->limits.elements, "values in a streamed aggregate");
    f->left--;
    f->odd = !f->odd;
    f->attr = false;
    return 0;
}

static void push_frame(struct resp_reader *r, char type, int64_t n) {
    bool aside = top(r)->aside || type == RESP_PUSH || type == RESP_ATTR;
    if (++r->depth == r->stack_cap) {
        r->stack_cap *= 2;
        r->stack = mem_realloc(r->stack, r->stack_cap, sizeof *r->stack);
    }
    *top(r) = (struct resp_frame){
        .left = n == LINE_STREAMED ? r->limits.elements : n,
        .type = type,
        .aside = aside,
        .streamed = n == LINE_STREAMED,
    };
}

static int open_aggregate(struct resp_reader *r, struct resp_event *ev, char type, int64_t n,
                          uint64_t at) {
    bool pairs = type == RESP_MAP || type == RESP_ATTR;
    int64_t limit = r->limits.elements;
    if (n > (pairs ? limit / 2 : limit))
        return line_too_much(r, at, (uint64_t)limit, "values in an aggregate");
    if (r->depth == r->limits.depth)
        return line_too_much(r, at, r->limits.depth, "nested aggregates");
    if (take_place(r, type, at)) return r->err.code;
    if (pairs && n > 0) n *= 2;
    emit(r, ev, RESP_OPEN, type);
    push_frame(r, type, n);
    ev->n = n;
    ev->aside = top(r)->aside;
    return 1;
}

static int close_aggregate(struct resp_reader *r, struct resp_event *ev) {
    struct resp_frame closed = *top(r);
    r->depth--;
    emit(r, ev, RESP_CLOSE, closed.type);
    ev->aside = closed.aside;
    ev->done = !r->depth && closed.type != RESP_ATTR;
    if (closed.type == RESP_ATTR) top(r)->attr = true;
    return 1;
}

/* The "." behind a streamed aggregate. */
static int read_dot(struct resp_reader *r, struct resp_event *ev, const struct line *l) {
    const struct resp_frame *f = top(r);
    bool map = f->type == RESP_MAP || f->type == RESP_ATTR;
    if (!f->streamed || !r->depth) return line_unexpected(r, l->at, '.', "a type byte");
    if (f->attr) return line_unexpected(r, l->at, '.', "a value behind an attribute");
    if (map && f->odd) return line_unexpected(r, l->at, '.', "the value of a map's last key");
    if (!line_is_bare(l)) return line_bad(r, l, 0, "CRLF");
    return close_aggregate(r, ev);
}

/* A string whose payload, n bytes and CRLF, is whole in the window and in order. */
static inline bool is_whole(const struct resp_reader *r, char type, int64_t n) {
    const char *p = r->p;
    return r->end - p >= n + 2 && p[n] == '\r' && p[n + 1] == '\n' &&
           (type != RESP_VERBATIM || (n >= FORMAT && p[FORMAT - 1] == ':'));
}

static int emit_whole(struct resp_reader *r, struct resp_event *ev, char type, int64_t n) {
    const char *p = r->p;
    r->p += n + 2;
    if (type != RESP_VERBATIM) return emit_value(r, ev, type, p, (size_t)n);
    emit_value(r, ev, type, p + FORMAT, (size_t)n - FORMAT);
    memcpy(ev->format, p, FORMAT - 1);
    return 1;
}

static int emit_text_open(struct resp_reader *r, struct resp_event *ev) {
    r->text_open = true;
    emit(r, ev, RESP_TEXT_OPEN, (char)r->text_type);
    ev->n = r->text_streamed ? LINE_STREAMED : r->text_left;
    return 1;
}

static inline int open_string(struct resp_reader *r, struct resp_event *ev, char type, int64_t n,
                              uint64_t at) {
    if (n > r->limits.bulk)
        return line_too_much(r, at, (uint64_t)r->limits.bulk, "bytes in a string");
    if (take_place(r, type, at)) return r->err.code;
    if (n >= 0 && is_whole(r, type, n)) return emit_whole(r, ev, type, n);
    if (type == RESP_VERBATIM && n >= 0 && n < FORMAT)
        return line_unexpected(r, at + 1, (char)('0' + n), "at least 4 bytes in a verbatim string");
    r->text_type = (uint8_t)type;
    r->text_left = n;
    r->text_total = 0;
    r->text_streamed = n == LINE_STREAMED;
    r->text_open = false;
    r->state = r->text_streamed ? AT_CHUNK : type == RESP_VERBATIM ? AT_FORMAT : AT_TEXT;
    return type == RESP_VERBATIM ? AGAIN : emit_text_open(r, ev);
}

/* "txt:" in front of a verbatim string, in r->line when a window's end cuts it. */
static int read_format(struct resp_reader *r, struct resp_event *ev) {
    size_t need = FORMAT - r->line.len, here = (size_t)(r->end - r->p);
    size_t n = here < need ? here : need;
    buf_add(&r->line, r->p, n);
    r->p += n;
    if (n < need) return 0;
    const char *format = r->line.p;
    if (format[FORMAT - 1] != ':')
        return line_unexpected(r, resp_read_offset(r) - 1, format[FORMAT - 1],
                               "':' behind a verbatim string's format");
    buf_clear(&r->line);
    r->text_left -= FORMAT;
    r->state = AT_TEXT;
    emit_text_open(r, ev);
    memcpy(ev->format, format, FORMAT - 1);
    return 1;
}

static int read_text(struct resp_reader *r, struct resp_event *ev) {
    int64_t here = r->end - r->p;
    if (!r->text_left) return r->state = AT_CR, AGAIN;
    if (!here) return 0;
    int64_t n = here < r->text_left ? here : r->text_left;
    emit(r, ev, RESP_TEXT, (char)r->text_type);
    ev->p = r->p;
    ev->len = (size_t)n;
    r->p += n;
    r->text_left -= n;
    return 1;
}

static int read_text_end(struct resp_reader *r, struct resp_event *ev) {
    char want = r->state == AT_CR ? '\r' : '\n';
    if (r->p == r->end) return 0;
    if (*r->p != want)
        return line_unexpected(r, resp_read_offset(r), *r->p, "CRLF behind a string");
    r->p++;
    if (r->state == AT_CR) return r->state = AT_LF, AGAIN;
    if (r->text_streamed) return r->state = AT_CHUNK, AGAIN;
    return emit_text_close(r, ev);
}

/* ";n" in front of a piece of a streamed string, ";0" behind the last one. */
static int read_chunk(struct resp_reader *r, struct resp_event *ev) {
    struct line l;
    int64_t n;
    if (r->p == r->end) return 0;
    if (!r->line.len && *r->p != ';')
        return line_unexpected(r, resp_read_offset(r), *r->p, "';' and a length");
    int got = line_take(r, &l);
    if (got <= 0) return got;
    if (line_count(r, &l, &n)) return r->err.code;
    if (n > r->limits.bulk - r->text_total)
        return line_too_much(r, l.at, (uint64_t)r->limits.bulk, "bytes in a string");
    if (!r->text_open && n < FORMAT) /* only a verbatim string is not open yet */
        return line_unexpected(r, l.at + 1, (char)('0' + n),
                               "at least 4 bytes in a verbatim string");
    if (!n) return emit_text_close(r, ev);
    r->text_total += n;
    r->text_left = n;
    r->state = r->text_open ? AT_TEXT : AT_FORMAT;
    return AGAIN;
}

static int read_counted(struct resp_reader *r, struct resp_event *ev, char type, int64_t n,
                        uint64_t at) {
    if (type == '$' || type == '!' || type == '=') return open_string(r, ev, type, n, at);
    return open_aggregate(r, ev, type, n, at);
}

static int read_nil(struct resp_reader *r, struct resp_event *ev, uint64_t at) {
    if (take_place(r, RESP_NIL, at)) return r->err.code;
    return emit_value(r, ev, RESP_NIL, "", 0);
}

static int read_int(struct resp_reader *r, struct resp_event *ev, const struct line *l) {
    bool plus = l->p[1] == '+';
    int64_t n;
    if (line_int(r, l, &n)) return r->err.code;
    emit_value(r, ev, RESP_INT, l->p + 1 + plus, line_text_len(l) - plus);
    ev->n = n;
    return 1;
}

static int read_bool(struct resp_reader *r, struct resp_event *ev, const struct line *l) {
    char c = l->p[1];
    if (c != 't' && c != 'f') return line_bad(r, l, 0, "'t' or 'f'");
    if (line_text_len(l) != 1 || !line_has_crlf(l)) return line_bad(r, l, 1, "CRLF");
    emit_value(r, ev, RESP_BOOL, l->p + 1, 1);
    ev->n = c == 't';
    return 1;
}

static int read_text_line(struct resp_reader *r, struct resp_event *ev, const struct line *l) {
    size_t len = line_text_len(l), bad;
    const char *text = l->p + 1;
    if (*l->p == RESP_DOUBLE && !number_is_double(text, len, &bad))
        return line_bad_number(r, l, bad);
    if (*l->p == RESP_BIGNUM && !number_is_int(text, len, &bad)) return line_bad_number(r, l, bad);
    return emit_value(r, ev, *l->p, text, len);
}

static int read_scalar(struct resp_reader *r, struct resp_event *ev, const struct line *l) {
    char type = *l->p;
    if (type == '.') return read_dot(r, ev, l);
    if (take_place(r, type, l->at)) return r->err.code;
    if (type == RESP_INT) return read_int(r, ev, l);
    if (type == RESP_BOOL) return read_bool(r, ev, l);
    if (type != RESP_NIL) return read_text_line(r, ev, l);
    if (!line_is_bare(l)) return line_bad(r, l, 0, "CRLF");
    return emit_value(r, ev, RESP_NIL, "", 0);
}

/* The careful way: any line, in any number of parts. */
static int read_line(struct resp_reader *r, struct resp_event *ev) {
    struct line l;
    int64_t n;
    if (!r->line.len && line_class(*r->p) == LINE_UNKNOWN)
        return line_unexpected(r, resp_read_offset(r), *r->p, "a type byte");
    int got = line_take(r, &l);
    if (got <= 0) return got;
    if (line_class(*l.p) != LINE_COUNT) return read_scalar(r, ev, &l);
    if (line_count(r, &l, &n)) return r->err.code;
    if (n == LINE_NIL) return read_nil(r, ev, l.at);
    return read_counted(r, ev, *l.p, n, l.at);
}

static inline int read_value(struct resp_reader *r, struct resp_event *ev) {
    const struct resp_frame *f = top(r);
    int64_t n;
    if (!f->left && !f->streamed) return close_aggregate(r, ev);
    if (r->p == r->end) return 0;
    char type = *r->p;
    if (r->line.len || line_class(type) != LINE_COUNT) return read_line(r, ev);
    const char *behind = resp_read_count(r->p + 1, r->end, &n);
    if (!behind) return read_line(r, ev);
    uint64_t at = resp_read_offset(r);
    r->p = behind;
    return read_counted(r, ev, type, n, at);
}

int resp_read_next(struct resp_reader *r, struct resp_event *ev) {
    int got = AGAIN;
    if (r->err.code) return r->err.code;
    while (got == AGAIN) {
        switch ((enum state)r->state) {
        case AT_VALUE: got = read_value(r, ev); break;
        case AT_FORMAT: got = read_format(r, ev); break;
        case AT_TEXT: got = read_text(r, ev); break;
        case AT_CR:
        case AT_LF: got = read_text_end(r, ev); break;
        case AT_CHUNK: got = read_chunk(r, ev); break;
        }
    }
    return got;
}

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

void resp_read_init(struct resp_reader *r, const struct resp_limits *limits) {
    struct resp_limits l = limits ? *limits : RESP_LIMITS_DEFAULT;
    if (l.depth > RESP_READ_DEPTH_MAX) l.depth = RESP_READ_DEPTH_MAX;
    if (l.line > SIZE_MAX / 4) l.line = SIZE_MAX / 4;
    l.elements = least(l.elements, INT64_MAX / 4); /* so that sums and products cannot overflow */
    l.bulk = least(l.bulk, INT64_MAX / 4);
    *r = (struct resp_reader){.limits = l, .stack_cap = FIRST_STACK};
    buf_init(&r->line, LINE_ROOM(l.line));
    r->stack = mem_alloc(FIRST_STACK * sizeof *r->stack);
    resp_read_reset(r);
}

void resp_read_release(struct resp_reader *r) {
    buf_release(&r->line);
    free(r->stack);
    r->stack = NULL;
}

void resp_read_reset(struct resp_reader *r) {
    r->p = r->end = "";
    r->base = 0;
    r->depth = 0;
    r->state = AT_VALUE;
    r->stack[0] = (struct resp_frame){.left = INT64_MAX, .streamed = true};
    buf_clear(&r->line);
    err_clear(&r->err);
}

void resp_read_feed(struct resp_reader *r, const char *p, size_t n) {
    if (!n) p = "";
    r->p = p;
    r->end = p + n;
    r->base += n;
}

bool resp_read_at_start(const struct resp_reader *r) {
    return r->state == AT_VALUE && !r->depth && !r->line.len && !r->stack[0].attr && !r->err.code;
}

size_t resp_read_unfeed(struct resp_reader *r) {
    size_t rest = (size_t)(r->end - r->p);
    r->end = r->p;
    r->base -= rest;
    return rest;
}
