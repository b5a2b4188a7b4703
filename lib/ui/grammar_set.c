/* SPDX-License-Identifier: BSD-3-Clause */
/* The commands of one source. See grammar_impl.h. */
#include <stdlib.h>
#include <string.h>

#include "base/safe.h"
#include "ui/grammar_impl.h"

void grammar_set_init(struct grammar_set *s) {
    *s = (struct grammar_set){0};
    arena_init(&s->arena);
}

void grammar_set_release(struct grammar_set *s) {
    arena_release(&s->arena);
    free(s->rows);
    grammar_set_init(s);
}

struct grammar_command *grammar_set_add(struct grammar_set *s) {
    if (s->n == GRAMMAR_COMMANDS_MAX) return NULL;
    if (s->n == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 512;
        s->rows = mem_realloc(s->rows, s->cap, sizeof *s->rows);
    }
    s->rows[s->n] = (struct grammar_command){.summary = "",
                                             .since = "",
                                             .group = "",
                                             .complexity = "",
                                             .categories = "",
                                             .served = true};
    s->n_args = 0;
    return &s->rows[s->n++];
}

/* ---- order ---- */

static int by_name(const void *a, const void *b) {
    const struct grammar_command *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static bool is_sorted(const struct grammar_set *s) {
    for (size_t i = 1; i < s->n; i++)
        if (strcmp(s->rows[i - 1].name, s->rows[i].name) >= 0) return false;
    return true;
}

void grammar_set_sort(struct grammar_set *s) {
    size_t n = 0;
    if (is_sorted(s)) return;
    qsort(s->rows, s->n, sizeof *s->rows, by_name);
    for (size_t i = 0; i < s->n; i++)
        if (!n || strcmp(s->rows[n - 1].name, s->rows[i].name) != 0) s->rows[n++] = s->rows[i];
    s->n = n;
}

static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool grammar_begins(const char *text, const char *p, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (!text[i] || upper(text[i]) != upper(p[i])) return false;
    return true;
}

/* Row's name against name[0..len), as strcmp. */
static int compare(const char *row, const char *name, size_t len) {
    for (size_t i = 0; i < len; i++) {
        unsigned char a = (unsigned char)row[i], b = (unsigned char)upper(name[i]);
        if (a != b || !a) return a < b ? -1 : 1;
    }
    return row[len] != 0;
}

size_t grammar_set_from(const struct grammar_command *rows, size_t n, const char *name,
                        size_t len) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(rows[middle].name, name, len) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct grammar_command *grammar_set_find(const struct grammar_command *rows, size_t n,
                                               const char *name, size_t len) {
    size_t i = grammar_set_from(rows, n, name, len);
    return i < n && !compare(rows[i].name, name, len) ? &rows[i] : NULL;
}

/* ---- texts ---- */

const char *grammar_set_name(struct grammar_set *s, const char *p, size_t len, uint8_t *n_words) {
    char name[2 * GRAMMAR_NAME_MAX];
    size_t blanks = 0;
    if (!len || len > sizeof name || p[0] == ' ' || p[len - 1] == ' ') return NULL;
    for (size_t i = 0; i < len; i++) {
        if (p[i] < ' ' || p[i] > '~') return NULL;
        blanks += p[i] == ' ';
        name[i] = upper(p[i]);
    }
    if (blanks > 1 || (!blanks && len > GRAMMAR_NAME_MAX)) return NULL;
    *n_words = (uint8_t)(blanks + 1);
    return arena_dup(&s->arena, name, len);
}

static bool is_plain(const char *p, size_t len) {
    for (size_t i = 0; i < len; i++)
        if (p[i] < ' ' || p[i] > '~') return false;
    return true;
}

const char *grammar_set_text(struct grammar_set *s, const char *p, size_t len, size_t max) {
    struct buf clean;
    if (!len) return "";
    if (len > max) len = max;
    if (is_plain(p, len)) return arena_dup(&s->arena, p, len);
    buf_init(&clean, 4 * max);
    const char *text = safe_add(&clean, p, len, false)
                           ? ""
                           : arena_dup(&s->arena, clean.p ? clean.p : "", clean.len);
    buf_release(&clean);
    return text;
}
