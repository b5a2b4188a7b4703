/* SPDX-License-Identifier: BSD-3-Clause */
/* Words to choose from, and the one that is chosen. They may be anybody's (keys of a server): what
 * is shown of them is made safe here. */
#ifndef UI_MENU_H
#define UI_MENU_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

enum { MENU_WORDS_MAX = 10000 };
#define MENU_NONE SIZE_MAX

struct menu_word {
    const char *text; /* any bytes, and a NUL behind them */
    size_t len;
    const char *summary; /* one line, may be "" */
};

struct menu {
    struct arena arena; /* owns the words */
    struct menu_word *words;
    size_t n, cap;
    size_t chosen; /* number of a word, or MENU_NONE */
    size_t top;    /* the first one shown */
};

void menu_init(struct menu *m);
void menu_release(struct menu *m);
void menu_clear(struct menu *m);
/* Both are copied; words beyond MENU_WORDS_MAX are dropped. */
void menu_add(struct menu *m, const char *text, size_t len, const char *summary);
/* In order of their bytes, none twice (of two alike the one with a summary stays); none chosen. */
void menu_sort(struct menu *m);
/* How many bytes all words have in common at their beginning, whole characters. */
size_t menu_common(const struct menu *m);
/* Choose the next one (by 1) or the one before (by -1); they go round. */
void menu_choose(struct menu *m, int by);
/* Append at most `rows` rows (at least 2), each shorter than `columns` and with a newline behind
 * it: word, summary, the chosen one inverted, and in the last row how many more there are. The
 * chosen one is among them. */
void menu_rows(struct menu *m, int columns, int rows, struct buf *out);

#endif
