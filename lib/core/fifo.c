/* SPDX-License-Identifier: BSD-3-Clause */
/* The growing half of the ring. See fifo.h. */
#include "core/fifo.h"

#include <stdlib.h>

enum { FIRST_CAP = 16 };

void fifo_init(struct fifo *f) {
    *f = (struct fifo){0};
}

void fifo_release(struct fifo *f) {
    free(f->ring);
    fifo_init(f);
}

void fifo_grow(struct fifo *f) {
    struct fifo larger = {.first = f->first, .end = f->end, .cap = f->cap ? f->cap * 2 : FIRST_CAP};
    larger.ring = mem_realloc(NULL, larger.cap, sizeof *larger.ring);
    for (uint64_t seq = f->first; seq != f->end; seq++)
        *fifo_at(&larger, seq) = *fifo_at(f, seq);
    free(f->ring);
    *f = larger;
}
