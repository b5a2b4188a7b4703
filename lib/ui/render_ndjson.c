/* SPDX-License-Identifier: BSD-3-Clause */
/* One line of valid UTF-8 JSON (RFC 8259) a reply, our own format:
 *   strings       a string; {"base64":"..."} when it is not UTF-8 or longer than 16 MiB
 *   errors        {"error":"WORD text"}
 *   integers      a number, all digits; nil null; booleans true and false
 *   doubles       a number as the server wrote it; "inf", "-inf", "nan" and the like as strings
 *   big numbers   a string, since most readers would round a number
 *   arrays, sets, pushes   an array
 *   maps          an object when the first key is a string, else an array of [key,value] pairs. A
 * later key of an object that is not a UTF-8 string is its JSON text as a string; maps in there are
 * arrays of pairs, so that text is escaped once and never more.
 *
 * Whether a string is UTF-8 is known at its end: it is gathered in r->hold. The 16 MiB bound that,
 * and depends on the string alone, not on how it came: a longer one is base64 from its beginning,
 * and flows. */
#include <string.h>

#include "base/str.h"
#include "ui/render_format.h"

enum { TEXT_MAX = 16 << 20 };

/* --- keys ------------------------------------------------------------------------------------- */

static bool is_string(enum resp_type type) {
    return type == RESP_BULK || type == RESP_SIMPLE || type == RESP_VERBATIM;
}

static bool at_object_key(struct render *r) {
    return r->depth && !r->key_depth && render_at_key(render_top(r)) && render_top(r)->object;
}

/* What follows is JSON text inside a string. */
static void key_begin(struct render *r) {
    render_putc(r, '"');
    r->key_depth = r->depth;
}

static void key_end(struct render *r) {
    r->key_depth = 0;
    render_putc(r, '"');
}

static void before_key(struct render *r, struct render_frame *in, enum resp_type type) {
    if (in->i == 0) {
        in->object = !r->key_depth && is_string(type);
        render_json_puts(r, in->object ? "{" : "[[");
    } else {
        render_json_puts(r, in->object ? "," : ",[");
    }
    if (in->object && !is_string(type)) key_begin(r);
}

static void before(struct render *r, struct render_frame *in, const struct resp_event *ev) {
    if (render_at_key(in))
        before_key(r, in, ev->type);
    else if (in->i)
        render_json_puts(r, in->object ? ":" : ",");
}

static void after(struct render *r, struct render_frame *in) {
    if (r->key_depth == r->depth) key_end(r);
    if (render_at_map_value(in) && !in->object) render_json_puts(r, "]");
}

/* --- base64 (RFC 4648), three bytes at a time; less waits in r->pending -------------------------
 */

static void put_group(struct render *r, const char *p, size_t n) {
    char digits[4];
    str_base64(digits, p, n);
    render_put(r, digits, sizeof digits);
}

static void put_base64(struct render *r, const char *p, size_t n) {
    while (r->pending_len && r->pending_len < 3 && n) {
        r->pending[r->pending_len++] = *p++;
        n--;
    }
    if (r->pending_len == 3) {
        put_group(r, r->pending, 3);
        r->pending_len = 0;
    }
    for (; n >= 3; p += 3, n -= 3)
        put_group(r, p, 3);
    if (!n) return;
    memcpy(r->pending, p, n);
    r->pending_len = (uint32_t)n;
}

static void base64_begin(struct render *r) {
    r->base64 = true;
    if (at_object_key(r)) key_begin(r);
    render_json_puts(r, "{\"base64\":\"");
    put_base64(r, r->hold.p, r->hold.len);
    buf_clear(&r->hold);
}

static void base64_end(struct render *r) {
    if (r->pending_len) put_group(r, r->pending, r->pending_len);
    r->pending_len = 0;
    r->base64 = false;
    render_json_puts(r, "\"}");
}

/* --- text ------------------------------------------------------------------------------------- */

static size_t digits_len(const char *p) {
    return strspn(p, "0123456789");
}

/* A double's text that is a JSON number as well: -?(0|[1-9]d*)(.d+)?([eE][+-]?d+)? */
static bool is_number(struct buf *b) {
    const char *p = buf_cstr(b), *end = p + b->len;
    if (*p == '-') p++;
    size_t n = digits_len(p);
    if (!n || (*p == '0' && n > 1)) return false;
    p += n;
    if (*p == '.') {
        if (!(n = digits_len(++p))) return false;
        p += n;
    }
    if (*p == 'e' || *p == 'E') {
        p++;
        if (*p == '+' || *p == '-') p++;
        if (!(n = digits_len(p))) return false;
        p += n;
    }
    return p == end;
}

static void text_open(struct render *r, int64_t n) {
    buf_clear(&r->hold);
    if (resp_read_is_error(r->text)) render_json_puts(r, "{\"error\":");
    if (n > TEXT_MAX) base64_begin(r);
}

static void text(struct render *r, const char *p, size_t n) {
    if (!r->base64 && r->hold.len + n > TEXT_MAX) base64_begin(r);
    if (r->base64)
        put_base64(r, p, n);
    else
        buf_add(&r->hold, p, n);
}

static void put_gathered(struct render *r) {
    if (r->text == RESP_DOUBLE && is_number(&r->hold)) {
        render_json_put(r, r->hold.p, r->hold.len);
        return;
    }
    render_json_puts(r, "\"");
    render_json_body(r, r->hold.p, r->hold.len);
    render_json_puts(r, "\"");
}

static void text_close(struct render *r) {
    if (!r->base64 && !str_is_utf8(r->hold.p, r->hold.len)) base64_begin(r);
    if (r->base64)
        base64_end(r);
    else
        put_gathered(r);
    if (resp_read_is_error(r->text)) render_json_puts(r, "}");
    if (r->hold.cap > TEXT_MAX / 16) buf_release(&r->hold);
}

/* --- the other operations --------------------------------------------------------------------- */

static void open(struct render *r, struct render_frame *f) {
    if (f->type != RESP_MAP) render_json_puts(r, "["); /* a map's first key decides */
}

static void close(struct render *r, struct render_frame *f) {
    if (f->type == RESP_MAP && f->i == 0)
        render_json_puts(r, "{}");
    else
        render_json_puts(r, f->object ? "}" : "]");
}

static void scalar(struct render *r, const struct resp_event *ev) {
    char digits[STR_INT_MAX];
    if (ev->type == RESP_INT)
        render_json_put(r, digits, str_put_i64(digits, ev->n));
    else
        render_json_puts(r, ev->type == RESP_NIL ? "null" : ev->n ? "true" : "false");
}

static void end(struct render *r) {
    render_putc(r, '\n');
}

const struct render_ops render_ndjson_ops = {
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
