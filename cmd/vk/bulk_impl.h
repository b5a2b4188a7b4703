/* SPDX-License-Identifier: BSD-3-Clause */
/* What the two ways of sending a load share: bulk_direct.c, the bytes of one connection, and
 * bulk_routed.c, a cluster. Each takes commands from bulk_take, in the order of the input, and
 * accounts for them in that order. For cmd/vk/bulk*.c only. */
#ifndef VK_BULK_IMPL_H
#define VK_BULK_IMPL_H

#include "bulk_report.h"
#include "run.h"

enum {
    BULK_WINDOW_BYTES = 4 << 20, /* that may wait for their replies */
    BULK_GRACE_S = 2,            /* for what is on the way, after a signal */
};

/* A place in the input. */
struct bulk_point {
    uint64_t at, line;
};

struct bulk {
    struct run *run;
    const struct options_bulk *opts;
    struct bulk_input in;
    struct bulk_encoder encoder;
    struct bulk_report report;
    struct progress progress;
    struct loop_watch *watch; /* of standard input */
    bool begun;               /* its format is known, and the header behind us */
    bool starving;            /* it must be read before another command can be taken */
    struct err broken;        /* why nothing more can be taken from it; code 0 = it can */
    uint64_t in_doubt;        /* sent, and not answered */
    struct bulk_point resume; /* behind the last command that is accounted for */
    struct bulk_point behind; /* where what was never sent begins */
    uint64_t early;           /* behind `resume`, and answered all the same */
    bool gaps;                /* behind `behind` some have been sent all the same */
    int64_t begun_ns;
};

/* Before all else here. VK_EFILE. */
int bulk_watch(struct bulk *b, struct err *e) MUST_CHECK;
enum bulk_taken { BULK_NONE, BULK_COMMAND, BULK_BAD };
/* The next record with a command: it is appended to out. BULK_NONE: there is none now, or none any
 * more (bulk_at_end). BULK_BAD: it is to be reported in its turn, and not sent. */
enum bulk_taken bulk_take(struct bulk *b, struct bulk_record *r, struct buf *out);
/* The point at an offset. Lines are counted forwards only, so one after the other, errors in
 * between told in their turn. */
struct bulk_point bulk_point_of(struct bulk *b, uint64_t at);
/* All of the input has been taken. */
bool bulk_at_end(const struct bulk *b);
/* Watch standard input, as far as it is wanted now, and turn the loop. */
void bulk_turn(struct bulk *b, bool wanted, int64_t until_ns);
/* Nothing may be added to what was sent: an error or a signal asked for that. */
bool bulk_is_stopping(const struct bulk *b);

int bulk_direct(struct bulk *b, struct err *e) MUST_CHECK;
void bulk_routed(struct bulk *b);
/* The end: what is said, and the exit code. */
int bulk_summary(struct bulk *b);

#endif
