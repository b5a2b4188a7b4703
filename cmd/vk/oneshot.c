/* SPDX-License-Identifier: BSD-3-Clause */
/* One command from the command line: -r and -i, trying again what only reads, --out, and listening
 * on after SUBSCRIBE or MONITOR. */
#include "oneshot.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/str.h"
#include "core/command.h"
#include "core/errclass.h"
#include "face.h"
#include "guard.h"
#include "io/tty.h"
#include "words.h"

/* The loop goes on meanwhile: pushes are printed, the connection's end is seen. */
static void wait_ns_or_stop(struct run *r, int64_t ns) {
    int64_t until = clock_now_ns() + ns;
    run_flush(r);
    while (clock_now_ns() < until && !r->stopped.code && !run_interrupted(r))
        run_turn(r, until);
}

/* The connection failed under the command: may it be sent again, and when? A write whose reply was
 * lost never is; a command of which something was printed neither. */
static bool try_again(struct run *r, const struct words *w, struct retry *retry, bool started) {
    int64_t wait_ns;
    bool reads = command_reads_only(w->argc, w->argv, w->lens);
    enum errclass c = errclass_of_code(r->stopped.code);
    if (started || !retry_may_resend(true, reads)) return false;
    if (!retry_again(retry, r->opts->conn.retry.command_on, c, &wait_ns)) return false;
    err_clear(&r->stopped);
    wait_ns_or_stop(r, wait_ns);
    return !r->stopped.code;
}

static void run_one(struct run *r, const struct words *w, struct rng *rng) {
    struct retry retry;
    retry_start(&retry, &r->opts->conn.retry, rng);
    do {
        uint64_t answered = r->n_replies;
        bool started = false;
        if (wire_connect(&r->wire, &r->stopped) < 0) return;
        struct slot *s = &r->slots[(r->head + r->in_flight) % RUN_WINDOW];
        if (run_submit(r, NULL, w->argc, w->argv, w->lens, 0) == 0) {
            run_drain(r);
            started = s->started;
        }
        if (r->n_replies > answered || !r->stopped.code || r->stopped.code == VK_ECANCEL) return;
        if (!try_again(r, w, &retry, started)) return;
        doubt_clear(&r->doubt);
    } while (!r->stopped.code);
}

static void say_listening(const struct run *r) {
    static const char text[] = "Reading messages... (press Ctrl-C to quit)\n";
    const struct options *o = r->opts;
    struct err ignored;
    if (o->face != FACE_NATIVE || o->format == RENDER_RAW || !o->tty) return;
    if (!(wire_state(&r->wire) & SESSION_SUBSCRIBED)) return;
    if (file_write_fd(STDERR_FILENO, text, sizeof text - 1, &ignored) < 0) { /* nobody is left */
    }
}

static void run_all(struct run *r, const struct words *w) {
    const struct options *o = r->opts;
    struct rng rng;
    rng_seed(&rng, (uint64_t)clock_now_ns());
    for (int64_t i = 0; o->repeat < 0 || i < o->repeat; i++) {
        if (i && o->interval_s > 0)
            wait_ns_or_stop(r, (int64_t)(o->interval_s * (double)CLOCK_NS_PER_S));
        if (!r->stopped.code) run_one(r, w, &rng);
        if (r->stopped.code || (o->stop_on_error && r->n_failed)) return;
    }
    say_listening(r);
    run_listen(r);
}

static int finish_file(struct run *r, struct err *e) {
    struct file_out *f = r->file;
    r->file = NULL;
    if (r->file_whole) return file_out_commit(f, e);
    file_out_abort(f);
    return 0;
}

static int exit_code(struct run *r) {
    if (r->stopped.code) return face_fail(r->opts, &r->stopped);
    if (!r->n_failed) return 0;
    if (r->opts->face == FACE_NATIVE) return errclass_exit(r->first_class);
    return r->opts->stop_on_error ? 1 : 0;
}

/* A script that a shell runs looks the same as words that were typed here, so what needs a
 * profile's environment is asked, and nothing else. */
static int check(struct run *r, const struct words *w, struct err *e) {
    bool typed = tty_is(STDIN_FILENO) && r->opts->tty;
    enum guard_asks asks = typed ? GUARD_BY_ENVIRONMENT : GUARD_NEVER;
    int code = guard_check(r, asks, w->argc, w->argv, w->lens, e);
    if (code == VK_ECANCEL)
        msg_warn("%s", e->text); /* Ctrl-C needs no words, a wrong answer does */
    return code;
}

int oneshot_main(struct run *r) {
    const struct options *o = r->opts;
    struct words w;
    struct err e;
    int code = words_init(&w, o, &e);
    if (code == 0) code = check(r, &w, &e);
    if (code == 0 && o->out) code = file_out_open(o->out, &r->file, &e);
    if (code == 0) {
        r->errors_aside = o->face == FACE_NATIVE || o->stop_on_error;
        r->stop_on_error = o->stop_on_error;
        if (typed_json_wants(o, w.argc, w.argv, w.lens)) r->typed = typed_json_new(&r->wire);
        run_all(r, &w);
        run_flush(r);
        if (r->file) code = finish_file(r, &e);
    }
    words_release(&w);
    if (code == VK_EPARSE) { /* the tool says it on standard output */
        buf_adds(&r->out, "Invalid quoted string\n");
        run_flush(r);
        return 1;
    }
    return code < 0 ? face_fail(o, &e) : exit_code(r);
}
