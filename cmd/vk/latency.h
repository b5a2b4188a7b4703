/* SPDX-License-Identifier: BSD-3-Clause */
/* --latency, --latency-history, --latency-dist: PING to each node, one at a time, the next 10 ms
 * after the reply. A round trip is from just before the PING is written to the end of its reply's
 * parsing. As the next one waits for it, a stall counts once however long it is: percentiles speak
 * of PINGs, not of time. While a node is away there is no sample; how often and for how long that
 * was is counted beside them. */
#ifndef VK_LATENCY_H
#define VK_LATENCY_H

#include "fleet.h"
#include "load/hist.h"

enum { LATENCY_PAUSE_MS = 10 };

/* Times without an answer: from the PING that had none to the next reply. */
struct latency_gaps {
    uint64_t n; /* that began */
    int64_t ns;
};

struct latency;

struct latency_node {
    struct latency *all;
    struct fleet_node *node;
    struct loop_timer timer; /* the next PING, or the next try to connect */
    int64_t sent_ns;         /* of the PING under way, or of the one before */
    int64_t counted_ns;      /* away: up to where that is counted; 0 = it answers */
    int64_t away_since_ns;
    bool wants_connect, connecting;
    bool answered;  /* since it was connected */
    bool complains; /* PING is answered with an error, which was said */
    struct err why; /* it is away */
    struct hist *now, *total;
    struct latency_gaps gaps_now, gaps_total;
};

enum latency_kind { LATENCY_ONE, LATENCY_HISTORY, LATENCY_DIST };

struct latency {
    struct run *run;
    struct fleet fleet;
    struct latency_node *nodes;
    int n;
    enum latency_kind kind;
    bool live;     /* the last lines on the terminal are redrawn */
    bool lost;     /* some node was away at some time */
    int drawn;     /* lines that a redraw takes away */
    uint64_t rows; /* shown for good, for headers that come again */
    int64_t begun_ns, interval_begun_ns, interval_ns;
};

int latency_main(struct run *r);
/* The same as the tool does it. */
int latency_face_main(struct run *r);

#endif
