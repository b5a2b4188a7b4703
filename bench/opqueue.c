/* SPDX-License-Identifier: BSD-3-Clause */
/* See opqueue.h. */
#include "bench/opqueue.h"

#include <stdlib.h>

#include "base/mem.h"

enum { CAP_FIRST = 16 };

void opqueue_release(struct opqueue *q) {
    free(q->ring);
    *q = (struct opqueue){0};
}

void opqueue_grow(struct opqueue *q) {
    size_t cap = q->cap;
    q->ring = mem_ring_grow(q->ring, q->head, q->n, &cap, CAP_FIRST, sizeof *q->ring);
    q->cap = (uint32_t)cap;
    q->head = 0;
}
