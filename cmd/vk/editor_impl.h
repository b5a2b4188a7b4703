/* SPDX-License-Identifier: BSD-3-Clause */
/* What the editor's files share. readline's own state is global, so there is one editor, too.
 * editor_draw has the screen, editor_input the bytes that are typed, editor_menu completion,
 * editor_keys what keys do, editor.c the entries. */
#ifndef VK_EDITOR_IMPL_H
#define VK_EDITOR_IMPL_H

#include <stdio.h>

#include "editor.h"

enum { EDITOR_INPUT_MAX = 1 << 16 };

struct editor {
    struct editor_hooks hooks;
    struct lineview view;
    struct buf out, hint, below;
    bool reading, hidden;
    bool stale;           /* the screen does not show the line as it is */
    bool accepts;         /* the hint is what the right arrow adds */
    bool explains, edits; /* F1 is on; the user's own editor was asked for */

    char input[EDITOR_INPUT_MAX]; /* typed, and not yet taken */
    size_t input_at, input_len;

    struct menu menu;
    bool menu_open, menu_kept; /* kept: the key that was pressed has to do with it */
    size_t menu_from;          /* where the word begins that it is for */
    char *menu_typed;          /* what stood there */

    char *prompt, *preset;
    struct buf rest; /* entries that were typed together with the one under way */
};

extern struct editor editor_one;

/* ---- the screen ---- */

void editor_draw_init(void);
void editor_draw(bool with_hint);
/* readline's own drawing function: now, or when all that was typed is taken. */
void editor_draw_later(void);
/* The line stays on the screen, and the cursor goes behind it. */
void editor_draw_end(const char *behind);
/* Off the screen. */
void editor_draw_clear(void);

/* ---- bytes ---- */

bool editor_input_left(void);
/* What standard input has; waits for it. */
void editor_input_fill(void);
void editor_input_drop(void);
/* For readline. */
int editor_input_get(FILE *stream);
int editor_input_ready(void);

/* ---- the menu ---- */

/* Tab: insert what can be told, or open the menu; in it, by is 1 for the next word, -1 for the one
 * before. */
void editor_menu_complete(int by);
/* A key while it is open: true = it was the menu's, and is done. */
bool editor_menu_key(void);
void editor_menu_close(void);

/* ---- keys ---- */

void editor_keys_init(void);
void editor_keys_bind(void);

#endif
