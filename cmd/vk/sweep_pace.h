/* SPDX-License-Identifier: BSD-3-Clause */
/* How many keys a SCAN is to look at, so that it keeps the server busy for a millisecond or so and
 * no longer, whatever it filters. Pure: it learns from round trips of calls that had the connection
 * for themselves. The shortest one ever is the network's share; the rest is the server's. */
#ifndef VK_SWEEP_PACE_H
#define VK_SWEEP_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct sweep_pace {
    bool fixed;
    uint64_t count;
    int64_t nearest_ns; /* the shortest round trip so far; 0 = none yet */
    int64_t best_ns;    /* the shortest time at the present count */
    int tries;          /* at that count */
};

/* fixed 0 = found by itself. */
void sweep_pace_init(struct sweep_pace *p, uint64_t fixed);
/* A call with p->count took that long. */
void sweep_pace_took(struct sweep_pace *p, int64_t round_trip_ns);
/* It has not settled yet: the more round trips it hears of the sooner. */
bool sweep_pace_is_new(const struct sweep_pace *p);

#endif
