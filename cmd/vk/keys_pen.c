/* SPDX-License-Identifier: BSD-3-Clause */
/* See keys_pen.h. */
#include "keys_pen.h"

#include "ui/amount.h"

enum { NARROW = 64 };

bool keys_pen_is_narrow(const struct keys_pen *p) {
    return p->l->columns && p->l->columns < NARROW;
}

void keys_pen_give(struct keys_pen *p, struct table *t, enum colour c) {
    table_add(t, c, p->cell.p ? p->cell.p : "", p->cell.len);
    buf_clear(&p->cell);
}

void keys_pen_count(struct keys_pen *p, struct table *t, uint64_t n) {
    amount_add_count(&p->cell, n);
    keys_pen_give(p, t, COLOUR_NUMBER);
}

void keys_pen_bytes(struct keys_pen *p, struct table *t, uint64_t n) {
    amount_add_bytes(&p->cell, n);
    keys_pen_give(p, t, COLOUR_NUMBER);
}

void keys_pen_share(struct keys_pen *p, struct table *t, uint64_t part, uint64_t whole) {
    buf_addf(&p->cell, "%.1f %%", whole ? 100.0 * (double)part / (double)whole : 0);
    keys_pen_give(p, t, COLOUR_NUMBER);
}

void keys_pen_none(struct table *t) {
    table_adds(t, COLOUR_NUMBER, "-");
}

void keys_pen_amount(struct keys_pen *p, struct table *t, bool bytes, uint64_t n) {
    if (bytes)
        keys_pen_bytes(p, t, n);
    else
        keys_pen_count(p, t, n);
}

void keys_pen_heads(struct table *t, const char *const *names, int n) {
    table_init(t, (size_t)n);
    for (int i = 0; i < n; i++)
        table_adds(t, COLOUR_HEAD, names[i]);
}

void keys_pen_finish(struct keys_pen *p, struct table *t, int columns) {
    const struct table_opts o = {.columns = columns, .colour = p->l->colour};
    if (table_render(t, &o, p->out) < 0) /* more than fits into memory's bounds */
        buf_adds(p->out, "(too long)\n");
    table_release(t);
}

void keys_pen_title(struct keys_pen *p, const char *text) {
    buf_addc(p->out, '\n');
    colour_puts(p->out, p->l->colour, COLOUR_ASIDE, text);
    buf_addc(p->out, '\n');
}
