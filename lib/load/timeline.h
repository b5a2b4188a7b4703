/* SPDX-License-Identifier: BSD-3-Clause */
/* What was done when: counts in cells of equal width, from a start on. Widths begin at 100 ms; a
 * run of more than an hour gets wider ones, each twice the one before, so that memory is bounded.
 * One thread writes; to be read after its end. */
#ifndef LOAD_TIMELINE_H
#define LOAD_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

enum { TIMELINE_CELLS = 36000, TIMELINE_CELL_NS = 100000000 };

struct timeline_cell {
    uint64_t done, errors;
};

struct timeline {
    int64_t start_ns, width_ns;
    struct timeline_cell *cells;
    size_t n, cap;
    /* private */
    int64_t edge_ns; /* the end of the cell that was written last, which is the n-th */
};

void timeline_init(struct timeline *t, int64_t start_ns);
void timeline_release(struct timeline *t);
/* Make the cell of now_ns the last one; called by timeline_add. */
void timeline_advance(struct timeline *t, int64_t now_ns);

/* Times only go forward; what comes before the start belongs to the first cell. */
static inline void timeline_add(struct timeline *t, int64_t now_ns, uint64_t done,
                                uint64_t errors) {
    if (now_ns >= t->edge_ns) timeline_advance(t, now_ns);
    t->cells[t->n - 1].done += done;
    t->cells[t->n - 1].errors += errors;
}

/* Add src, of the same start, to dst. */
void timeline_merge(struct timeline *dst, const struct timeline *src);
/* What lies in from_ns..to_ns after the start, by whole cells: those that begin in it. */
struct timeline_cell timeline_sum(const struct timeline *t, int64_t from_ns, int64_t to_ns);

#endif
