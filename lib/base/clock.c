/* SPDX-License-Identifier: BSD-3-Clause */
/* The clock. See clock.h. */
#include "base/clock.h"

#include <time.h>

static int64_t reading(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * CLOCK_NS_PER_S + t.tv_nsec;
}

int64_t clock_now_ns(void) {
    return reading(CLOCK_MONOTONIC);
}

int64_t clock_wall_us(void) {
    return reading(CLOCK_REALTIME) / 1000;
}

int64_t clock_process_cpu_ns(void) {
    return reading(CLOCK_PROCESS_CPUTIME_ID);
}
