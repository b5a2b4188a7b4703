/* SPDX-License-Identifier: BSD-3-Clause */
/* --help out of the option table: a column of options, a column of phrases wrapped to the width,
 * then notes and examples. The texts are the tables' own and plain ASCII, so a byte is a column. */
#include "base/opt.h"

#include <string.h>

enum {
    WIDTH_DEFAULT = 80,
    WIDTH_LEAST = 32,
    PHRASES_AT = 30, /* the phrases' column at most */
    PHRASE_LEAST = 24,
};

/* The page being written. */
struct page {
    struct buf *out;
    size_t width;
    size_t column; /* of the next byte */
};

static void put(struct page *g, const char *text, size_t len) {
    buf_add(g->out, text, len);
    g->column += len;
}

static void put_text(struct page *g, const char *text) {
    put(g, text, strlen(text));
}

static void indent(struct page *g, size_t column) {
    while (g->column < column)
        put(g, " ", 1);
}

static void end_line(struct page *g) {
    buf_addc(g->out, '\n');
    g->column = 0;
}

/* An empty line between what is there and what comes. */
static void part(struct page *g) {
    if (g->column) end_line(g);
    if (g->out->len) end_line(g);
}

/* The words of text from the present column on; further lines begin at `left`. */
static void wrap(struct page *g, size_t left, const char *text) {
    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t len = strcspn(text, " ");
        if (g->column > left && g->column + 1 + len > g->width) end_line(g);
        if (g->column > left) put(g, " ", 1);
        indent(g, left);
        put(g, text, len);
        text += len;
    }
}

/* "  -h, --host HOST" */
static size_t label_width(const struct opt_row *r) {
    return 4 + (r->name ? 4 + strlen(r->name) : 0) + (r->arg ? 1 + strlen(r->arg) : 0);
}

static void put_label(struct page *g, const struct opt_row *r) {
    indent(g, 2);
    if (r->letter) put(g, (const char[]){'-', r->letter}, 2);
    if (r->letter && r->name) put(g, ",", 1);
    if (r->name) {
        indent(g, 6);
        put_text(g, "--");
        put_text(g, r->name);
    }
    if (!r->arg) return;
    put(g, " ", 1);
    put_text(g, r->arg);
}

/* Where phrases begin: behind the widest label that leaves them room. */
static size_t phrases_column(const struct opt_program *p) {
    size_t column = 0;
    for (const struct opt_group *g = p->groups; g->rows; g++) {
        for (const struct opt_row *r = g->rows; !opt_is_end(r); r++) {
            size_t width = label_width(r) + 2;
            if (opt_is_shown(p, r) && width <= PHRASES_AT && width > column) column = width;
        }
    }
    return column;
}

static void put_row(struct page *g, const struct opt_row *r, size_t left) {
    if (r->type == OPT_HEADING) {
        part(g);
        put_text(g, r->help);
        put(g, ":", 1);
    } else {
        put_label(g, r);
        if (g->column + 2 > left) end_line(g);
        indent(g, left);
        wrap(g, left, r->help ? r->help : "");
    }
    end_line(g);
}

static void put_usage(struct page *g, const struct opt_program *p) {
    put_text(g, p->name);
    put_text(g, ":");
    wrap(g, 0, p->summary);
    part(g);
    for (const char *const *line = p->usage; *line; line++) {
        put_text(g, line == p->usage ? "Usage:" : "      ");
        put(g, " ", 1);
        put_text(g, p->name);
        put(g, " ", 1);
        put_text(g, *line);
        end_line(g);
    }
}

/* Lines flow together into paragraphs; an empty line parts them. */
static void put_notes(struct page *g, const char *const *notes) {
    part(g);
    for (; *notes; notes++) {
        if (**notes)
            wrap(g, 0, *notes);
        else
            part(g);
    }
    if (g->column) end_line(g);
}

static void put_examples(struct page *g, const char *const *examples) {
    part(g);
    put_text(g, "Examples:");
    end_line(g);
    for (; *examples; examples++) {
        indent(g, 2);
        put_text(g, *examples);
        end_line(g);
    }
}

void opt_help(const struct opt_program *p, int columns, struct buf *out) {
    struct page g = {.out = out, .width = columns > 0 ? (size_t)columns : WIDTH_DEFAULT};
    if (g.width < WIDTH_LEAST) g.width = WIDTH_LEAST;
    size_t left = phrases_column(p);
    if (left + PHRASE_LEAST > g.width) left = 8; /* phrases under their options */
    put_usage(&g, p);
    for (const struct opt_group *group = p->groups; group->rows; group++)
        for (const struct opt_row *r = group->rows; !opt_is_end(r); r++)
            if (r->type == OPT_HEADING || opt_is_shown(p, r)) put_row(&g, r, left);
    if (p->notes) put_notes(&g, p->notes);
    if (p->examples) put_examples(&g, p->examples);
}
