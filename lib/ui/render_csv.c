/* SPDX-License-Identifier: BSD-3-Clause */
/* CSV as redis-cli has it: one line a reply, strings quoted with backslash escapes (not RFC 4180),
 * aggregates flattened (an empty one leaves an empty field), an error as the field ERROR and its
 * text. */
#include "resp/quote.h"
#include "ui/render_format.h"

static void before(struct render *r, struct render_frame *in, const struct resp_event *ev) {
    (void)ev;
    if (in->i) render_putc(r, ',');
}

static void nothing(struct render *r, struct render_frame *f) {
    (void)r;
    (void)f;
}

static void scalar(struct render *r, const struct resp_event *ev) {
    if (ev->type == RESP_INT)
        buf_addi(render_sink(r), ev->n);
    else
        render_puts(r, ev->type == RESP_NIL ? "NULL" : ev->n ? "true" : "false");
}

static bool is_number(const struct render *r) {
    return r->text == RESP_DOUBLE || r->text == RESP_BIGNUM;
}

static void text_open(struct render *r, int64_t n) {
    (void)n;
    if (resp_read_is_error(r->text)) render_puts(r, "ERROR,");
    if (!is_number(r)) render_putc(r, '"');
}

static void text(struct render *r, const char *p, size_t n) {
    if (is_number(r))
        render_text_put(r, p, n, false);
    else
        resp_quote_body(render_sink(r), p, n);
}

static void text_close(struct render *r) {
    if (is_number(r))
        render_text_end(r, false);
    else
        render_putc(r, '"');
}

static void end(struct render *r) {
    render_putc(r, '\n');
}

const struct render_ops render_csv_ops = {
    .before = before,
    .open = nothing,
    .close = nothing,
    .scalar = scalar,
    .text_open = text_open,
    .text = text,
    .text_close = text_close,
    .end = end,
};
