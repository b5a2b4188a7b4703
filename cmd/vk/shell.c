/* SPDX-License-Identifier: BSD-3-Clause */
/* See shell.h. One command at a time: while it runs the terminal is its own, and Ctrl-C ends it;
 * while a line is typed the loop goes on, so that what the server says by itself appears above it.
 */
#include "shell.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "connect.h"
#include "editor.h"
#include "face.h"
#include "io/signal.h"
#include "meta.h"
#include "prompt.h"
#include "shell_impl.h"

bool shell_fits(const struct options *o) {
    const char *term = getenv("TERM");
    const char *plain = getenv("NO_COLOR");
    bool moves = term && *term && strcmp(term, "dumb") != 0;
    return o->face == FACE_NATIVE && o->tty && moves && !(plain && *plain);
}

/* The connection ended, or came back, while a line is typed. */
static void watch_connection(struct shell *s) {
    bool open = wire_is_open(&s->run->wire), same = open == s->was_open;
    char text[PROMPT_MAX];
    if (same && !s->place.changed) return;
    s->was_open = open;
    s->place.changed = false;
    if (!editor_is_reading()) return;
    if (!open && !same) {
        editor_hide();
        mend_say_lost(&s->mend);
        editor_show();
    }
    editor_set_prompt(prompt_compose(s->run, s->place.role, true, text));
}

/* ---- the loop ---- */

/* What helps while typing may ask the server, which no callback of the loop may wait for. */
static void on_input(void *arg, unsigned events) {
    struct shell *s = arg;
    (void)events;
    s->readable = true;
}

/* MONITOR, and subscriptions of RESP2: only a new connection is out of it. */
static bool stop_listening(struct shell *s) {
    struct wire *w = &s->run->wire;
    if (w->cluster) return cluster_stop_listening(w->cluster);
    if (!wire_is_open(w) || !session_only_listens(client_session(w->client))) return false;
    wire_disconnect(w);
    return true;
}

static void end_listening(struct shell *s) {
    char text[PROMPT_MAX];
    if (!stop_listening(s)) return;
    editor_hide();
    if (s->run->wire.cluster)
        msg_warn("no longer listening");
    else
        mend_connect(&s->mend);
    s->was_open = wire_is_open(&s->run->wire);
    editor_show();
    place_look(&s->place);
    editor_set_prompt(prompt_compose(s->run, s->place.role, true, text));
}

static void interrupted(struct shell *s) {
    if (signal_stop() != SIGINT) {
        s->leave = true;
        return;
    }
    bool typed = editor_interrupt();
    signal_clear();
    err_clear(&s->run->stopped);
    s->run->muted = false;
    if (!typed) end_listening(s);
}

static void turn(struct shell *s) {
    char text[PROMPT_MAX];
    if (!editor_is_reading()) {
        s->was_open = wire_is_open(&s->run->wire);
        place_look(&s->place);
        editor_start(prompt_compose(s->run, s->place.role, true, text));
    }
    if (learn_turn(&s->learn)) /* colours and hint may be out of date */
        editor_set_prompt(prompt_compose(s->run, s->place.role, true, text));
    run_turn(s->run, s->entry || editor_has_input() ? 0 : -1);
    if (s->readable || editor_has_input()) editor_read();
    s->readable = false;
    watch_connection(s);
    if (signal_stop()) interrupted(s);
    unsigned n_signals = signal_count();
    entry_run(s);
    if (signal_count() != n_signals) editor_drop();
}

/* Another hook's own argument would do; the editor has one for all. */
static int paint(void *arg, const char *line, size_t len, struct lineview_span *spans, int max) {
    return typing_paint(&((struct shell *)arg)->typing, line, len, spans, max);
}
static void hint(void *arg, const char *line, size_t len, struct buf *out, bool *accept) {
    typing_hint(&((struct shell *)arg)->typing, line, len, out, accept);
}
static void complete(void *arg, const char *line, size_t cursor, struct menu *words, size_t *from) {
    typing_complete(&((struct shell *)arg)->typing, line, cursor, words, from);
}
static void explain(void *arg, const char *line, size_t cursor, struct buf *out) {
    typing_explain(&((struct shell *)arg)->typing, line, cursor, out);
}
static bool continues(void *arg, const char *line, size_t len) {
    return typing_continues(&((struct shell *)arg)->typing, line, len);
}

static void begin(struct shell *s) {
    const struct editor_hooks hooks = {
        .entered = entry_note,
        .paint = paint,
        .hint = hint,
        .continues = continues,
        .first = typed_entry,
        .complete = complete,
        .explain = explain,
        .arg = s,
    };
    mend_init(&s->mend, s->run, true);
    s->mend.in_shell = true;
    sink_init(&s->sink, s->run, &s->pager);
    s->run->around = editor_around;
    s->run->view = entry_show;
    s->run->view_arg = s;
    connect_open_history(s);
    typing_init(&s->typing, s->history, meta_at);
    ask_init(&s->ask, &s->run->wire);
    place_init(&s->place, &s->ask);
    learn_init(&s->learn, &s->ask, s->typing.grammar);
    names_init(&s->names, &s->ask, s->typing.grammar, !s->run->opts->no_key_completion);
    s->typing.more = names_find;
    s->typing.more_arg = &s->names;
    editor_init("vk", &hooks);
    for (size_t i = 0; i < history_count(s->history); i++)
        editor_remember(history_entry(s->history, i, &(size_t){0}));
}

int shell_main(struct run *r) {
    struct shell s = {.run = r};
    struct err e;
    begin(&s);
    int code = wire_connect(&r->wire, &e);
    if (code < 0) face_fail(r->opts, &e);
    code = loop_add(r->loop, STDIN_FILENO, LOOP_READ, on_input, &s, &s.watch, &e);
    int screen = signal_screen_fd();
    if (code == 0 && screen >= 0)
        code = loop_add(r->loop, screen, LOOP_READ, editor_on_screen, NULL, &s.screen_watch, &e);
    if (code < 0) return face_fail(r->opts, &e);
    while (!s.leave)
        turn(&s);
    editor_stop();
    loop_del(r->loop, s.watch);
    loop_del(r->loop, s.screen_watch);
    run_give_up(r);
    run_flush(r);
    place_release(&s.place);
    run_spare(r, s.args);
    sink_release(&s.sink);
    pager_release(&s.pager);
    queue_release(&s.queue);
    learn_release(&s.learn);
    names_release(&s.names);
    typing_release(&s.typing);
    history_free(s.history);
    editor_release();
    connect_release(&s);
    return 0;
}
