/* SPDX-License-Identifier: BSD-3-Clause */
/* See sweep_pace.h. It doubles while even twice as much would be in time, so the server's share
 * lies between half the target and the whole of it. One slow answer may be the network's: unless it
 * is very slow on a network that is quick, a few must agree before less is asked for. */
#include "sweep_pace.h"

#include "base/clock.h"

#define TARGET_NS CLOCK_NS_PER_MS
#define FAR_NS (5 * CLOCK_NS_PER_MS) /* a round trip that hides what the server does */

enum {
    START = 100,
    LEAST = 100,
    LEAST_FAR = 1000, /* less than a millisecond wherever */
    MOST = 1 << 17,
    SLOW_TRIES = 2,
    FRESH_TRIES = 8,
};

static void set(struct sweep_pace *p, uint64_t count) {
    uint64_t least = p->nearest_ns > FAR_NS ? LEAST_FAR : LEAST;
    p->count = count < least ? least : count > MOST ? MOST : count;
    p->best_ns = INT64_MAX;
    p->tries = 0;
}

void sweep_pace_init(struct sweep_pace *p, uint64_t fixed) {
    *p = (struct sweep_pace){.fixed = fixed > 0};
    set(p, START);
    if (fixed) p->count = fixed;
}

void sweep_pace_took(struct sweep_pace *p, int64_t round_trip_ns) {
    if (p->fixed) return;
    if (!p->nearest_ns || round_trip_ns < p->nearest_ns) p->nearest_ns = round_trip_ns;
    int64_t took = round_trip_ns - p->nearest_ns;
    bool far = p->nearest_ns > FAR_NS;
    p->tries++;
    if (took < p->best_ns) p->best_ns = took;
    if (p->best_ns < TARGET_NS / 2)
        set(p, p->count * 2);
    else if (p->best_ns > TARGET_NS && (p->tries >= SLOW_TRIES || (took > 2 * TARGET_NS && !far)))
        set(p, p->count / 2);
    else if (p->tries >= FRESH_TRIES)
        set(p, p->count);
}

bool sweep_pace_is_new(const struct sweep_pace *p) {
    return !p->fixed && p->count < MOST && p->best_ns == INT64_MAX;
}
