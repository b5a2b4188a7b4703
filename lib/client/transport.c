/* SPDX-License-Identifier: BSD-3-Clause */
/* A connection's byte stream in the making: dial, TLS handshake, and the words for its failure. The
 * invariant: one thing is under way at a time, a dial, a handshake (with perhaps a knock beside it)
 * or the last knock, and every way ends in `finish`. */
#include "client/transport.h"

#include <stdlib.h>

#include "base/clock.h"
#include "client/probe.h"

enum { WHERE_MAX = 256 };
#define SILENCE_NS CLOCK_NS_PER_S /* of a TLS handshake, before a knock without TLS */

struct transport {
    struct loop *loop;
    struct transport_opts opts;
    transport_done_fn *done;
    void *arg;
    int64_t start_ns;
    struct dial *dial;
    struct sock *sock;
    struct loop_watch *watch; /* during the TLS handshake */
    struct probe *probe;
    struct loop_timer late, silence;
    struct err *why;     /* the handshake's connection was lost, and the last knock under way */
    bool starting, over; /* inside transport_start; finished there */
};

/* ---- the end ---- */

static void end_handshake(struct transport *t) {
    loop_timer_clear(t->loop, &t->late);
    loop_timer_clear(t->loop, &t->silence);
    loop_del(t->loop, t->watch);
    t->watch = NULL;
    probe_cancel(t->probe);
    t->probe = NULL;
}

static void release(struct transport *t) {
    end_handshake(t);
    dial_cancel(t->dial);
    sock_close(t->sock);
    free(t->why);
}

static void finish(struct transport *t, struct sock *s, const struct err *e) {
    transport_done_fn *done = t->done;
    void *arg = t->arg;
    release(t);
    if (t->starting)
        t->over = true; /* transport_start frees it */
    else
        free(t);
    done(arg, s, e);
}

static void succeed(struct transport *t) {
    struct sock *s = t->sock;
    t->sock = NULL; /* moved to the caller */
    finish(t, s, NULL);
}

static const char *where(const struct transport *t, char text[WHERE_MAX]) {
    return connopt_where(t->opts.conn, text, WHERE_MAX);
}

/* ---- the words for a failure ---- */

static bool may_be_plain(const struct transport *t) {
    return !t->opts.conn->lenient;
}

static void fail_plain(struct transport *t) {
    struct err e;
    char text[WHERE_MAX];
    err_set(&e, VK_ETLS, "%s: server does not speak TLS, leave out --tls", where(t, text));
    finish(t, NULL, &e);
}

static void fail_handshake(struct transport *t, const struct err *why) {
    struct err e;
    char text[WHERE_MAX];
    err_set(&e, why->code, "%s: %s", where(t, text), why->text);
    e.sys = why->sys;
    finish(t, NULL, &e);
}

static void on_last_probed(void *arg, bool plain) {
    struct transport *t = arg;
    t->probe = NULL; /* it is over */
    if (plain)
        fail_plain(t);
    else
        fail_handshake(t, t->why);
}

static void explain(struct transport *t, const struct err *why) {
    if (!may_be_plain(t)) {
        fail_handshake(t, why);
    } else if (why->code == VK_ELOST) {
        t->why = mem_alloc(sizeof *t->why);
        *t->why = *why;
        t->probe = probe_start(t->loop, t->opts.conn, PROBE_PLAIN, on_last_probed, t);
    } else if (tls_peer_is_plain(t->sock)) {
        fail_plain(t);
    } else {
        fail_handshake(t, why);
    }
}

/* ---- the TLS handshake ---- */

static void on_ready(void *arg, unsigned events) {
    struct transport *t = arg;
    struct err e;
    (void)events;
    int code = sock_handshake(t->sock, &e);
    if (code == VK_MORE) {
        loop_mask(t->loop, t->watch, sock_wants(t->sock));
        return;
    }
    end_handshake(t);
    if (code == 0)
        succeed(t);
    else
        explain(t, &e);
}

/* Milliseconds hide that the clock went on between the deadline's reckoning and our start. */
static void on_late(void *arg) {
    struct transport *t = arg;
    struct err e;
    char text[WHERE_MAX];
    int64_t ms = (t->opts.deadline_ns - t->start_ns + CLOCK_NS_PER_MS / 2) / CLOCK_NS_PER_MS;
    err_set(&e, VK_ETIMEOUT, "cannot connect to %s: no answer in %g s", where(t, text),
            (double)ms / 1000);
    finish(t, NULL, &e);
}

static void on_probed(void *arg, bool plain) {
    struct transport *t = arg;
    t->probe = NULL; /* it is over */
    if (plain) fail_plain(t);
}

/* A plain server takes the ClientHello for the start of a line and waits for its end. */
static void on_silence(void *arg) {
    struct transport *t = arg;
    t->probe = probe_start(t->loop, t->opts.conn, PROBE_PLAIN, on_probed, t);
}

static void set_timers(struct transport *t) {
    int64_t now_ns = clock_now_ns(), wait_ns = SILENCE_NS, deadline_ns = t->opts.deadline_ns;
    if (deadline_ns && (deadline_ns - now_ns) / 2 < wait_ns) wait_ns = (deadline_ns - now_ns) / 2;
    t->silence = (struct loop_timer){.fn = on_silence, .arg = t};
    t->late = (struct loop_timer){.fn = on_late, .arg = t};
    if (may_be_plain(t)) loop_timer_set(t->loop, &t->silence, now_ns + wait_ns);
    if (deadline_ns) loop_timer_set(t->loop, &t->late, deadline_ns);
}

static int start_handshake(struct transport *t, struct err *e) {
    const struct connopt *o = t->opts.conn;
    struct sock *wrapped;
    int code = tls_wrap(t->opts.tls, t->sock, o->path ? NULL : connopt_host(o), &wrapped, e);
    if (code < 0) return code;
    t->sock = wrapped;
    code = loop_add(t->loop, t->sock->fd, LOOP_WRITE, on_ready, t, &t->watch, e);
    if (code == 0) set_timers(t);
    return code;
}

/* ---- the beginning ---- */

static void on_dialed(void *arg, struct sock *s, const struct err *why) {
    struct transport *t = arg;
    struct err e;
    t->dial = NULL; /* it is over */
    t->sock = s;
    if (!s)
        finish(t, NULL, why);
    else if (!t->opts.tls)
        succeed(t);
    else if (start_handshake(t, &e) < 0)
        finish(t, NULL, &e);
}

struct transport *transport_start(struct loop *l, const struct transport_opts *o,
                                  transport_done_fn *done, void *arg) {
    struct transport *t = mem_zalloc(1, sizeof *t);
    *t = (struct transport){.loop = l, .opts = *o, .done = done, .arg = arg, .starting = true};
    t->start_ns = clock_now_ns();
    struct dial_opts d = connopt_dial(o->conn, o->deadline_ns);
    if (o->address) d.host = o->address;
    t->dial = dial_start(l, &d, on_dialed, t);
    t->starting = false;
    if (!t->over) return t;
    free(t);
    return NULL;
}

void transport_cancel(struct transport *t) {
    if (!t) return;
    release(t);
    free(t);
}
