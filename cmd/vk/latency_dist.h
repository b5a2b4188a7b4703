/* SPDX-License-Identifier: BSD-3-Clause */
/* The spectrum of --latency-dist: a strip of cells from 10 us to 60 s, each as hot as its share of
 * the interval's PINGs. */
#ifndef VK_LATENCY_DIST_H
#define VK_LATENCY_DIST_H

#include "latency.h"

/* A strip for each node, with the scale in front of it from time to time. */
void latency_dist_strips(struct latency *l);
/* The member "buckets": [{"to_ns": ..., "count": ...}, ...], those with records. */
void latency_dist_json(struct buf *out, const struct hist *h);

#endif
