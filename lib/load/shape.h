/* SPDX-License-Identifier: BSD-3-Clause */
/* What a key has in common with those of its kind: the prefix by which keys are rolled up. */
#ifndef LOAD_SHAPE_H
#define LOAD_SHAPE_H

#include "base/buf.h"

enum { SHAPE_MAX = 512 }; /* bytes of a key that are looked at */

/* Append the shape of a key: digits become '*' (in a segment with several runs of them all of it
 * does), and so does the last segment unless something before it did: user:1000:cart is
 * user:*:cart, page:home is page:*, job17 is job*. A key without delimiter and digits is
 * "(no prefix)". */
void shape_add(struct buf *out, const char *key, size_t len, char delimiter);

#endif
