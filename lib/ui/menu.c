/* SPDX-License-Identifier: BSD-3-Clause */
/* See menu.h. */
#include "ui/menu.h"

#include <stdlib.h>
#include <string.h>

#include "base/safe.h"
#include "ui/width.h"

enum { FIRST_WORDS = 64, WORD_COLUMNS_MAX = 40, SUMMARY_MAX = 512 };

static const char empty[] = "\"\""; /* how the empty word is shown */

void menu_init(struct menu *m) {
    *m = (struct menu){.chosen = MENU_NONE};
    arena_init(&m->arena);
}

void menu_release(struct menu *m) {
    arena_release(&m->arena);
    menu_init(m);
}

void menu_clear(struct menu *m) {
    arena_clear(&m->arena);
    m->words = NULL;
    m->n = m->cap = m->top = 0;
    m->chosen = MENU_NONE;
}

static void grow(struct menu *m) {
    size_t cap = m->cap ? 2 * m->cap : FIRST_WORDS;
    struct menu_word *words = arena_alloc(&m->arena, cap * sizeof *words);
    if (m->n) memcpy(words, m->words, m->n * sizeof *words);
    m->words = words;
    m->cap = cap;
}

void menu_add(struct menu *m, const char *text, size_t len, const char *summary) {
    if (m->n == MENU_WORDS_MAX) return;
    if (m->n == m->cap) grow(m);
    m->words[m->n++] = (struct menu_word){
        .text = arena_dup(&m->arena, text, len),
        .len = len,
        .summary = arena_dup(&m->arena, summary, strnlen(summary, SUMMARY_MAX)),
    };
}

static int compare(const struct menu_word *x, const struct menu_word *y) {
    int order = memcmp(x->text, y->text, x->len < y->len ? x->len : y->len);
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

/* Of two alike the one that says more comes first. */
static int by_text(const void *a, const void *b) {
    const struct menu_word *x = a, *y = b;
    int order = compare(x, y);
    return order ? order : !*x->summary - !*y->summary;
}

void menu_sort(struct menu *m) {
    size_t n = 0;
    if (m->n) qsort(m->words, m->n, sizeof *m->words, by_text);
    for (size_t i = 0; i < m->n; i++)
        if (!n || compare(&m->words[n - 1], &m->words[i]) != 0) m->words[n++] = m->words[i];
    m->n = n;
    m->top = 0;
    m->chosen = MENU_NONE;
}

static bool is_inside(const struct menu_word *w, size_t at) {
    return at < w->len && ((unsigned char)w->text[at] & 0xc0) == 0x80;
}

size_t menu_common(const struct menu *m) {
    if (!m->n) return 0;
    const struct menu_word *first = &m->words[0];
    size_t n = first->len;
    for (size_t i = 1; i < m->n; i++) {
        size_t k = 0, end = n < m->words[i].len ? n : m->words[i].len;
        while (k < end && m->words[i].text[k] == first->text[k])
            k++;
        n = k;
    }
    while (m->n > 1 && n && is_inside(first, n))
        n--;
    return n;
}

void menu_choose(struct menu *m, int by) {
    if (!m->n) return;
    if (m->chosen == MENU_NONE)
        m->chosen = by > 0 ? 0 : m->n - 1;
    else
        m->chosen = (m->chosen + (by > 0 ? 1 : m->n - 1)) % m->n;
}

/* ---- rows ---- */

/* So that the chosen one is among the n that are shown. */
static void scroll(struct menu *m, size_t n) {
    size_t at = m->chosen == MENU_NONE ? m->top : m->chosen;
    if (at < m->top) m->top = at;
    if (at >= m->top + n) m->top = at - n + 1;
    if (m->top + n > m->n) m->top = m->n - n;
}

static int columns_of(const struct menu_word *w, int limit) {
    struct buf safe;
    size_t n = w->len < (size_t)limit ? w->len : (size_t)limit;
    buf_init(&safe, 4 * n);
    safe_add(&safe, w->text, n, false);
    int columns = width_columns(safe.p, safe.len);
    buf_release(&safe);
    return columns < limit ? columns : limit;
}

/* Of the words that are shown. */
static int widest(const struct menu *m, size_t n, int limit) {
    int columns = (int)strlen(empty);
    for (size_t i = m->top; i < m->top + n; i++) {
        int width = columns_of(&m->words[i], limit);
        if (width > columns) columns = width;
    }
    return columns;
}

static void add_row(const struct menu *m, size_t i, int word_columns, int columns,
                    struct buf *out) {
    const struct menu_word *w = &m->words[i];
    int left = columns - 1 - word_columns - 4;
    buf_adds(out, i == m->chosen ? "\x1b[7m " : " ");
    if (w->len)
        width_cut_bytes(out, w->text, w->len, word_columns, true);
    else
        width_cut(out, empty, word_columns, true);
    buf_adds(out, i == m->chosen ? " \x1b[0m" : " ");
    if (*w->summary && left > 0) {
        buf_adds(out, " \x1b[90m");
        width_cut(out, w->summary, left, false);
        buf_adds(out, "\x1b[0m");
    }
    buf_addc(out, '\n');
}

void menu_rows(struct menu *m, int columns, int rows, struct buf *out) {
    size_t room = rows < 2 ? 2 : (size_t)rows;
    bool all = m->n <= room;
    size_t n = all ? m->n : room - 1;
    if (!n || columns < 8) return;
    int limit = columns - 4 < WORD_COLUMNS_MAX ? columns - 4 : WORD_COLUMNS_MAX;
    scroll(m, n);
    int word_columns = widest(m, n, limit);
    for (size_t i = m->top; i < m->top + n; i++)
        add_row(m, i, word_columns, columns, out);
    if (!all) buf_addf(out, " \x1b[90m%zu more\x1b[0m\n", m->n - n);
}
