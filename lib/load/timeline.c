/* SPDX-License-Identifier: BSD-3-Clause */
/* See timeline.h. */
#include "load/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void timeline_init(struct timeline *t, int64_t start_ns) {
    *t =
        (struct timeline){.start_ns = start_ns, .width_ns = TIMELINE_CELL_NS, .edge_ns = INT64_MIN};
}

void timeline_release(struct timeline *t) {
    free(t->cells);
    *t = (struct timeline){0};
}

static void grow(struct timeline *t, size_t n) {
    if (n > t->cap) {
        size_t cap = n < 64 ? 64 : n * 2;
        t->cells = mem_realloc(t->cells, cap, sizeof *t->cells);
        t->cap = cap;
    }
    if (n > t->n) memset(t->cells + t->n, 0, (n - t->n) * sizeof *t->cells);
    if (n > t->n) t->n = n;
}

/* Two cells become one. */
static void widen(struct timeline *t) {
    for (size_t i = 0; i < t->n; i++) {
        struct timeline_cell cell = t->cells[i];
        if (i % 2 == 0) t->cells[i / 2] = (struct timeline_cell){0};
        t->cells[i / 2].done += cell.done;
        t->cells[i / 2].errors += cell.errors;
    }
    t->n = (t->n + 1) / 2;
    t->width_ns *= 2;
}

void timeline_advance(struct timeline *t, int64_t now_ns) {
    int64_t at = now_ns > t->start_ns ? now_ns - t->start_ns : 0;
    while (at / t->width_ns >= TIMELINE_CELLS)
        widen(t);
    grow(t, (size_t)(at / t->width_ns) + 1);
    t->edge_ns = t->start_ns + (int64_t)t->n * t->width_ns;
}

void timeline_merge(struct timeline *dst, const struct timeline *src) {
    if (!src->n) return;
    while (dst->width_ns < src->width_ns)
        widen(dst);
    size_t factor = (size_t)(dst->width_ns / src->width_ns);
    grow(dst, (src->n + factor - 1) / factor);
    for (size_t i = 0; i < src->n; i++) {
        dst->cells[i / factor].done += src->cells[i].done;
        dst->cells[i / factor].errors += src->cells[i].errors;
    }
    dst->edge_ns = dst->start_ns + (int64_t)dst->n * dst->width_ns;
}

struct timeline_cell timeline_sum(const struct timeline *t, int64_t from_ns, int64_t to_ns) {
    struct timeline_cell sum = {0};
    size_t i = from_ns > 0 ? (size_t)((from_ns + t->width_ns - 1) / t->width_ns) : 0;
    for (; i < t->n && (int64_t)i * t->width_ns < to_ns; i++) {
        sum.done += t->cells[i].done;
        sum.errors += t->cells[i].errors;
    }
    return sum;
}
