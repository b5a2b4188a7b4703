/* SPDX-License-Identifier: BSD-3-Clause */
/* The newest entries of a server's slow log: read out of the reply of SLOWLOG GET, secrets left
 * out, and merged with those of other servers. Pure. */
#ifndef VK_DASH_SLOW_H
#define VK_DASH_SLOW_H

#include "resp/reply.h"

enum { DASH_SLOW_ENTRIES = 16, DASH_SLOW_TEXT = 240 };

struct dash_slow_entry {
    int64_t id, time_s, duration_us;
    char command[DASH_SLOW_TEXT]; /* redacted and safe; cut */
};

/* Of one server, the newest first. */
struct dash_slow {
    struct dash_slow_entry entries[DASH_SLOW_ENTRIES];
    int n;
    bool refused;  /* it may not be read */
    char why[120]; /* in the server's words, not safe */
};

/* What is malformed is left out. */
void dash_slow_take(struct dash_slow *s, const struct reply *r);

struct dash_slow_place {
    const struct dash_slow_entry *entry;
    int server;
};

/* The newest of several servers' entries, newest first; returns how many, at most max. */
int dash_slow_merge(const struct dash_slow *const *servers, int n, struct dash_slow_place *out,
                    int max);

#endif
