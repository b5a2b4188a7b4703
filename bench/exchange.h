/* SPDX-License-Identifier: BSD-3-Clause */
/* One request at a time on one connection, each system call counted: write all of it, read its
 * reply to the end, build nothing. Blocking: it turns the loop. */
#ifndef BENCH_EXCHANGE_H
#define BENCH_EXCHANGE_H

#include <sys/uio.h>

#include "client/connopt.h"
#include "io/loop.h"

struct exchange;

/* conn is finished, secrets fetched; borrowed. Nothing is connected yet. VK_ETLS, VK_EUSAGE. */
int exchange_new(struct loop *l, const struct connopt *conn, struct exchange **out,
                 struct err *e) MUST_CHECK;
/* NULL is legal. */
void exchange_free(struct exchange *x);
/* Connect and greet, unless that has been done. VK_ECONNECT, VK_ETIMEOUT, VK_EAUTH, VK_ETLS ...;
 * VK_ECANCEL on a stop signal. */
int exchange_connect(struct exchange *x, struct err *e) MUST_CHECK;
bool exchange_is_open(const struct exchange *x);
/* Send v[0..n), one request, on the open connection, and take its reply. 0; VK_ESERVER and the
 * server's words for an error reply. Else the connection is closed: VK_ELOST, VK_EPROTO,
 * VK_ETIMEOUT (the command time-out), VK_ECANCEL (a stop signal came: a request under way still has
 * a second).
 */
int exchange_call(struct exchange *x, const struct iovec *v, int n, struct err *e) MUST_CHECK;
/* Reads, writes and waits so far, those of connecting not counted. */
uint64_t exchange_syscalls(const struct exchange *x);

#endif
