/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines of standard input, pipelined: what has been read is sent as soon as the input pauses,
 * replies are printed as they come, in order. The window bounds what is in flight; with -e and at a
 * prompt it is one command, so that nothing goes out behind an error. */
#include "script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/str.h"
#include "core/errclass.h"
#include "face.h"
#include "guard.h"
#include "mend.h"
#include "prompt.h"

enum {
    READ_BYTES = 1 << 16,
    OUT_BYTES = 4 << 20, /* commands encoded and not yet sent: then reading waits */
};
#define LINE_MAX_BYTES ((size_t)1 << 30)

struct script {
    struct run *run;
    struct loop_watch *watch;
    struct buf in;                /* what was read; lines from `at` on are still to be run */
    size_t at, searched;          /* `searched`: no newline before it */
    uint64_t line;                /* number of the line under way */
    uint64_t unsent;              /* the line that could not be sent any more, 0 = none */
    struct resp_quote_args *args; /* the line under way, split */
    int first;                    /* its first word that belongs to the command */
    int64_t repeat;               /* how often it is still to be sent */
    size_t window;
    bool prompt, eof, leave;
    bool compatible; /* a face: lines are read, and losses taken, as its tool does */
    bool listening;  /* a face that subscribes reads no further line */
    int bad;         /* exit code for a line that could not be run, 0 = none */
    struct mend mend;
};

/* --- lines ------------------------------------------------------------------------------------ */

static void compact(struct script *s) {
    if (s->at < s->in.len / 2) return;
    buf_drop(&s->in, s->at);
    s->searched -= s->at;
    s->at = 0;
}

/* The next whole line, without its end; the last one needs none. */
static bool next_line(struct script *s, const char **p, size_t *len) {
    char *from = s->in.p + s->at;
    char *nl = s->searched < s->in.len
                   ? memchr(s->in.p + s->searched, '\n', s->in.len - s->searched)
                   : NULL;
    if (!nl && (!s->eof || s->at == s->in.len)) {
        s->searched = s->in.len;
        return false;
    }
    *p = from;
    *len = nl ? (size_t)(nl - from) : s->in.len - s->at;
    s->at = s->searched = nl ? (size_t)(nl + 1 - s->in.p) : s->in.len;
    if (*len && (*p)[*len - 1] == '\r') --*len;
    if (s->compatible) *len = strnlen(*p, *len); /* the tool's lines end at a NUL */
    s->line++;
    return true;
}

/* A line whose place is behind the replies still to come waits for them. */
static bool put_back(struct script *s, const char *line) {
    if (!s->run->in_flight) return false;
    s->at = s->searched = (size_t)(line - s->in.p);
    s->line--;
    s->repeat = 0;
    s->listening = false;
    return true;
}

/* A line that cannot be split: said in its place among the replies. */
static void bad_line(struct script *s, const struct err *why) {
    struct run *r = s->run;
    if (r->opts->face != FACE_NATIVE) {
        buf_adds(&r->out, "Invalid argument(s)\n");
        return;
    }
    run_flush(r);
    if (s->prompt) {
        msg_warn("%s", why->text);
        return;
    }
    msg_warn("line %llu: %s", (unsigned long long)s->line, why->text);
    s->bad = errclass_exit_of_code(why->code);
    if (r->stop_on_error) s->leave = true;
}

static bool is_word(const struct script *s, const char *word) {
    const struct resp_quote_args *a = s->args;
    return a->argc && (a->argc == 1 || s->compatible) && str_ieq(a->argv[0], a->lens[0], word);
}

/* How often a command behind this word is to be run; the tool skips blanks in the word. */
static bool is_repeat(const struct script *s, const char *word, size_t len, int64_t *n) {
    while (s->compatible && len && (*word == ' ' || (*word >= '\t' && *word <= '\r')))
        word++, len--;
    return str_to_i64(word, len, n) == 0 && *n > 0;
}

/* What stands in front of the command, or instead of one: "5 INCR x", exit. */
static void take_prefix(struct script *s) {
    struct resp_quote_args *a = s->args;
    int64_t n;
    s->first = 0;
    s->repeat = a->argc > 0;
    if (is_word(s, "exit") || is_word(s, "quit")) {
        s->repeat = 0;
        s->leave = true;
    } else if (a->argc > 1 && is_repeat(s, a->argv[0], a->lens[0], &n)) {
        s->first = 1;
        s->repeat = n;
    }
    s->listening = s->compatible && s->repeat &&
                   face_listens_after(a->argc - s->first, a->argv + s->first, a->lens + s->first);
}

/* Replies that are still to come would go down with the server. */
static bool is_shutdown(const struct script *s) {
    const struct resp_quote_args *a = s->args;
    return s->repeat && str_ieq(a->argv[s->first], a->lens[s->first], "shutdown");
}

static int check(struct script *s, struct err *e) {
    const struct resp_quote_args *a = s->args;
    enum guard_asks asks = s->prompt ? GUARD_ASKS : GUARD_NEVER;
    if (!s->repeat) return 0;
    if (s->prompt && !mend_connect(&s->mend)) { /* which was said */
        s->repeat = 0;
        return 0;
    }
    return guard_check(s->run, asks, a->argc - s->first, a->argv + s->first, a->lens + s->first, e);
}

/* 1: the line under way is to be sent; 0: it is done with; -1: it was put back. */
static int take_line(struct script *s, const char *p, size_t len) {
    struct err e;
    struct buf answer;
    struct resp_quote_args *a = s->args;
    if (resp_quote_split(a, p, len, &e) < 0) {
        if (put_back(s, p)) return -1;
        bad_line(s, &e);
        return 0;
    }
    buf_init(&answer, LINE_MAX_BYTES);
    bool kept = face_keeps_line(s->run->opts, a->argc, a->argv, &answer);
    bool waits = kept && put_back(s, p);
    if (kept && !waits) buf_add(&s->run->out, answer.p, answer.len);
    buf_release(&answer);
    if (kept) return waits ? -1 : 0;
    take_prefix(s);
    bool waits_too = s->listening || is_shutdown(s);
    if (waits_too && put_back(s, p)) return -1;
    if (check(s, &e) < 0) {
        if (put_back(s, p)) return -1;
        bad_line(s, &e);
        s->repeat = 0;
    }
    return s->repeat > 0;
}

/* Split the next line that holds something. False when none is there. */
static bool next_command(struct script *s) {
    const char *p;
    size_t len;
    while (!s->leave && !s->listening && next_line(s, &p, &len)) {
        if (!s->args) s->args = run_words(s->run);
        if (!s->compatible && len && *p == '#') continue;
        int taken = take_line(s, p, len);
        if (taken) return taken > 0;
    }
    return false;
}

/* --- running ---------------------------------------------------------------------------------- */

static bool may_send(const struct script *s) {
    const struct run *r = s->run;
    size_t last = (r->head + r->in_flight + RUN_WINDOW - 1) % RUN_WINDOW;
    if (s->compatible && r->in_flight && r->slots[last].shuts_down) return false;
    if (r->in_flight && wire_is_demoted(&r->wire)) return false; /* it ends when all is answered */
    return !r->stopped.code && !r->saw_error && !r->moving && r->in_flight < s->window &&
           wire_waiting(&r->wire) < OUT_BYTES;
}

/* A refused SUBSCRIBE: the tool goes on with the next line. */
static void go_on_if_refused(struct script *s) {
    struct run *r = s->run;
    if (!s->listening || r->in_flight || s->repeat) return;
    s->listening = run_is_listening(r);
}

static void feed(struct script *s) {
    go_on_if_refused(s);
    while (may_send(s)) {
        if (!s->repeat && (s->leave || !next_command(s))) break;
        bool mends = s->prompt || s->compatible || wire_is_demoted(&s->run->wire);
        if (mends && !mend_connect(&s->mend)) {
            s->repeat = 0;
            continue;
        }
        struct resp_quote_args *a = s->args;
        bool last = --s->repeat == 0;
        if (run_submit(s->run, last ? &s->args : NULL, a->argc - s->first, a->argv + s->first,
                       a->lens + s->first, s->prompt ? 0 : s->line) < 0) {
            s->unsent = s->line;
            break;
        }
    }
    compact(s);
}

static void on_input(void *arg, unsigned events) {
    struct script *s = arg;
    (void)events;
    char *p = buf_reserve(&s->in, READ_BYTES);
    if (!p) {
        err_set(&s->run->stopped, VK_EPARSE, "line %llu is longer than %zu bytes",
                (unsigned long long)s->line + 1, LINE_MAX_BYTES);
        return;
    }
    ssize_t n = read(STDIN_FILENO, p, READ_BYTES);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) err_sys(&s->run->stopped, VK_EFILE, "cannot read standard input");
    if (n > 0) s->in.len += (size_t)n;
    if (n <= 0) s->eof = true;
}

static bool is_over(const struct script *s) {
    const struct run *r = s->run;
    if (r->stopped.code) return true;
    if (r->in_flight) return false;
    if (r->saw_error || s->leave || s->listening) return true;
    return s->eof && !s->repeat && s->at == s->in.len;
}

static void show_prompt(struct script *s) {
    struct run *r = s->run;
    char where[256], text[PROMPT_MAX];
    if (!s->prompt || r->in_flight || s->eof || s->leave) return;
    if (r->opts->face == FACE_NATIVE) {
        buf_adds(&r->out, prompt_compose(r, "", false, text));
        run_flush(r);
        return;
    }
    const struct client *client = r->wire.client;
    bool open = wire_is_open(&r->wire);
    int db = client && open ? session_db(client_session(r->wire.client)) : 0;
    buf_adds(&r->out, open ? wire_where(&r->wire, where, sizeof where) : "not connected");
    if (db) buf_addf(&r->out, "[%d]", db);
    buf_adds(&r->out, "> ");
    run_flush(r);
}

/* The tool reports a connection lost under a command and makes another for the next line. When more
 * commands were on the way nobody knows which of them were applied: the script ends here. */
static bool mend_script(struct script *s) {
    struct run *r = s->run;
    if (r->stopped.code != VK_ELOST || r->doubt.n > 1 || s->listening) return false;
    face_fail(r->opts, &r->stopped);
    err_clear(&r->stopped);
    doubt_clear(&r->doubt);
    s->repeat = 0;
    return true;
}

static bool mend(struct script *s) {
    if (s->compatible && !s->prompt) return mend_script(s);
    if (!s->prompt || !mend_command(&s->mend)) return false;
    s->repeat = 0;
    return true;
}

static void loop_until_over(struct script *s) {
    struct run *r = s->run;
    bool idle = false;
    for (;;) {
        feed(s);
        run_interrupted(r);
        if (mend(s)) continue;
        if (is_over(s)) return;
        if (!idle && !r->in_flight) show_prompt(s);
        idle = !r->in_flight;
        bool want = !s->eof && r->in_flight < s->window && s->in.len - s->at < READ_BYTES;
        bool stuck = s->at < s->in.len && s->searched == s->in.len && !r->in_flight;
        loop_mask(r->loop, s->watch, want || (stuck && !s->eof) ? LOOP_READ : 0);
        run_turn(r, -1);
        if (s->prompt && r->in_flight) idle = false;
        if (s->prompt && s->at < s->in.len) idle = false;
    }
}

/* --- the end ---------------------------------------------------------------------------------- */

/* After a loss: which lines are in doubt, and which were surely not run. */
static void say_unanswered(const struct script *s) {
    const struct doubt *d = &s->run->doubt;
    unsigned long long line = d->line, more = d->n - 1;
    unsigned long long unsent = d->unsent_line ? d->unsent_line : s->unsent;
    if (d->n > 1 && line)
        msg_warn("no reply to line %llu and %llu more: they may or may not have been applied", line,
                 more);
    else if (d->n && line)
        msg_warn("no reply to line %llu: it may or may not have been applied", line);
    if (unsent && !s->prompt) msg_warn("line %llu was not sent, nor what follows it", unsent);
}

static int exit_code(struct script *s) {
    struct run *r = s->run;
    const struct options *o = r->opts;
    if (r->stopped.code) {
        int code = face_fail(o, &r->stopped);
        say_unanswered(s);
        return code;
    }
    if (o->face != FACE_NATIVE || s->prompt) return 0;
    if (o->stop_on_error) return s->bad ? s->bad : errclass_exit(r->first_class);
    if (!r->n_failed) return s->bad;
    struct buf *text = &r->first_failed;
    msg_warn("%llu of %llu commands failed, the first in line %llu: %.*s",
             (unsigned long long)r->n_failed, (unsigned long long)r->n_replies,
             (unsigned long long)r->first_failed_line, (int)text->len, text->p);
    return 7;
}

int script_main(struct run *r, bool prompt) {
    const struct options *o = r->opts;
    struct script s = {.run = r, .prompt = prompt, .compatible = o->face != FACE_NATIVE};
    struct err e;
    mend_init(&s.mend, r, prompt);
    r->stop_on_error = o->stop_on_error && o->face == FACE_NATIVE && !prompt;
    r->errors_aside = r->stop_on_error;
    bool one = prompt || r->stop_on_error || (s.compatible && o->cluster); /* as the tool does */
    s.window = one ? 1 : RUN_WINDOW;
    buf_init(&s.in, LINE_MAX_BYTES);
    int code = wire_connect(&r->wire, &e);
    if (code < 0 && !prompt && (!s.compatible || code == VK_ECANCEL)) return face_fail(o, &e);
    if (code < 0) face_fail(o, &e);
    code = loop_add(r->loop, STDIN_FILENO, LOOP_READ, on_input, &s, &s.watch, &e);
    if (code < 0) return face_fail(o, &e);
    loop_until_over(&s);
    run_give_up(r);
    loop_del(r->loop, s.watch);
    if (!s.leave && !r->saw_error && wire_is_open(&r->wire)) run_listen(r);
    if (prompt && !s.leave) buf_addc(&r->out, '\n');
    run_flush(r);
    run_spare(r, s.args);
    buf_release(&s.in);
    return exit_code(&s);
}
