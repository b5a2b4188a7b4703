/* SPDX-License-Identifier: BSD-3-Clause */
/* One attempt at a client's connection, to where its options lead: the transport, then the
 * handshake on it, each a step on the loop under one deadline. No sentinel is asked here and
 * nothing is tried twice. */
#include <stdlib.h>

#include "base/clock.h"
#include "client/client_impl.h"
#include "client/secret.h"
#include "client/transport.h"

#define READ_BUFFER_BYTES (1 << 16)
#define SECRET_MAX (1 << 16)
#define CALL_REPLY_MAX ((size_t)1 << 30)

/* One attempt: what its steps share. Lives from client_attempt_start to finish. */
struct attempt {
    struct client *c;
    struct transport *transport; /* the step under way, NULL = it is another */
    struct loop_timer timer;     /* of the handshake */
    int64_t deadline_ns;         /* 0 = none */
    bool has_session;            /* c's session is the one of this attempt */
    client_started_fn *done;
    void *arg;
};

static void wipe_secret(struct client *c) {
    if (c->secret.len) mem_wipe(c->secret.p, c->secret.len);
    buf_clear(&c->secret);
}

/* It is over: c is forgotten by it before anybody hears of it. */
static void release(struct client *c) {
    struct attempt *a = c->attempt;
    c->attempt = NULL;
    loop_timer_clear(c->loop, &a->timer);
    transport_cancel(a->transport);
    wipe_secret(c);
    free(a);
}

static void stand(struct client *c) {
    c->stood = true;
    /* that of the options is taken from them again, it may change */
    if (!c->kept.password) session_forget_password(c->session);
}

/* why NULL: it stands. The socket's end is the better reason than what the handshake made of it. */
static void finish(struct attempt *a, const struct err *why) {
    struct client *c = a->c;
    struct err e;
    client_started_fn *done = a->done;
    void *arg = a->arg;
    if (why) e = a->has_session && c->error.code ? c->error : *why;
    release(c);
    if (!why) stand(c);
    if (why) {
        client_drop(c);
        if (c->session) session_end(c->session, &e);
    }
    done(arg, why ? &e : NULL);
}

static void on_late(void *arg) {
    struct attempt *a = arg;
    struct err e;
    err_set(&e, VK_ETIMEOUT, "cannot connect to %s: no answer in %g s", a->c->where,
            a->c->opts->connect_timeout_s);
    finish(a, &e);
}

static void on_handshake(void *arg, int code, const struct err *e) {
    struct client *c = arg;
    struct err why;
    if (!c->attempt) return; /* too late, or given up */
    if (code < 0) err_set(&why, code, "%s: %s", c->where, e->text);
    finish(c->attempt, code < 0 ? &why : NULL);
}

/* The handshake whose outcome decides nothing: the commands behind it say for themselves. */
static void on_handshake_alone(void *arg, int code, const struct err *e) {
    (void)arg, (void)code, (void)e;
}

/* As the last connection was. */
static void use_kept(const struct client *c, struct handshake_opts *h) {
    h->protocol = c->kept_protocol;
    h->db = c->kept_db;
    h->client_name = c->kept.name;
    h->readonly = c->kept.readonly;
    h->no_evict = c->kept.no_evict;
    h->no_touch = c->kept.no_touch;
    if (!c->kept.password) return;
    h->user = c->kept.user;
    h->password = c->kept.password;
}

/* Before the session of the last connection goes. */
static void keep(struct client *c) {
    if (!c->hooks.keeps || !c->stood) return;
    session_leave_identity(c->session, &c->kept);
    c->kept_db = session_db(c->session);
    c->kept_protocol = session_protocol(c->session);
    c->has_kept = true;
    c->stood = false;
}

/* 0: it stands; VK_MORE: on_handshake will tell. */
static int shake_hands(struct attempt *a, struct err *e) {
    struct client *c = a->c;
    const struct connopt *o = c->opts;
    bool has_secret = false;
    int code = c->kept.password ? 0 : secret_for_connect(o, &c->secret, &has_secret, e);
    if (code < 0) return code;
    struct handshake_opts h = {
        .said = &c->said,
        .protocol = o->protocol == 3 ? 3 : 2,
        .user = o->user,
        .password = has_secret ? buf_cstr(&c->secret) : NULL,
        .client_name = o->client_name,
        .lib_name = "valkit",
        .lib_version = VK_VERSION,
        .capa_redirect = o->capa_redirect,
        .db = (int)o->db,
        .readonly = c->hooks.readonly,
    };
    if (c->has_kept) use_kept(c, &h);
    bool wait = handshake_guards(&h) || h.client_name;
    code = handshake_start(c->session, &h, wait ? on_handshake : on_handshake_alone, c);
    if (code < 0) return err_set(e, code, "%s", session_error(c->session)->text);
    if (!wait) return 0;
    a->timer = (struct loop_timer){.fn = on_late, .arg = a};
    if (a->deadline_ns) loop_timer_set(c->loop, &a->timer, a->deadline_ns);
    client_flush(c);
    return VK_MORE;
}

static int open_session(struct attempt *a, struct sock *s, struct err *e) {
    struct client *c = a->c;
    keep(c);
    session_free(c->session);
    c->session = session_new(&(struct session_config){
        .limits = RESP_LIMITS_DEFAULT, .on_push = c->hooks.on_push, .push_arg = c->hooks.arg});
    err_clear(&c->error);
    a->has_session = true;
    c->refusal[0] = 0;
    c->said = (struct handshake_said){.role = ""};
    c->write_failed = c->write_waits = c->sent_huge = c->demoted = false;
    int code = loop_add(c->loop, s->fd, LOOP_READ, client_on_ready, c, &c->watch, e);
    if (code < 0) {
        sock_close(s);
        return code;
    }
    c->sock = s;
    return c->hooks.bare ? 0 : shake_hands(a, e);
}

static void on_transport(void *arg, struct sock *s, const struct err *why) {
    struct attempt *a = arg;
    struct err e;
    a->transport = NULL; /* it is over */
    if (!s) {
        finish(a, why);
        return;
    }
    int code = open_session(a, s, &e);
    if (code == VK_MORE) return;
    if (code < 0) e.code = code;
    finish(a, code < 0 ? &e : NULL);
}

void client_attempt_start(struct client *c, client_started_fn *done, void *arg) {
    const struct connopt *o = c->opts;
    struct attempt *a = mem_zalloc(1, sizeof *a);
    client_attempt_cancel(c);
    connopt_where(o, c->where, sizeof c->where);
    *a = (struct attempt){.c = c, .done = done, .arg = arg};
    if (o->connect_timeout_s > 0)
        a->deadline_ns = clock_now_ns() + (int64_t)(o->connect_timeout_s * (double)CLOCK_NS_PER_S);
    c->attempt = a;
    struct transport_opts t = {.conn = o, .tls = c->tls, .deadline_ns = a->deadline_ns};
    struct transport *transport = transport_start(c->loop, &t, on_transport, a);
    if (transport) a->transport = transport; /* else a may be gone */
}

void client_attempt_cancel(struct client *c) {
    struct err e;
    if (!c->attempt) return;
    release(c);
    client_drop(c);
    err_set(&e, VK_ECANCEL, "interrupted");
    if (c->session) session_end(c->session, &e);
}

void client_disconnect(struct client *c) {
    struct err e;
    client_attempt_cancel(c);
    err_set(&e, VK_ECANCEL, "disconnected");
    client_end(c, &e);
}

/* ---- waiting for it ---- */

struct wait {
    struct err err;
    int code; /* VK_MORE until it is over */
};

static void on_started(void *arg, const struct err *why) {
    struct wait *w = arg;
    w->code = why ? why->code : 0;
    if (why) w->err = *why;
}

int client_attempt(struct client *c, struct err *e) {
    struct wait w = {.code = VK_MORE};
    client_attempt_start(c, on_started, &w);
    int code = client_turn_until(c, &w.code, e);
    if (code < 0)
        client_attempt_cancel(c);
    else if ((code = w.code) < 0)
        *e = w.err;
    return code;
}

static void on_slept(void *arg) {
    *(int *)arg = 0;
}

int client_attempt_sleep(struct client *c, int64_t ns, struct err *e) {
    int stage = VK_MORE;
    struct loop_timer timer = {.fn = on_slept, .arg = &stage};
    loop_timer_set(c->loop, &timer, clock_now_ns() + ns);
    int code = client_turn_until(c, &stage, e);
    loop_timer_clear(c->loop, &timer);
    return code;
}

int client_attempt_new(struct loop *l, const struct connopt *o, const struct client_hooks *hooks,
                       struct client **out, struct err *e) {
    struct tls_ctx *tls = NULL;
    if (o->tls) {
        int code = tls_ctx_new(&o->tls_opts, &tls, e);
        if (code < 0) return code;
    }
    struct client *c = mem_zalloc(1, sizeof *c);
    c->loop = l;
    c->opts = o;
    c->tls = tls;
    if (hooks) c->hooks = *hooks;
    c->in = mem_alloc(READ_BUFFER_BYTES);
    connopt_where(o, c->where, sizeof c->where);
    buf_init(&c->secret, SECRET_MAX);
    identity_init(&c->kept);
    reply_builder_init(&c->builder, CALL_REPLY_MAX);
    rng_seed(&c->rng, (uint64_t)clock_now_ns());
    *out = c;
    return 0;
}

void client_attempt_free(struct client *c) {
    if (!c) return;
    client_attempt_cancel(c);
    client_drop(c);
    session_free(c->session);
    identity_release(&c->kept);
    tls_ctx_free(c->tls);
    reply_builder_release(&c->builder);
    if (c->secret.p) mem_wipe(c->secret.p, c->secret.cap);
    buf_release(&c->secret);
    free(c->in);
    free(c);
}
