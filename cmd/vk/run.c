/* SPDX-License-Identifier: BSD-3-Clause */
/* The window of commands in flight: whose turn it is, who gets no answer, who has to go elsewhere.
 * See run.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "face.h"
#include "resp/write.h"
#include "run_impl.h"

enum { SPARE_BYTES = 8192 }; /* words that take more are given back to the system */

/* --- replies ---------------------------------------------------------------------------------- */

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
    run_out_pushes(r);
    run_spare(r, s->args);
    s->args = NULL;
    r->head = (r->head + 1) % RUN_WINDOW;
    r->in_flight--;
    r->n_replies++;
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
    run_out_cut(r, s);
    if (!r->stopped.code) r->stopped = *why;
    slot_done(s);
    r->n_replies--;
}

/* Its turn has come: events of the reply, or why there is none. */
static void deliver(struct slot *s, int code, const struct resp_event *ev, const struct err *why) {
    if (code < 0) {
        slot_unanswered(s, code, why);
        return;
    }
    if (ev && !ev->aside) run_out_event(s->run, s, ev);
    if (code != 0) return;
    run_out_end(s->run, s);
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

/* --- the window ------------------------------------------------------------------------------- */

int run_init(struct run *r, const struct options *o, struct loop *l, struct err *e) {
    *r = (struct run){.opts = o, .loop = l};
    doubt_init(&r->doubt);
    run_out_init(r, o);
    return wire_init(&r->wire, o, l, run_out_push, r, e);
}

void run_release(struct run *r) {
    wire_release(&r->wire);
    run_out_release(r);
    typed_json_free(r->typed);
    while (r->n_spare)
        free_words(r->spare[--r->n_spare]);
    doubt_release(&r->doubt);
}

int run_move(struct run *r, const struct options *o, struct err *e) {
    struct wire next;
    int code = wire_init(&next, o, r->loop, run_out_push, r, e);
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
