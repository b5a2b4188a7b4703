/* SPDX-License-Identifier: BSD-3-Clause */
/* See text.h. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/safe.h"
#include "ui/width.h"

enum { TEXT_WORD_MAX = 70 }; /* bytes of a word in a sentence */

void text_paint(const struct text *t, const char *colour) {
    if (t->colour && *colour) buf_addf(t->out, "\x1b[%sm", colour);
}

void text_unpaint(const struct text *t, const char *colour) {
    if (t->colour && *colour) buf_adds(t->out, "\x1b[0m");
}

/* Bytes of the word at p: up to a blank, and in pieces when it is longer than a line. */
static size_t word_len(const char *p, size_t n) {
    const char *blank = memchr(p, ' ', n);
    size_t len = blank ? (size_t)(blank - p) : n;
    if (len <= TEXT_WORD_MAX) return len;
    len = TEXT_WORD_MAX;
    while (len && ((unsigned char)p[len] & 0xc0) == 0x80)
        len--;
    return len;
}

/* Append a line, broken at blanks where it gets too wide; what follows is set in. */
static void wrap(struct buf *out, const char *p, size_t n) {
    int column = 0;
    for (const char *end = p + n; p < end;) {
        size_t len = word_len(p, (size_t)(end - p));
        int width = width_columns(p, len);
        if (column && column + 1 + width > TEXT_COLUMNS) {
            buf_adds(out, "\n ");
            column = 1;
        }
        if (column) buf_addc(out, ' '), column++;
        buf_add(out, p, len);
        column += width;
        p += len;
        if (p < end && *p == ' ') p++;
    }
}

void text_say(const struct text *t, const char *colour, const char *fmt, ...) {
    char words[TEXT_LINE_MAX];
    struct buf safe;
    va_list args;
    va_start(args, fmt);
    vsnprintf(words, sizeof words, fmt, args);
    va_end(args);
    buf_init(&safe, sizeof words * 4);
    safe_add(&safe, words, strlen(words), false);
    text_paint(t, colour);
    wrap(t->out, safe.p, safe.len);
    text_unpaint(t, colour);
    buf_addc(t->out, '\n');
    buf_release(&safe);
}

const char *text_plural(double n) {
    return n == 1 ? "" : "s";
}

void text_cell(const struct text *t, int columns, const char *text) {
    buf_addf(t->out, " %*s", columns, text);
}
