/* SPDX-License-Identifier: BSD-3-Clause */
/* Operations in the order in which they were put in: those that wait for a connection to their
 * node, and those in flight. A ring that grows. */
#ifndef BENCH_OPQUEUE_H
#define BENCH_OPQUEUE_H

#include "bench/image.h"

struct opqueue {
    struct image_op *ring; /* of cap (a power of 2), from head on */
    uint32_t head, n, cap;
};

void opqueue_release(struct opqueue *q);
void opqueue_grow(struct opqueue *q); /* called by opqueue_push */

/* The i-th, i < n. */
static inline struct image_op *opqueue_at(const struct opqueue *q, uint32_t i) {
    return &q->ring[(q->head + i) & (q->cap - 1)];
}
static inline void opqueue_push(struct opqueue *q, const struct image_op *op) {
    if (q->n == q->cap) opqueue_grow(q);
    *opqueue_at(q, q->n++) = *op;
}
static inline void opqueue_drop(struct opqueue *q, uint32_t n) {
    q->head += n;
    q->n -= n;
}

#endif
