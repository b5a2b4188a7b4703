/* SPDX-License-Identifier: BSD-3-Clause */
/* Many small allocations, one free. Pointers stay valid until arena_clear or arena_release. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/mem.h"

struct arena_block;

struct arena {
    struct arena_block *head; /* newest block; older ones behind it */
    char *p, *end;            /* free space in the newest block */
    size_t total;             /* bytes allocated from the system */
};

void arena_init(struct arena *a);
void arena_release(struct arena *a);
/* Forget everything, keep the newest block if it is small. */
void arena_clear(struct arena *a);
/* A new block for n bytes; called by arena_alloc when the current one is full. */
void *arena_grow(struct arena *a, size_t n);
/* n bytes copied into the arena, with a NUL behind them. */
char *arena_dup(struct arena *a, const void *p, size_t n);

/* n bytes, aligned for any pointer or 64-bit number, not cleared. */
static inline void *arena_alloc(struct arena *a, size_t n) {
    size_t size = (n + 7) & ~(size_t)7;
    if (size > (size_t)(a->end - a->p) || size < n) return arena_grow(a, n);
    void *p = a->p;
    a->p += size;
    return p;
}

#endif
