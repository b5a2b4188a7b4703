/* SPDX-License-Identifier: BSD-3-Clause */
/* See ask.h. A question that nobody waits for any more lives on without its builder until its reply
 * has come: the session's framing needs no more than that. */
#include "ask.h"

#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/str.h"
#include "core/args.h"
#include "io/signal.h"
#include "resp/write.h"

struct ask_question {
    ask_fn *fn; /* NULL = forgotten */
    void *arg;
    struct reply_builder *into;
    int built; /* what it said last */
};

void ask_init(struct ask *a, struct wire *w) {
    *a = (struct ask){.wire = w};
}

/* ---- what stands against it ---- */

/* The server takes these as said of the command behind them. */
static bool is_of_next(const struct args *a) {
    if (args_is(a, 0, "ASKING")) return true;
    if (args_is(a, 0, "SCRIPT")) return args_is(a, 1, "DEBUG");
    return args_is(a, 0, "CLIENT") && (args_is(a, 1, "CACHING") || args_is(a, 1, "REPLY"));
}

static bool is_login(const struct args *a) {
    return args_is(a, 0, "AUTH") || args_is(a, 0, "HELLO") || args_is(a, 0, "RESET");
}

void ask_note(struct ask *a, int argc, const char *const *argv, const size_t *lens) {
    const struct args args = {argc, argv, lens};
    a->holds = is_of_next(&args);
    a->logins += is_login(&args);
}

bool ask_may(const struct ask *a) {
    const struct wire *w = a->wire;
    unsigned state = wire_state(w);
    if (a->holds || !wire_is_open(w) || wire_is_demoted(w) || wire_is_blocked(w)) return false;
    if (state & (SESSION_MULTI | SESSION_MONITOR | SESSION_REPLY_OFF)) return false;
    if (!(state & SESSION_SUBSCRIBED)) return true;
    return w->client && session_protocol(client_session(w->client)) == 3;
}

struct ask_epoch ask_epoch(const struct ask *a) {
    return (struct ask_epoch){a->wire->connected_ns, a->logins};
}

bool ask_epoch_is(const struct ask_epoch *a, const struct ask_epoch *b) {
    return a->connected_ns == b->connected_ns && a->logins == b->logins;
}

/* ---- asking ---- */

static int outcome(struct ask_question *q, int code) {
    if (code < 0) return code;
    if (q->built < 0) return q->built;
    if (!q->into->root) return VK_EPROTO; /* a reply without a reply: CLIENT REPLY, a push */
    return resp_read_is_error(q->into->root->type) ? VK_ESERVER : 0;
}

static void on_event(void *arg, int code, const struct resp_event *ev) {
    struct ask_question *q = arg;
    if (ev && q->fn && q->built >= 0) q->built = reply_build(q->into, ev);
    if (code == VK_MORE) return;
    if (q->fn) q->fn(q->arg, outcome(q, code));
    free(q);
}

static bool is_short(const struct cmd *cmd) {
    const struct args a = {cmd->argc, cmd->argv, cmd->lens};
    for (int i = 0; i < a.argc; i++)
        if (args_len(&a, i) > RESP_WRITE_CUTOFF) return false;
    return true;
}

static struct ask_question *submit(struct client *c, const struct cmd *cmd,
                                   struct reply_builder *into, ask_fn *fn, void *arg) {
    if (!c || !is_short(cmd)) return NULL;
    struct ask_question *q = mem_alloc(sizeof *q);
    *q = (struct ask_question){.fn = fn, .arg = arg, .into = into, .built = VK_MORE};
    reply_builder_clear(into);
    if (session_submit(client_session(c), cmd, on_event, q) < 0) {
        free(q);
        return NULL;
    }
    client_flush(c);
    return q;
}

static struct client *any(const struct ask *a) {
    return a->wire->client ? a->wire->client : cluster_control(a->wire->cluster);
}

struct ask_question *ask_send(struct ask *a, const struct cmd *cmd, struct reply_builder *into,
                              ask_fn *fn, void *arg) {
    return ask_may(a) ? submit(any(a), cmd, into, fn, arg) : NULL;
}

void ask_forget(struct ask_question *q) {
    if (!q) return;
    q->fn = NULL;
    q->into = NULL;
}

/* ---- waiting for the answer ---- */

static void on_answer(void *arg, int code) {
    *(int *)arg = code;
}

static struct client *reach(const struct ask *a, int node, int64_t until_ns) {
    struct wire *w = a->wire;
    if (w->client || node == ASK_ANY) return any(a);
    return cluster_reach(w->cluster, node, (until_ns - clock_now_ns()) / CLOCK_NS_PER_MS);
}

/* Ctrl-C is for the question alone. */
static bool is_interrupted(void) {
    int stop = signal_stop();
    if (stop == SIGINT) signal_clear();
    return stop;
}

int ask_wait(struct ask *a, int node, const struct cmd *cmd, int64_t until_ns,
             struct reply_builder *into) {
    int code = VK_MORE;
    if (!ask_may(a)) return VK_ESTATE;
    struct ask_question *q = submit(reach(a, node, until_ns), cmd, into, on_answer, &code);
    if (!q) return VK_ESTATE;
    while (code == VK_MORE) {
        bool late = clock_now_ns() >= until_ns, interrupted = is_interrupted();
        if (!late && !interrupted) {
            loop_turn(a->wire->loop, until_ns);
            continue;
        }
        ask_forget(q);
        return interrupted ? VK_ECANCEL : VK_ETIMEOUT;
    }
    return code;
}
