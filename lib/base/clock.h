/* SPDX-License-Identifier: BSD-3-Clause */
/* Time: everything inside runs on the monotonic clock, in nanoseconds; only what is shown or
 * compared with what others date has the time of day. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_NS_PER_MS 1000000LL
#define CLOCK_NS_PER_S 1000000000LL

/* CLOCK_MONOTONIC in ns; never 0, never steps. */
int64_t clock_now_ns(void);
/* The time of day in microseconds since 1970, UTC; may step. For what people and servers date. */
int64_t clock_wall_us(void);
/* CPU time of the process so far, all threads, user and system, in ns. */
int64_t clock_process_cpu_ns(void);

#endif
