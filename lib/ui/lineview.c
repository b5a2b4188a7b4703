/* SPDX-License-Identifier: BSD-3-Clause */
/* See lineview.h. Terminals wrap by themselves, and wait with it until the next character comes: a
 * row that is exactly full is ended by us, so that the cursor is where we think it is. The text is
 * laid out twice: to see how high it is, then to draw the rows for which the screen has room. Rows
 * are erased one by one: some terminals take an erasure from the first cell on for a new screen,
 * and keep the old one as history, each time. */
#include "ui/lineview.h"

#include <string.h>

#include "base/safe.h"
#include "base/str.h"
#include "ui/width.h"

enum { TAB_COLUMNS = 8 };

static const char grey[] = "90";

/* A pen on the screen, or on nothing but the ruler (out NULL). */
struct pen {
    struct buf *out;
    int columns, row, column;
    int first, end;      /* rows that are drawn */
    bool unsure;         /* terminals differ in what the last character takes */
    uint16_t *widths;    /* of the rows that are drawn */
    const char *further; /* in front of rows behind a newline */
};

static bool draws(const struct pen *p) {
    return p->out && p->row >= p->first && p->row < p->end;
}

static void colour(const struct pen *p, const char *sgr) {
    if (p->out) buf_addf(p->out, "\x1b[%sm", sgr);
}

static void new_row(struct pen *p) {
    if (draws(p)) p->widths[p->row - p->first] = (uint16_t)p->column;
    p->row++;
    p->column = 0;
    p->unsure = false;
    if (draws(p) && p->row > p->first) buf_adds(p->out, "\r\n\x1b[K");
}

/* Room for something so wide; what does not fit begins the next row. */
static void make_room(struct pen *p, int width) {
    if (p->column + width > p->columns) new_row(p);
    if (p->unsure && width && draws(p)) buf_addf(p->out, "\x1b[%dG", p->column + 1);
    p->unsure = !width;
    p->column += width;
}

static void put_bytes(struct pen *p, const char *text, size_t n, int width) {
    make_room(p, width);
    if (draws(p)) buf_add(p->out, text, n);
}

/* As many of n printable ASCII characters as the row takes; at least one. */
static size_t put_ascii(struct pen *p, const char *text, size_t n) {
    size_t len = 1;
    make_room(p, 1);
    size_t room = (size_t)(p->columns - p->column);
    while (len < n && len <= room && text[len] >= ' ' && text[len] <= '~')
        len++;
    p->column += (int)len - 1;
    if (draws(p)) buf_add(p->out, text, len);
    return len;
}

static void put_escape(struct pen *p, const char *text, size_t n) {
    struct buf b;
    buf_init(&b, 4 * n);
    safe_add(&b, text, n, false);
    put_bytes(p, b.p, b.len, (int)b.len);
    buf_release(&b);
}

/* As far as the next stop, or the row's end. */
static void put_tab(struct pen *p) {
    make_room(p, 1);
    int more = (TAB_COLUMNS - p->column % TAB_COLUMNS) % TAB_COLUMNS;
    if (more > p->columns - p->column) more = p->columns - p->column;
    if (draws(p)) buf_addf(p->out, "%*s", more + 1, "");
    p->column += more;
}

static void put_control(struct pen *p, char c) {
    put_bytes(p, (char[]){'^', (char)(c == 127 ? '?' : c + 64)}, 2, 2);
}

/* What begins at text[0..n); returns its bytes: one character, or some of ASCII. */
static size_t put(struct pen *p, const char *text, size_t n) {
    uint32_t c = 0;
    if (*text >= ' ' && *text <= '~') return put_ascii(p, text, n);
    size_t len = str_utf8(text, n, &c);
    if (!len) len = 1, c = 0x80; /* a byte that is none is as little for a terminal */
    if (c == '\n')
        new_row(p);
    else if (c == '\t')
        put_tab(p);
    else if (c < 0x80)
        put_control(p, *text);
    else if (safe_is_unsafe(c))
        put_escape(p, text, len);
    else
        put_bytes(p, text, len, width_columns(text, len));
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
        size_t n = colour_len(p), plain = strcspn(p, "\x1b");
        if (n && pen->out) buf_add(pen->out, p, n);
        p += n ? n : put(pen, p, plain ? plain : 1);
    }
}

static void put_further(struct pen *p, const char *in_colour) {
    const char *text = p->further;
    if (!*text) return;
    if (in_colour) colour(p, "0");
    colour(p, grey);
    put_prompt(p, text);
    colour(p, "0");
    if (in_colour) colour(p, in_colour);
}

/* ---- the line ---- */

struct place {
    int row, column;
};

/* The nearest of the places behind i where something changes. */
static size_t next_stop(const struct lineview_text *t, size_t i, int span) {
    size_t stop = t->len;
    if (t->cursor > i && t->cursor < stop) stop = t->cursor;
    if (span < t->n_spans) {
        const struct lineview_span *s = &t->spans[span];
        size_t edge = s->from > i ? s->from : s->to;
        if (edge < stop) stop = edge;
    }
    return stop;
}

/* Returns where it ended: behind `stop` when that is inside of a character. */
static size_t put_piece(struct pen *pen, const struct lineview_text *t, size_t i, size_t stop,
                        const char *in_colour) {
    while (i < stop) {
        char c = t->line[i];
        i += put(pen, t->line + i, c >= ' ' && c <= '~' ? stop - i : t->len - i);
        if (c == '\n') put_further(pen, in_colour);
    }
    return i;
}

/* Where the next character will stand. */
static struct place place_of(const struct pen *p, int width) {
    if (p->column + width > p->columns) return (struct place){p->row + 1, 0};
    return (struct place){p->row, p->column};
}

static int width_at(const struct lineview_text *t, size_t i) {
    uint32_t c = 0;
    size_t len = str_utf8(t->line + i, t->len - i, &c);
    if (c == '\n') return 0;
    if (len < 2) return 1;
    return safe_is_unsafe(c) ? 4 * (int)len : width_columns(t->line + i, len);
}

static struct place put_line(struct pen *pen, const struct lineview_text *t) {
    struct place cursor = {0};
    bool passed = false;
    int span = 0;
    for (size_t i = 0; i < t->len;) {
        while (span < t->n_spans && t->spans[span].to <= i)
            span++;
        bool in = span < t->n_spans && t->spans[span].from <= i;
        const char *sgr = in ? t->spans[span].colour : NULL;
        size_t stop = next_stop(t, i, span);
        if (!passed && i >= t->cursor) cursor = place_of(pen, width_at(t, i)), passed = true;
        if (sgr) colour(pen, sgr);
        i = put_piece(pen, t, i, stop, sgr);
        if (sgr) colour(pen, "0");
    }
    if (pen->column == pen->columns) new_row(pen);
    if (!passed) cursor = (struct place){pen->row, pen->column};
    return cursor;
}

/* What is cut ends in an ellipsis. */
static void put_hint(struct pen *pen, const char *hint) {
    int room = pen->columns - pen->column - 1, taken;
    size_t len = strcspn(hint, "\n"), safe = 0;
    while (safe < len) {
        uint32_t c = 0;
        size_t n = str_utf8(hint + safe, len - safe, &c);
        if (!n || safe_is_unsafe(c)) break;
        safe += n;
    }
    size_t fits = width_fit(hint, safe, room, &taken);
    bool cut = fits < safe;
    if (cut) fits = width_fit(hint, safe, room - 1, &taken);
    if (!safe || room < 1) return;
    colour(pen, grey);
    put_bytes(pen, hint, fits, taken);
    if (cut) put_bytes(pen, "…", strlen("…"), 1);
    colour(pen, "0");
}

static struct place lay_out(struct pen *pen, const struct lineview_text *t) {
    pen->further = t->further;
    put_prompt(pen, t->prompt);
    struct place cursor = put_line(pen, t);
    put_hint(pen, t->hint);
    if (draws(pen)) pen->widths[pen->row - pen->first] = (uint16_t)pen->column;
    return cursor;
}

/* ---- the screen ---- */

/* A terminal that became narrower has broken rows in two: where the cursor is by now. */
static void refit(struct lineview *v, int columns) {
    if (!v->rows || columns >= v->columns) return;
    int row = v->column / columns, rows = 0;
    for (int i = 0; i < v->rows; i++) {
        int n = v->widths[i] > columns ? (v->widths[i] + columns - 1) / columns : 1;
        rows += n;
        if (i < v->row) row += n;
    }
    v->row = row;
    v->rows = rows > row ? rows : row + 1;
    v->columns = columns;
}

static void go_home(struct lineview *v, int columns, struct buf *out) {
    refit(v, columns);
    if (v->row) buf_addf(out, "\x1b[%dA", v->row);
    buf_adds(out, "\r\x1b[K");
}

static int count_rows(const char *text) {
    int n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void put_below(const char *text, struct buf *out) {
    while (*text) {
        size_t n = strcspn(text, "\n");
        buf_adds(out, "\r\n\x1b[K");
        buf_add(out, text, n);
        text += n + (text[n] == '\n');
    }
}

/* The first row to be shown, so that the cursor's is among `room` rows. */
static int first_row(const struct lineview *v, int total, int cursor, int room) {
    int top = v->top;
    if (cursor < top) top = cursor;
    if (cursor >= top + room) top = cursor - room + 1;
    return total <= room ? 0 : top + room > total ? total - room : top;
}

void lineview_draw(struct lineview *v, const struct lineview_text *t, int columns, int rows,
                   struct buf *out) {
    columns = columns < 4 ? 4 : columns > UINT16_MAX ? UINT16_MAX : columns;
    rows = rows < 1 ? 1 : rows > LINEVIEW_ROWS_MAX ? LINEVIEW_ROWS_MAX : rows;
    struct pen ruler = {.columns = columns};
    struct place cursor = lay_out(&ruler, t);
    int n_below = count_rows(t->below);
    int room = rows - n_below < 1 ? 1 : rows - n_below, total = ruler.row + 1;
    go_home(v, columns, out);
    v->top = first_row(v, total, cursor.row, room);
    int end = total - v->top < room ? total : v->top + room;
    struct pen pen = {
        .out = out, .columns = columns, .first = v->top, .end = end, .widths = v->widths};
    lay_out(&pen, t);
    put_below(t->below, out);
    int n_shown = end - v->top;
    if (n_below || v->widths[n_shown - 1] < columns) buf_adds(out, "\x1b[J");
    memset(v->widths + n_shown, 0, (size_t)n_below * sizeof *v->widths);
    v->rows = n_shown + n_below;
    v->row = cursor.row - v->top;
    v->column = cursor.column < columns ? cursor.column : columns - 1;
    v->columns = columns;
    if (v->rows - 1 > v->row) buf_addf(out, "\x1b[%dA", v->rows - 1 - v->row);
    buf_adds(out, "\r");
    if (v->column) buf_addf(out, "\x1b[%dC", v->column);
}

void lineview_clear(struct lineview *v, int columns, struct buf *out) {
    if (!v->rows) return;
    go_home(v, columns < 4 ? 4 : columns, out);
    if (v->rows > 1) buf_adds(out, "\x1b[B\x1b[J\x1b[A");
    *v = (struct lineview){0};
}

void lineview_leave(struct lineview *v, struct buf *out) {
    if (!v->rows) return;
    if (v->rows - 1 > v->row) buf_addf(out, "\x1b[%dB", v->rows - 1 - v->row);
    buf_adds(out, "\r\n");
    *v = (struct lineview){0};
}
