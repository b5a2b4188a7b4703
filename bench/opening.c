/* SPDX-License-Identifier: BSD-3-Clause */
/* See opening.h. Everything is decided in callbacks of the transport and the session, but acted
 * upon only in `advance`, which runs from the loop: a session must not be freed inside its own
 * callback.
 */
#include "bench/opening.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/handshake.h"

enum { READ_BYTES = 4096, PIECES = 16, WORDS_MAX = 400 };

struct opening {
    struct loop *loop;
    const struct opening_opts *opts;
    opening_done_fn *done;
    void *arg;
    struct transport *transport;
    struct sock *sock;
    struct loop_watch *watch;
    struct session *session;
    struct loop_timer timer; /* the beginning, then whatever is next, then the deadline */
    int64_t began_ns;
    int waiting;    /* greeting replies to come */
    bool over;      /* transport failed, or all replies are in, or one refused */
    struct err err; /* code 0 = fine */
    char words[WORDS_MAX];
};

static void release(struct opening *o) {
    loop_timer_clear(o->loop, &o->timer);
    transport_cancel(o->transport);
    loop_del(o->loop, o->watch);
    session_free(o->session);
    sock_close(o->sock);
    free(o);
}

void opening_cancel(struct opening *o) {
    if (!o) return;
    o->over = true;
    release(o);
}

/* Give the result away and end. */
static void finish(struct opening *o) {
    struct sock *s = o->err.code ? NULL : o->sock;
    struct err err = o->err;
    opening_done_fn *done = o->done;
    void *arg = o->arg;
    int64_t took_ns = clock_now_ns() - o->began_ns;
    if (s) {
        loop_del(o->loop, o->watch);
        o->watch = NULL;
        o->sock = NULL;
    }
    release(o);
    done(arg, s, took_ns, s ? NULL : &err);
}

static void fail(struct opening *o, int code, const char *text) {
    char where[256];
    if (o->over) return;
    o->over = true;
    err_set(&o->err, code, "%s: %s", connopt_where(o->opts->conn, where, sizeof where), text);
}

static void answered(struct opening *o) {
    if (--o->waiting == 0) o->over = true;
}

static void on_handshake(void *arg, int code, const struct err *e) {
    struct opening *o = arg;
    if (o->over) return;
    if (code < 0)
        fail(o, code, e->text);
    else
        answered(o);
}

/* ---- one command of the greeting by hand ---- */

static void on_reply(void *arg, int code, const struct resp_event *ev) {
    struct opening *o = arg;
    if (o->over || code == VK_MORE) return;
    if (code < 0) {
        fail(o, code, session_error(o->session)->text);
    } else if (ev && resp_read_is_error(ev->type)) {
        snprintf(o->words, sizeof o->words, "%.*s", (int)(ev->len < 300 ? ev->len : 300), ev->p);
        int kind = errclass_of_reply(ev->p, ev->len) & (ERRCLASS_AUTH | ERRCLASS_PERMISSION)
                       ? VK_EAUTH
                       : VK_ESERVER;
        fail(o, kind, o->words);
    } else {
        answered(o);
    }
}

static void say(struct opening *o, int argc, const char *const *argv) {
    if (o->over) return;
    struct cmd c = {.argc = argc, .argv = argv};
    int code = session_submit(o->session, &c, on_reply, o);
    if (code < 0)
        fail(o, code, session_error(o->session)->text);
    else
        o->waiting++;
}

static void say_tracking(struct opening *o) {
    static const char *const argv[] = {"CLIENT", "TRACKING", "on"};
    if (o->opts->run->tracking) say(o, 3, argv);
}

/* In valkey-benchmark's order. */
static void greet_as_the_tool(struct opening *o) {
    const struct connopt *c = o->opts->conn;
    const char *password = o->opts->password;
    char db[24];
    if (password && c->user)
        say(o, 3, (const char *const[]){"AUTH", c->user, password});
    else if (password)
        say(o, 2, (const char *const[]){"AUTH", password});
    say_tracking(o);
    snprintf(db, sizeof db, "%lld", (long long)c->db);
    if (c->db) say(o, 2, (const char *const[]){"SELECT", db});
    if (c->protocol == 3) say(o, 2, (const char *const[]){"HELLO", "3"});
    if (o->opts->readonly) say(o, 1, (const char *const[]){"READONLY"});
}

static void greet(struct opening *o) {
    const struct connopt *c = o->opts->conn;
    struct handshake_opts h = {
        .protocol = c->protocol == 3 ? 3 : 2,
        .strict_protocol = c->protocol == 3,
        .user = c->user,
        .password = o->opts->password,
        .client_name = c->client_name,
        .db = (int)c->db,
        .readonly = o->opts->readonly,
    };
    o->waiting = 1; /* the handshake, which may be over at once */
    int code = handshake_start(o->session, &h, on_handshake, o);
    if (code < 0) fail(o, code, session_error(o->session)->text);
    say_tracking(o);
}

/* ---- bytes ---- */

static void flush(struct opening *o) {
    struct iovec v[PIECES];
    struct err e;
    int n;
    while (!o->over && (n = session_out(o->session, v, PIECES)) > 0) {
        size_t sent = 0;
        int code = sock_write(o->sock, v, n, &sent, &e);
        if (code == VK_MORE) return;
        if (code < 0)
            fail(o, code, e.text);
        else
            session_sent(o->session, sent);
    }
}

static void take(struct opening *o) {
    char in[READ_BYTES];
    struct err e;
    do {
        size_t got = 0;
        int code = sock_read(o->sock, in, sizeof in, &got, &e);
        if (code == VK_MORE) return;
        if (code < 0)
            fail(o, code, e.text);
        else if ((code = session_in(o->session, in, got, loop_now_ns(o->loop))) < 0)
            fail(o, code, session_error(o->session)->text);
    } while (!o->over && o->sock->has_more);
}

/* What the callbacks decided, done. True when the opening is gone. */
static bool advance(struct opening *o) {
    if (o->over) {
        finish(o);
        return true;
    }
    flush(o);
    if (o->over) {
        finish(o);
        return true;
    }
    unsigned mask = LOOP_READ | sock_wants(o->sock);
    loop_mask(o->loop, o->watch, session_out_len(o->session) ? mask | LOOP_WRITE : mask);
    return false;
}

static void on_ready(void *arg, unsigned events) {
    struct opening *o = arg;
    (void)events;
    take(o);
    advance(o);
}

static void on_late(void *arg) {
    struct opening *o = arg;
    fail(o, VK_ETIMEOUT, "no answer to the greeting in time");
    finish(o);
}

static int64_t deadline_ns(const struct opening *o) {
    double s = o->opts->conn->connect_timeout_s;
    return s > 0 ? o->began_ns + (int64_t)(s * (double)CLOCK_NS_PER_S) : 0;
}

/* From the loop: the transport stands or has failed. */
static void on_transport_settled(void *arg) {
    struct opening *o = arg;
    if (!o->over) {
        o->session = session_new(&(struct session_config){.limits = RESP_LIMITS_DEFAULT});
        if (o->opts->run->compatible_greeting)
            greet_as_the_tool(o);
        else
            greet(o);
        if (!o->waiting) o->over = true;
    }
    if (!o->over && loop_add(o->loop, o->sock->fd, LOOP_READ, on_ready, o, &o->watch, &o->err) < 0)
        o->over = true;
    if (!o->over && deadline_ns(o)) {
        o->timer.fn = on_late;
        loop_timer_set(o->loop, &o->timer, deadline_ns(o));
    }
    advance(o);
}

static void on_transport(void *arg, struct sock *s, const struct err *e) {
    struct opening *o = arg;
    o->transport = NULL;
    o->sock = s;
    if (!s) {
        o->err = *e;
        o->over = true;
    }
    o->timer.fn = on_transport_settled;
    loop_timer_set(o->loop, &o->timer, 0);
}

static void on_begin(void *arg) {
    struct opening *o = arg;
    o->began_ns = clock_now_ns();
    struct transport_opts t = {
        .conn = o->opts->conn,
        .address = o->opts->address,
        .tls = o->opts->tls,
        .deadline_ns = deadline_ns(o),
    };
    struct transport *started = transport_start(o->loop, &t, on_transport, o);
    if (!o->timer.index) o->transport = started; /* else on_transport came at once */
}

struct opening *opening_start(struct loop *l, const struct opening_opts *opts, int64_t at_ns,
                              opening_done_fn *done, void *arg) {
    struct opening *o = mem_zalloc(1, sizeof *o);
    *o = (struct opening){.loop = l, .opts = opts, .done = done, .arg = arg};
    o->timer = (struct loop_timer){.fn = on_begin, .arg = o};
    loop_timer_set(l, &o->timer, at_ns);
    return o;
}
