/* SPDX-License-Identifier: BSD-3-Clause */
/* See lineview.h. Terminals wrap by themselves, and wait with it until the next character comes: a
 * row that is exactly full is ended by us, so that the cursor is where we think it is. */
#include "ui/lineview.h"

#include <string.h>

#include "base/str.h"
#include "ui/width.h"

/* A pen on the screen. */
struct pen {
    struct buf *out;
    int columns, row, column;
};

static void new_row(struct pen *p) {
    buf_adds(p->out, "\r\n");
    p->row++;
    p->column = 0;
}

/* Room for something so wide; what does not fit begins the next row. */
static void make_room(struct pen *p, int width) {
    if (p->column + width > p->columns) new_row(p);
    p->column += width;
}

static void put_control(struct pen *p, unsigned char c) {
    make_room(p, 2);
    buf_addc(p->out, '^');
    buf_addc(p->out, c == 127 ? '?' : (char)(c + 64));
}

/* One character of p[0..n); returns its bytes. Bytes that are none are shown as \xhh. */
static size_t put(struct pen *pen, const char *p, size_t n) {
    uint32_t c = 0;
    unsigned char byte = (unsigned char)*p;
    size_t len = str_utf8(p, n, &c);
    if (*p == '\n') {
        new_row(pen);
        return 1;
    }
    if (byte < 32 || byte == 127) {
        put_control(pen, byte);
        return 1;
    }
    if (!len || (c >= 0x80 && c < 0xa0)) { /* C1 would drive the terminal */
        make_room(pen, 4);
        buf_addf(pen->out, "\\x%02x", byte);
        return 1;
    }
    make_room(pen, width_columns(p, len));
    buf_add(pen->out, p, len);
    return len;
}

/* A colour sequence at p: its bytes, else 0. */
static size_t colour_len(const char *p) {
    if (p[0] != '\x1b' || p[1] != '[') return 0;
    size_t n = 2 + strspn(p + 2, "0123456789;");
    return p[n] == 'm' ? n + 1 : 0;
}

static void put_prompt(struct pen *pen, const char *p) {
    while (*p) {
        size_t n = colour_len(p);
        if (n)
            buf_add(pen->out, p, n);
        else
            n = put(pen, p, strlen(p));
        p += n;
    }
}

static void colour(struct pen *p, const char *sgr) {
    buf_addf(p->out, "\x1b[%sm", sgr);
}

/* The line; tells where the cursor is to stand. */
static void put_line(struct pen *pen, const struct lineview_text *t, int *row, int *column) {
    int span = 0;
    bool inside = false;
    for (size_t i = 0; i < t->len;) {
        while (span < t->n_spans && t->spans[span].to <= i)
            span++;
        bool in = span < t->n_spans && t->spans[span].from <= i;
        if (inside && (!in || t->spans[span].from == i)) colour(pen, "0");
        if (in && (!inside || t->spans[span].from == i)) colour(pen, t->spans[span].colour);
        inside = in;
        if (i == t->cursor) *row = pen->row, *column = pen->column;
        i += put(pen, t->line + i, t->len - i);
    }
    if (inside) colour(pen, "0");
    if (t->cursor < t->len) return;
    if (pen->column == pen->columns) new_row(pen);
    *row = pen->row;
    *column = pen->column;
}

static void put_hint(struct pen *pen, const char *hint) {
    int room = pen->columns - pen->column - 1;
    size_t len = strlen(hint), fits = 0;
    while (fits < len && hint[fits] != '\n') {
        uint32_t c = 0;
        size_t n = str_utf8(hint + fits, len - fits, &c);
        int width = n && c >= 0xa0 ? width_columns(hint + fits, n) : c >= 32 && c < 127 ? 1 : -1;
        if (width < 0 || width > room) break;
        room -= width;
        fits += n;
    }
    if (!fits) return;
    colour(pen, "90");
    buf_add(pen->out, hint, fits);
    colour(pen, "0");
    pen->column = pen->columns - 1 - room;
}

static void go_home(struct lineview *v, struct buf *out) {
    if (v->row) buf_addf(out, "\x1b[%dA", v->row);
    buf_adds(out, "\r\x1b[J");
}

void lineview_draw(struct lineview *v, const struct lineview_text *t, int columns,
                   struct buf *out) {
    struct pen pen = {.out = out, .columns = columns < 4 ? 4 : columns};
    int row = 0, column = 0;
    go_home(v, out);
    put_prompt(&pen, t->prompt);
    put_line(&pen, t, &row, &column);
    put_hint(&pen, t->hint);
    if (pen.row > row) buf_addf(out, "\x1b[%dA", pen.row - row);
    buf_adds(out, "\r");
    if (column) buf_addf(out, "\x1b[%dC", column);
    v->row = row;
    v->rows = pen.row + 1;
}

void lineview_clear(struct lineview *v, struct buf *out) {
    if (!v->rows) return;
    go_home(v, out);
    *v = (struct lineview){0};
}

void lineview_leave(struct lineview *v, struct buf *out) {
    if (!v->rows) return;
    if (v->rows - 1 > v->row) buf_addf(out, "\x1b[%dB", v->rows - 1 - v->row);
    buf_adds(out, "\r\n");
    *v = (struct lineview){0};
}
