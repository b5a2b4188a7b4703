/* SPDX-License-Identifier: BSD-3-Clause */
/* What keys do that readline has no function for, or another. Ours take the place of readline's
 * wherever those are bound, so what .inputrc says holds; they have names for it, too. */
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

#include "editor_impl.h"

static struct editor *const ed = &editor_one;

/* ---- completion, F1, the user's own editor ---- */

static int complete(int count, int key) {
    (void)key;
    editor_menu_complete(count < 0 ? -1 : 1);
    return 0;
}

static int complete_backward(int count, int key) {
    (void)key;
    editor_menu_complete(count < 0 ? 1 : -1);
    return 0;
}

static int explain(int count, int key) {
    (void)count, (void)key;
    ed->explains = !ed->explains && ed->hooks.explain;
    return 0;
}

static int edit(int count, int key) {
    (void)count, (void)key;
    ed->edits = true;
    return 0;
}

/* ---- the hint ---- */

/* Of several keys that came at once the hint has seen the first only. */
static bool is_on_hint(void) {
    if (rl_point != rl_end) return false;
    if (ed->stale) editor_draw(true);
    return ed->accepts;
}

static int accept(int (*else_do)(int, int), int count, int key) {
    if (!is_on_hint()) return else_do(count, key);
    rl_insert_text(buf_cstr(&ed->hint));
    return 0;
}

static int forward_char(int count, int key) {
    return accept(rl_forward_char, count, key);
}

static int end_of_line(int count, int key) {
    return accept(rl_end_of_line, count, key);
}

/* A word of the hint: up to the blank behind it. */
static int forward_word(int count, int key) {
    if (!is_on_hint()) return rl_forward_word(count, key);
    const char *hint = buf_cstr(&ed->hint);
    size_t n = strspn(hint, " ");
    n += strcspn(hint + n, " ");
    char *word = mem_dup(hint, n);
    rl_insert_text(word);
    free(word);
    return 0;
}

/* ---- lines of one entry ---- */

static int line_begin(int at) {
    while (at > 0 && rl_line_buffer[at - 1] != '\n')
        at--;
    return at;
}

static int line_end(int at) {
    while (at < rl_end && rl_line_buffer[at] != '\n')
        at++;
    return at;
}

static bool is_inside(int at) {
    return ((unsigned char)rl_line_buffer[at] & 0xc0) == 0x80;
}

static int characters(int from, int to) {
    int n = 0;
    for (; from < to; from++)
        n += !is_inside(from);
    return n;
}

/* As far into the line that begins at `begin` as the cursor is in its own. */
static void go_to_line(int begin) {
    int n = characters(line_begin(rl_point), rl_point), end = line_end(begin), at = begin;
    while (at < end && n > 0) {
        at++;
        if (at == end || !is_inside(at)) n--;
    }
    rl_point = at;
}

static int up(int count, int key) {
    int begin = line_begin(rl_point);
    if (!begin) return rl_get_previous_history(count, key);
    go_to_line(line_begin(begin - 1));
    return 0;
}

static int down(int count, int key) {
    int end = line_end(rl_point);
    if (end == rl_end) return rl_get_next_history(count, key);
    go_to_line(end + 1);
    return 0;
}

static int enter(int count, int key) {
    if (!ed->hooks.continues || !ed->hooks.continues(ed->hooks.arg, rl_line_buffer, (size_t)rl_end))
        return rl_newline(count, key);
    rl_point = rl_end;
    rl_insert_text("\n");
    if (rl_get_keymap() == rl_get_keymap_by_name("vi-command")) rl_vi_insertion_mode(1, key);
    return 0;
}

static int clear_screen(int count, int key) {
    (void)count, (void)key;
    ed->view = (struct lineview){0};
    buf_adds(&ed->out, "\x1b[H\x1b[2J");
    editor_draw(true);
    return 0;
}

/* ---- bindings ---- */

static void take_over(const char *map, rl_command_func_t *theirs, rl_command_func_t *ours) {
    Keymap keymap = rl_get_keymap_by_name(map);
    char **keys = rl_invoking_keyseqs_in_map(theirs, keymap);
    for (char **key = keys; key && *key; key++) {
        rl_bind_keyseq_in_map(*key, ours, keymap);
        free(*key);
    }
    free(keys);
}

static const struct {
    rl_command_func_t *theirs, *ours;
    bool moves; /* ... in a way that vi's commands do not */
} taken[] = {
    {rl_complete, complete, false},
    {rl_vi_complete, complete, false},
    {rl_possible_completions, complete, false},
    {rl_menu_complete, complete, false},
    {rl_old_menu_complete, complete, false},
    {rl_backward_menu_complete, complete_backward, false},
    {rl_newline, enter, false},
    {rl_get_previous_history, up, false},
    {rl_get_next_history, down, false},
    {rl_clear_screen, clear_screen, false},
    {rl_clear_display, clear_screen, false},
    {rl_forward_char, forward_char, true},
    {rl_forward_word, forward_word, true},
    {rl_end_of_line, end_of_line, true},
};

/* As terminals send them; bound where nothing else is. */
static const struct {
    const char *key;
    rl_command_func_t *fn;
    bool in_emacs_only; /* in vi's mode Escape is a key */
} keys[] = {
    {"\\e[Z", complete_backward, false},
    {"\\eOP", explain, false},
    {"\\e[11~", explain, false},
    {"\\e[[A", explain, false},
    {"\\eh", explain, true},
    {"\\C-x\\C-e", edit, true},
    {"\\e[1;5C", forward_word, false},
    {"\\e[1;3C", forward_word, false},
    {"\\eOc", forward_word, false},
    {"\\e[1;5D", rl_backward_word, false},
    {"\\e[1;3D", rl_backward_word, false},
    {"\\eOd", rl_backward_word, false},
    {"\\e[1~", rl_beg_of_line, false},
    {"\\e[7~", rl_beg_of_line, false},
    {"\\e[4~", end_of_line, false},
    {"\\e[8~", end_of_line, false},
    {"\\e[3~", rl_delete, false},
    {"\\e[3;5~", rl_kill_word, false},
};

void editor_keys_init(void) {
    rl_add_defun("vk-complete", complete, -1);
    rl_add_defun("vk-complete-backward", complete_backward, -1);
    rl_add_defun("vk-explain", explain, -1);
    rl_add_defun("vk-edit", edit, -1);
    rl_add_defun("vk-accept-suggestion", forward_char, -1);
    rl_add_defun("vk-accept-word", forward_word, -1);
}

void editor_keys_bind(void) {
    static const char *const maps[] = {"emacs", "vi-insert", "vi-command"};
    for (size_t m = 0; m < 3; m++)
        for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
            if (m < 2 || !taken[i].moves) take_over(maps[m], taken[i].theirs, taken[i].ours);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        for (size_t m = 0; m < (keys[i].in_emacs_only ? 1 : 2); m++)
            rl_bind_keyseq_if_unbound_in_map(keys[i].key, keys[i].fn,
                                             rl_get_keymap_by_name(maps[m]));
    rl_bind_keyseq_if_unbound_in_map("v", edit, rl_get_keymap_by_name("vi-command"));
}
