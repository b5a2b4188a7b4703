/* SPDX-License-Identifier: BSD-3-Clause */
/* See ldb_session.h. */
#include "ldb_session.h"

#include <unistd.h>

#include "base/msg.h"
#include "core/errclass.h"
#include "face.h"
#include "ui/colour.h"
#include "ui/luaerr.h"

enum { ERROR_MAX = 1 << 20, WORDS_MAX = 1 << 20 };

/* ---- what is said ---- */

const char *ldb_session_becomes(const struct ldb_session *s) {
    return s->run->opts->ldb_sync ? "changes to the dataset are kept"
                                  : "changes to the dataset are rolled back";
}

void ldb_session_note(struct ldb_session *s, const char *text, const char *more) {
    struct buf *out = &s->run->out;
    colour_begin(out, s->look.colour, COLOUR_ASIDE);
    buf_addf(out, "%s%s", text, more);
    colour_end(out, s->look.colour, COLOUR_ASIDE);
    buf_addc(out, '\n');
}

static void say_beginning(struct ldb_session *s) {
    ldb_session_note(s,
                     s->run->opts->ldb_sync ? "the server serves nobody else meanwhile; "
                                            : "a session in a fork of the server: ",
                     ldb_session_becomes(s));
}

/* An error reply to the script, on standard error. */
static void say_error(struct ldb_session *s, const struct reply *r) {
    struct buf text;
    struct err ignored;
    buf_init(&text, ERROR_MAX);
    luaerr_add(&text, words_script_name(s->run->opts), s->words.script.p, s->words.script.len, r->p,
               r->len);
    run_flush(s->run);
    if (file_write_fd(STDERR_FILENO, text.p, text.len, &ignored) < 0) { /* nobody is left */
    }
    buf_release(&text);
    s->code = errclass_exit(errclass_of_reply(r->p, r->len));
}

static void say_result(struct ldb_session *s, const struct reply *r) {
    s->code = 0;
    if (resp_read_is_error(r->type)) {
        say_error(s, r);
        return;
    }
    render_begin(&s->run->render, false);
    if (render_reply(&s->run->render, r) < 0)
        buf_adds(&s->run->out, "... (too long to be shown)\n");
}

static void is_over(struct ldb_session *s) {
    s->live = false;
    say_result(s, s->link.result.root);
    ldb_session_note(s, "the session has ended: ", ldb_session_becomes(s));
}

/* The connection, or our patience with it, ended under the session. */
void ldb_session_broke_off(struct ldb_session *s, const struct err *e) {
    bool sync = s->run->opts->ldb_sync;
    s->live = false;
    run_flush(s->run);
    s->code = face_fail(s->run->opts, e);
    msg_warn("%sthe session is broken off%s", e->code == VK_ECANCEL ? "interrupted: " : "",
             sync ? ": the script may run on in the server, up to its time limit, and what it "
                    "changes is kept"
                  : ", and nothing of it is kept");
}

/* ---- a session begins ---- */

static void refused(struct ldb_session *s, const struct reply *r) {
    msg_warn("the server refuses to debug: %.*s", (int)r->len, r->p);
    s->code = errclass_exit(errclass_of_reply(r->p, r->len));
}

static bool is_moved(const struct reply *r) {
    return r && r->type == RESP_ERROR && errclass_of_reply(r->p, r->len) == ERRCLASS_MOVED;
}

/* SCRIPT DEBUG and EVAL; a first redirect makes a cluster of the server. 1: refused, and said. */
static int begin_at(struct ldb_session *s, struct err *e) {
    const struct words *w = &s->words;
    for (;;) {
        const struct reply *no;
        int code = ldb_link_debug(&s->link, w, &no, e);
        if (code == 0 && no) {
            refused(s, no);
            return 1;
        }
        if (code == 0) code = ldb_link_send(&s->link, w->argc, w->argv, w->lens, e);
        if (code < 0 || !is_moved(s->link.lines.root)) return code;
        if (!wire_may_follow(&s->run->wire)) return 0;
        code = wire_into_cluster(&s->run->wire, e);
        s->link.client = NULL; /* the cluster has taken its place */
        if (code < 0) return code;
    }
}

/* The breakpoints of the session before. */
static int set_breakpoints(struct ldb_session *s, struct err *e) {
    struct resp_quote_args args;
    struct buf line;
    buf_init(&line, WORDS_MAX);
    resp_quote_init(&args);
    buf_adds(&line, "break ");
    int code = 0;
    if (ldb_breakpoints(&s->ldb, &line) > 0) code = resp_quote_split(&args, line.p, line.len, e);
    if (code == 0 && args.argc) {
        code = ldb_link_send(&s->link, args.argc, args.argv, args.lens, e);
        if (code == 0) ldb_take(&s->ldb, args.argc, args.argv, args.lens, s->link.lines.root);
    }
    resp_quote_release(&args);
    buf_release(&line);
    return code;
}

/* The server's parent process says goodbye on a TLS connection that its fork wants to go on with
 * (Redis 7.0): who sees that needs the way around it. */
static void fail_to_begin(struct ldb_session *s, const struct err *e) {
    const struct options *o = s->run->opts;
    s->code = face_fail(o, e);
    if (e->code == VK_ELOST && o->conn.tls && !o->ldb_sync)
        msg_warn("over TLS some servers lose a session in a fork: --ldb-sync-mode, or a connection "
                 "without TLS, works there");
}

void ldb_session_begin(struct ldb_session *s) {
    struct err e;
    err_clear(&e);
    int code = begin_at(s, &e);
    if (code < 0) fail_to_begin(s, &e);
    if (code) return;
    const struct reply *r = s->link.lines.root;
    if (!ldb_take(&s->ldb, 0, NULL, NULL, r)) {
        ldb_link_close(&s->link);
        say_result(s, r);
        return;
    }
    if (s->ldb.ended) { /* it does not compile, or has no line to stop at */
        say_result(s, s->link.result.root);
        return;
    }
    s->live = true;
    say_beginning(s);
    ldb_show(&s->ldb, &s->look, r, &s->run->out);
    if (set_breakpoints(s, &e) < 0) ldb_session_broke_off(s, &e);
}

static int read_script(struct ldb_session *s, struct err *e) {
    int code = words_init(&s->words, s->run->opts, e);
    if (code == 0)
        ldb_init(&s->ldb, words_script_name(s->run->opts), s->words.script.p, s->words.script.len);
    return code;
}

/* The file is read again: who debugs a script changes it. */
void ldb_session_restart(struct ldb_session *s) {
    struct ldb before = s->ldb;
    struct err e;
    if (s->live) ldb_link_abort(&s->link);
    s->live = false;
    words_release(&s->words);
    s->ldb = (struct ldb){0};
    int code = read_script(s, &e);
    for (int64_t i = 0; code == 0 && i < before.n_lines; i++)
        ldb_mark(&s->ldb, i + 1, before.lines[i].breakpoint);
    ldb_release(&before);
    if (code < 0)
        s->code = face_fail(s->run->opts, &e);
    else
        ldb_session_begin(s);
}

bool ldb_session_send(struct ldb_session *s, int argc, const char *const *argv,
                      const size_t *lens) {
    struct err e;
    err_clear(&e);
    if (ldb_link_send(&s->link, argc, argv, lens, &e) < 0) {
        ldb_session_broke_off(s, &e);
        return false;
    }
    const struct reply *r = s->link.lines.root;
    if (!ldb_take(&s->ldb, argc, argv, lens, r)) {
        err_set(&e, VK_EPROTO, "that was no reply of a debugger's");
        ldb_link_abort(&s->link);
        ldb_session_broke_off(s, &e);
        return false;
    }
    ldb_show(&s->ldb, &s->look, r, &s->run->out);
    if (s->ldb.ended) is_over(s);
    return true;
}

int ldb_session_open(struct ldb_session *s, struct run *r, struct err *e) {
    *s = (struct ldb_session){.run = r};
    ldb_link_init(&s->link, r);
    return read_script(s, e);
}

void ldb_session_release(struct ldb_session *s) {
    ldb_link_release(&s->link);
    ldb_release(&s->ldb);
    words_release(&s->words);
}
