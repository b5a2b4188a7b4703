/* SPDX-License-Identifier: BSD-3-Clause */
/* For people: quoted strings, numbered elements, as redis-cli prints on a terminal. A nested
 * aggregate begins on its parent's line and goes on indented below it; numbers are as wide as the
 * last one (a streamed aggregate's are not padded).
 *
 * A map's value that will take more than one line begins on its own. Whether it will is not known
 * before the first value in it that is no aggregate of one: until then the place is a mark, and the
 * text behind the first mark waits in r->hold. Past HOLD_BYTES of it (keys of that size) the value
 * stays on its line.
 *
 * The one invariant: r->line_due is set behind every value; the line's end is printed by what comes
 * next, so that " => " can come instead. */
#include <string.h>

#include "base/str.h"
#include "resp/quote.h"
#include "ui/render_format.h"

enum { HOLD_BYTES = 1 << 20 };

enum shape { ONE_LINE, LINES, UNSETTLED };

static void put_blanks(struct buf *b, size_t n) {
    char *to = buf_reserve(b, n);
    if (!to) return;
    memset(to, ' ', n);
    b->len += n;
}

/* --- the marks -------------------------------------------------------------------------------- */

static enum shape shape_of(const struct resp_event *ev) {
    int64_t single = ev->type == RESP_MAP ? 2 : 1;
    if (ev->kind != RESP_OPEN || ev->n == 0) return ONE_LINE;
    return ev->n == single ? UNSETTLED : LINES;
}

static void release_hold(struct render *r) {
    buf_add(r->out, r->hold.p, r->hold.len);
    buf_clear(&r->hold);
}

static void mark_drop(struct render *r, struct render_frame *f) {
    f->marked = false;
    if (--r->n_marks == 0) release_hold(r);
}

/* Break the line at the mark. */
static void mark_break(struct render *r, struct render_frame *f) {
    size_t n = (size_t)f->value_indent + 1, behind = r->hold.len - f->mark;
    if (buf_reserve(&r->hold, n)) {
        char *at = r->hold.p + f->mark;
        memmove(at + n, at, behind);
        *at = '\n';
        memset(at + 1, ' ', n - 1);
        r->hold.len += n;
    }
    mark_drop(r, f);
}

/* The value under way is seen to take lines or one line: so do the aggregates of which it is the
 * only value, from the inside out (a mark further in lies further back in hold). */
static void settle(struct render *r, enum shape shape) {
    for (uint32_t depth = r->depth; depth && r->n_marks; depth--) {
        struct render_frame *f = &r->frames[depth - 1];
        bool map_value = render_at_map_value(f);
        if (map_value && f->marked) (shape == LINES ? mark_break : mark_drop)(r, f);
        if (map_value ? f->n != 2 : f->type == RESP_MAP || f->n != 1) return;
    }
}

static void settle_too_long(struct render *r) {
    for (uint32_t depth = r->depth; depth && r->n_marks; depth--)
        if (r->frames[depth - 1].marked) mark_drop(r, &r->frames[depth - 1]);
}

static void mark(struct render *r, struct render_frame *f) {
    r->n_marks++;
    f->marked = true;
    f->mark = r->hold.len;
}

/* --- the operations --------------------------------------------------------------------------- */

static void put_line_end(struct render *r) {
    if (r->line_due) render_putc(r, '\n');
    r->line_due = false;
}

static void put_number(struct render *r, const struct render_frame *in) {
    char text[STR_INT_MAX], sep = in->type == RESP_MAP ? '#' : in->type == RESP_SET ? '~' : ')';
    size_t n = str_put_u64(text, (uint64_t)(in->type == RESP_MAP ? in->i / 2 : in->i) + 1);
    size_t blanks = n < in->width ? in->width - n : 0;
    blanks += in->i ? in->indent : 0;
    if (blanks) put_blanks(render_sink(r), blanks);
    text[n++] = sep;
    text[n++] = ' ';
    render_put(r, text, n);
}

/* " => " and, if the value takes more lines, a new one. */
static void put_arrow(struct render *r, struct render_frame *in, enum shape shape) {
    r->line_due = false;
    render_puts(r, " => ");
    if (shape == UNSETTLED || r->n_marks) {
        mark(r, in);
    } else if (shape == LINES) {
        render_putc(r, '\n');
        put_blanks(render_sink(r), in->value_indent);
    }
}

static void before(struct render *r, struct render_frame *in, const struct resp_event *ev) {
    enum shape shape = shape_of(ev);
    if (render_at_map_value(in)) {
        put_arrow(r, in, shape);
    } else {
        put_line_end(r);
        put_number(r, in);
    }
    if (r->n_marks && shape != UNSETTLED) settle(r, shape);
    if (r->n_marks && r->hold.len > HOLD_BYTES) settle_too_long(r);
}

static void open(struct render *r, struct render_frame *f) {
    char digits[STR_INT_MAX];
    int64_t n = f->type == RESP_MAP ? f->n / 2 : f->n;
    f->width = f->n < 0 ? 1 : (uint8_t)str_put_u64(digits, (uint64_t)n);
    f->indent = r->depth > 1 ? r->frames[r->depth - 2].value_indent : 0;
    f->value_indent = f->indent + f->width + 2;
}

static void close(struct render *r, struct render_frame *f) {
    if (f->i == 0)
        render_puts(r, f->type == RESP_MAP    ? "(empty hash)"
                       : f->type == RESP_SET  ? "(empty set)"
                       : f->type == RESP_PUSH ? "(empty push)"
                                              : "(empty array)");
    r->line_due = true;
}

static void scalar(struct render *r, const struct resp_event *ev) {
    if (ev->type == RESP_INT) {
        render_puts(r, "(integer) ");
        buf_addi(render_sink(r), ev->n);
    } else {
        render_puts(r, ev->type == RESP_NIL ? "(nil)" : ev->n ? "(true)" : "(false)");
    }
    r->line_due = true;
}

static void text_open(struct render *r, int64_t n) {
    (void)n;
    switch (r->text) {
    case RESP_BULK: render_putc(r, '"'); break;
    case RESP_ERROR:
    case RESP_BULK_ERROR: render_puts(r, "(error) "); break;
    case RESP_DOUBLE: render_puts(r, "(double) "); break;
    case RESP_BIGNUM: render_puts(r, "(big number) "); break;
    default: break;
    }
}

static void text(struct render *r, const char *p, size_t n) {
    if (r->text == RESP_BULK)
        resp_quote_body(render_sink(r), p, n);
    else
        render_text_put(r, p, n, r->text == RESP_VERBATIM);
    if (r->n_marks && r->hold.len > HOLD_BYTES) settle_too_long(r);
}

static void text_close(struct render *r) {
    if (r->text == RESP_BULK)
        render_putc(r, '"');
    else
        render_text_end(r, r->text == RESP_VERBATIM);
    r->line_due = true;
}

static void end(struct render *r) {
    put_line_end(r);
}

const struct render_ops render_standard_ops = {
    .before = before,
    .open = open,
    .close = close,
    .scalar = scalar,
    .text_open = text_open,
    .text = text,
    .text_close = text_close,
    .end = end,
};
