/* SPDX-License-Identifier: BSD-3-Clause */
/* The commands that open a connection, pipelined in one write, in the order of the reference
 * (section 6): AUTH or HELLO 3 [AUTH user pass], CLIENT SETNAME, SETINFO LIB-NAME and LIB-VER
 * (refusals of both ignored), CLIENT CAPA redirect (ignored), SELECT, READONLY, CLIENT NO-EVICT and
 * NO-TOUCH (ignored). Falls back from
 * HELLO to AUTH on a server without HELLO, and from AUTH user pass to AUTH pass on one without
 * users. */
#ifndef CORE_HANDSHAKE_H
#define CORE_HANDSHAKE_H

#include "core/session.h"

/* What the server said of itself; "" = it did not. */
struct handshake_said {
    char role[16]; /* master, replica, slave, sentinel */
    char mode[16]; /* standalone, cluster, sentinel */
};

struct handshake_opts {
    int protocol;                       /* 2: no HELLO; 3: HELLO 3 with fall-back to 2 */
    bool strict_protocol;               /* no fall-back: a refused HELLO is an error */
    const char *user;                   /* NULL = none */
    const char *password;               /* NULL = no AUTH; borrowed until done */
    const char *client_name;            /* NULL = no SETNAME */
    const char *lib_name, *lib_version; /* NULL = do not send */
    bool capa_redirect;
    int db;
    bool readonly, no_evict, no_touch;
    struct handshake_said *said; /* filled when HELLO is answered; NULL = of no interest */
};

/* Called once: code 0, or VK_EAUTH, VK_ESERVER, VK_EPROTO, VK_ELOST ... with e filled ("AUTH
 * failed: WRONGPASS ...", "SELECT 99 failed: ERR DB index is out of range"). */
typedef void handshake_done_fn(void *arg, int code, const struct err *e);

/* Submits everything to s. With nothing to send, done is called before this returns. The handshake
 * frees itself before done; when the session is freed or cancelled in the middle, done has come
 * with the error. A negative return means that nothing was submitted and done will not come. */
int handshake_start(struct session *s, const struct handshake_opts *o, handshake_done_fn *done,
                    void *arg) MUST_CHECK;
/* True when a command must not go out before the handshake has succeeded: it would run as another
 * user, in another database, or on stale data. */
bool handshake_guards(const struct handshake_opts *o);

#endif
