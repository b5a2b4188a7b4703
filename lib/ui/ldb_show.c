/* SPDX-License-Identifier: BSD-3-Clause */
/* The debugger's lines for reading. See ldb.h. */
#include <string.h>

#include "base/safe.h"
#include "base/str.h"
#include "ui/colour.h"
#include "ui/ldb.h"
#include "ui/width.h"

enum { TAB_COLUMNS = 4, NARROWEST = 20 };

/* ---- lines ---- */

/* Foreign text in one line, harmless; cut to `columns` when that is not 0. */
static void add_text(struct buf *out, const char *p, size_t len, int columns) {
    struct buf safe;
    int taken = 0;
    buf_init(&safe, len * 4 + 1);
    safe_add(&safe, p, len, false);
    if (!columns || width_columns(safe.p, safe.len) <= columns) {
        buf_add(out, safe.p, safe.len);
    } else {
        buf_add(out, safe.p, width_fit(safe.p, safe.len, columns - 1, &taken));
        buf_adds(out, "…");
    }
    buf_release(&safe);
}

/* Tabs are blanks here: what stands in front of the source would shift them. */
static void add_source(struct buf *out, const char *p, size_t len, int columns) {
    struct buf plain;
    size_t column = 0;
    buf_init(&plain, len * TAB_COLUMNS + 1);
    for (size_t i = 0; i < len; i++) {
        size_t n = p[i] == '\t' ? TAB_COLUMNS - column % TAB_COLUMNS : 1;
        if (p[i] == '\t')
            buf_add(&plain, "    ", n);
        else
            buf_addc(&plain, p[i]);
        column += n;
    }
    add_text(out, plain.p, plain.len, columns);
    buf_release(&plain);
}

static int digits(int64_t n) {
    char text[STR_INT_MAX];
    return (int)str_put_i64(text, n);
}

struct drawn {
    int64_t number;
    bool current, breakpoint;
    const char *p;
    size_t len;
};

static void draw_source(const struct ldb *l, const struct ldb_look *look, const struct drawn *s,
                        struct buf *out) {
    enum colour c = s->current ? COLOUR_HEAD : COLOUR_ASIDE;
    int width = digits(l->n_lines), room = look->columns - width - 6;
    colour_puts(out, look->colour, c, s->current ? "-> " : "   ");
    colour_puts(out, look->colour, COLOUR_ERROR, s->breakpoint ? "#" : " ");
    colour_begin(out, look->colour, c);
    buf_addf(out, "%*lld", width, (long long)s->number);
    if (!s->current) colour_end(out, look->colour, c);
    if (s->len) buf_adds(out, "  ");
    add_source(out, s->p, s->len, look->columns ? (room < NARROWEST ? NARROWEST : room) : 0);
    if (s->current) colour_end(out, look->colour, c);
    buf_addc(out, '\n');
}

static void draw_stop(const struct ldb *l, const struct ldb_look *look, const struct ldb_line *line,
                      struct buf *out) {
    int64_t first = line->number - look->around;
    colour_begin(out, look->colour, COLOUR_ASIDE);
    add_text(out, l->file, strlen(l->file), 0);
    buf_addf(out, ":%lld, ", (long long)line->number);
    add_text(out, line->text, line->len, 0);
    colour_end(out, look->colour, COLOUR_ASIDE);
    buf_addc(out, '\n');
    for (int64_t n = first < 1 ? 1 : first; n <= l->n_lines && n - line->number <= look->around;
         n++) {
        const struct ldb_source *s = &l->lines[n - 1];
        const struct drawn d = {n, n == line->number, s->breakpoint, s->p, s->len};
        draw_source(l, look, &d, out);
    }
}

static void draw_line(const struct ldb_look *look, const struct ldb_line *line, struct buf *out) {
    static const enum colour colours[] = {
        [LDB_DEBUG] = COLOUR_HEAD,   [LDB_CALL] = COLOUR_FIELD, [LDB_REPLY] = COLOUR_FIELD,
        [LDB_VALUE] = COLOUR_NUMBER, [LDB_HINT] = COLOUR_ASIDE, [LDB_ERROR] = COLOUR_ERROR,
        [LDB_END] = COLOUR_NONE,
    };
    bool value = line->kind != LDB_TEXT && line->kind != LDB_ERROR && line->kind != LDB_HINT;
    colour_begin(out, look->colour, colours[line->kind]);
    add_text(out, line->text, line->len, look->cut && value ? look->columns : 0);
    colour_end(out, look->colour, colours[line->kind]);
    buf_addc(out, '\n');
}

void ldb_show(const struct ldb *l, const struct ldb_look *look, const struct reply *r,
              struct buf *out) {
    bool stopped = false; /* the line behind a stop is the one that was drawn */
    for (const struct reply *v = r->child; v; v = v->next) {
        struct ldb_line line = ldb_line_of(v->p, v->len);
        const struct drawn d = {line.number, line.current, line.breakpoint, line.text, line.len};
        bool known = line.number >= 1 && line.number <= l->n_lines;
        if (line.kind == LDB_STOP)
            draw_stop(l, look, &line, out);
        else if (line.kind == LDB_SOURCE && !(stopped && line.current))
            draw_source(l, look, &d, out);
        else if (line.kind != LDB_SOURCE && line.kind != LDB_END)
            draw_line(look, &line, out);
        stopped = line.kind == LDB_STOP && known;
    }
}
