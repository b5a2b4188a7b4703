/* SPDX-License-Identifier: BSD-3-Clause */
/* The growable byte buffer. See buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { FIRST_CAP = 256 };

void buf_init(struct buf *b, size_t max) {
    *b = (struct buf){.max = max};
}

void buf_release(struct buf *b) {
    free(b->p);
    buf_init(b, b->max);
}

void buf_clear(struct buf *b) {
    b->len = 0;
    b->over = false;
}

static void grow(struct buf *b, size_t need) {
    size_t cap = b->cap ? b->cap : FIRST_CAP;
    while (cap < need)
        cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    if (cap > b->max && need <= b->max) cap = b->max;
    b->p = mem_realloc(b->p, cap + 1, 1); /* one more for buf_cstr */
    b->cap = cap;
}

char *buf_reserve(struct buf *b, size_t n) {
    if (n <= b->cap - b->len && b->p) return b->p + b->len;
    if (n > b->max || b->len > b->max - n) {
        b->over = true;
        return NULL;
    }
    grow(b, b->len + n);
    return b->p + b->len;
}

int buf_add(struct buf *b, const void *p, size_t n) {
    char *to = buf_reserve(b, n);
    if (!to) return VK_ELIMIT;
    if (n) memcpy(to, p, n);
    b->len += n;
    return 0;
}

int buf_addc(struct buf *b, char c) {
    char *to = buf_reserve(b, 1);
    if (!to) return VK_ELIMIT;
    *to = c;
    b->len++;
    return 0;
}

int buf_adds(struct buf *b, const char *s) {
    return buf_add(b, s, strlen(s));
}

int buf_addi(struct buf *b, int64_t v) {
    char digits[STR_INT_MAX];
    return buf_add(b, digits, str_put_i64(digits, v));
}

int buf_addf(struct buf *b, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *to = n < 0 ? NULL : buf_reserve(b, (size_t)n); /* vsnprintf's NUL: see grow */
    if (!to) return VK_ELIMIT;
    va_start(args, fmt);
    vsnprintf(to, (size_t)n + 1, fmt, args);
    va_end(args);
    b->len += (size_t)n;
    return 0;
}

void buf_drop(struct buf *b, size_t n) {
    b->len -= n;
    if (b->len) memmove(b->p, b->p + n, b->len);
}

const char *buf_cstr(struct buf *b) {
    if (!b->p) grow(b, 0);
    b->p[b->len] = 0;
    return b->p;
}
