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

/* One attempt: what its steps share. */
struct attempt {
    struct client *c;
    int64_t deadline_ns; /* 0 = none */
    struct sock *sock;
    struct err err;
    int stage; /* VK_MORE until the step under way is over */
};

static void on_transport(void *arg, struct sock *s, const struct err *e) {
    struct attempt *a = arg;
    a->sock = s;
    if (e) a->err = *e;
    a->stage = s ? 0 : e->code;
}

static void on_late(void *arg) {
    struct attempt *a = arg;
    a->stage = err_set(&a->err, VK_ETIMEOUT, "cannot connect to %s: no answer in %g s", a->c->where,
                       a->c->opts->connect_timeout_s);
}

/* Turn the loop until a->stage is decided or the deadline comes. */
static int wait_stage(struct attempt *a) {
    struct loop_timer timer = {.fn = on_late, .arg = a};
    if (a->deadline_ns) loop_timer_set(a->c->loop, &timer, a->deadline_ns);
    int code = client_turn_until(a->c, &a->stage, &a->err);
    loop_timer_clear(a->c->loop, &timer);
    return code < 0 ? code : a->stage;
}

static int open_transport(struct attempt *a) {
    struct client *c = a->c;
    struct transport_opts o = {.conn = c->opts, .tls = c->tls, .deadline_ns = a->deadline_ns};
    a->stage = VK_MORE;
    struct transport *t = transport_start(c->loop, &o, on_transport, a);
    int code = client_turn_until(c, &a->stage, &a->err);
    if (code < 0) transport_cancel(t);
    return code < 0 ? code : a->stage;
}

static void on_handshake(void *arg, int code, const struct err *e) {
    struct attempt *a = arg;
    if (a->stage != VK_MORE) return;
    if (code < 0) err_set(&a->err, code, "%s: %s", a->c->where, e->text);
    a->stage = code;
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

static int shake_hands(struct attempt *a) {
    struct client *c = a->c;
    const struct connopt *o = c->opts;
    bool has_secret = false;
    int code = c->kept.password ? 0 : secret_for_connect(o, &c->secret, &has_secret, &a->err);
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
    a->stage = VK_MORE;
    code = handshake_start(c->session, &h, wait ? on_handshake : on_handshake_alone, a);
    if (code < 0) return err_set(&a->err, code, "%s", session_error(c->session)->text);
    if (!wait) return 0;
    client_flush(c);
    code = wait_stage(a);
    /* the socket's end is the better reason than what the handshake made of it */
    if (code < 0 && c->error.code) a->err = c->error;
    return code < 0 && c->error.code ? c->error.code : code;
}

static int open_session(struct attempt *a) {
    struct client *c = a->c;
    keep(c);
    session_free(c->session);
    c->session = session_new(&(struct session_config){
        .limits = RESP_LIMITS_DEFAULT, .on_push = c->hooks.on_push, .push_arg = c->hooks.arg});
    err_clear(&c->error);
    c->refusal[0] = 0;
    c->said = (struct handshake_said){.role = ""};
    c->write_failed = c->write_waits = c->sent_huge = c->demoted = false;
    int code = loop_add(c->loop, a->sock->fd, LOOP_READ, client_on_ready, c, &c->watch, &a->err);
    if (code < 0) return code;
    c->sock = a->sock;
    a->sock = NULL; /* moved to c */
    return c->hooks.bare ? 0 : shake_hands(a);
}

int client_attempt(struct client *c, struct err *e) {
    const struct connopt *o = c->opts;
    struct attempt a = {.c = c};
    connopt_where(o, c->where, sizeof c->where);
    if (o->connect_timeout_s > 0)
        a.deadline_ns = clock_now_ns() + (int64_t)(o->connect_timeout_s * (double)CLOCK_NS_PER_S);
    int code = open_transport(&a);
    if (code == 0) code = open_session(&a);
    if (c->secret.len) mem_wipe(c->secret.p, c->secret.len);
    buf_clear(&c->secret);
    if (code == 0) c->stood = true;
    /* that of the options is asked for again, it may change */
    if (code == 0 && !c->kept.password) session_forget_password(c->session);
    if (code < 0) {
        sock_close(a.sock);
        client_drop(c);
        *e = a.err;
        e->code = code;
        if (c->session) session_end(c->session, e); /* nobody may call back into `a` later */
    }
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
