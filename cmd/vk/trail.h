/* SPDX-License-Identifier: BSD-3-Clause */
/* The last minutes of what --dash draws, a sample each tick; in a fixed room. Pure. */
#ifndef VK_TRAIL_H
#define VK_TRAIL_H

#include "gauge.h"

enum trail_metric {
    TRAIL_REQUESTS, /* per second */
    TRAIL_MEMORY,   /* bytes */
    TRAIL_CLIENTS,
    TRAIL_HITS, /* percent */
    TRAIL_CPU,  /* percent of a core */
    TRAIL_PING, /* ns */
    TRAIL_IN,   /* bytes per second */
    TRAIL_OUT,
    TRAILS
};

enum { TRAIL_SAMPLES = 600, TRAIL_SPAN = 300 /* so many are shown, where they fit */ };

struct trail {
    double samples[TRAILS][TRAIL_SAMPLES];
    size_t n;
    uint64_t first; /* the number of samples[...][0] */
};

/* NAN = not known. ping_ns -1 = no answer. */
void trail_sample(double sample[TRAILS], const struct gauge *g, const struct gauge_rates *r,
                  int64_t ping_ns);
/* Of a node that does not answer. */
void trail_no_sample(double sample[TRAILS]);
void trail_push(struct trail *t, const double sample[TRAILS]);
/* The last one, NAN without any. */
double trail_last(const struct trail *t, enum trail_metric m);
/* The last minutes in so many groups, oldest first; returns how many there are. */
size_t trail_fold(const struct trail *t, enum trail_metric m, int columns, double *out);
/* How many samples stand behind so many columns. */
size_t trail_span(const struct trail *t, int columns);

#endif
