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
    uint32_t cap = q->cap ? q->cap * 2 : CAP_FIRST;
    struct image_op *grown = mem_alloc(cap * sizeof *grown);
    for (uint32_t i = 0; i < q->n; i++)
        grown[i] = *opqueue_at(q, i);
    free(q->ring);
    q->ring = grown;
    q->cap = cap;
    q->head = 0;
}
