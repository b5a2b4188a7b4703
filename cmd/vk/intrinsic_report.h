/* SPDX-License-Identifier: BSD-3-Clause */
/* What --intrinsic-latency has found, and what it means. */
#ifndef VK_INTRINSIC_REPORT_H
#define VK_INTRINSIC_REPORT_H

#include "load/hist.h"
#include "run.h"

#define INTRINSIC_STALL_NS 50000LL /* shorter ones are interrupts, and nobody's trouble */

enum { INTRINSIC_WORST = 5 };

struct intrinsic_stall {
    int64_t ns, at_ns; /* how long, and when since the begin */
};

struct intrinsic_result {
    struct hist *hist;                             /* of all runs */
    int64_t ns;                                    /* it took in all */
    int64_t stolen_ns;                             /* in stalls */
    struct intrinsic_stall worst[INTRINSIC_WORST]; /* the longest first; ns 0 = none */
    int64_t said_ns;                               /* of the last line of progress */
};

/* A stall has come: on a terminal the longest one so far. */
void intrinsic_report_progress(struct run *r, struct intrinsic_result *res, int64_t since_ns);
void intrinsic_report(struct run *r, const struct intrinsic_result *res);

#endif
