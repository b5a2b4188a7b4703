/* SPDX-License-Identifier: BSD-3-Clause */
/* Grammars as lines of text, there and back. The notation is told in grammar_impl.h. */
#include <string.h>

#include "base/str.h"
#include "ui/grammar_impl.h"

enum { FIELDS = 9 };

struct cursor {
    struct grammar_set *set;
    const char *p, *end;
    int depth;
};

struct slice {
    const char *p;
    size_t len;
};

/* ---- reading arguments ---- */

static bool ends_name(char c) {
    return c == ' ' || c == '(' || c == ')' || c == '=';
}

/* The name or token at the cursor, its escapes undone; NULL when it is too long. */
static const char *take_name(struct cursor *c) {
    char name[GRAMMAR_NAME_MAX];
    size_t len = 0;
    for (; c->p < c->end && !ends_name(*c->p); c->p++) {
        if (len == sizeof name) return NULL;
        int high = -1, low = -1;
        if (*c->p == '%' && c->end - c->p > 2) high = str_hex(c->p[1]), low = str_hex(c->p[2]);
        name[len++] = high >= 0 && low >= 0 ? (char)(high << 4 | low) : *c->p;
        if (high >= 0 && low >= 0) c->p += 2;
    }
    return grammar_set_text(c->set, name, len, GRAMMAR_NAME_MAX);
}

static uint8_t take_flags(struct cursor *c) {
    static const char marks[] = "?*+";
    uint8_t flags = 0;
    const char *mark;
    for (; c->p < c->end && *c->p && (mark = strchr(marks, *c->p)); c->p++)
        flags |= (uint8_t)(1 << (mark - marks));
    return flags;
}

static int take_args(struct cursor *c, const struct grammar_arg **args, uint8_t *n);

static int take_children(struct cursor *c, struct grammar_arg *arg) {
    bool parent = arg->type == GRAMMAR_ONEOF || arg->type == GRAMMAR_BLOCK;
    if (c->p == c->end || *c->p != '(') return parent ? VK_EPARSE : 0;
    if (!parent || c->depth == GRAMMAR_DEPTH_MAX) return VK_EPARSE;
    c->p++;
    c->depth++;
    int code = take_args(c, &arg->args, &arg->n_args);
    c->depth--;
    if (code || !arg->n_args || c->p == c->end || *c->p != ')') return VK_EPARSE;
    c->p++;
    return 0;
}

static int take_arg(struct cursor *c, struct grammar_arg *arg) {
    *arg = (struct grammar_arg){.flags = take_flags(c)};
    if (++c->set->n_args > GRAMMAR_TREE_MAX) return VK_EPARSE;
    const char *letter = c->p < c->end && *c->p ? strchr(GRAMMAR_LETTERS, *c->p) : NULL;
    if (!letter) return VK_EPARSE;
    arg->type = (uint8_t)(letter - GRAMMAR_LETTERS);
    c->p++;
    arg->name = take_name(c);
    if (!arg->name) return VK_EPARSE;
    if (c->p < c->end && *c->p == '=') {
        c->p++;
        arg->token = take_name(c);
        if (!arg->token) return VK_EPARSE;
    }
    if (arg->type == GRAMMAR_PURE_TOKEN && !arg->token) return VK_EPARSE;
    return take_children(c, arg);
}

static int take_args(struct cursor *c, const struct grammar_arg **args, uint8_t *n) {
    struct grammar_arg list[GRAMMAR_ARGS_MAX];
    size_t count = 0;
    while (c->p < c->end && *c->p != ')') {
        if (count == GRAMMAR_ARGS_MAX) return VK_EPARSE;
        int code = take_arg(c, &list[count++]);
        if (code) return code;
        if (c->p < c->end && *c->p == ' ') c->p++;
    }
    *n = (uint8_t)count;
    if (count) {
        struct grammar_arg *to = arena_alloc(&c->set->arena, count * sizeof *to);
        *args = memcpy(to, list, count * sizeof *to);
    }
    return 0;
}

/* ---- reading lines ---- */

static bool split(const char *p, size_t len, struct slice fields[FIELDS]) {
    const char *end = p + len;
    for (int i = 0; i < FIELDS; i++) {
        const char *tab = memchr(p, '\t', (size_t)(end - p));
        if (!tab != (i == FIELDS - 1)) return false;
        fields[i] = (struct slice){p, (size_t)((tab ? tab : end) - p)};
        p = tab ? tab + 1 : end;
    }
    return true;
}

static const char *text(struct grammar_set *s, struct slice from) {
    return grammar_set_text(s, from.p, from.len, GRAMMAR_TEXT_MAX);
}

static int take_line(struct grammar_set *s, const char *p, size_t len) {
    struct slice f[FIELDS];
    int64_t arity;
    if (!split(p, len, f)) return VK_EPARSE;
    if (str_to_i64(f[1].p, f[1].len, &arity) || arity < -1024 || arity > 1024) return VK_EPARSE;
    struct grammar_command *row = grammar_set_add(s);
    if (!row) return VK_ELIMIT;
    struct cursor c = {.set = s, .p = f[8].p, .end = f[8].p + f[8].len};
    row->name = grammar_set_name(s, f[0].p, f[0].len, &row->n_words);
    row->arity = (int16_t)arity;
    row->container = memchr(f[2].p, 'c', f[2].len) != NULL;
    row->told = memchr(f[2].p, 't', f[2].len) != NULL;
    row->since = text(s, f[3]);
    row->group = text(s, f[4]);
    row->categories = text(s, f[5]);
    row->complexity = text(s, f[6]);
    row->summary = text(s, f[7]);
    int code = take_args(&c, &row->args, &row->n_args);
    return code || !row->name || c.p < c.end ? VK_EPARSE : 0;
}

int grammar_text_parse(struct grammar_set *s, const char *p, size_t len) {
    const char *end = p + len;
    while (p < end) {
        const char *line_end = memchr(p, '\n', (size_t)(end - p));
        if (!line_end) return VK_EPARSE;
        int code = take_line(s, p, (size_t)(line_end - p));
        if (code) return code;
        p = line_end + 1;
    }
    return 0;
}

/* ---- writing ---- */

static void write_name(const char *name, struct buf *out) {
    for (; *name; name++) {
        if (*name == ' ' || strchr("()=%", *name))
            buf_addf(out, "%%%02x", (unsigned char)*name);
        else
            buf_addc(out, *name);
    }
}

static void write_args(const struct grammar_arg *args, size_t n, struct buf *out) {
    for (size_t i = 0; i < n; i++) {
        const struct grammar_arg *a = &args[i];
        if (i) buf_addc(out, ' ');
        if (a->flags & GRAMMAR_OPTIONAL) buf_addc(out, '?');
        if (a->flags & GRAMMAR_MULTIPLE) buf_addc(out, '*');
        if (a->flags & GRAMMAR_MULTIPLE_TOKEN) buf_addc(out, '+');
        buf_addc(out, GRAMMAR_LETTERS[a->type]);
        write_name(a->name, out);
        if (a->token) {
            buf_addc(out, '=');
            write_name(a->token, out);
        }
        if (!a->n_args) continue;
        buf_addc(out, '(');
        write_args(a->args, a->n_args, out);
        buf_addc(out, ')');
    }
}

void grammar_text_write(const struct grammar_command *c, struct buf *out) {
    buf_addf(out, "%s\t%d\t%s%s\t", c->name, c->arity, c->container ? "c" : "", c->told ? "t" : "");
    const char *const texts[] = {c->since, c->group, c->categories, c->complexity, c->summary};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        buf_adds(out, texts[i]);
        buf_addc(out, '\t');
    }
    write_args(c->args, c->n_args, out);
    buf_addc(out, '\n');
}
