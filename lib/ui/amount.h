/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers for people: how many, how much, how long. For programs they are printed plainly. */
#ifndef UI_AMOUNT_H
#define UI_AMOUNT_H

#include "base/buf.h"

/* "1,204,311" */
void amount_add_count(struct buf *out, uint64_t n);
/* "512 B", "1.50 KiB", "70.2 MiB": three digits, steps of 1024. */
void amount_add_bytes(struct buf *out, uint64_t bytes);
/* For columns of a table, at most 5 wide: "512", "1.50K", "70.2M"; steps of 1024 (K, M, G ...) or
 * of 1000 (k, M, G ...). */
void amount_add_short(struct buf *out, double value, int step);
/* "450 us", "1.20 ms", "4.0 s", "2 min 05 s", "3 h 20 min", "2 d 4 h". */
void amount_add_time(struct buf *out, int64_t ns);

#endif
