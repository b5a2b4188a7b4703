/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands in flight and their replies on the way to standard output. See run.h. */
#include "run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/safe.h"
#include "base/str.h"
#include "face.h"
#include "io/signal.h"
#include "io/tty.h"
#include "pushed.h"
#include "resp/write.h"

enum {
    OUT_MAX = 1 << 30,
    ERROR_MAX = 1 << 20,
    FIRST_MAX = 4096,
    SPARE_BYTES = 8192, /* words that take more are given back to the system */
};

/* --- output ----------------------------------------------------------------------------------- */

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

static void release_pushes(struct run *r) {
    if (!r->push_out.len) return;
    buf_add(&r->out, r->push_out.p, r->push_out.len);
    buf_clear(&r->push_out);
    if (r->out.len >= RENDER_FLUSH_BYTES) run_flush(r);
}

struct resp_quote_args *run_words(struct run *r) {
    if (r->n_spare) return r->spare[--r->n_spare];
    struct resp_quote_args *args = mem_zalloc(1, sizeof *args);
    resp_quote_init(args);
    return args;
}

static void free_words(struct resp_quote_args *args) {
    if (args) resp_quote_release(args);
    free(args);
}

void run_spare(struct run *r, struct resp_quote_args *args) {
    if (args && args->arena.total <= SPARE_BYTES && r->n_spare <= RUN_WINDOW)
        r->spare[r->n_spare++] = args;
    else
        free_words(args);
}

static void slot_done(struct slot *s) {
    struct run *r = s->run;
    release_pushes(r);
    run_spare(r, s->args);
    s->args = NULL;
    r->head = (r->head + 1) % RUN_WINDOW;
    r->in_flight--;
    r->n_replies++;
}

static void drop_tree(struct run *r) {
    if (!r->tree) return;
    reply_builder_release(r->tree);
    free(r->tree);
    r->tree = NULL;
}

static void note_doubt(struct run *r, const struct slot *s, int code) {
    const struct doubt_command c = {
        .line = s->line,
        .argc = r->opts->face == FACE_NATIVE ? s->argc : 0, /* a face's words may be gone */
        .argv = s->argv,
        .lens = s->lens,
        .in_transaction = wire_state(&r->wire) & SESSION_MULTI,
    };
    doubt_note(&r->doubt, code, &c);
}

/* No reply will come: the connection is gone, late, or we gave up. */
static void slot_unanswered(struct slot *s, int code, const struct err *why) {
    struct run *r = s->run;
    if (s->shuts_down && code == VK_ELOST && !s->started) { /* that was the answer */
        slot_done(s);
        return;
    }
    note_doubt(r, s, code);
    drop_tree(r);
    bool begun = s->started && !r->take;                            /* on the screen */
    if (begun && r->render.out == &r->out) buf_addc(&r->out, '\n'); /* cut off in the middle */
    r->render.out = &r->out;
    if (!r->stopped.code) r->stopped = *why;
    slot_done(s);
    r->n_replies--;
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

static void show(struct run *r, struct slot *s, const struct resp_event *ev) {
    if (!s->started) {
        s->started = true;
        release_pushes(r);
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

/* Its turn has come: events of the reply, or why there is none. */
static void deliver(struct slot *s, int code, const struct resp_event *ev, const struct err *why) {
    if (code < 0) {
        slot_unanswered(s, code, why);
        return;
    }
    if (ev && !ev->aside) show(s->run, s, ev);
    if (code != 0) return;
    if (s->failed) error_ends(s->run, s);
    if (s->run->view) view(s->run, s);
    slot_done(s);
}

static void deliver_held(void *arg, int code, const struct resp_event *ev) {
    struct slot *s = arg;
    struct err why = s->hold.why;
    deliver(s, code, ev, &why);
}

static bool is_head(const struct slot *s) {
    return s == &s->run->slots[s->run->head];
}

static void release_held(struct run *r) {
    while (r->in_flight && r->slots[r->head].hold.over) {
        struct slot *s = &r->slots[r->head];
        hold_give(&s->hold, deliver_held, s);
    }
}

/* The server is a cluster's node, and another has the key. */
static bool is_redirect(const struct slot *s, const struct resp_event *ev) {
    if (s->started || s->hold.any || !ev || ev->aside) return false;
    if (ev->type != RESP_ERROR || ev->kind != RESP_VALUE) return false;
    enum errclass c = errclass_of_reply(ev->p, ev->len);
    return (c == ERRCLASS_MOVED || c == ERRCLASS_ASK) && wire_may_follow(&s->run->wire);
}

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct slot *s = arg;
    struct run *r = s->run;
    struct err why;
    err_clear(&why);
    if (is_redirect(s, ev)) {
        s->moved = r->moving = true;
        snprintf(r->redirect, sizeof r->redirect, "%.*s", (int)(ev->len < 255 ? ev->len : 255),
                 ev->p);
        return;
    }
    if (code < 0) wire_why(&r->wire, code, &why);
    if (!is_head(s) || s->hold.any)
        hold_take(&s->hold, code, ev, &why);
    else
        deliver(s, code, ev, &why);
    release_held(r);
}

static void on_push(void *arg, enum push_kind kind, const struct reply *reply) {
    struct run *r = arg;
    if (!pushed_is_asked_for(kind) && !r->opts->pushes) return;
    bool shown = r->view && pushed_show(&r->push_out, kind, reply);
    if (!shown) pushed_print(r->opts, &r->push_render, &r->push_out, kind, reply);
    bool unasked = r->opts->face != FACE_NATIVE && !pushed_is_asked_for(kind);
    if (unasked && !r->in_flight) return; /* the tool reads it with the next reply, or never */
    if (!r->in_flight || !r->slots[r->head].started) release_pushes(r);
}

/* --- the window ------------------------------------------------------------------------------- */

int run_init(struct run *r, const struct options *o, struct loop *l, struct err *e) {
    struct render_opts ro = {
        .format = (enum render_format)o->format,
        .safe = o->tty && o->format != RENDER_RAW, /* on a terminal raw was asked for by name */
        .delim = o->delim ? o->delim : "\n",
        .delim_len = o->delim ? strlen(o->delim) : 1,
        .cmd_delim = o->cmd_delim ? o->cmd_delim : "\n",
        .cmd_delim_len = o->cmd_delim ? strlen(o->cmd_delim) : 1,
    };
    *r = (struct run){.opts = o, .loop = l};
    doubt_init(&r->doubt);
    buf_init(&r->out, OUT_MAX);
    buf_init(&r->error_text, ERROR_MAX);
    buf_init(&r->first_failed, FIRST_MAX);
    buf_init(&r->push_out, OUT_MAX);
    render_init(&r->render, &ro, &r->out, on_render_full, r);
    render_init(&r->push_render, &ro, &r->push_out, NULL, NULL);
    loop_before_wait(l, on_before_wait, r);
    return wire_init(&r->wire, o, l, on_push, r, e);
}

void run_release(struct run *r) {
    wire_release(&r->wire);
    drop_tree(r);
    typed_json_free(r->typed);
    while (r->n_spare)
        free_words(r->spare[--r->n_spare]);
    render_release(&r->render);
    render_release(&r->push_render);
    buf_release(&r->out);
    buf_release(&r->push_out);
    buf_release(&r->error_text);
    buf_release(&r->first_failed);
    doubt_release(&r->doubt);
}

int run_move(struct run *r, const struct options *o, struct err *e) {
    struct wire next;
    int code = wire_init(&next, o, r->loop, on_push, r, e);
    if (code < 0) return code;
    code = wire_connect(&next, e);
    if (code < 0) {
        wire_release(&next);
        return code;
    }
    wire_release(&r->wire);
    r->wire = next;
    r->opts = o;
    return 0;
}

static struct slot *slot_take(struct run *r, uint64_t line, bool plain) {
    struct slot *s = &r->slots[(r->head + r->in_flight++) % RUN_WINDOW];
    *s = (struct slot){.run = r, .line = line, .plain = plain};
    return s;
}

static bool any_large(int argc, const size_t *lens) {
    for (int i = 0; i < argc; i++)
        if (lens[i] > RESP_WRITE_CUTOFF) return true;
    return false;
}

/* The words outlive the submit when the session points at them, or when a redirect may come. */
static void keep_words(struct run *r, struct slot *s, struct resp_quote_args **args, int argc,
                       const char *const *argv, const size_t *lens) {
    s->argc = argc;
    s->argv = argv;
    s->lens = lens;
    if (!args || (r->opts->face != FACE_NATIVE && !any_large(argc, lens))) return;
    s->args = *args;
    *args = NULL; /* moved to the slot */
}

/* Text for people comes as it is, whatever the format; but who asks for JSON here shall get it. */
static bool is_plain(const struct run *r, int argc, const char *const *argv, const size_t *lens) {
    enum render_format format = (enum render_format)r->opts->format;
    bool json = format == RENDER_JSON || format == RENDER_QUOTED_JSON;
    return !(json && r->opts->face == FACE_NATIVE) && render_command_is_plain(argc, argv, lens);
}

int run_submit(struct run *r, struct resp_quote_args **args, int argc, const char *const *argv,
               const size_t *lens, uint64_t line) {
    struct err e;
    struct slot *s = slot_take(r, line, is_plain(r, argc, argv, lens));
    s->shuts_down = argc && str_ieq(argv[0], lens[0], "shutdown");
    face_announce(r->opts, argc, argv, lens, &r->out);
    keep_words(r, s, args, argc, argv, lens);
    int code = wire_submit(&r->wire, argc, argv, lens, on_reply, s, &e);
    if (code == 0) return 0;
    r->in_flight--;
    if (s->args) *args = s->args;
    if (!r->stopped.code) r->stopped = e;
    return code;
}

bool run_interrupted(struct run *r) {
    if (!signal_stop()) return false;
    if (!r->stopped.code) err_set(&r->stopped, VK_ECANCEL, "interrupted");
    return true;
}

/* Every command in flight is answered, if only with a redirect. */
static bool all_answered(const struct run *r) {
    for (size_t i = 0; i < r->in_flight; i++) {
        const struct slot *s = &r->slots[(r->head + i) % RUN_WINDOW];
        if (!s->moved && !s->hold.over) return false;
    }
    return true;
}

/* What was redirected will not be sent again. */
static void drop_moved(struct run *r, const struct err *why) {
    r->moving = false;
    for (size_t i = 0; i < r->in_flight; i++) {
        struct slot *s = &r->slots[(r->head + i) % RUN_WINDOW];
        if (!s->moved) continue;
        s->moved = false;
        hold_take(&s->hold, why->code, NULL, why);
    }
    release_held(r);
}

static int go_elsewhere(struct run *r, struct err *e) {
    bool native = r->opts->face == FACE_NATIVE;
    if (native && (wire_state(&r->wire) & (SESSION_MULTI | SESSION_WATCH)))
        return err_set(e, VK_ESERVER,
                       "a transaction is open, so this redirect leads nowhere (-c "
                       "takes the cluster from the start): %s",
                       r->redirect);
    return native ? wire_into_cluster(&r->wire, e)
                  : wire_go_to(&r->wire, r->redirect, strlen(r->redirect), &r->out, e);
}

/* Make a cluster of it, or go where the redirect says; and send again what was redirected. */
static int move(struct run *r) {
    struct err e;
    int code = go_elsewhere(r, &e);
    r->moving = false;
    for (size_t i = 0; i < r->in_flight && code == 0; i++) {
        struct slot *s = &r->slots[(r->head + i) % RUN_WINDOW];
        if (!s->moved) continue;
        code = wire_submit(&r->wire, s->argc, s->argv, s->lens, on_reply, s, &e);
        if (code == 0) s->moved = false;
    }
    if (code < 0) drop_moved(r, &e);
    return code;
}

void run_turn(struct run *r, int64_t until_ns) {
    if (r->moving && all_answered(r) && move(r) < 0) return; /* there is nothing to wait for */
    wire_turn(&r->wire, until_ns);
}

void run_drain(struct run *r) {
    while (r->in_flight && !r->stopped.code && !run_interrupted(r))
        run_turn(r, -1);
    run_give_up(r);
}

void run_give_up(struct run *r) {
    struct err why;
    if (!r->in_flight) return;
    wire_cancel(&r->wire);
    err_set(&why, VK_ECANCEL, "interrupted");
    drop_moved(r, &why);
}

bool run_is_listening(const struct run *r) {
    return wire_state(&r->wire) & (SESSION_SUBSCRIBED | SESSION_MONITOR);
}

void run_listen(struct run *r) {
    while (!r->stopped.code && !run_interrupted(r) && run_is_listening(r)) {
        if (!wire_is_open(&r->wire)) {
            wire_why(&r->wire, VK_ELOST, &r->stopped);
            return;
        }
        run_turn(r, -1);
    }
}
