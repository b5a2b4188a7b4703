/* SPDX-License-Identifier: BSD-3-Clause */
/* Standard output that never makes us wait: whoever reads slowly holds up nobody but himself. The
 * descriptor's own flags, which other programs share, stay as they are. */
#ifndef IO_OUTLET_H
#define IO_OUTLET_H

#include "io/loop.h"

struct outlet;

/* fd stays the caller's. When it takes more again after outlet_write fell short, fn is called,
 * once. VK_EFILE. */
int outlet_new(struct loop *l, int fd, loop_fn *fn, void *arg, struct outlet **out,
               struct err *e) MUST_CHECK;
void outlet_free(struct outlet *o);
/* What of p[0..n) is taken now; *taken < n: it is full, fn will be called. VK_EFILE with e->sys
 * (EPIPE, ENOSPC, ...). */
int outlet_write(struct outlet *o, const char *p, size_t n, size_t *taken,
                 struct err *e) MUST_CHECK;

#endif
