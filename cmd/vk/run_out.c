/* SPDX-License-Identifier: BSD-3-Clause */
/* Replies, errors and pushes on their way to standard output and standard error. See run.h. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/safe.h"
#include "io/signal.h"
#include "io/tty.h"
#include "pushed.h"
#include "run_impl.h"

enum { OUT_MAX = 1 << 30, ERROR_MAX = 1 << 20, FIRST_MAX = 4096 };

bool run_interrupted(struct run *r) {
    if (!signal_stop()) return false;
    if (!r->stopped.code) err_set(&r->stopped, VK_ECANCEL, "interrupted");
    return true;
}

void run_flush(struct run *r) {
    struct err e;
    if (!r->out.len || r->held) return;
    if (r->around) r->around(r->around_arg, true);
    int code = r->muted ? 0 : file_write_fd(STDOUT_FILENO, r->out.p, r->out.len, &e);
    buf_clear(&r->out);
    if (r->around) r->around(r->around_arg, false);
    if (code == 0) return;
    if (code == VK_ECANCEL) { /* nobody took it, and Ctrl-C ended the wait for that */
        r->muted = run_interrupted(r);
        return;
    }
    if (e.sys == EPIPE) signal_reraise(SIGPIPE);
    msg_die(2, "cannot write standard output: %s", strerror(e.sys));
}

static int on_render_full(void *arg) {
    struct run *r = arg;
    if (r->render.out == &r->out) run_flush(r);
    return 0;
}

static void on_before_wait(void *arg) {
    run_flush(arg);
}

/* --- error replies ---------------------------------------------------------------------------- */

/* The first error is kept in words: for the class, the exit code and the summary. */
static void note_error_text(struct run *r, const struct slot *s, const struct resp_event *ev) {
    if (r->n_failed > 1 || ev->kind == RESP_TEXT_CLOSE || !ev->p) return;
    size_t room = FIRST_MAX - r->first_failed.len;
    buf_add(&r->first_failed, ev->p, ev->len < room ? ev->len : room);
    r->first_class = errclass_of_reply(r->first_failed.p, r->first_failed.len);
    r->first_failed_line = s->line;
}

static void error_begins(struct run *r, struct slot *s) {
    s->failed = true;
    r->n_failed++;
    if (!r->errors_aside) return;
    buf_clear(&r->error_text);
    r->render.out = &r->error_text;
}

/* One line, whatever the format puts behind it, and harmless to a terminal even where standard
 * output is none. */
static void say_error(struct run *r, const struct slot *s) {
    struct buf *text = &r->error_text, line;
    struct err e;
    while (text->len && text->p[text->len - 1] == '\n')
        text->len--;
    buf_init(&line, 5 * ERROR_MAX);
    if (s->line) buf_addf(&line, "line %llu: ", (unsigned long long)s->line);
    if (r->word_error)
        r->word_error(r->word_error_arg, s, text, &line);
    else if (!r->render.opts.safe && tty_is(STDERR_FILENO))
        safe_add(&line, text->p, text->len, false);
    else
        buf_add(&line, text->p, text->len);
    if (!r->word_error) buf_addc(&line, '\n');
    if (file_write_fd(STDERR_FILENO, line.p, line.len, &e) < 0) { /* nobody is left */
    }
    buf_release(&line);
}

/* The error to standard error. */
static void error_ends(struct run *r, const struct slot *s) {
    if (r->stop_on_error) r->saw_error = true;
    if (!r->errors_aside) return;
    r->render.out = &r->out;
    run_flush(r);
    say_error(r, s);
}

/* --- replies ---------------------------------------------------------------------------------- */

void run_out_pushes(struct run *r) {
    if (!r->push_out.len) return;
    buf_add(&r->out, r->push_out.p, r->push_out.len);
    buf_clear(&r->push_out);
    if (r->out.len >= RENDER_FLUSH_BYTES) run_flush(r);
}

static void drop_tree(struct run *r) {
    if (!r->tree) return;
    reply_builder_release(r->tree);
    free(r->tree);
    r->tree = NULL;
}

/* --out: the bytes of a bulk reply, nothing else. */
static void to_file(struct run *r, const struct resp_event *ev) {
    bool text = ev->type == RESP_BULK || ev->type == RESP_VERBATIM;
    struct err e;
    err_clear(&e);
    if (ev->depth == 0 && !text && !r->stopped.code) {
        err_set(&r->stopped, VK_ESERVER, "the reply is %s: nothing written to '%s'",
                ev->type == RESP_NIL ? "nil" : "not a bulk string", r->opts->out);
        return;
    }
    if (r->stopped.code) return;
    if ((ev->kind == RESP_VALUE || ev->kind == RESP_TEXT) &&
        file_out_write(r->file, ev->p, ev->len, &e) < 0)
        r->stopped = e;
    if (ev->done && !r->stopped.code) r->file_whole = true;
}

static int render(struct run *r, const struct slot *s, const struct resp_event *ev) {
    if (!r->typed || s->failed) return render_event(&r->render, ev);
    int code = typed_json_take(r->typed, ev, s->argc, s->argv, s->lens, &r->render);
    return code == VK_MORE ? 0 : code;
}

/* The tool's way with errors that go aside: as they came, in every format. */
static void add_bare(struct buf *text, const struct resp_event *ev) {
    if (ev->p) buf_add(text, ev->p, ev->len);
}

static void take(struct run *r, const struct slot *s, const struct resp_event *ev) {
    struct err e;
    if (!r->stopped.code && r->take(r->take_arg, s, ev, &e) < 0) r->stopped = e;
}

/* ---- whole replies ---- */

static void collect(struct run *r, const struct resp_event *ev) {
    if (!r->tree) {
        r->tree = mem_zalloc(1, sizeof *r->tree);
        reply_builder_init(r->tree, OUT_MAX);
    }
    if (reply_build(r->tree, ev) == VK_ELIMIT)
        err_set(&r->stopped, VK_ELIMIT, "a reply is too large to be shown");
}

static void view(struct run *r, const struct slot *s) {
    if (r->tree && !r->stopped.code) r->view(r->view_arg, s, r->tree->root, &r->out);
    drop_tree(r);
}

void run_out_event(struct run *r, struct slot *s, const struct resp_event *ev) {
    if (!s->started) {
        s->started = true;
        run_out_pushes(r);
        render_begin(&r->render, s->plain);
        if (resp_read_is_error(ev->type)) error_begins(r, s);
    }
    if (s->failed) note_error_text(r, s, ev);
    if (s->failed && r->errors_aside && (r->opts->face != FACE_NATIVE || r->word_error))
        add_bare(&r->error_text, ev);
    else if (r->file && !s->failed)
        to_file(r, ev);
    else if (r->take && !s->failed)
        take(r, s, ev);
    else if (r->view)
        collect(r, ev);
    else if (render(r, s, ev) < 0)
        err_set(&r->stopped, VK_ELIMIT, "a reply is too large to be shown");
}

void run_out_end(struct run *r, const struct slot *s) {
    if (s->failed) error_ends(r, s);
    if (r->view) view(r, s);
}

void run_out_cut(struct run *r, const struct slot *s) {
    drop_tree(r);
    bool begun = s->started && !r->take;                            /* on the screen */
    if (begun && r->render.out == &r->out) buf_addc(&r->out, '\n'); /* cut off in the middle */
    r->render.out = &r->out;
}

void run_out_push(void *arg, enum push_kind kind, const struct reply *reply) {
    struct run *r = arg;
    if (!pushed_is_asked_for(kind) && !r->opts->pushes) return;
    bool shown = r->view && pushed_show(&r->push_out, kind, reply);
    if (!shown) pushed_print(r->opts, &r->push_render, &r->push_out, kind, reply);
    bool unasked = r->opts->face != FACE_NATIVE && !pushed_is_asked_for(kind);
    if (unasked && !r->in_flight) return; /* the tool reads it with the next reply, or never */
    if (!r->in_flight || !r->slots[r->head].started) run_out_pushes(r);
}

/* --- its life --------------------------------------------------------------------------------- */

void run_out_init(struct run *r, const struct options *o) {
    struct render_opts ro = {
        .format = (enum render_format)o->format,
        .safe = o->tty && o->format != RENDER_RAW, /* on a terminal raw was asked for by name */
        .delim = o->delim ? o->delim : "\n",
        .delim_len = o->delim ? strlen(o->delim) : 1,
        .cmd_delim = o->cmd_delim ? o->cmd_delim : "\n",
        .cmd_delim_len = o->cmd_delim ? strlen(o->cmd_delim) : 1,
    };
    buf_init(&r->out, OUT_MAX);
    buf_init(&r->error_text, ERROR_MAX);
    buf_init(&r->first_failed, FIRST_MAX);
    buf_init(&r->push_out, OUT_MAX);
    render_init(&r->render, &ro, &r->out, on_render_full, r);
    render_init(&r->push_render, &ro, &r->push_out, NULL, NULL);
    loop_before_wait(r->loop, on_before_wait, r);
}

void run_out_release(struct run *r) {
    drop_tree(r);
    render_release(&r->render);
    render_release(&r->push_render);
    buf_release(&r->out);
    buf_release(&r->push_out);
    buf_release(&r->error_text);
    buf_release(&r->first_failed);
}
