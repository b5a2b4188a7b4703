/* SPDX-License-Identifier: BSD-3-Clause */
/* The bytes, as redis-cli prints to a pipe: values parted by the delimiter, a map's key and value
 * by a blank, a nil as nothing, a newline behind an error. Nested aggregates are flattened. Also
 * what prints a plain reply, which then has no delimiter behind it. */
#include "ui/render_format.h"

static void before(struct render *r, struct render_frame *in, const struct resp_event *ev) {
    (void)ev;
    if (render_at_map_value(in))
        render_putc(r, ' ');
    else if (in->i)
        render_put(r, r->opts.delim, r->opts.delim_len);
}

static void nothing(struct render *r, struct render_frame *f) {
    (void)r;
    (void)f;
}

static void scalar(struct render *r, const struct resp_event *ev) {
    if (ev->type == RESP_INT) buf_addi(render_sink(r), ev->n);
    if (ev->type == RESP_BOOL) render_puts(r, ev->n ? "(true)" : "(false)");
}

static void text_open(struct render *r, int64_t n) {
    (void)r;
    (void)n;
}

static void text(struct render *r, const char *p, size_t n) {
    render_text_put(r, p, n, true);
}

static void text_close(struct render *r) {
    render_text_end(r, true);
    if (resp_read_is_error(r->text)) render_putc(r, '\n');
}

static void end(struct render *r) {
    if (!r->plain) render_put(r, r->opts.cmd_delim, r->opts.cmd_delim_len);
}

const struct render_ops render_raw_ops = {
    .before = before,
    .open = nothing,
    .close = nothing,
    .scalar = scalar,
    .text_open = text_open,
    .text = text,
    .text_close = text_close,
    .end = end,
};
