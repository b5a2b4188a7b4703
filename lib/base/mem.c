/* SPDX-License-Identifier: BSD-3-Clause */
/* Allocation that aborts when memory runs out. See mem.h. */
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

static _Noreturn void out_of_memory(size_t n) {
    char text[80];
    int len = snprintf(text, sizeof text, "out of memory (%zu bytes asked for)\n", n);
    if (write(STDERR_FILENO, text, (size_t)len) < 0) abort();
    abort();
}

void *mem_alloc(size_t n) {
    void *p = malloc(n ? n : 1);
    if (!p) out_of_memory(n);
    return p;
}

void *mem_zalloc(size_t n, size_t size) {
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p) out_of_memory(n * size);
    return p;
}

void *mem_realloc(void *p, size_t n, size_t size) {
    void *q = reallocarray(p, n ? n : 1, size ? size : 1);
    if (!q) out_of_memory(n * size);
    return q;
}

void *mem_ring_grow(void *ring, size_t first, size_t n, size_t *cap, size_t least, size_t size) {
    size_t larger = *cap ? 2 * *cap : least;
    char *grown = mem_realloc(NULL, larger, size);
    size_t begin = *cap ? first & (*cap - 1) : 0, ahead = n < *cap - begin ? n : *cap - begin;
    if (ahead) memcpy(grown, (char *)ring + begin * size, ahead * size);
    if (n > ahead) memcpy(grown + ahead * size, ring, (n - ahead) * size);
    free(ring);
    *cap = larger;
    return grown;
}

char *mem_dup(const void *p, size_t n) {
    char *copy = mem_alloc(n + 1);
    if (n) memcpy(copy, p, n);
    copy[n] = 0;
    return copy;
}

char *mem_strdup(const char *s) {
    return s ? mem_dup(s, strlen(s)) : NULL;
}

void mem_wipe(void *p, size_t n) {
    if (n) explicit_bzero(p, n);
}
