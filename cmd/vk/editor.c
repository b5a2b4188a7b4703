/* SPDX-License-Identifier: BSD-3-Clause */
/* See editor.h. readline keeps the line, its keys and its history; what is on the screen is ours,
 * so that colours, the hint and what arrives in between never disturb each other. */
#include "editor.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "io/file.h"
#include "io/tty.h"

enum { LINE_MAX_BYTES = 1 << 30, HINT_MAX = 4096 };

static struct {
    struct editor_hooks hooks;
    struct lineview view;
    struct buf out, hint, entry; /* entry: lines before the one that continues it */
    struct menu menu;
    bool reading, hidden, accepts; /* accepts: the hint is what the right arrow adds */
} ed;

static const char more[] = "... ";

static void write_out(void) {
    struct err e;
    if (file_write_fd(STDOUT_FILENO, ed.out.p, ed.out.len, &e) < 0) { /* the next read tells */
    }
    buf_clear(&ed.out);
}

/* ---- drawing ---- */

static void make_hint(void) {
    buf_clear(&ed.hint);
    ed.accepts = false;
    if (ed.hooks.hint && rl_point == rl_end && !RL_ISSTATE(RL_STATE_ISEARCH) && !ed.entry.len)
        ed.hooks.hint(ed.hooks.arg, rl_line_buffer, (size_t)rl_end, &ed.hint, &ed.accepts);
}

static void draw(bool with_hint) {
    struct lineview_span spans[EDITOR_SPANS];
    int n = 0;
    if (ed.hooks.paint && !RL_ISSTATE(RL_STATE_ISEARCH))
        n = ed.hooks.paint(ed.hooks.arg, rl_line_buffer, (size_t)rl_end, spans, EDITOR_SPANS);
    if (with_hint)
        make_hint();
    else
        buf_clear(&ed.hint);
    const struct lineview_text t = {
        .prompt = rl_display_prompt ? rl_display_prompt : "",
        .line = rl_line_buffer,
        .len = (size_t)rl_end,
        .cursor = (size_t)rl_point,
        .spans = spans,
        .n_spans = n,
        .hint = buf_cstr(&ed.hint),
    };
    lineview_draw(&ed.view, &t, tty_columns(STDOUT_FILENO), &ed.out);
    write_out();
}

/* readline's own drawing function. */
static void redisplay(void) {
    if (ed.reading && !ed.hidden) draw(true);
}

void editor_hide(void) {
    if (!ed.reading || ed.hidden) return;
    lineview_clear(&ed.view, &ed.out);
    write_out();
    ed.hidden = true;
}

void editor_show(void) {
    if (!ed.reading || !ed.hidden) return;
    ed.hidden = false;
    draw(true);
}

/* ---- keys ---- */

static int accept_hint(int count, int key) {
    if (rl_point < rl_end || !ed.accepts) return rl_forward_char(count, key);
    rl_insert_text(buf_cstr(&ed.hint));
    return 0;
}

static int clear_screen(int count, int key) {
    (void)count, (void)key;
    ed.view = (struct lineview){0};
    buf_adds(&ed.out, "\x1b[H\x1b[2J");
    draw(true);
    return 0;
}

/* As readline wants them: the common beginning, the words, NULL. */
static char **complete(const char *text, int start, int end) {
    size_t from;
    (void)text, (void)start;
    rl_attempted_completion_over = 1; /* file names are no arguments of ours */
    menu_clear(&ed.menu);
    ed.hooks.complete(ed.hooks.arg, rl_line_buffer, (size_t)end, &ed.menu, &from);
    if (!ed.menu.n) return NULL;
    char **list = mem_zalloc(ed.menu.n + 2, sizeof *list);
    list[0] = mem_dup(ed.menu.words[0].text, menu_common(&ed.menu));
    for (size_t i = 0; ed.menu.n > 1 && i < ed.menu.n; i++)
        list[i + 1] = mem_dup(ed.menu.words[i].text, ed.menu.words[i].len);
    return list;
}

/* readline lists candidates by itself, below the line. */
static void show_matches(char **matches, int n, int longest) {
    draw(false);
    lineview_leave(&ed.view, &ed.out);
    write_out();
    rl_display_match_list(matches, n, longest);
    rl_forced_update_display();
}

/* ---- entries ---- */

static void end_line(void) {
    draw(false);
    lineview_leave(&ed.view, &ed.out);
    write_out();
}

static void on_line(char *line) {
    end_line();
    if (line && ed.entry.len) buf_addc(&ed.entry, '\n');
    if (line) buf_adds(&ed.entry, line);
    free(line);
    bool is_end = !line;
    if (!is_end && ed.hooks.continues &&
        ed.hooks.continues(ed.hooks.arg, buf_cstr(&ed.entry), ed.entry.len)) {
        rl_set_prompt(more);
        return; /* readline goes on to the next line */
    }
    ed.reading = false;
    rl_callback_handler_remove();
    char *entry = is_end ? NULL : mem_strdup(buf_cstr(&ed.entry));
    buf_clear(&ed.entry);
    ed.hooks.entered(ed.hooks.arg, entry);
    free(entry);
}

void editor_init(const char *name, const struct editor_hooks *hooks) {
    setlocale(LC_CTYPE, "");
    ed.hooks = *hooks;
    menu_init(&ed.menu);
    buf_init(&ed.out, LINE_MAX_BYTES);
    buf_init(&ed.hint, HINT_MAX);
    buf_init(&ed.entry, LINE_MAX_BYTES);
    rl_readline_name = name;
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_redisplay_function = redisplay;
    rl_attempted_completion_function = complete;
    rl_completion_display_matches_hook = show_matches;
    rl_basic_word_break_characters = " \t\n\"'";
    rl_initialize();
    rl_bind_keyseq("\\e[C", accept_hint);
    rl_bind_keyseq("\\eOC", accept_hint);
    rl_bind_keyseq("\\C-l", clear_screen);
    using_history();
}

void editor_remember(const char *line) {
    add_history(line);
}

bool editor_is_reading(void) {
    return ed.reading;
}

void editor_start(const char *prompt) {
    ed.reading = true;
    ed.hidden = false;
    ed.view = (struct lineview){0};
    rl_callback_handler_install(prompt, on_line);
}

void editor_set_prompt(const char *prompt) {
    if (!ed.reading || ed.entry.len) return;
    rl_set_prompt(prompt);
    redisplay();
}

void editor_read(void) {
    if (ed.reading) rl_callback_read_char();
}

bool editor_interrupt(void) {
    if (!ed.reading) return false;
    bool any = rl_end > 0 || ed.entry.len;
    rl_point = rl_end;
    draw(false);
    buf_adds(&ed.out, "^C");
    lineview_leave(&ed.view, &ed.out);
    write_out();
    rl_callback_sigcleanup();
    rl_free_line_state();
    rl_replace_line("", 1);
    buf_clear(&ed.entry);
    rl_point = 0;
    return any;
}

void editor_stop(void) {
    if (!ed.reading) return;
    end_line();
    ed.reading = false;
    rl_callback_handler_remove();
}
