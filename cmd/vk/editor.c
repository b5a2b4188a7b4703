/* SPDX-License-Identifier: BSD-3-Clause */
/* See editor.h. readline keeps the line, its keys and its history. */
#include "editor.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/msg.h"
#include "edit.h"
#include "editor_impl.h"
#include "io/signal.h"

enum { TEXT_MAX = 1 << 30 };

static struct editor *const ed = &editor_one;

void editor_init(const char *name, const struct editor_hooks *hooks) {
    setlocale(LC_CTYPE, "");
    ed->hooks = *hooks;
    editor_draw_init();
    menu_init(&ed->menu);
    buf_init(&ed->rest, TEXT_MAX);
    rl_readline_name = name;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_getc_function = editor_input_get;
    rl_input_available_hook = editor_input_ready;
    editor_keys_init();
    rl_initialize();
    rl_redisplay_function = editor_draw_later; /* set earlier, it would turn off bracketed paste */
    editor_keys_bind();
    using_history();
}

void editor_release(void) {
    menu_release(&ed->menu);
    buf_release(&ed->rest);
    buf_release(&ed->out);
    buf_release(&ed->hint);
    buf_release(&ed->below);
    free(ed->menu_typed);
    free(ed->prompt);
    free(ed->preset);
}

void editor_remember(const char *line) {
    add_history(line);
}

const char *editor_last(const char *than) {
    for (int i = history_base + history_length - 1; i >= history_base; i--) {
        const HIST_ENTRY *entry = history_get(i);
        if (entry && strcmp(entry->line, than) != 0) return entry->line;
    }
    return NULL;
}

void editor_preset(const char *text) {
    free(ed->preset);
    ed->preset = mem_strdup(text);
}

bool editor_drop(void) {
    bool any = ed->rest.len > 0;
    buf_clear(&ed->rest);
    editor_input_drop();
    return any;
}

bool editor_is_reading(void) {
    return ed->reading;
}

bool editor_has_input(void) {
    return editor_input_left();
}

/* ---- entries ---- */

/* readline writes by stdio when it sets the terminal up, and leaves it to its own drawing to flush
 * that. */
static void close_line(void) {
    ed->reading = ed->explains = ed->menu_open = false;
    rl_callback_handler_remove();
    fflush(stdout);
}

/* Take the first entry off ed->rest, as by malloc; NULL = there is none. */
static char *take_entry(void) {
    while (ed->rest.len && ed->hooks.first) {
        size_t n = ed->hooks.first(ed->rest.p, ed->rest.len);
        char *entry = n ? mem_dup(ed->rest.p, n) : NULL;
        buf_drop(&ed->rest, n < ed->rest.len ? n + 1 : n);
        if (entry) return entry;
    }
    return NULL;
}

/* The line shows this entry and no more, and is done. */
static void enter(char *entry) {
    rl_replace_line(entry ? entry : "", 1);
    ed->menu_open = false;
    editor_draw_end("");
    close_line();
    if (entry) ed->hooks.entered(ed->hooks.arg, entry);
    free(entry);
}

/* What was typed may be several entries; the others follow when this one is done. */
static void on_line(char *line) {
    if (line && !ed->hooks.first) {
        enter(line);
        return;
    }
    if (line) {
        buf_adds(&ed->rest, line);
        free(line);
        enter(take_entry());
        return;
    }
    editor_draw_end("");
    close_line();
    ed->hooks.entered(ed->hooks.arg, NULL);
}

static void open_line(const char *text) {
    rl_callback_handler_install(ed->prompt, on_line);
    fflush(stdout);
    ed->reading = true;
    ed->hidden = false;
    if (text) rl_insert_text(text);
    editor_draw_later();
}

void editor_start(const char *prompt) {
    char *preset = ed->preset;
    ed->preset = NULL;
    free(ed->prompt);
    ed->prompt = mem_strdup(prompt);
    ed->view = (struct lineview){0};
    char *entry = take_entry();
    open_line(preset);
    free(preset);
    if (entry) enter(entry);
}

void editor_set_prompt(const char *prompt) {
    if (!ed->reading) return;
    free(ed->prompt);
    ed->prompt = mem_strdup(prompt);
    rl_set_prompt(prompt);
    editor_draw_later();
}

/* ---- the user's own editor ---- */

/* The line, or the last one; what it became is the line then. */
static void edit(void) {
    struct buf text;
    struct err e;
    const char *last = editor_last("");
    char *line = mem_strdup(rl_end || !last ? rl_line_buffer : last);
    ed->edits = false;
    buf_init(&text, TEXT_MAX);
    editor_draw_clear();
    close_line();
    bool done = edit_text(line, strlen(line), &text, &e) == 0;
    if (!done) msg_warn("%s", e.text);
    open_line(done ? buf_cstr(&text) : line);
    buf_release(&text);
    free(line);
}

/* ---- reading ---- */

static void take_key(void) {
    ed->menu_kept = false;
    if (ed->menu_open && editor_menu_key()) return;
    rl_callback_read_char();
    if (ed->menu_open && !ed->menu_kept) editor_menu_close();
    if (ed->reading && ed->edits) edit();
}

void editor_read(void) {
    if (!ed->reading) return;
    if (!editor_input_left()) editor_input_fill();
    do
        take_key();
    while (ed->reading && editor_input_left());
    if (ed->reading && ed->stale && !ed->hidden) editor_draw(true);
}

bool editor_interrupt(void) {
    if (!ed->reading) return false;
    bool any = rl_end > 0;
    editor_input_drop();
    ed->menu_open = false;
    editor_draw_end("^C");
    rl_callback_sigcleanup();
    close_line();
    open_line(NULL);
    return any;
}

void editor_hide(void) {
    if (!ed->reading || ed->hidden) return;
    ed->menu_open = false;
    editor_draw_clear();
    ed->hidden = true;
}

void editor_show(void) {
    if (!ed->reading || !ed->hidden) return;
    ed->hidden = false;
    editor_draw(true);
}

void editor_around(void *arg, bool before) {
    (void)arg;
    if (before)
        editor_hide();
    else
        editor_show();
}

void editor_on_screen(void *arg, unsigned events) {
    bool was_away = signal_screen_clear();
    (void)arg, (void)events;
    if (!ed->reading) return;
    if (was_away) {
        rl_deprep_terminal();
        rl_prep_terminal(1);
        fflush(stdout);
        ed->view = (struct lineview){0};
    }
    if (!ed->hidden) editor_draw(true);
}

void editor_stop(void) {
    if (!ed->reading) return;
    ed->menu_open = false;
    editor_draw_end("");
    close_line();
}
