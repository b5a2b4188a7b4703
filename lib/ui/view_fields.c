/* SPDX-License-Identifier: BSD-3-Clause */
/* A sheet of one row as `name: value`, in sections. */
#include "ui/oneline.h"
#include "ui/view_impl.h"

enum { TEXT_MAX = 1 << 26 };

/* The names of the section that begins at i, as wide as the widest. */
static int widest(const struct sheet *s, size_t i) {
    int columns = 0;
    for (; i < s->n && s->cells[i].kind != SHEET_SECTION; i++) {
        int name = view_tree_name_columns(s->cells[i].name, s->cells[i].name_len);
        if (name > columns) columns = name;
    }
    return columns;
}

static void put_heading(const struct view_pen *v, const struct sheet_cell *c, bool first) {
    if (!first) buf_addc(v->out, '\n');
    colour_begin(v->out, v->o->colour, COLOUR_HEAD);
    buf_adds(v->out, "# ");
    if (c->len) oneline_string(v->out, c->p, c->len);
    colour_end(v->out, v->o->colour, COLOUR_HEAD);
    buf_addc(v->out, '\n');
}

static void put_value(const struct view_pen *v, const struct sheet_cell *c, struct buf *text) {
    if (c->kind == SHEET_TREE) {
        view_tree(v, c->tree, 2, false);
        return;
    }
    buf_clear(text);
    enum colour colour = sheet_table_cell(c, text);
    colour_begin(v->out, v->o->colour, colour);
    if (text->len) buf_add(v->out, text->p, text->len);
    colour_end(v->out, v->o->colour, colour);
    if (c->shown) {
        buf_adds(v->out, "  ");
        view_tree_say(v, COLOUR_ASIDE, c->shown);
    }
    buf_addc(v->out, '\n');
}

void view_fields(const struct view_pen *v, const struct sheet *s) {
    struct buf text;
    int columns = widest(s, 0);
    size_t n = v->o->rows && v->o->rows < s->n ? v->o->rows : s->n;
    buf_init(&text, TEXT_MAX);
    for (size_t i = 0; i < n && view_more_wanted(v); i++) {
        const struct sheet_cell *c = &s->cells[i];
        if (c->kind == SHEET_SECTION) {
            put_heading(v, c, i == 0);
            columns = widest(s, i + 1);
        } else {
            view_tree_name(v, c->name, c->name_len, c->kind == SHEET_TEXT && !c->len ? 0 : columns);
            put_value(v, c, &text);
        }
    }
    view_tree_more(v, 0, s->n - n);
    buf_release(&text);
}
