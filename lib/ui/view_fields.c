/* SPDX-License-Identifier: BSD-3-Clause */
/* A sheet of one row as `name: value`, in sections. */
#include <string.h>

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
        const struct view_pen inside = {.o = v->o, .out = v->out, .untagged = true};
        view_tree(&inside, c->tree, 2, false);
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

/* --- sections that are tables: commandstats, keyspace, ... ------------------------------------ */

/* The end of the section that begins at i if all its values are name=value,...; else i. */
static size_t pairs_end(const struct sheet *s, size_t i, size_t n) {
    size_t end = i;
    while (end < n && s->cells[end].kind == SHEET_PAIRS)
        end++;
    return end == n || s->cells[end].kind == SHEET_SECTION ? end : i;
}

/* What the names of such a section begin with says what the section's heading has said. */
static size_t prefix_len(const struct sheet_cell *c) {
    static const char *const prefixes[] = {"cmdstat_", "errorstat_", "latency_percentiles_usec_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t len = strlen(prefixes[i]);
        if (c->name_len > len && !memcmp(c->name, prefixes[i], len)) return len;
    }
    return 0;
}

static void add_row(struct sheet *to, const struct sheet_cell *c) {
    size_t skip = prefix_len(c);
    sheet_row(to);
    sheet_add(to, "name", 4, SHEET_TEXT, c->name + skip, c->name_len - skip);
    for (const char *p = c->p, *end = p + c->len, *next; p < end; p = next + 1) {
        next = memchr(p, ',', (size_t)(end - p));
        if (!next) next = end;
        const char *equals = memchr(p, '=', (size_t)(next - p));
        if (!equals || (equals - p == 4 && !memcmp(p, "name", 4))) continue;
        sheet_typed(to, p, (size_t)(equals - p), equals + 1, (size_t)(next - equals) - 1);
    }
}

static void put_pairs(const struct view_pen *v, const struct sheet *s, size_t i, size_t end) {
    struct sheet rows;
    struct table_opts o = {
        .columns = v->o->columns, .colour = v->o->colour, .expanded = v->o->expanded};
    sheet_init(&rows, 0);
    rows.no_count = true;
    for (; i < end; i++)
        add_row(&rows, &s->cells[i]);
    if (sheet_table(&rows, &o, NULL, v->out) < 0) v->out->over = true;
    sheet_release(&rows);
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
            size_t end = pairs_end(s, i + 1, n);
            if (end > i + 1) put_pairs(v, s, i + 1, end);
            i = end - 1;
        } else {
            view_tree_name(v, c->name, c->name_len, c->kind == SHEET_TEXT && !c->len ? 0 : columns);
            put_value(v, c, &text);
        }
    }
    view_tree_more(v, 0, s->n - n);
    buf_release(&text);
}
