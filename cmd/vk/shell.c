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
#include "base/str.h"
#include "editor.h"
#include "face.h"
#include "io/signal.h"
#include "mend.h"
#include "typing.h"
#include "ui/view.h"
#include "io/tty.h"

enum { PROMPT_MAX = 1024 };

struct shell {
    struct run *run;
    struct mend mend;
    struct history *history;
    struct typing typing;
    struct loop_watch *watch;
    struct resp_quote_args *args; /* the entry under way, split */
    char *entry;                  /* what was entered and is to be run */
    enum view_format format;      /* of the replies to it */
    bool leave, was_open;
};

bool shell_fits(const struct options *o) {
    const char *term = getenv("TERM");
    const char *plain = getenv("NO_COLOR");
    bool moves = term && *term && strcmp(term, "dumb") != 0;
    return o->face == FACE_NATIVE && o->tty && moves && !(plain && *plain);
}

/* ---- the prompt ---- */

static void add_state(const struct shell *s, struct buf *b) {
    unsigned state = wire_state(&s->run->wire);
    if (state & SESSION_MULTI) buf_adds(b, " (tx)");
    if (state & SESSION_SUBSCRIBED) buf_adds(b, " (subscribed)");
    if (state & SESSION_MONITOR) buf_adds(b, " (monitor)");
}

static const char *compose_prompt(const struct shell *s, char text[PROMPT_MAX]) {
    struct wire *w = &s->run->wire;
    char where[256];
    struct buf b;
    bool open = wire_is_open(w);
    buf_init(&b, PROMPT_MAX - 1);
    const struct profile *profile = &s->run->opts->profile;
    if (*profile->name && profile->colour) buf_addf(&b, "\x1b[%dm", profile->colour);
    if (*profile->name) buf_adds(&b, profile->name);
    if (*profile->name && profile->colour) buf_adds(&b, "\x1b[0m");
    if (*profile->name) buf_addc(&b, ' ');
    buf_adds(&b, open ? wire_where(w, where, sizeof where) : "not connected");
    int db = open && w->client ? session_db(client_session(w->client)) : 0;
    if (db) buf_addf(&b, "[%d]", db);
    if (open) add_state(s, &b);
    buf_adds(&b, "> ");
    snprintf(text, PROMPT_MAX, "%s", buf_cstr(&b));
    buf_release(&b);
    return text;
}

/* ---- output above the line ---- */

static void around(void *arg, bool before) {
    (void)arg;
    if (before)
        editor_hide();
    else
        editor_show();
}

static void say(const char *text) {
    editor_hide();
    msg_warn("%s", text);
    editor_show();
}

/* The connection ended, or came back, while a line is typed. */
static void watch_connection(struct shell *s) {
    bool open = wire_is_open(&s->run->wire);
    char text[PROMPT_MAX];
    if (open == s->was_open) return;
    s->was_open = open;
    if (!editor_is_reading()) return;
    if (!open) say("the connection is lost; the next command connects again");
    editor_set_prompt(compose_prompt(s, text));
}

/* ---- entries ---- */

static bool is_alone(const struct resp_quote_args *a, const char *word) {
    return a->argc == 1 && str_ieq(a->argv[0], a->lens[0], word);
}

/* "5 incr x": how often, and the command's first word. */
static int64_t take_repeat(const struct resp_quote_args *a, int *first) {
    int64_t n;
    *first = 0;
    if (a->argc < 2 || str_to_i64(a->argv[0], a->lens[0], &n) < 0 || n < 1) return 1;
    *first = 1;
    return n;
}

static void show(void *arg, const struct slot *slot, const struct reply *reply, struct buf *out) {
    const struct shell *s = arg;
    const struct view_opts o = {
        .format = s->format, .columns = tty_columns(STDOUT_FILENO), .colour = true};
    if (view_render(&o, slot->argc, slot->argv, slot->lens, reply, out) < 0)
        buf_adds(out, "... (too long to be shown)\n");
}

/* "get k \\json": the words without that one. */
static int take_format(struct shell *s, const struct resp_quote_args *a) {
    const char *last = a->argv[a->argc - 1];
    size_t len = a->lens[a->argc - 1];
    s->format = VIEW_BEST;
    bool named = a->argc > 1 && *last == '\\' && view_format_of(last + 1, len - 1, &s->format);
    return a->argc - named;
}

static void run_entry(struct shell *s) {
    struct run *r = s->run;
    struct resp_quote_args *a = s->args;
    int first, argc = take_format(s, a);
    for (int64_t n = take_repeat(a, &first); n > 0; n--) {
        if (!mend_connect(&s->mend)) return;
        if (run_submit(r, NULL, argc - first, a->argv + first, a->lens + first, 0) < 0) break;
        while (r->in_flight && !r->stopped.code && !run_interrupted(r))
            run_turn(r, -1);
        if (r->stopped.code) break;
    }
    run_flush(r);
    mend_command(&s->mend);
}

/* Into the file, without its secrets, and under the up arrow as it is there. */
static void remember(struct shell *s, const char *line) {
    const char *kept;
    struct err e;
    if (history_add(s->history, line, strlen(line), &kept, &e) < 0) msg_warn("%s", e.text);
    if (kept) editor_remember(kept);
}

static void take_entry(struct shell *s, const char *line) {
    struct err e;
    remember(s, line);
    if (!s->args) s->args = run_words(s->run);
    if (resp_quote_split(s->args, line, strlen(line), &e) < 0) {
        msg_warn("%s", e.text);
        return;
    }
    if (!s->args->argc || *line == '#') return;
    s->leave = is_alone(s->args, "exit") || is_alone(s->args, "quit");
    if (!s->leave) run_entry(s);
}

/* From inside the loop, where no command may be waited for: it is only noted. */
static void on_entered(void *arg, const char *line) {
    struct shell *s = arg;
    s->leave |= !line;
    if (line) s->entry = mem_strdup(line);
}

/* ---- the loop ---- */

static void on_input(void *arg, unsigned events) {
    (void)arg;
    (void)events;
    editor_read();
}

static void interrupted(struct shell *s) {
    if (signal_stop() != SIGINT) {
        s->leave = true;
        return;
    }
    editor_interrupt();
    signal_clear();
    err_clear(&s->run->stopped);
    s->run->muted = false;
}

static void turn(struct shell *s) {
    char text[PROMPT_MAX];
    if (!editor_is_reading()) {
        s->was_open = wire_is_open(&s->run->wire);
        editor_start(compose_prompt(s, text));
    }
    run_turn(s->run, -1);
    watch_connection(s);
    if (signal_stop()) interrupted(s);
    char *entry = s->entry;
    s->entry = NULL;
    if (entry) take_entry(s, entry);
    free(entry);
}

/* Another hook's own argument would do; the editor has one for all. */
static int paint(void *arg, const char *line, size_t len, struct lineview_span *spans, int max) {
    return typing_paint(&((struct shell *)arg)->typing, line, len, spans, max);
}
static void hint(void *arg, const char *line, size_t len, struct buf *out, bool *accept) {
    typing_hint(&((struct shell *)arg)->typing, line, len, out, accept);
}
static char **complete(void *arg, const char *line, size_t from, size_t to) {
    return typing_complete(&((struct shell *)arg)->typing, line, from, to);
}
static bool continues(void *arg, const char *line, size_t len) {
    return typing_continues(&((struct shell *)arg)->typing, line, len);
}

static void begin(struct shell *s) {
    const struct editor_hooks hooks = {
        .entered = on_entered,
        .paint = paint,
        .hint = hint,
        .continues = continues,
        .complete = complete,
        .arg = s,
    };
    struct err e;
    const struct options *o = s->run->opts;
    char *path = o->no_history ? NULL : history_path(*o->profile.name ? o->profile.name : NULL);
    mend_init(&s->mend, s->run, true);
    s->run->around = around;
    s->run->view = show;
    s->run->view_arg = s;
    if (history_new(path, &s->history, &e) < 0) msg_warn("%s", e.text);
    free(path);
    typing_init(&s->typing, s->history);
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
    if (code < 0) return face_fail(r->opts, &e);
    while (!s.leave)
        turn(&s);
    editor_stop();
    loop_del(r->loop, s.watch);
    run_give_up(r);
    run_flush(r);
    run_spare(r, s.args);
    typing_release(&s.typing);
    history_free(s.history);
    return 0;
}
