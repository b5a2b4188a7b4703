/* SPDX-License-Identifier: BSD-3-Clause */
/* What is on the screen is ours, not readline's, so that colours, the hint, the menu and what
 * arrives in between never disturb each other. */
#include <stdio.h>
#include <unistd.h>

#include <readline/readline.h>

#include "editor_impl.h"
#include "io/file.h"
#include "io/tty.h"
#include "ui/width.h"

enum { OUT_MAX = 1 << 30, HINT_MAX = 4096, BELOW_MAX = 1 << 16, EXPLAIN_ROWS = 4, MENU_ROWS = 10 };

static struct editor *const ed = &editor_one;

static const char further[] = "... ";

void editor_draw_init(void) {
    buf_init(&ed->out, OUT_MAX);
    buf_init(&ed->hint, HINT_MAX);
    buf_init(&ed->below, BELOW_MAX);
}

static void write_out(void) {
    struct err e;
    if (file_write_fd(STDOUT_FILENO, ed->out.p, ed->out.len, &e) < 0) { /* the next read tells */
    }
    buf_clear(&ed->out);
}

static bool is_searching(void) {
    return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH);
}

static void make_hint(void) {
    if (ed->hooks.hint && rl_point == rl_end && !is_searching() && !ed->menu_open)
        ed->hooks.hint(ed->hooks.arg, rl_line_buffer, (size_t)rl_end, &ed->hint, &ed->accepts);
}

/* The menu, or what F1 tells. */
static void make_below(int columns, int rows) {
    struct buf text;
    if (ed->menu_open) {
        menu_rows(&ed->menu, columns, rows / 2 < MENU_ROWS ? rows / 2 : MENU_ROWS, &ed->below);
        return;
    }
    if (!ed->explains) return;
    buf_init(&text, BELOW_MAX);
    ed->hooks.explain(ed->hooks.arg, rl_line_buffer, (size_t)rl_point, &text);
    if (!text.len) buf_adds(&text, "(F1 tells about the command that is typed)");
    width_wrap(&ed->below, buf_cstr(&text), columns - 1, EXPLAIN_ROWS);
    buf_release(&text);
}

void editor_draw(bool with_hint) {
    struct lineview_span spans[EDITOR_SPANS];
    int n = 0, columns = tty_columns(STDOUT_FILENO), rows = tty_rows(STDOUT_FILENO);
    if (ed->hooks.paint && !is_searching())
        n = ed->hooks.paint(ed->hooks.arg, rl_line_buffer, (size_t)rl_end, spans, EDITOR_SPANS);
    buf_clear(&ed->hint);
    buf_clear(&ed->below);
    ed->accepts = false;
    if (with_hint) make_hint();
    if (with_hint && !is_searching()) make_below(columns, rows);
    const struct lineview_text t = {
        .prompt = rl_display_prompt ? rl_display_prompt : "",
        .further = further,
        .line = rl_line_buffer,
        .len = (size_t)rl_end,
        .cursor = (size_t)rl_point,
        .spans = spans,
        .n_spans = n,
        .hint = buf_cstr(&ed->hint),
        .below = buf_cstr(&ed->below),
    };
    lineview_draw(&ed->view, &t, columns, rows, &ed->out);
    ed->stale = false;
    write_out();
}

void editor_draw_later(void) {
    ed->stale = true;
    if (ed->reading && !ed->hidden && !editor_input_left()) editor_draw(true);
}

void editor_draw_end(const char *behind) {
    rl_point = rl_end;
    editor_draw(false);
    buf_adds(&ed->out, behind);
    lineview_leave(&ed->view, &ed->out);
    write_out();
}

void editor_draw_clear(void) {
    lineview_clear(&ed->view, tty_columns(STDOUT_FILENO), &ed->out);
    write_out();
}
