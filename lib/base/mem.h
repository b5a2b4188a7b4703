/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that never comes back NULL: out of memory ends the program with a message. Sizes that
 * come from a network or a file are checked against a limit before they reach this module. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

/* n bytes, not cleared; the caller frees. */
void *mem_alloc(size_t n);
/* n * size bytes, cleared, overflow of the product checked; the caller frees. */
void *mem_zalloc(size_t n, size_t size);
/* p grown or shrunk to n * size bytes; p may be NULL. */
void *mem_realloc(void *p, size_t n, size_t size);
/* A ring of *cap elements (a power of two; 0 = none yet) of size bytes, n of them from `first` on,
 * in twice the room (`least` when it had none), the first at 0. The old one is freed. */
void *mem_ring_grow(void *ring, size_t first, size_t n, size_t *cap, size_t least, size_t size);
/* A copy of n bytes with a NUL after them. */
char *mem_dup(const void *p, size_t n);
/* A copy of a C string; NULL stays NULL. */
char *mem_strdup(const char *s);
/* Overwrite n bytes in a way that the compiler cannot leave out (secrets). */
void mem_wipe(void *p, size_t n);

#endif
