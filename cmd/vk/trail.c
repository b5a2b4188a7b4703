/* SPDX-License-Identifier: BSD-3-Clause */
/* See trail.h. */
#include "trail.h"

#include <math.h>
#include <string.h>

#include "ui/spark.h"

static double known(const struct gauge *g, enum gauge_number n) {
    return gauge_knows(g, n) ? (double)g->value[n] : NAN;
}

void trail_sample(double sample[TRAILS], const struct gauge *g, const struct gauge_rates *r,
                  int64_t ping_ns) {
    sample[TRAIL_REQUESTS] = r->per_s[GAUGE_COMMANDS];
    sample[TRAIL_MEMORY] = known(g, GAUGE_MEMORY);
    sample[TRAIL_CLIENTS] = known(g, GAUGE_CLIENTS);
    sample[TRAIL_HITS] = 100 * gauge_hit_rate(r);
    sample[TRAIL_CPU] = 100 * gauge_cpu(r);
    sample[TRAIL_PING] = ping_ns >= 0 ? (double)ping_ns : NAN;
    sample[TRAIL_IN] = r->per_s[GAUGE_NET_IN];
    sample[TRAIL_OUT] = r->per_s[GAUGE_NET_OUT];
}

void trail_no_sample(double sample[TRAILS]) {
    for (int i = 0; i < TRAILS; i++)
        sample[i] = NAN;
}

void trail_push(struct trail *t, const double sample[TRAILS]) {
    bool full = t->n == TRAIL_SAMPLES;
    for (int i = 0; i < TRAILS; i++) {
        if (full) memmove(t->samples[i], t->samples[i] + 1, (TRAIL_SAMPLES - 1) * sizeof(double));
        t->samples[i][full ? t->n - 1 : t->n] = sample[i];
    }
    if (full)
        t->first++;
    else
        t->n++;
}

double trail_last(const struct trail *t, enum trail_metric m) {
    return t->n ? t->samples[m][t->n - 1] : NAN;
}

static size_t step(const struct trail *t, int columns) {
    return spark_step(t->n < TRAIL_SPAN ? t->n : TRAIL_SPAN, columns);
}

size_t trail_fold(const struct trail *t, enum trail_metric m, int columns, double *out) {
    if (columns < 1) return 0;
    return spark_fold(t->samples[m], t->n, t->first, step(t, columns), out, (size_t)columns);
}

size_t trail_span(const struct trail *t, int columns) {
    size_t room = columns > 0 ? (size_t)columns * step(t, columns) : 0;
    return t->n < room ? t->n : room;
}
