/* SPDX-License-Identifier: BSD-3-Clause */
/* Making a connection's byte stream, on the loop: dial, then TLS when asked for. No RESP is spoken.
 * A plain connect to a TLS port and the reverse are told apart from other failures, if need be by
 * knocking a second time. */
#ifndef CLIENT_TRANSPORT_H
#define CLIENT_TRANSPORT_H

#include "client/connopt.h"
#include "io/loop.h"
#include "io/tls.h"

struct transport_opts {
    const struct connopt *conn;
    const char *address; /* an IP literal to dial instead of the host, which TLS still verifies;
                            NULL = resolve the host */
    struct tls_ctx *tls; /* NULL = plain; borrowed as long as the sock lives */
    int64_t deadline_ns; /* monotonic; 0 = none */
};

/* Called once: s connected, TLS done (the caller owns it), e NULL; or s NULL and e set:
 * VK_ECONNECT, VK_ETIMEOUT, VK_ETLS, VK_ELOST, the text naming what was dialled; VK_EFILE when the
 * loop cannot watch it. */
typedef void transport_done_fn(void *arg, struct sock *s, const struct err *e);

struct transport;
/* o is copied, what it points to is borrowed until done. Frees itself before done. Done may come
 * before this returns, which is then NULL. For a Unix socket the address is ignored. */
struct transport *transport_start(struct loop *l, const struct transport_opts *o,
                                  transport_done_fn *done, void *arg);
/* Give up without a callback. NULL is legal. */
void transport_cancel(struct transport *t);

#endif
