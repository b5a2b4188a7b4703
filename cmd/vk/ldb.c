/* SPDX-License-Identifier: BSD-3-Clause */
/* See ldb.h. A session is begun, driven line by line and ended, perhaps several times over; between
 * two of them only restart and quit mean something. What the compatible faces do is in ldb_face.c.
 */
#include "ldb.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "core/command.h"
#include "face.h"
#include "io/signal.h"
#include "io/tty.h"
#include "ldb_face.h"
#include "ldb_input.h"
#include "shell.h"
#include "ui/colour.h"
#include "ui/ldb.h"
#include "ui/luaerr.h"

enum { AROUND = 4, ERROR_MAX = 1 << 20, WORDS_MAX = 1 << 16, REPEAT_MAX = 1000000 };

struct debugger {
    struct run *run;
    struct words words;
    struct ldb ldb;
    struct ldb_look look;
    struct ldb_link link;
    struct ldb_input input;
    struct resp_quote_args args; /* the line under way */
    const char *again;           /* what an empty line repeats */
    bool live;                   /* a session is under way */
    bool leave;
    int code; /* to exit with */
};

/* ---- what is said ---- */

static const char *what_becomes(const struct debugger *d) {
    return d->run->opts->ldb_sync ? "changes to the dataset are kept"
                                  : "changes to the dataset are rolled back";
}

static void note(struct debugger *d, const char *text, const char *more) {
    struct buf *out = &d->run->out;
    colour_begin(out, d->look.colour, COLOUR_ASIDE);
    buf_addf(out, "%s%s", text, more);
    colour_end(out, d->look.colour, COLOUR_ASIDE);
    buf_addc(out, '\n');
}

/* An error reply to the script, on standard error. */
static void say_error(struct debugger *d, const struct reply *r) {
    struct buf text;
    struct err ignored;
    buf_init(&text, ERROR_MAX);
    luaerr_add(&text, words_script_name(d->run->opts), d->words.script.p, d->words.script.len, r->p,
               r->len);
    run_flush(d->run);
    if (file_write_fd(STDERR_FILENO, text.p, text.len, &ignored) < 0) { /* nobody is left */
    }
    buf_release(&text);
    d->code = errclass_exit(errclass_of_reply(r->p, r->len));
}

static void say_result(struct debugger *d, const struct reply *r) {
    d->code = 0;
    if (resp_read_is_error(r->type)) {
        say_error(d, r);
        return;
    }
    render_begin(&d->run->render, false);
    if (render_reply(&d->run->render, r) < 0)
        buf_adds(&d->run->out, "... (too long to be shown)\n");
}

static void is_over(struct debugger *d) {
    d->live = false;
    say_result(d, d->link.result.root);
    note(d, "the session has ended: ", what_becomes(d));
}

/* The connection, or our patience with it, ended under the session. */
static void broke_off(struct debugger *d, const struct err *e) {
    bool sync = d->run->opts->ldb_sync;
    d->live = false;
    run_flush(d->run);
    d->code = face_fail(d->run->opts, e);
    msg_warn("%sthe session is broken off%s", e->code == VK_ECANCEL ? "interrupted: " : "",
             sync ? ": the script may run on in the server, up to its time limit, and what it "
                    "changes is kept"
                  : ", and nothing of it is kept");
    d->leave |= !d->input.terminal;
    if (signal_stop() && d->input.terminal) signal_clear();
}

/* ---- a session begins ---- */

static void refused(struct debugger *d, const struct reply *r) {
    msg_warn("the server refuses to debug: %.*s", (int)r->len, r->p);
    d->code = errclass_exit(errclass_of_reply(r->p, r->len));
}

static bool is_moved(const struct reply *r) {
    return r && r->type == RESP_ERROR && errclass_of_reply(r->p, r->len) == ERRCLASS_MOVED;
}

/* SCRIPT DEBUG and EVAL; a first redirect makes a cluster of the server. 1: refused, and said. */
static int begin_at(struct debugger *d, struct err *e) {
    const struct words *w = &d->words;
    for (;;) {
        const struct reply *no;
        int code = ldb_link_debug(&d->link, w, &no, e);
        if (code == 0 && no) {
            refused(d, no);
            return 1;
        }
        if (code == 0) code = ldb_link_send(&d->link, w->argc, w->argv, w->lens, e);
        if (code < 0 || !is_moved(d->link.lines.root)) return code;
        if (!wire_may_follow(&d->run->wire)) return 0;
        code = wire_into_cluster(&d->run->wire, e);
        d->link.client = NULL; /* the cluster has taken its place */
        if (code < 0) return code;
    }
}

/* The breakpoints of the session before. */
static int set_breakpoints(struct debugger *d, struct err *e) {
    struct resp_quote_args args;
    struct buf line;
    buf_init(&line, WORDS_MAX);
    resp_quote_init(&args);
    buf_adds(&line, "break ");
    int code = 0;
    if (ldb_breakpoints(&d->ldb, &line) > 0) code = resp_quote_split(&args, line.p, line.len, e);
    if (code == 0 && args.argc) {
        code = ldb_link_send(&d->link, args.argc, args.argv, args.lens, e);
        if (code == 0) ldb_take(&d->ldb, args.argc, args.argv, args.lens, d->link.lines.root);
    }
    resp_quote_release(&args);
    buf_release(&line);
    return code;
}

static void begin(struct debugger *d) {
    struct err e;
    err_clear(&e);
    int code = begin_at(d, &e);
    if (code < 0) d->code = face_fail(d->run->opts, &e);
    if (code) return;
    const struct reply *r = d->link.lines.root;
    if (!ldb_take(&d->ldb, 0, NULL, NULL, r)) {
        ldb_link_close(&d->link);
        say_result(d, r);
        return;
    }
    d->live = true;
    ldb_show(&d->ldb, &d->look, r, &d->run->out);
    if (d->ldb.ended)
        is_over(d);
    else if ((code = set_breakpoints(d, &e)) < 0)
        broke_off(d, &e);
}

static int read_script(struct debugger *d, struct err *e) {
    int code = words_init(&d->words, d->run->opts, e);
    if (code == 0)
        ldb_init(&d->ldb, words_script_name(d->run->opts), d->words.script.p, d->words.script.len);
    return code;
}

/* The file is read again: who debugs a script changes it. */
static void restart(struct debugger *d) {
    struct ldb before = d->ldb;
    struct err e;
    if (d->live) ldb_link_abort(&d->link);
    d->live = false;
    words_release(&d->words);
    d->ldb = (struct ldb){0};
    int code = read_script(d, &e);
    for (int64_t i = 0; code == 0 && i < before.n_lines; i++)
        ldb_mark(&d->ldb, i + 1, before.lines[i].breakpoint);
    ldb_release(&before);
    if (code < 0)
        d->code = face_fail(d->run->opts, &e);
    else
        begin(d);
}

/* ---- commands ---- */

static void complain(struct debugger *d, const char *text, const char *word) {
    char line[32] = "";
    if (!d->input.terminal) {
        snprintf(line, sizeof line, "line %llu: ", (unsigned long long)d->input.number);
        d->code = 2;
    }
    run_flush(d->run);
    msg_warn("%s%s%s", line, text, word);
}

static void help(struct debugger *d) {
    if (!d->live) note(d, "the session has ended: restart or quit", "");
    ldb_help(&d->run->out);
}

/* Ours. False: it is the server's. */
static bool take_ours(struct debugger *d, const char *word, size_t len) {
    const struct ldb_command *c = ldb_command_find(word, len);
    const char *name = c ? c->name : "";
    if (!strcmp(name, "quit") || str_ieq(word, len, "exit")) {
        d->leave = true;
    } else if (!strcmp(name, "restart")) {
        restart(d);
    } else if (!strcmp(name, "cut")) {
        d->look.cut = !d->look.cut;
        note(d, d->look.cut ? "values are cut to the terminal's width" : "values are shown whole",
             "");
    } else if (!strcmp(name, "help") && !d->live) {
        help(d);
    } else {
        return false;
    }
    return true;
}

/* A server's command would be mistaken by this side for what it is elsewhere. */
static bool may_send(struct debugger *d, const struct resp_quote_args *a) {
    if (!d->live) {
        complain(d, "the session has ended (restart or quit): not sent: ", a->argv[0]);
        return false;
    }
    if (ldb_command_find(a->argv[0], a->lens[0])) return true;
    if (!command_find(NULL, a->argc, a->argv, a->lens)) return true;
    complain(d, "a command of the server's runs here as: redis ", a->argv[0]);
    return false;
}

static void send_args(struct debugger *d) {
    const struct resp_quote_args *a = &d->args;
    struct err e;
    err_clear(&e);
    if (ldb_link_send(&d->link, a->argc, a->argv, a->lens, &e) < 0) {
        broke_off(d, &e);
        return;
    }
    const struct reply *r = d->link.lines.root;
    if (!ldb_take(&d->ldb, a->argc, a->argv, a->lens, r)) {
        ldb_link_abort(&d->link);
        d->live = false;
        complain(d, "the server has left the debugger; the session is over", "");
        return;
    }
    ldb_show(&d->ldb, &d->look, r, &d->run->out);
    const struct ldb_command *c = ldb_command_find(a->argv[0], a->lens[0]);
    if (c && !strcmp(c->name, "help")) help(d);
    if (d->ldb.ended) is_over(d);
}

static const char *skip_blanks(const char *p) {
    return p + strspn(p, " \t");
}

/* "3 next": how often, and where the command begins. */
static int64_t take_repeat(const char **line) {
    size_t digits = strspn(*line, "0123456789");
    int64_t n;
    if (!digits || !strchr(" \t", (*line)[digits]) || !*skip_blanks(*line + digits)) return 1;
    if (str_to_i64(*line, digits, &n) < 0 || n < 1) return 1;
    *line = skip_blanks(*line + digits);
    return n < REPEAT_MAX ? n : REPEAT_MAX;
}

/* Lua behind eval is one argument, quotes and all. */
static int split(struct resp_quote_args *a, const char *line, struct err *e) {
    size_t word = strcspn(line, " \t");
    const char *code = skip_blanks(line + word);
    const struct ldb_command *c = ldb_command_find(line, word);
    if (!c || strcmp(c->name, "eval") != 0 || !*code)
        return resp_quote_split(a, line, strlen(line), e);
    struct buf quoted;
    buf_init(&quoted, RESP_QUOTE_MAX);
    buf_adds(&quoted, "eval ");
    resp_quote_add(&quoted, code, strlen(code));
    int result = resp_quote_split(a, quoted.p, quoted.len, e);
    buf_release(&quoted);
    return result;
}

static void remember(struct debugger *d, const struct resp_quote_args *a) {
    const struct ldb_command *c = ldb_command_find(a->argv[0], a->lens[0]);
    bool steps = c && (!strcmp(c->name, "step") || !strcmp(c->name, "next"));
    d->again = steps && d->input.terminal ? c->name : NULL;
}

static void take_line(struct debugger *d, const char *line) {
    struct err e;
    line = skip_blanks(line);
    if (!*line && d->again && d->live) line = d->again;
    if (!*line || *line == '#') return;
    int64_t n = take_repeat(&line);
    if (split(&d->args, line, &e) < 0) {
        complain(d, e.text, "");
        return;
    }
    if (take_ours(d, d->args.argv[0], d->args.lens[0]) || !may_send(d, &d->args)) return;
    remember(d, &d->args);
    for (; n > 0 && d->live; n--) {
        send_args(d);
        if (n > 1 && d->live && d->again != NULL) run_flush(d->run);
    }
}

/* ---- the loop ---- */

static void next(struct debugger *d) {
    struct err e;
    d->look.columns = d->run->opts->tty ? tty_columns(STDOUT_FILENO) : 0;
    switch (ldb_input_next(&d->input, d->live ? "lua debugger> " : "restart or quit> ",
                           d->live ? &d->link : NULL)) {
    case LDB_INPUT_LINE: take_line(d, d->input.line); break;
    case LDB_INPUT_END: d->leave = true; break;
    case LDB_INPUT_LOST:
        ldb_link_why(&d->link, &e);
        broke_off(d, &e);
        break;
    case LDB_INPUT_SIGNAL:
        d->leave = true;
        d->code = errclass_exit_of_code(VK_ECANCEL);
        break;
    }
}

static void drive(struct debugger *d) {
    note(d,
         d->run->opts->ldb_sync ? "the server serves nobody else until this session has ended; "
                                : "a session in a fork of the server: ",
         what_becomes(d));
    begin(d);
    bool begun = d->live;
    /* What could not begin is asked about only where somebody can mend it. */
    while (!d->leave && (begun || d->input.terminal))
        next(d);
    if (d->live) {
        ldb_link_abort(&d->link);
        note(d, "the script is aborted: ", what_becomes(d));
    }
    run_flush(d->run);
}

int ldb_main(struct run *r) {
    if (r->opts->face != FACE_NATIVE) return ldb_face_main(r);
    struct debugger d = {.run = r, .look = {.around = AROUND, .colour = shell_fits(r->opts)}};
    struct err e;
    resp_quote_init(&d.args);
    ldb_link_init(&d.link, r);
    int code = read_script(&d, &e);
    if (code == 0) code = ldb_input_open(&d.input, r, &e);
    if (code == 0) drive(&d);
    if (d.input.run) ldb_input_close(&d.input);
    ldb_link_release(&d.link);
    ldb_release(&d.ldb);
    words_release(&d.words);
    resp_quote_release(&d.args);
    return code < 0 ? face_fail(r->opts, &e) : d.code;
}
