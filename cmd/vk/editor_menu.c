/* SPDX-License-Identifier: BSD-3-Clause */
/* Completion: one word is inserted, of several what they have in common, and then they stand below
 * the line to be chosen from, the line showing the chosen one. */
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

#include "editor_impl.h"
#include "ui/typed.h"

enum { WORD_MAX = 1 << 26 };

static struct editor *const ed = &editor_one;

/* One step for undo. */
static void replace(size_t from, const char *text) {
    rl_begin_undo_group();
    rl_delete_text((int)from, rl_point);
    rl_point = (int)from;
    rl_insert_text(text);
    rl_end_undo_group();
}

static bool is_quoted(size_t from) {
    return from < (size_t)rl_point && (rl_line_buffer[from] == '"' || rl_line_buffer[from] == '\'');
}

/* Text goes on right behind the cursor, so that the word does not end there. */
static bool goes_on(void) {
    return rl_point < rl_end && !strchr(" \t\n", rl_line_buffer[rl_point]);
}

static void put_word(const char *text, size_t len, bool whole) {
    struct buf word;
    buf_init(&word, WORD_MAX);
    typed_add(&word, text, len, is_quoted(ed->menu_from), !whole || goes_on());
    replace(ed->menu_from, buf_cstr(&word));
    buf_release(&word);
}

static void put_blank(void) {
    if (rl_point == rl_end)
        rl_insert_text(" ");
    else if (!goes_on())
        rl_point++;
}

/* False: they have nothing in common that is not there. */
static bool put_common(void) {
    struct buf word;
    size_t typed = (size_t)rl_point - ed->menu_from, common = menu_common(&ed->menu);
    if (!common) return false;
    buf_init(&word, WORD_MAX);
    typed_add(&word, ed->menu.words[0].text, common, is_quoted(ed->menu_from), true);
    bool longer = word.len > typed;
    if (longer) replace(ed->menu_from, buf_cstr(&word));
    buf_release(&word);
    return longer;
}

static void open_menu(void) {
    free(ed->menu_typed);
    ed->menu_typed = mem_dup(rl_line_buffer + ed->menu_from, (size_t)rl_point - ed->menu_from);
    ed->menu_open = true;
    ed->stale = true;
}

void editor_menu_close(void) {
    ed->menu_open = false;
    ed->stale = true;
}

static void choose(int by) {
    menu_choose(&ed->menu, by);
    const struct menu_word *w = &ed->menu.words[ed->menu.chosen];
    put_word(w->text, w->len, true);
    ed->stale = true;
}

void editor_menu_complete(int by) {
    ed->menu_kept = true;
    if (ed->menu_open) {
        choose(by);
        return;
    }
    menu_clear(&ed->menu);
    if (ed->hooks.complete)
        ed->hooks.complete(ed->hooks.arg, rl_line_buffer, (size_t)rl_point, &ed->menu,
                           &ed->menu_from);
    if (!ed->menu.n) {
        rl_ding();
    } else if (ed->menu.n == 1) {
        put_word(ed->menu.words[0].text, ed->menu.words[0].len, true);
        put_blank();
    } else if (!put_common()) {
        open_menu();
    }
}

/* ---- keys of an open menu ---- */

static bool takes(const char *key) {
    size_t len = strlen(key), left = ed->input_len - ed->input_at;
    if (left < len || memcmp(ed->input + ed->input_at, key, len) != 0) return false;
    ed->input_at += len;
    return true;
}

/* Escape, and nothing behind it. */
static bool takes_escape(void) {
    return ed->input_len - ed->input_at == 1 && takes("\x1b");
}

static void restore(void) {
    if (ed->menu.chosen != MENU_NONE) replace(ed->menu_from, ed->menu_typed);
    editor_menu_close();
}

bool editor_menu_key(void) {
    if (takes("\x1b[B") || takes("\x1bOB")) {
        choose(1);
    } else if (takes("\x1b[A") || takes("\x1bOA") || takes("\x1b[Z")) {
        choose(-1);
    } else if (takes("\a") || takes_escape()) {
        restore();
    } else if (ed->menu.chosen != MENU_NONE && (takes("\r") || takes("\n"))) {
        put_blank();
        editor_menu_close();
    } else {
        return false;
    }
    return true;
}
