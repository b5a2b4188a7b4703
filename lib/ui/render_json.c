/* SPDX-License-Identifier: BSD-3-Clause */
/* --json and --quoted-json as redis-cli prints them, which is not always JSON: an error is
 * error:"text", doubles may be inf, a key that is no string stands in quotes as it is, bytes that
 * are not UTF-8 pass. Quoted: strings are quoted as for people and then every backslash is doubled,
 * the one in front of a quote as well. Maps are objects, keys may repeat. For JSON that can be
 * relied on see render_ndjson.c.
 *
 * On a terminal, characters that are unsafe there become \uhhhh, and bytes that are not UTF-8
 * \\xhh. */
#include <string.h>

#include "base/safe.h"
#include "base/str.h"
#include "resp/quote.h"
#include "ui/render_format.h"

/* --- shared with NDJSON ----------------------------------------------------------------------- */

void render_json_put(struct render *r, const char *p, size_t n) {
    if (!r->key_depth) {
        render_put(r, p, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '"' || p[i] == '\\') render_putc(r, '\\');
        render_putc(r, p[i]);
    }
}

void render_json_puts(struct render *r, const char *s) {
    render_json_put(r, s, strlen(s));
}

static const char hex[] = "0123456789abcdef";

static void put_u(struct render *r, uint32_t c) {
    const char text[] = {'\\',       'u', hex[c >> 12 & 15], hex[c >> 8 & 15], hex[c >> 4 & 15],
                         hex[c & 15]};
    render_json_put(r, text, sizeof text);
}

static void put_control(struct render *r, char c) {
    switch (c) {
    case '"': render_json_puts(r, "\\\""); break;
    case '\\': render_json_puts(r, "\\\\"); break;
    case '\n': render_json_puts(r, "\\n"); break;
    case '\r': render_json_puts(r, "\\r"); break;
    case '\t': render_json_puts(r, "\\t"); break;
    case '\b': render_json_puts(r, "\\b"); break;
    case '\f': render_json_puts(r, "\\f"); break;
    default: put_u(r, (unsigned char)c);
    }
}

/* One character beyond ASCII, on a terminal; how many bytes of p it is. */
static size_t put_safe(struct render *r, const char *p, size_t n) {
    uint32_t c = 0;
    size_t len = str_utf8(p, n, &c);
    if (!len) {
        unsigned char byte = (unsigned char)*p;
        render_json_put(r, (char[]){'\\', '\\', 'x', hex[byte >> 4], hex[byte & 15]}, 5);
        return 1;
    }
    if (!safe_is_unsafe(c)) {
        render_json_put(r, p, len);
    } else if (c < 0x10000) {
        put_u(r, c);
    } else {
        put_u(r, 0xd800 + ((c - 0x10000) >> 10));
        put_u(r, 0xdc00 + ((c - 0x10000) & 0x3ff));
    }
    return len;
}

/* Bytes at p that stand for themselves. */
static size_t plain_run(const char *p, size_t n, bool safe) {
    const unsigned char last = safe ? '~' : 0xff;
    size_t i = 0;
    for (; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c < ' ' || c > last || c == '"' || c == '\\') break;
    }
    return i;
}

void render_json_body(struct render *r, const char *p, size_t n) {
    while (n) {
        size_t len = plain_run(p, n, r->opts.safe);
        if (len) {
            render_json_put(r, p, len);
        } else if ((unsigned char)*p > '~') {
            len = put_safe(r, p, n);
        } else {
            put_control(r, *p);
            len = 1;
        }
        p += len;
        n -= len;
    }
}

/* --- the operations --------------------------------------------------------------------------- */

static bool is_number(enum resp_type type) {
    return type == RESP_DOUBLE || type == RESP_BIGNUM;
}

static bool is_text(const struct resp_event *ev) {
    return ev->kind != RESP_OPEN && ev->type != RESP_NIL && ev->type != RESP_INT &&
           ev->type != RESP_BOOL && !is_number(ev->type);
}

static void before(struct render *r, struct render_frame *in, const struct resp_event *ev) {
    if (in->i) render_putc(r, render_at_map_value(in) ? ':' : ',');
    in->quoted = render_at_key(in) && !is_text(ev);
    if (in->quoted) render_putc(r, '"');
}

static void after(struct render *r, struct render_frame *in) {
    if (in->quoted) render_putc(r, '"');
}

static void open(struct render *r, struct render_frame *f) {
    render_putc(r, f->type == RESP_MAP ? '{' : '[');
}

static void close(struct render *r, struct render_frame *f) {
    render_putc(r, f->type == RESP_MAP ? '}' : ']');
}

static void scalar(struct render *r, const struct resp_event *ev) {
    if (ev->type == RESP_INT)
        buf_addi(render_sink(r), ev->n);
    else
        render_puts(r, ev->type == RESP_NIL ? "null" : ev->n ? "true" : "false");
}

static void text_open(struct render *r, int64_t n) {
    (void)n;
    if (resp_read_is_error(r->text)) render_puts(r, "error:");
    if (!is_number(r->text)) render_putc(r, '"');
}

static void text(struct render *r, const char *p, size_t n) {
    if (is_number(r->text))
        render_text_put(r, p, n, false);
    else if (r->opts.safe)
        render_text_feed(r, p, n, render_json_body);
    else
        render_json_body(r, p, n);
}

static void text_close(struct render *r) {
    if (is_number(r->text)) {
        render_text_end(r, false);
        return;
    }
    render_text_flush(r, render_json_body);
    render_putc(r, '"');
}

static void text_quoted(struct render *r, const char *p, size_t n) {
    if (is_number(r->text)) {
        render_text_put(r, p, n, false);
        return;
    }
    struct buf *quoted = &r->hold; /* not in use in this format */
    buf_clear(quoted);
    resp_quote_body(quoted, p, n);
    for (const char *at = quoted->p, *end = at + quoted->len; at < end;) {
        const char *slash = memchr(at, '\\', (size_t)(end - at));
        render_put(r, at, (size_t)((slash ? slash + 1 : end) - at));
        if (slash) render_putc(r, '\\');
        at = slash ? slash + 1 : end;
    }
}

static void end(struct render *r) {
    render_putc(r, '\n');
}

const struct render_ops render_json_ops = {
    .before = before,
    .after = after,
    .open = open,
    .close = close,
    .scalar = scalar,
    .text_open = text_open,
    .text = text,
    .text_close = text_close,
    .end = end,
};

const struct render_ops render_json_quoted_ops = {
    .before = before,
    .after = after,
    .open = open,
    .close = close,
    .scalar = scalar,
    .text_open = text_open,
    .text = text_quoted,
    .text_close = text_close,
    .end = end,
};
