/* SPDX-License-Identifier: BSD-3-Clause */
/* A growable byte buffer with a mandatory maximum. An append that would pass the maximum does
 * nothing, returns VK_ELIMIT and sets `over`, which stays until buf_clear: a run of appends may be
 * checked once at its end. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct buf {
    char *p;    /* the bytes; not NUL-terminated unless buf_cstr was called */
    size_t len; /* bytes in use */
    size_t cap; /* bytes allocated */
    size_t max; /* never grows past this */
    bool over;  /* an append was refused */
};

/* An empty buffer that allocates nothing yet. */
void buf_init(struct buf *b, size_t max);
/* Free the bytes; the buffer may be used again as if just initialised. */
void buf_release(struct buf *b);
/* Empty it, keep the memory. */
void buf_clear(struct buf *b);
/* Make room for n more bytes and return where they go (then add n to len yourself), or NULL when
 * that would pass the maximum. */
char *buf_reserve(struct buf *b, size_t n);
int buf_add(struct buf *b, const void *p, size_t n);
int buf_addc(struct buf *b, char c);
int buf_adds(struct buf *b, const char *s);
/* Decimal digits of v. */
int buf_addi(struct buf *b, int64_t v);
int buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Remove n bytes from the front. */
void buf_drop(struct buf *b, size_t n);
/* The bytes with a NUL behind them, which is not counted in len. Room for the NUL is always there.
 */
const char *buf_cstr(struct buf *b);

#endif
