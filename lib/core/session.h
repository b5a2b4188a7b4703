/* SPDX-License-Identifier: BSD-3-Clause */
/* The client's side of one connection as a machine without I/O: commands and bytes in, bytes and
 * callbacks out. It never sees a descriptor or a clock. The rules (design, "One engine"): pending
 * commands form a FIFO and a reply pops its head; pushes never do, but the first confirmation of a
 * SUBSCRIBE pops that entry; a reply that nobody waits for any more is read and dropped; CLIENT
 * REPLY OFF and SKIP swallow replies; after MONITOR nothing may be submitted. An error is sticky:
 * every pending command hears of it once, later calls return it. */
#ifndef CORE_SESSION_H
#define CORE_SESSION_H

#include <sys/uio.h>

#include "core/push.h"
#include "resp/read.h"

struct cmd {
    int argc;
    const char *const *argv; /* borrowed during submit; those over RESP_WRITE_CUTOFF until the
                                callback (with cb NULL: until session_out_len is 0) */
    const size_t *lens;      /* NULL: argv are C strings */
    int64_t deadline_ns;     /* on the caller's clock; 0 = none */
};

/* One command's reply, event by event: code VK_MORE with an event inside the reply, 0 with the last
 * one (ev->done). Exactly one call ends it: code 0, or code < 0 (VK_ELOST, VK_ETIMEOUT, VK_ECANCEL,
 * VK_EPROTO, ...) with ev NULL. ev is also NULL with code 0 when the command has no reply of its
 * own: a SUBSCRIBE confirmed by its push, a command under CLIENT REPLY OFF (once it has been sent).
 * Attributes come as events with `aside`; nested pushes never do. May submit, cancel and end the
 * session; must not free it, feed it or turn a loop. */
typedef void session_cb(void *arg, int code, const struct resp_event *ev);
/* A push, built whole; r is valid during the call. */
typedef void session_push_cb(void *arg, enum push_kind kind, const struct reply *r);

struct session_config {
    struct resp_limits limits; /* depth 0 = RESP_LIMITS_DEFAULT */
    size_t out_max;            /* bytes of copied output that may wait, 0 = 1 GiB */
    size_t push_max;           /* memory of one push's tree, 0 = 512 MiB */
    session_push_cb *on_push;  /* may be NULL: pushes are dropped */
    void *push_arg;
};

/* What a lost connection takes with it (bits of session_state). */
enum {
    SESSION_MULTI = 1 << 0,
    SESSION_WATCH = 1 << 1,
    SESSION_SUBSCRIBED = 1 << 2,
    SESSION_MONITOR = 1 << 3,
    SESSION_TRACKING = 1 << 4,
    SESSION_REPLY_OFF = 1 << 5,
};

struct session;
struct identity;

struct session *session_new(const struct session_config *config);
/* Those that still wait hear the sticky error, or VK_ECANCEL. */
void session_free(struct session *s);

/* Queue a command; cb may be NULL. VK_ESTATE after MONITOR, the sticky error, or VK_ELIMIT (cb is
 * then not called). Never calls back by itself. */
int session_submit(struct session *s, const struct cmd *c, session_cb *cb, void *arg) MUST_CHECK;
/* The server will send one more reply that belongs to no command: EVAL's own, behind the end of a
 * debugging session. It goes to cb, in front of what is pending. The sticky error. Never calls back
 * by itself. */
int session_expect(struct session *s, session_cb *cb, void *arg) MUST_CHECK;
/* Bytes that wait to be sent, at most max pieces; returns how many. Then session_sent(n), and
 * before the next session_in: what comes for a command that is not sent whole is not its reply.
 * session_sent calls back for commands that have no reply. */
int session_out(const struct session *s, struct iovec *v, int max);
size_t session_out_len(const struct session *s);
void session_sent(struct session *s, size_t n);
/* Bytes that came. 0, or the sticky error (session_error has the text). An error reply that nobody
 * waits for is the server's reason to refuse the connection: VK_ESERVER in its words. */
int session_in(struct session *s, const char *p, size_t n, int64_t now_ns);
/* The connection ended, for the reason in why (code VK_ELOST, VK_ETLS, ...): becomes the sticky
 * error. */
void session_end(struct session *s, const struct err *why);
/* The earliest deadline among the pending, or an earlier one that has been met; 0 = none. Past it,
 * call session_expire: the late entries hear VK_ETIMEOUT, stay in the FIFO and drop what still
 * comes. Returns how many expired. If borrowed bytes of a late one have not gone out, the session
 * ends: its sticky error is VK_ETIMEOUT. */
int64_t session_deadline(const struct session *s);
int session_expire(struct session *s, int64_t now_ns);
/* Every pending command hears VK_ECANCEL and drops what still comes (Ctrl-C). If borrowed bytes
 * have not gone out, the session ends: its sticky error is VK_ECANCEL. */
void session_cancel(struct session *s);

/* Commands whose reply has not come whole yet (dropped ones included). */
size_t session_pending(const struct session *s);
/* True when the oldest pending command is one the server may block on. */
bool session_blocked(const struct session *s);
/* Of the oldest pending command: some of its reply has come. */
bool session_in_reply(const struct session *s);
/* SESSION_... bits that would be lost now. */
unsigned session_state(const struct session *s);
/* 2 or 3: what HELLO said last. */
int session_protocol(const struct session *s);
/* It takes no commands, for MONITOR or, in RESP2, for subscriptions. */
bool session_only_listens(const struct session *s);
/* Database as of the last SELECT that was answered with OK. */
int session_db(const struct session *s);
/* Commands that wait for EXEC; *dirty: one was refused, so EXEC will be. */
int session_queued(const struct session *s, bool *dirty);
/* Who the connection is, as its commands have set it. Valid until the session is fed or freed. */
const struct identity *session_identity(const struct session *s);
/* Its password is known elsewhere: it is wiped here. */
void session_forget_password(struct session *s);
/* The identity becomes to's. */
void session_leave_identity(struct session *s, struct identity *to);
/* Bytes received so far. */
uint64_t session_received(const struct session *s);
/* The sticky error; code 0 when there is none. */
const struct err *session_error(const struct session *s);

#endif
