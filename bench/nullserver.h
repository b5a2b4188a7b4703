/* SPDX-License-Identifier: BSD-3-Clause */
/* A server on loopback that answers +OK to every command, on a thread of its own: what a generator
 * is measured against when the server shall not be the limit. */
#ifndef BENCH_NULLSERVER_H
#define BENCH_NULLSERVER_H

#include "base/err.h"

struct nullserver;
int nullserver_start(struct nullserver **out, int *port, struct err *e) MUST_CHECK;
/* NULL is legal. */
void nullserver_stop(struct nullserver *s);

#endif
