/* SPDX-License-Identifier: BSD-3-Clause */
/* See sink.h. */
#include "sink.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/msg.h"
#include "io/signal.h"
#include "io/tty.h"

enum { TEXT_MAX = 1 << 30, SHELL_SIGINT = 130 /* how sh says that Ctrl-C ended a command */ };

void sink_init(struct sink *k, struct run *r, struct pager *p) {
    *k = (struct sink){.run = r, .pager = p};
    buf_init(&k->text, TEXT_MAX);
}

void sink_release(struct sink *k) {
    buf_release(&k->text);
    free(k->name);
}

bool sink_is_screen(const struct sink *k) {
    return k->kind == REDIRECT_NONE;
}

/* ---- programs and files ---- */

/* From now on the screen is the child's, too. */
static void hand_over(struct sink *k) {
    run_flush(k->run);
    k->run->held = true;
}

static int start_program(struct sink *k, struct err *e) {
    struct child_opts o = pager_environment();
    hand_over(k);
    int code = child_feed_start(k->name, &o, &k->child, e);
    if (code < 0) k->run->held = false;
    return code;
}

static int feed(struct sink *k, struct err *e) {
    int code = file_write_fd(k->child.fd, k->text.p, k->text.len, e);
    if (code < 0 && (e->sys == EPIPE || code == VK_ECANCEL)) {
        k->gone = true;
        return err_set(e, VK_ECANCEL, "interrupted");
    }
    return code;
}

/* All of text to where it belongs. */
static int put(struct sink *k, struct err *e) {
    int code = 0;
    if (k->gone) return err_set(e, VK_ECANCEL, "interrupted");
    if (k->file)
        code = file_out_write(k->file, k->text.p, k->text.len, e);
    else if (!k->child.pid)
        code = start_program(k, e);
    if (code == 0 && !k->file) code = feed(k, e);
    if (code == 0) k->written += k->text.len;
    if (code < 0 && !k->gone) k->why = *e;
    buf_clear(&k->text);
    return code;
}

/* ---- the screen ---- */

static bool exceeds_screen(struct sink *k) {
    wrap_add(&k->wrap, k->text.p + k->wrapped, k->text.len - k->wrapped);
    k->wrapped = k->text.len;
    return k->wrap.rows >= (size_t)tty_rows(STDOUT_FILENO); /* the prompt wants a row, too */
}

static void start_pager(struct sink *k) {
    hand_over(k);
    if (!pager_start(k->pager, &k->child)) k->run->held = false;
}

static void to_screen(struct sink *k) {
    struct run *r = k->run;
    if (!r->muted && k->text.len) buf_add(&r->out, k->text.p, k->text.len);
    if (r->out.len >= RENDER_FLUSH_BYTES) run_flush(r);
    buf_clear(&k->text);
    k->wrapped = k->wrap.rows = 0;
}

/* Text that may still turn out to fit on the screen waits. */
static int put_on_screen(struct sink *k, bool last, struct err *e) {
    if (k->gone) return err_set(e, VK_ECANCEL, "interrupted");
    bool paged = k->child.pid || !pager_command(k->pager);
    if (!paged && exceeds_screen(k))
        start_pager(k);
    else if (!paged && !last)
        return 0;
    if (k->child.pid) return put(k, e);
    to_screen(k);
    return 0;
}

static int flush(struct sink *k, bool last, struct err *e) {
    if (!k->text.len) return 0;
    return sink_is_screen(k) ? put_on_screen(k, last, e) : put(k, e);
}

/* For those who render: non-zero when nothing more is wanted. */
static int on_full(void *arg) {
    struct err e;
    return flush(arg, false, &e);
}

/* ---- replies ---- */

static int take(void *arg, const struct slot *slot, const struct resp_event *ev, struct err *e) {
    struct sink *k = arg;
    if (k->gone || k->why.code) return err_set(e, VK_ECANCEL, "interrupted");
    if (!k->begun) render_begin(&k->render, slot->plain);
    k->begun = !ev->done;
    int code = render_event(&k->render, ev);
    if (code == VK_ELIMIT) return err_set(e, code, "a reply is too large");
    if (code < 0 || ev->done) code = flush(k, true, e);
    return code;
}

/* Bytes that come as they are need not wait for the whole reply. */
static void render_as_it_comes(struct sink *k, enum render_format format) {
    struct render_opts o = {.format = format};
    render_init(&k->render, &o, &k->text, on_full, k);
    k->render_on = true;
    k->begun = false;
    k->run->take = take;
    k->run->take_arg = k;
}

int sink_open(struct sink *k, const struct redirect *to, enum view_format format, struct err *e) {
    k->kind = to->kind;
    k->gone = false;
    k->written = 0;
    err_clear(&k->why);
    k->wrap = (struct wrap){.columns = tty_columns(STDOUT_FILENO)};
    k->wrapped = 0;
    if (sink_is_screen(k)) return 0;
    int code = redirect_name(to, &k->name, e);
    if (code == 0 && k->kind == REDIRECT_FILE) code = file_out_open(k->name, &k->file, e);
    if (code == 0 && k->kind == REDIRECT_APPEND) code = file_out_append(k->name, &k->file, e);
    if (code < 0) return code;
    if (format == VIEW_BEST || format == VIEW_RAW) render_as_it_comes(k, RENDER_RAW);
    if (format == VIEW_CSV) render_as_it_comes(k, RENDER_CSV);
    return 0;
}

void sink_view(struct sink *k, const struct view_opts *how, const struct slot *slot,
               const struct reply *r) {
    struct view_opts o = *how;
    bool aside = slot->failed && !sink_is_screen(k);
    o.as_is = !aside && !sink_is_screen(k);
    if (o.as_is) o.columns = 0, o.colour = false;
    if (!aside) o.flush = on_full, o.flush_arg = k;
    struct buf *out = aside ? &k->run->out : &k->text;
    int code = view_render(&o, slot->argc, slot->argv, slot->lens, r, out);
    if (code < 0 && !k->gone && !k->why.code)
        buf_adds(&k->run->out, "... (too long to be shown)\n");
}

void sink_text(struct sink *k, const char *p, size_t n) {
    buf_add(&k->text, p, n);
}

void sink_flush(struct sink *k) {
    struct err e;
    if (flush(k, true, &e) < 0) buf_clear(&k->text);
}

/* ---- the end ---- */

static void judge(const struct sink *k, int status) {
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGPIPE && WTERMSIG(status) != SIGINT)
        msg_warn("'%s' was ended by signal %d (%s)", k->name, WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (WIFEXITED(status) && WEXITSTATUS(status) && WEXITSTATUS(status) != SHELL_SIGINT)
        msg_warn("'%s' ended with exit code %d", k->name, WEXITSTATUS(status));
}

static void end_child(struct sink *k) {
    int status = child_feed_end(&k->child);
    bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGINT;
    bool told = WIFEXITED(status) && WEXITSTATUS(status) == SHELL_SIGINT;
    if (signal_stop() == SIGINT) signal_clear(); /* it was the child's as well */
    k->run->held = false;
    if (killed || told) buf_addc(&k->run->out, '\n'); /* behind the ^C */
    if (sink_is_screen(k))
        pager_ended(k->pager, status);
    else
        judge(k, status);
    run_flush(k->run);
}

static void end_file(struct sink *k, bool good) {
    struct err e;
    struct file_out *file = k->file;
    k->file = NULL;
    if (!good)
        file_out_abort(file);
    else if (file_out_commit(file, &e) < 0)
        msg_warn("%s", e.text);
}

void sink_close(struct sink *k, bool good) {
    if (k->render_on) render_release(&k->render);
    k->render_on = false;
    k->run->take = NULL;
    sink_flush(k);
    if (k->why.code) msg_warn("%s", k->why.text);
    if (k->child.pid) end_child(k);
    if (k->file) end_file(k, good && !k->why.code);
    free(k->name);
    k->name = NULL;
    buf_clear(&k->text);
    k->kind = REDIRECT_NONE;
    run_flush(k->run);
    pager_say_trouble(k->pager);
}
