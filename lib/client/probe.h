/* SPDX-License-Identifier: BSD-3-Clause */
/* A second knock at a server that said nothing to the first: does it speak TLS, or plain RESP?
 * Asked only to find the words for a failure, on a connection of its own that carries no secret. */
#ifndef CLIENT_PROBE_H
#define CLIENT_PROBE_H

#include "client/connopt.h"
#include "io/loop.h"

enum { PROBE_MS = 500 }; /* silence for so long means no */
enum probe_kind { PROBE_TLS, PROBE_PLAIN };

struct probe;
typedef void probe_done_fn(void *arg, bool yes);

/* done is called once, from the loop, never before this returns; the probe frees itself before. o
 * is borrowed until then. */
struct probe *probe_start(struct loop *l, const struct connopt *o, enum probe_kind kind,
                          probe_done_fn *done, void *arg);
/* Give up without a callback. NULL is legal. */
void probe_cancel(struct probe *p);

#endif
