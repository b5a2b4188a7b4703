/* SPDX-License-Identifier: BSD-3-Clause */
/* Making one of the load's connections: transport, then the greeting (HELLO or AUTH, SELECT, CLIENT
 * TRACKING) by a session of its own, which is gone when the load begins. */
#ifndef BENCH_OPENING_H
#define BENCH_OPENING_H

#include "bench/run.h"
#include "client/transport.h"

/* The same for all connections to one server; read-only meanwhile. */
struct opening_opts {
    const struct run_opts *run;
    const struct connopt *conn; /* finished */
    const char *address;        /* the host, resolved; NULL for a Unix socket */
    struct tls_ctx *tls;        /* NULL = plain */
    const char *password;       /* NULL = none */
    bool readonly;              /* READONLY, for a replica */
};

/* Called once, never before opening_start returns: s is ready for requests and the caller's, after
 * took_ns; or s is NULL and e is set. */
typedef void opening_done_fn(void *arg, struct sock *s, int64_t took_ns, const struct err *e);

struct opening;
/* Begins at at_ns (0 = now). Frees itself before done. */
struct opening *opening_start(struct loop *l, const struct opening_opts *o, int64_t at_ns,
                              opening_done_fn *done, void *arg);
/* Give up without a callback. NULL is legal. */
void opening_cancel(struct opening *o);

#endif
