/* SPDX-License-Identifier: BSD-3-Clause */
/* Block-chained arena. See arena.h. */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 1024, LARGEST_BLOCK = 1 << 20 };

struct arena_block {
    struct arena_block *next;
    size_t size; /* bytes behind this header */
    char bytes[];
};

void arena_init(struct arena *a) {
    *a = (struct arena){0};
}

static void free_from(struct arena_block *b) {
    while (b) {
        struct arena_block *next = b->next;
        free(b);
        b = next;
    }
}

void arena_release(struct arena *a) {
    free_from(a->head);
    arena_init(a);
}

void arena_clear(struct arena *a) {
    struct arena_block *keep = a->head;
    if (!keep) return;
    if (keep->size > LARGEST_BLOCK) {
        arena_release(a);
        return;
    }
    free_from(keep->next);
    keep->next = NULL;
    a->p = keep->bytes;
    a->total = keep->size;
}

void *arena_grow(struct arena *a, size_t n) {
    if (n > SIZE_MAX / 2) n = SIZE_MAX / 2; /* no sum overflows, and mem_alloc refuses it */
    size_t size = (n + 7) & ~(size_t)7;
    size_t block = a->head ? a->head->size * 2 : FIRST_BLOCK;
    if (block > LARGEST_BLOCK) block = LARGEST_BLOCK;
    if (block < size) block = size;
    struct arena_block *b = mem_alloc(sizeof *b + block);
    b->size = block;
    a->total += block;
    if (size > LARGEST_BLOCK / 4 && a->head) { /* a large one goes behind: the rest stays in use */
        b->next = a->head->next;
        a->head->next = b;
        return b->bytes;
    }
    b->next = a->head;
    a->head = b;
    a->p = b->bytes + size;
    a->end = b->bytes + block;
    return b->bytes;
}

char *arena_dup(struct arena *a, const void *p, size_t n) {
    char *copy = arena_alloc(a, n + 1);
    if (n) memcpy(copy, p, n);
    copy[n] = 0;
    return copy;
}
