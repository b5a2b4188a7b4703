/* SPDX-License-Identifier: BSD-3-Clause */
/* One connection: the protocol machine (core/session) wired to a socket on a loop. Making it is in
 * client_attempt.c; here is what runs once it stands. The invariant: a lost connection is ended in
 * one place, client_end, which closes the socket first and tells the session last. */
#include "client/client.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "client/client_impl.h"
#include "client/probe.h"
#include "core/command.h"
#include "io/signal.h"

enum {
    READ_BYTES = 1 << 16,
    READS_PER_WAKE = 16, /* then the loop gets its turn: timers, input, other connections */
    IOV_MAX_PIECES = 64,
};

static void update_mask(struct client *c) {
    if (!c->watch) return;
    unsigned mask = sock_wants(c->sock) | LOOP_READ;
    if (c->write_waits) mask |= LOOP_WRITE;
    loop_mask(c->loop, c->watch, mask);
}

/* Giving up a command of which only a part was sent ends the session, and so the connection. */
static void follow_session(struct client *c) {
    const struct err *e = session_error(c->session);
    if (!e->code || !c->sock) return;
    client_drop(c);
    err_set(&c->error, e->code, "%s: %s", c->where, e->text);
}

static void arm_deadline(struct client *c);

static void on_deadline(void *arg) {
    struct client *c = arg;
    c->in_callback++;
    session_expire(c->session, loop_now_ns(c->loop));
    c->in_callback--;
    follow_session(c);
    if (c->sock) arm_deadline(c);
}

void client_cancel(struct client *c) {
    if (!c->session) return;
    c->in_callback++;
    session_cancel(c->session);
    c->in_callback--;
    follow_session(c);
}

/* Follow the session's earliest deadline. */
static void arm_deadline(struct client *c) {
    int64_t at = c->session ? session_deadline(c->session) : 0;
    c->timer.fn = on_deadline;
    c->timer.arg = c;
    if (at)
        loop_timer_set(c->loop, &c->timer, at);
    else
        loop_timer_clear(c->loop, &c->timer);
}

void client_drop(struct client *c) {
    loop_timer_clear(c->loop, &c->timer);
    loop_timer_clear(c->loop, &c->again);
    loop_del(c->loop, c->watch);
    c->watch = NULL;
    sock_close(c->sock);
    c->sock = NULL;
    probe_cancel(c->probe);
    c->probe = NULL;
    c->write_waits = false;
}

struct sock *client_take_sock(struct client *c) {
    struct sock *s = c->sock;
    struct err e;
    assert(s && !c->in_callback && !session_pending(c->session));
    c->sock = NULL; /* moved to the caller */
    client_drop(c);
    err_set(&e, VK_ESTATE, "%s: the connection has become another's", c->where);
    session_end(c->session, &e);
    return s;
}

void client_end(struct client *c, const struct err *why) {
    if (!c->sock) return;
    client_drop(c);
    if (!c->error.code) c->error = *why;
    session_end(c->session, &c->error);
}

/* A TLS server answers a plain command with an alert record: type 21, version 3.x (RFC 8446, 5.1).
 */
static bool is_tls_alert(const char *p, size_t n) {
    return p[0] == 0x15 && (n < 2 || p[1] == 0x03);
}

/* A server that will not have us says so unasked and hangs up: its words would pass for the reply
 * to the first command (networking.c of the servers: maxclients, protected mode). */
static void note_refusal(struct client *c, const char *p, size_t n) {
    static const char full[] = "-ERR max number of clients", denied[] = "-DENIED ";
    if (n < sizeof full ||
        (memcmp(p, full, sizeof full - 1) && memcmp(p, denied, sizeof denied - 1)))
        return;
    const char *end = memchr(p, '\r', n);
    size_t len = end ? (size_t)(end - p) - 1 : n - 1;
    if (len >= sizeof c->refusal) len = sizeof c->refusal - 1;
    memcpy(c->refusal, p + 1, len);
    c->refusal[len] = 0;
}

/* Nothing was understood yet, on a connection that a TLS server would have dropped. The tools of
 * the compatible faces do not look. */
static bool may_speak_tls(const struct client *c) {
    return !c->tls && !c->opts->path && !c->opts->lenient && !session_received(c->session);
}

static void say_tls(const struct client *c, struct err *e) {
    err_set(e, VK_ETLS, "%s: server speaks TLS, add --tls", c->where);
}

/* The primary has become a replica. What was refused is in nobody's doubt, so what else is on the
 * way is waited for. */
static void leave_demoted(struct client *c) {
    struct err e;
    if (!c->demoted || !c->sock || session_pending(c->session)) return;
    err_set(&e, VK_ELOST, "%s is no longer the primary", c->where);
    c->in_callback++;
    client_end(c, &e);
    c->in_callback--;
}

static void take(struct client *c, const char *p, size_t n) {
    struct err e;
    err_clear(&e);
    if (may_speak_tls(c) && is_tls_alert(p, n)) {
        say_tls(c, &e);
        client_end(c, &e);
        return;
    }
    if (!session_received(c->session)) note_refusal(c, p, n);
    c->in_callback++;
    int code = session_in(c->session, p, n, loop_now_ns(c->loop));
    c->in_callback--;
    if (code < 0) follow_session(c);
    leave_demoted(c);
}

static void end_lost(struct client *c) {
    c->in_callback++;
    client_end(c, &c->error);
    c->in_callback--;
}

static void on_probed(void *arg, bool speaks_tls) {
    struct client *c = arg;
    c->probe = NULL; /* it is over */
    if (speaks_tls) say_tls(c, &c->error);
    end_lost(c);
}

/* A server that hangs up before it has said a word may be one that speaks TLS: knock again, and end
 * the connection when that is known. */
static void lost(struct client *c, struct err *why) {
    struct err e;
    const char *when = session_in_reply(c->session) ? " in the middle of a reply" : "";
    if (c->sent_huge) when = " while a large argument was sent (its limit is proto-max-bulk-len)";
    if (c->refusal[0])
        err_set(&e, VK_ESERVER, "%s: %s", c->where, c->refusal);
    else
        err_set(&e, why->code, "%s: %s%s", c->where, why->text, when);
    e.sys = why->sys;
    c->error = e;
    if (may_speak_tls(c)) {
        loop_del(c->loop, c->watch);
        c->watch = NULL;
        c->probe = probe_start(c->loop, c->opts, PROBE_TLS, on_probed, c);
    } else {
        end_lost(c);
    }
}

/* What is decrypted already makes no descriptor readable. */
static void on_again(void *arg) {
    client_on_ready(arg, LOOP_READ);
}

static void read_some(struct client *c) {
    struct err e;
    for (int i = 0; c->sock && i < READS_PER_WAKE; i++) {
        size_t got = 0;
        err_clear(&e);
        int code = sock_read(c->sock, c->in, READ_BYTES, &got, &e);
        if (code == VK_MORE) return;
        if (code < 0) {
            lost(c, &e);
            return;
        }
        take(c, c->in, got);
        if (got < READ_BYTES && c->sock && !c->sock->has_more) return;
    }
    if (!c->sock || !c->sock->has_more) return;
    c->again.fn = on_again;
    c->again.arg = c;
    loop_timer_set(c->loop, &c->again, 0);
}

/* What waits goes out as far as the socket takes it. A failed write does not end the connection:
 * the server may have said why before it closed, so the reading side finds the end. */
static void write_some(struct client *c) {
    struct iovec v[IOV_MAX_PIECES];
    c->write_waits = false;
    while (!c->write_failed) {
        int n = session_out(c->session, v, IOV_MAX_PIECES);
        if (!n) return;
        struct err e;
        size_t sent = 0;
        int code = sock_write(c->sock, v, n, &sent, &e);
        if (code == VK_MORE) {
            c->write_waits = true;
            return;
        }
        c->write_failed = code < 0;
        c->in_callback++; /* a command without a reply is over once it is sent */
        if (code == 0) session_sent(c->session, sent);
        c->in_callback--;
    }
}

void client_on_ready(void *arg, unsigned events) {
    struct client *c = arg;
    (void)events;
    read_some(c);
    if (c->sock) client_flush(c);
}

void client_flush(struct client *c) {
    if (!c->sock || !c->session) return;
    write_some(c);
    update_mask(c);
    arm_deadline(c);
}

bool client_is_open(const struct client *c) {
    return c->sock && c->session;
}

struct session *client_session(struct client *c) {
    return c->session;
}

const char *client_describe(const struct client *c, char *text, size_t cap) {
    char tls[128] = "";
    if (c->tls) tls_describe(c->sock, tls, sizeof tls);
    snprintf(text, cap, "%s%s%s, RESP%d, database %d", c->where, c->tls ? ", " : "", tls,
             session_protocol(c->session), session_db(c->session));
    return text;
}

const char *client_where(const struct client *c) {
    return c->where;
}

const struct handshake_said *client_said(const struct client *c) {
    return &c->said;
}

const char *client_note(const struct client *c) {
    return c->note[0] ? c->note : NULL;
}

bool client_is_demoted(const struct client *c) {
    return c->demoted;
}

const struct err *client_error(const struct client *c) {
    return &c->error;
}

/* A command to a primary: its reply is looked at on the way to its callback. */
struct guard {
    struct client *client;
    session_cb *cb;
    void *arg;
    bool begun;
};

static void on_guarded(void *arg, int code, const struct resp_event *ev) {
    static const char readonly[] = "READONLY ";
    struct guard *g = arg, copy = *g;
    if (ev && !ev->aside && !g->begun) {
        g->begun = true;
        if (ev->type == RESP_ERROR && ev->len >= sizeof readonly - 1 &&
            !memcmp(ev->p, readonly, sizeof readonly - 1))
            g->client->demoted = true;
    }
    if (code != VK_MORE) free(g);
    copy.cb(copy.arg, code, ev);
}

static int submit(struct client *c, const struct cmd *cmd, session_cb *cb, void *arg) {
    if (!c->wants_primary || !cb) return session_submit(c->session, cmd, cb, arg);
    struct guard *g = mem_alloc(sizeof *g);
    *g = (struct guard){.client = c, .cb = cb, .arg = arg};
    int code = session_submit(c->session, cmd, on_guarded, g);
    if (code < 0) free(g);
    return code;
}

int client_submit(struct client *c, int argc, const char *const *argv, const size_t *lens,
                  session_cb *cb, void *arg, struct err *e) {
    if (!client_is_open(c))
        return err_set(e, VK_ELOST, "%s", c->error.code ? c->error.text : "not connected");
    struct cmd cmd = {.argc = argc, .argv = argv, .lens = lens};
    if (c->opts->command_timeout_s > 0 && !command_blocks(argc, argv, lens))
        cmd.deadline_ns =
            clock_now_ns() + (int64_t)(c->opts->command_timeout_s * (double)CLOCK_NS_PER_S);
    c->sent_huge = session_out_len(c->session) > CLIENT_HUGE_BYTES;
    int code = submit(c, &cmd, cb, arg);
    if (code == VK_ESTATE) return err_set(e, code, "nothing can be sent after MONITOR");
    if (code == VK_ELIMIT) return err_set(e, code, "too much output waits to be sent");
    if (code < 0) return err_set(e, code, "%s", session_error(c->session)->text);
    if (session_out_len(c->session) > CLIENT_HUGE_BYTES) c->sent_huge = true;
    return 0;
}

/* The blocking call's own state: a tree under way. It lives until the last event has come, so a
 * tree that grows too large ends with its reply and not before. */
struct call {
    struct reply_builder *builder;
    int built; /* what the builder said last */
    int code;  /* VK_MORE until it is over */
};

static void on_call_event(void *arg, int code, const struct resp_event *ev) {
    struct call *call = arg;
    if (ev) call->built = reply_build(call->builder, ev);
    if (code == 0 && call->built < 0) code = call->built;
    call->code = code;
}

int client_turn_until(struct client *c, const int *code, struct err *e) {
    assert(!c->in_callback); /* design, rule 5: a callback may not call the blocking API */
    while (*code == VK_MORE) {
        loop_turn(c->loop, -1);
        if (*code == VK_MORE && signal_stop()) {
            client_cancel(c);
            return err_set(e, VK_ECANCEL, "interrupted");
        }
    }
    return 0;
}

int client_call(struct client *c, int argc, const char *const *argv, const struct reply **out,
                struct err *e) {
    struct call call = {.builder = &c->builder, .code = VK_MORE};
    reply_builder_clear(&c->builder);
    int code = client_submit(c, argc, argv, NULL, on_call_event, &call, e);
    if (code < 0) return code;
    client_flush(c);
    code = client_turn_until(c, &call.code, e);
    if (code < 0) return code;
    if (call.code == VK_ETIMEOUT) return err_set(e, VK_ETIMEOUT, "%s: no reply in time", c->where);
    if (call.code == VK_ELIMIT && !c->error.code)
        return err_set(e, VK_ELIMIT, "%s: the reply takes more memory than is allowed", c->where);
    if (call.code < 0) return err_set(e, call.code, "%s", c->error.text);
    *out = c->builder.root;
    return 0;
}
