/* SPDX-License-Identifier: BSD-3-Clause */
/* See typing_own.h. What \? shows of a command's arguments is all there is to know: words in lower
 * case are typed as they are, KEY is a key, @GROUP a group of commands. */
#include "typing_own.h"

#include <string.h>

enum { GROUP_NAME_MAX = 64 };

static bool is_beginning(const struct meta *m, const struct typed *t) {
    return t->argc == 1 && t->inside && grammar_begins(m->name, t->argv[0], t->lens[0]);
}

enum paint_class typing_own_class(const struct typed *t, const struct typing_part *p,
                                  typing_own_fn *own) {
    const struct meta *m = p->own;
    int n = p->n - 1;
    if (m)
        return n < m->min                  ? PAINT_TOO_FEW
               : m->max >= 0 && n > m->max ? PAINT_TOO_MANY
                                           : PAINT_COMMAND;
    for (size_t i = 0; (m = own(i)); i++)
        if (is_beginning(m, t)) return PAINT_PARTIAL;
    return PAINT_UNKNOWN;
}

static void add_args(const struct meta *m, struct buf *out) {
    if (*m->args) buf_addf(out, " %s", m->args);
}

void typing_own_hint(const struct typed *t, const struct typing_part *p, typing_own_fn *own,
                     struct buf *out) {
    const struct meta *m, *only = NULL;
    if (p->own && t->argc == 1) {
        if (*p->own->args) buf_adds(out, t->inside ? " " : "");
        buf_adds(out, p->own->args);
        return;
    }
    for (size_t i = 0; !p->own && (m = own(i)); i++) {
        if (!is_beginning(m, t)) continue;
        if (only) return;
        only = m;
    }
    if (!only) return;
    buf_adds(out, only->name + t->lens[0]);
    add_args(only, out);
}

void typing_own_names(const char *prefix, size_t len, typing_own_fn *own, struct menu *words) {
    const struct meta *m;
    for (size_t i = 0; (m = own(i)); i++)
        if (grammar_begins(m->name, prefix, len))
            menu_add(words, m->name, strlen(m->name), m->summary);
}

/* ---- arguments ---- */

static void add_group(const char *name, const char *prefix, size_t len, struct menu *words) {
    char text[GROUP_NAME_MAX + 1] = "@";
    size_t n = strnlen(name, GROUP_NAME_MAX - 1);
    memcpy(text + 1, name, n + 1);
    if (*name && grammar_begins(text, prefix, len)) menu_add(words, text, n + 1, "");
}

static void add_groups(const struct grammar *g, const char *prefix, size_t len,
                       struct menu *words) {
    const struct grammar_command *c;
    const char *last = "";
    for (size_t i = 0; (c = grammar_at(g, i)); i++) {
        if (strcmp(c->group, last) != 0) add_group(c->group, prefix, len, words);
        last = c->group;
    }
}

static bool is_low(const char *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (p[i] < 'a' || p[i] > 'z') return false;
    return n > 0;
}

enum complete_kind typing_own_words(const struct meta *m, const char *prefix, size_t len,
                                    const struct grammar *g, struct menu *words) {
    static const char between[] = " []|.";
    for (const char *p = m->args + strspn(m->args, between); *p; p += strspn(p, between)) {
        size_t n = strcspn(p, between);
        if (is_low(p, n) && n >= len && grammar_begins(p, prefix, len)) menu_add(words, p, n, "");
        p += n;
    }
    if (len && *prefix == '@' && strstr(m->args, "@GROUP")) add_groups(g, prefix, len, words);
    return strstr(m->args, "KEY") ? COMPLETE_KEY : COMPLETE_NONE;
}
