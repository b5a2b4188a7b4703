/* SPDX-License-Identifier: BSD-3-Clause */
/* What a worker writes from: its own copy of a workload's commands, patched in place before each
 * send. */
#ifndef BENCH_IMAGE_H
#define BENCH_IMAGE_H

#include "bench/workload.h"
#include "core/slots.h"

/* One operation to be sent. */
struct image_op {
    uint64_t number;
    uint16_t slot;  /* of its keys, and what {tag} becomes */
    uint16_t place; /* in flight: which of its commands */
    uint32_t again; /* in flight: 0, or who sends it again (router) */
};

/* Up to `ops` operations in one write (fewer than asked for when that would take more than 64 MiB).
 */
struct image {
    const struct workload *workload;
    struct resp_template template; /* patched: `ops` copies */
    const slots_tag *tags;         /* what {tag} becomes, by slot; borrowed; NULL = there is none */
    size_t holes_end;              /* in an operation: behind its last hole */
    struct buf written;            /* written */
    uint16_t *rows;                /* of the commands encoded last */
    uint32_t *lens;                /* bytes of each */
    int commands;                  /* how many */
    int ops;
};
int image_init(struct image *m, const struct workload *w, int ops, struct err *e) MUST_CHECK;
void image_release(struct image *m);
/* Encode n operations (at most m->ops). *p and the return value are the bytes, valid until the next
 * call; m->rows, m->lens and m->commands tell the commands. *fixed_from: bytes from there on never
 * change, so they may be borrowed for as long as the image lives. */
size_t image_encode(struct image *m, const struct image_op *ops, int n, const char **p,
                    size_t *fixed_from);

#endif
