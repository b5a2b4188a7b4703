/* SPDX-License-Identifier: BSD-3-Clause */
/* What a worker writes from: its own copy of a workload's commands, patched in place before each
 * send. */
#ifndef BENCH_IMAGE_H
#define BENCH_IMAGE_H

#include "bench/workload.h"

/* Up to `ops` operations in one write (fewer than asked for when that would take more than 64 MiB).
 */
struct image {
    const struct workload *workload;
    struct resp_template template; /* patched: `ops` copies */
    struct buf written;            /* written */
    uint16_t *rows;                /* of the commands encoded last */
    uint32_t *lens;                /* bytes of each */
    int commands;                  /* how many */
    int ops;
};
int image_init(struct image *m, const struct workload *w, int ops, struct err *e) MUST_CHECK;
void image_release(struct image *m);
/* Encode n operations (at most m->ops): first, first + stride, ... *p and the return value are the
 * bytes, valid until the next call; m->rows, m->lens and m->commands tell the commands.
 * *fixed_from: bytes from there on never change, so they may be borrowed for as long as the image
 * lives. */
size_t image_encode(struct image *m, uint64_t first, uint64_t stride, int n, const char **p,
                    size_t *fixed_from);

#endif
