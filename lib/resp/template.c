/* SPDX-License-Identifier: BSD-3-Clause */
/* Pre-encoded commands. See template.h. A hole's place is found once, by walking the first copy's
 * encoding, which is our own and therefore trusted; patching only writes bytes. */
#include "resp/template.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "resp/write.h"

static int encode(struct resp_template *t, int argc, const char *const *argv, const size_t *lens) {
    size_t total;
    if (resp_write_argv(&t->bytes, argc, argv, lens)) return VK_ELIMIT;
    t->stride = t->bytes.len;
    if (__builtin_mul_overflow(t->stride, (size_t)t->copies, &total)) return VK_ELIMIT;
    if (!buf_reserve(&t->bytes, total - t->stride)) return VK_ELIMIT;
    while (t->bytes.len < total)
        if (buf_add(&t->bytes, t->bytes.p, t->stride)) return VK_ELIMIT;
    return 0;
}

int resp_template_init(struct resp_template *t, int argc, const char *const *argv,
                       const size_t *lens, int copies, size_t max_bytes) {
    *t = (struct resp_template){.copies = copies};
    buf_init(&t->bytes, max_bytes);
    if (copies < 1 || argc < 1) return VK_EUSAGE;
    int rc = encode(t, argc, argv, lens);
    if (rc) resp_template_release(t);
    return rc;
}

void resp_template_release(struct resp_template *t) {
    buf_release(&t->bytes);
    free(t->holes);
    *t = (struct resp_template){0};
}

/* Read the number of a head such as "$64\r\n" and return what follows the head. */
static const char *skip_head(const char *p, size_t *n) {
    *n = 0;
    for (p++; *p != '\r'; p++)
        *n = *n * 10 + (size_t)(*p - '0');
    return p + 2;
}

int resp_template_hole(struct resp_template *t, int arg, size_t from, size_t width) {
    size_t argc, len;
    const char *p = skip_head(t->bytes.p, &argc);
    if (arg < 0 || (size_t)arg >= argc) return VK_EUSAGE;
    p = skip_head(p, &len);
    for (int i = 0; i < arg; i++)
        p = skip_head(p + len + 2, &len);
    if (from > len || width > len - from) return VK_EUSAGE;
    t->holes = mem_realloc(t->holes, (size_t)t->n_holes + 1, sizeof *t->holes);
    size_t at = (size_t)(p - t->bytes.p) + from;
    t->holes[t->n_holes] = (struct resp_template_hole){.at = at, .width = width};
    return t->n_holes++;
}

static char *hole_start(struct resp_template *t, int copy, int hole) {
    assert(copy >= 0 && copy < t->copies && hole >= 0 && hole < t->n_holes);
    return t->bytes.p + (size_t)copy * t->stride + t->holes[hole].at;
}

void resp_template_digits(struct resp_template *t, int copy, int hole, uint64_t v) {
    char *start = hole_start(t, copy, hole), *p = start + t->holes[hole].width;
    while (p - start >= 2) { /* two at a time: half the long divisions */
        unsigned pair = (unsigned)(v % 100);
        v /= 100;
        *--p = (char)('0' + pair % 10);
        *--p = (char)('0' + pair / 10);
    }
    if (p > start) *--p = (char)('0' + v % 10);
}

void resp_template_bytes(struct resp_template *t, int copy, int hole, const char *p, size_t n) {
    char *start = hole_start(t, copy, hole);
    assert(n <= t->holes[hole].width);
    if (n) memcpy(start, p, n);
}
