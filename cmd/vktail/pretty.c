/* SPDX-License-Identifier: BSD-3-Clause */
/* See pretty.h. */
#include "pretty.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/safe.h"
#include "ui/oneline.h"
#include "ui/width.h"

enum {
    VALUE_SHOWN = 40, /* bytes of a value on a narrow terminal, */
    VALUE_SHARE = 3,  /* or a third of a wide one */
    PIECE_MAX = 4096, /* bytes of one text that are looked at when a line is cut */
    WHOLE_MAX = 1 << 30,
    MEASURED_MAX = 256,
};

static const char *const codes[] = {
    [PRETTY_PLAIN] = NULL, [PRETTY_FAINT] = "2",      [PRETTY_BOLD] = "1",  [PRETTY_RED] = "1;31",
    [PRETTY_GREEN] = "32", [PRETTY_YELLOW] = "33",    [PRETTY_BLUE] = "34", [PRETTY_MAGENTA] = "35",
    [PRETTY_CYAN] = "36",  [PRETTY_ALERT] = "1;7;31",
};

void pretty_begin(struct pretty *p, struct buf *out, bool colour, int columns) {
    *p = (struct pretty){out, colour, columns, columns ? columns - 1 : INT_MAX, false};
}

void pretty_end(struct pretty *p) {
    buf_addc(p->out, '\n');
}

void pretty_text(struct pretty *p, enum pretty_colour c, const char *text, size_t len) {
    int taken = 0;
    if (p->full || !len) return;
    bool coloured = p->colour && codes[c];
    if (coloured) {
        buf_adds(p->out, "\x1b[");
        buf_adds(p->out, codes[c]);
        buf_addc(p->out, 'm');
    }
    size_t fits = p->columns ? width_fit(text, len, p->left, &taken) : len;
    buf_add(p->out, text, fits);
    p->left -= taken;
    p->full = fits < len;
    if (p->full) buf_adds(p->out, "…");
    if (coloured) buf_adds(p->out, "\x1b[0m");
}

void pretty_printf(struct pretty *p, enum pretty_colour c, const char *fmt, ...) {
    char text[1024];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    pretty_text(p, c, text, strlen(text));
}

void pretty_gap(struct pretty *p) {
    pretty_text(p, PRETTY_PLAIN, "  ", 2);
}

/* No more of a long text is escaped than can be seen. */
static size_t seen(const struct pretty *p, size_t len) {
    return p->columns && len > PIECE_MAX ? PIECE_MAX : len;
}

void pretty_foreign(struct pretty *p, enum pretty_colour c, const char *text, size_t len) {
    struct buf safe;
    buf_init(&safe, WHOLE_MAX);
    safe_add(&safe, text, seen(p, len), false);
    pretty_text(p, c, safe.p, safe.len);
    buf_release(&safe);
}

void pretty_column(struct pretty *p, enum pretty_colour c, const char *text, size_t len,
                   int columns) {
    int missing = columns - pretty_width(text, len);
    pretty_foreign(p, c, text, len);
    if (missing > 0 && !p->full) pretty_printf(p, PRETTY_PLAIN, "%*s", missing, "");
}

int pretty_width(const char *text, size_t len) {
    struct buf safe;
    buf_init(&safe, MEASURED_MAX * 4);
    safe_add(&safe, text, len < MEASURED_MAX ? len : MEASURED_MAX, false);
    int columns = safe.len ? width_columns(safe.p, safe.len) : 0;
    buf_release(&safe);
    return columns;
}

/* ---- values ---- */

static bool is_word(const char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (text[i] == ' ' || text[i] == '"' || text[i] == '\'' || text[i] == '\\') return false;
    return oneline_is_plain(text, len, false);
}

/* So many bytes, never the half of a character. */
static size_t cut_at(const char *text, size_t max) {
    size_t cut = max, least = max > 4 ? max - 4 : 0;
    while (cut > least && ((unsigned char)text[cut] & 0xc0) == 0x80)
        cut--;
    return cut > least ? cut : max;
}

static void quote_cut(struct buf *out, const char *text, size_t len, size_t max) {
    buf_clear(out);
    oneline_quoted(out, text, cut_at(text, max));
    out->len--; /* its closing quote */
    buf_addf(out, "…\"(%zu)", len);
}

/* At most `max` bytes of it, in quotes where it is no plain word. */
static void quote(struct buf *out, const char *text, size_t len, size_t max) {
    buf_clear(out);
    if (len > max)
        quote_cut(out, text, len, max);
    else if (is_word(text, len))
        buf_add(out, text, len);
    else
        oneline_quoted(out, text, len);
}

/* Columns that it is too wide for what is left of the line. */
static int excess(const struct pretty *p, const struct buf *quoted) {
    return p->columns ? width_columns(quoted->p, quoted->len) - p->left : 0;
}

/* Cut further, so that its length can be seen too. A byte takes up to four columns. Where there is
 * no room for that, the line's end cuts it. */
static void squeeze(const struct pretty *p, struct buf *quoted, const char *text, size_t len,
                    size_t max) {
    size_t n = len < max ? len : max, step;
    for (int over = excess(p, quoted); over > 0 && n; over = excess(p, quoted)) {
        step = (size_t)over / 4 + 1;
        n -= step < n ? step : n;
        quote_cut(quoted, text, len, n);
    }
    if (excess(p, quoted) > 0) quote(quoted, text, len, max);
}

void pretty_value(struct pretty *p, enum pretty_colour c, const char *text, size_t len) {
    size_t max =
        p->columns / VALUE_SHARE > VALUE_SHOWN ? (size_t)(p->columns / VALUE_SHARE) : VALUE_SHOWN;
    struct buf quoted;
    if (!p->columns) max = SIZE_MAX;
    buf_init(&quoted, WHOLE_MAX);
    quote(&quoted, text, len, max);
    squeeze(p, &quoted, text, len, max);
    pretty_text(p, c, quoted.p, quoted.len);
    buf_release(&quoted);
}
