/* SPDX-License-Identifier: BSD-3-Clause */
/* JSON text with line breaks. Whether it is JSON is jansson's to say; but what is printed is the
 * text itself, taken apart at its punctuation: a tree would round numbers and drop names that
 * repeat. */
#include <jansson.h>
#include <string.h>

#include "base/safe.h"
#include "base/str.h"
#include "ui/view_impl.h"

enum {
    TEXT_MAX = 4 << 20, /* bytes that are looked at */
    DEPTH_MAX = 2048,   /* jansson's own limit */
    STEP = 2,
    INDENT_MAX = 64,
};

struct pretty {
    const struct view_pen *v;
    int indent;
    size_t depth;
    bool object[DEPTH_MAX + 1]; /* the container at each depth */
    bool at_name;               /* the next string is a name */
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool view_json_is(const char *p, size_t n) {
    size_t i = 0;
    if (n > TEXT_MAX) return false;
    while (i < n && is_blank(p[i]))
        i++;
    if (i == n || (p[i] != '{' && p[i] != '[')) return false;
    json_t *tree = json_loadb(p, n, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
    json_decref(tree);
    return tree;
}

static void put_line_end(struct pretty *y) {
    int columns = y->indent + (int)y->depth * STEP;
    if (y->indent == VIEW_JSON_ROW) return;
    buf_addf(y->v->out, "\n%*s", columns < INDENT_MAX ? columns : INDENT_MAX, "");
}

/* Characters that could drive a terminal are valid in JSON: as escapes they mean the same. */
static void put_unsafe(struct buf *out, uint32_t c) {
    if (c < 0x10000) {
        buf_addf(out, "\\u%04x", (unsigned)c);
        return;
    }
    c -= 0x10000;
    buf_addf(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + (c >> 10)),
             (unsigned)(0xdc00 + (c & 0x3ff)));
}

static void put_safe(struct buf *out, const char *p, size_t n) {
    for (size_t i = 0, len; i < n; i += len) {
        uint32_t c = 0;
        len = str_utf8(p + i, n - i, &c);
        if (!len) len = 1;
        if (safe_is_unsafe(c))
            put_unsafe(out, c);
        else
            buf_add(out, p + i, len);
    }
}

/* The string that begins at p; returns its length with the quotes. */
static size_t put_string(struct pretty *y, const char *p, size_t n) {
    enum colour c = y->at_name ? COLOUR_FIELD : COLOUR_NONE;
    size_t i = 1;
    while (i < n && p[i] != '"')
        i += p[i] == '\\' ? 2 : 1;
    if (i >= n) i = n - 1;
    colour_begin(y->v->out, y->v->o->colour, c);
    put_safe(y->v->out, p, i + 1);
    colour_end(y->v->out, y->v->o->colour, c);
    return i + 1;
}

/* A number, true, false or null. */
static size_t put_word(struct pretty *y, const char *p, size_t n) {
    size_t len = 1;
    while (len < n && !strchr(",]} \t\r\n", p[len]))
        len++;
    colour_begin(y->v->out, y->v->o->colour, COLOUR_NUMBER);
    put_safe(y->v->out, p, len);
    colour_end(y->v->out, y->v->o->colour, COLOUR_NUMBER);
    return len;
}

/* A container; returns the bytes up to its first member, or the whole of an empty one. */
static size_t put_open(struct pretty *y, const char *p, size_t n) {
    size_t i = 1;
    buf_addc(y->v->out, *p);
    while (i < n && is_blank(p[i]))
        i++;
    if (i < n && (p[i] == '}' || p[i] == ']')) {
        buf_addc(y->v->out, p[i]);
        return i + 1;
    }
    if (y->depth < DEPTH_MAX) y->depth++;
    y->object[y->depth] = y->at_name = *p == '{';
    put_line_end(y);
    return i;
}

static size_t put_close(struct pretty *y, char c) {
    if (y->depth) y->depth--;
    put_line_end(y);
    buf_addc(y->v->out, c);
    y->at_name = false;
    return 1;
}

static size_t put_separator(struct pretty *y, char c) {
    buf_addc(y->v->out, c);
    y->at_name = c == ',' && y->object[y->depth];
    if (c == ',')
        put_line_end(y);
    else if (y->indent != VIEW_JSON_ROW)
        buf_addc(y->v->out, ' ');
    return 1;
}

static size_t put_token(struct pretty *y, const char *p, size_t n) {
    switch (*p) {
    case ' ':
    case '\t':
    case '\r':
    case '\n': return 1;
    case '{':
    case '[': return put_open(y, p, n);
    case '}':
    case ']': return put_close(y, *p);
    case ',':
    case ':': return put_separator(y, *p);
    case '"': return put_string(y, p, n);
    default: return put_word(y, p, n);
    }
}

void view_json(const struct view_pen *v, const char *p, size_t n, int indent) {
    struct pretty y = {.v = v, .indent = indent};
    for (size_t i = 0; i < n && !v->out->over;)
        i += put_token(&y, p + i, n - i);
}
