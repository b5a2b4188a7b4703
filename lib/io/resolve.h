/* SPDX-License-Identifier: BSD-3-Clause */
/* Names to addresses without blocking the loop: literals at once, names by getaddrinfo on a thread
 * of their own. */
#ifndef IO_RESOLVE_H
#define IO_RESOLVE_H

#include <netdb.h>

#include "io/dial.h"

/* Called once, from the loop: list (owned by the callee, freeaddrinfo) or e with the resolver's
 * reason. */
typedef void resolve_done_fn(void *arg, struct addrinfo *list, const struct err *e);

struct resolve;
/* Returns NULL when done was called already. */
struct resolve *resolve_start(struct loop *l, const char *host, int port, enum dial_family family,
                              resolve_done_fn *done, void *arg);
/* No callback any more; the thread ends by itself. NULL is legal. */
void resolve_cancel(struct resolve *r);

#endif
