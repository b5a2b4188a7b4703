/* SPDX-License-Identifier: BSD-3-Clause */
/* What the debugger's lines mean, and what is known of the session from them. See ldb.h. */
#include "ui/ldb.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* ---- one line ---- */

struct cursor {
    const char *p, *end;
};

static bool skip(struct cursor *c, const char *text) {
    size_t n = strlen(text);
    if ((size_t)(c->end - c->p) < n || memcmp(c->p, text, n) != 0) return false;
    c->p += n;
    return true;
}

static bool take_number(struct cursor *c, int64_t *n) {
    const char *from = c->p;
    while (c->p < c->end && *c->p >= '0' && *c->p <= '9')
        c->p++;
    return str_to_i64(from, (size_t)(c->p - from), n) == 0;
}

static bool is_stop(struct cursor c, struct ldb_line *line) {
    if (!skip(&c, "* Stopped at ") || !take_number(&c, &line->number)) return false;
    if (!skip(&c, ", stop reason = ")) return false;
    line->kind = LDB_STOP;
    line->text = c.p;
    line->len = (size_t)(c.end - c.p);
    return true;
}

/* Three columns of marks, the number filled up with blanks to three digits, a blank, the source. */
static bool is_source(struct cursor c, struct ldb_line *line) {
    bool current = skip(&c, "->");
    if (!current && !skip(&c, "  ")) return false;
    bool breakpoint = skip(&c, "#");
    if (!breakpoint && !skip(&c, " ")) return false;
    const char *number = c.p;
    if (!take_number(&c, &line->number)) return false;
    while (c.p - number < 3 && skip(&c, " ")) {
    }
    if (!skip(&c, " ")) return false;
    *line = (struct ldb_line){.kind = LDB_SOURCE,
                              .number = line->number,
                              .current = current,
                              .breakpoint = breakpoint,
                              .text = c.p,
                              .len = (size_t)(c.end - c.p)};
    return true;
}

static enum ldb_kind kind_of(struct cursor c) {
    static const struct {
        const char *begin;
        enum ldb_kind kind;
    } kinds[] = {
        {"<debug>", LDB_DEBUG},    {"<redis>", LDB_CALL},  {"<valkey>", LDB_CALL},
        {"<server>", LDB_CALL},    {"<reply>", LDB_REPLY}, {"<value>", LDB_VALUE},
        {"<retval>", LDB_VALUE},   {"<error>", LDB_ERROR}, {"<hint>", LDB_HINT},
        {"<endsession>", LDB_END},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (skip(&c, kinds[i].begin)) return kinds[i].kind;
    return LDB_TEXT;
}

struct ldb_line ldb_line_of(const char *p, size_t len) {
    struct cursor c = {p, p + len};
    struct ldb_line line = {.text = p, .len = len};
    if (is_stop(c, &line) || is_source(c, &line)) return line;
    line.number = 0;
    line.kind = kind_of(c);
    return line;
}

/* ---- the session ---- */

static size_t next_line(const char *p, size_t len) {
    const char *nl = memchr(p, '\n', len);
    return nl ? (size_t)(nl - p) : len;
}

void ldb_init(struct ldb *l, const char *file, const char *script, size_t len) {
    *l = (struct ldb){.file = file};
    for (size_t at = 0; at < len; at += next_line(script + at, len - at) + 1)
        l->n_lines++;
    l->lines = mem_zalloc((size_t)l->n_lines + 1, sizeof *l->lines);
    for (int64_t i = 0; i < l->n_lines; i++) {
        size_t n = next_line(script, len);
        l->lines[i] = (struct ldb_source){.p = script, .len = n};
        if (n && script[n - 1] == '\r') l->lines[i].len--;
        script += n + 1;
        len -= n < len ? n + 1 : n;
    }
}

void ldb_release(struct ldb *l) {
    free(l->lines);
    *l = (struct ldb){0};
}

void ldb_mark(struct ldb *l, int64_t number, bool on) {
    if (number >= 1 && number <= l->n_lines) l->lines[number - 1].breakpoint = on;
}

/* A removal is answered without the line's number. */
static void take_removals(struct ldb *l, int argc, const char *const *argv, const size_t *lens) {
    for (int i = 1; i < argc; i++) {
        int64_t n;
        if (str_to_i64(argv[i], lens[i], &n) < 0 || n > 0) continue;
        for (int64_t k = 1; n == 0 && k <= l->n_lines; k++)
            ldb_mark(l, k, false);
        if (n > -INT64_MAX) ldb_mark(l, -n, false);
    }
}

static bool has_lines(const struct reply *r) {
    if (r->type != RESP_ARRAY) return false;
    for (const struct reply *v = r->child; v; v = v->next)
        if (v->type != RESP_SIMPLE) return false;
    return true;
}

bool ldb_take(struct ldb *l, int argc, const char *const *argv, const size_t *lens,
              const struct reply *r) {
    if (!has_lines(r)) return false;
    const struct ldb_command *command = argc ? ldb_command_find(argv[0], lens[0]) : NULL;
    if (command && !strcmp(command->name, "break")) take_removals(l, argc, argv, lens);
    for (const struct reply *v = r->child; v; v = v->next) {
        struct ldb_line line = ldb_line_of(v->p, v->len);
        if (line.kind == LDB_STOP) l->current = line.number;
        if (line.kind == LDB_SOURCE) ldb_mark(l, line.number, line.breakpoint);
        if (line.kind == LDB_END) l->ended = true;
    }
    if (l->ended) l->current = 0;
    return true;
}

int ldb_breakpoints(const struct ldb *l, struct buf *out) {
    int n = 0;
    for (int64_t i = 0; i < l->n_lines; i++) {
        if (!l->lines[i].breakpoint) continue;
        if (n++) buf_addc(out, ' ');
        buf_addi(out, i + 1);
    }
    return n;
}
