/* SPDX-License-Identifier: BSD-3-Clause */
/* A server on loopback that answers +OK to every command, on threads of its own: what a generator
 * is measured against when the server shall not be the limit. It knows no command: greet it with
 * none. */
#ifndef BENCH_NULLSERVER_H
#define BENCH_NULLSERVER_H

#include <stdint.h>

#include "base/err.h"

struct nullserver;
/* Connections are dealt evenly to so many threads (at least 1). VK_EFILE. */
int nullserver_start(int threads, struct nullserver **out, int *port, struct err *e) MUST_CHECK;
int nullserver_threads(const struct nullserver *s);
/* CPU time of one of its threads so far; up to 10 ms old while it works. */
int64_t nullserver_cpu_ns(const struct nullserver *s, int thread);
/* NULL is legal. */
void nullserver_stop(struct nullserver *s);

#endif
