/* SPDX-License-Identifier: BSD-3-Clause */
/* See ldb.h. Lines for the debugger, one by one; between two sessions only restart and quit mean
 * something. What the compatible faces do is in ldb_face.c. */
#include "ldb.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "core/command.h"
#include "core/errclass.h"
#include "face.h"
#include "io/signal.h"
#include "io/tty.h"
#include "ldb_face.h"
#include "ldb_input.h"
#include "ldb_session.h"
#include "shell.h"

enum {
    AROUND = 4,
    REPEAT_MAX = 1000000,
    SERVER_WORD_MAX = 1024, /* beyond it the server ends the script */
};

struct debugger {
    struct run *run;
    struct ldb_session session;
    struct ldb_input input;
    struct resp_quote_args args; /* the line under way */
    const char *again;           /* what an empty line repeats */
    bool leave;
    bool bad; /* a line was not for the debugger */
};

/* ---- commands ---- */

static void complain(struct debugger *d, const char *text, const char *word) {
    char line[32] = "";
    if (!d->input.terminal)
        snprintf(line, sizeof line, "line %llu: ", (unsigned long long)d->input.number);
    if (!d->input.terminal && d->session.live) d->bad = true;
    run_flush(d->run);
    msg_warn("%s%s%s", line, text, word);
}

/* Ours. False: it is the server's. */
static bool take_ours(struct debugger *d, const char *word, size_t len) {
    const struct ldb_command *c = ldb_command_find(word, len);
    const char *name = c ? c->name : "";
    struct ldb_session *s = &d->session;
    if (!strcmp(name, "quit") || str_ieq(word, len, "exit")) {
        d->leave = true;
    } else if (!strcmp(name, "restart")) {
        ldb_session_restart(s);
    } else if (!strcmp(name, "cut")) {
        s->look.cut = !s->look.cut;
        ldb_session_note(s, "values are ",
                         s->look.cut ? "cut to the terminal's width" : "shown whole");
    } else if (!strcmp(name, "help") && !s->live) {
        ldb_help(&d->run->out);
    } else {
        return false;
    }
    return true;
}

/* A server's command would be mistaken by this side for what it is elsewhere. */
static bool may_send(struct debugger *d, const struct resp_quote_args *a) {
    if (!d->session.live) {
        complain(d, "the session has ended (restart or quit): not sent: ", a->argv[0]);
        return false;
    }
    for (int i = 0; i < a->argc; i++) {
        if (a->lens[i] && a->lens[i] <= SERVER_WORD_MAX) continue;
        complain(d, "the debugger takes words of 1 to 1024 bytes", "");
        return false;
    }
    if (ldb_command_find(a->argv[0], a->lens[0])) return true;
    if (!command_find(NULL, a->argc, a->argv, a->lens)) return true;
    complain(d, "a command of the server's runs here as: redis ", a->argv[0]);
    return false;
}

/* A session was broken off: without a terminal that is the end; Ctrl-C has done its work. */
static void leave_or_stay(struct debugger *d) {
    if (!d->input.terminal || (signal_stop() && signal_stop() != SIGINT))
        d->leave = true;
    else
        signal_clear();
}

static void send_args(struct debugger *d) {
    const struct resp_quote_args *a = &d->args;
    if (!ldb_session_send(&d->session, a->argc, a->argv, a->lens)) {
        leave_or_stay(d);
        return;
    }
    const struct ldb_command *c = ldb_command_find(a->argv[0], a->lens[0]);
    if (c && !strcmp(c->name, "help")) ldb_help(&d->run->out);
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
    if (!*line && d->again && d->session.live) line = d->again;
    if (!*line || *line == '#') return;
    int64_t n = take_repeat(&line);
    if (split(&d->args, line, &e) < 0) {
        complain(d, e.text, "");
        return;
    }
    if (take_ours(d, d->args.argv[0], d->args.lens[0]) || !may_send(d, &d->args)) return;
    remember(d, &d->args);
    for (; n > 0 && d->session.live; n--) {
        send_args(d);
        run_flush(d->run);
    }
}

/* ---- the loop ---- */

static void next(struct debugger *d) {
    struct err e;
    d->session.look.columns = d->run->opts->tty ? tty_columns(STDOUT_FILENO) : 0;
    switch (ldb_input_next(&d->input, d->session.live ? "lua debugger> " : "restart or quit> ",
                           d->session.live ? &d->session.link : NULL)) {
    case LDB_INPUT_LINE: take_line(d, d->input.line); break;
    case LDB_INPUT_END: d->leave = true; break;
    case LDB_INPUT_LOST:
        ldb_link_why(&d->session.link, &e);
        ldb_session_broke_off(&d->session, &e);
        leave_or_stay(d);
        break;
    case LDB_INPUT_SIGNAL:
        d->leave = true;
        d->session.code = errclass_exit_of_code(VK_ECANCEL);
        break;
    }
}

static void drive(struct debugger *d) {
    struct ldb_session *s = &d->session;
    ldb_session_begin(s);
    bool begun = s->live;
    /* What could not begin is asked about only where somebody can mend it. */
    while (!d->leave && (begun || d->input.terminal))
        next(d);
    if (s->live) {
        ldb_link_abort(&s->link);
        ldb_session_note(s, "the script is aborted: ", ldb_session_becomes(s));
    }
    run_flush(d->run);
    if (d->bad && !s->code) s->code = 2;
}

int ldb_main(struct run *r) {
    if (r->opts->face != FACE_NATIVE) return ldb_face_main(r);
    struct debugger d = {.run = r};
    struct err e;
    resp_quote_init(&d.args);
    int code = ldb_session_open(&d.session, r, &e);
    d.session.look = (struct ldb_look){.around = AROUND, .colour = shell_fits(r->opts)};
    if (code == 0) code = ldb_input_open(&d.input, r, &e);
    if (code == 0) drive(&d);
    if (d.input.run) ldb_input_close(&d.input);
    ldb_session_release(&d.session);
    resp_quote_release(&d.args);
    return code < 0 ? face_fail(r->opts, &e) : d.session.code;
}
