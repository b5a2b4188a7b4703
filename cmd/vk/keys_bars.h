/* SPDX-License-Identifier: BSD-3-Clause */
/* Small histograms for people: one line a bar, with its number and share. */
#ifndef VK_KEYS_BARS_H
#define VK_KEYS_BARS_H

#include "base/buf.h"
#include "load/hist.h"

enum { KEYS_BARS_MAX = 12, KEYS_BARS_LABEL_MAX = 24 };

struct keys_bar {
    char label[KEYS_BARS_LABEL_MAX];
    uint64_t below; /* its upper edge, exclusive; 0 = it has none, or is no amount */
    uint64_t n;
};

/* A histogram's records in steps of powers of two, from the first that has some to the last, in at
 * most KEYS_BARS_MAX bars; returns how many. */
int keys_bars_of(const struct hist *h, bool bytes, struct keys_bar bars[KEYS_BARS_MAX]);
/* Append the lines; `columns` of the terminal, at least 40. */
void keys_bars_add(struct buf *out, const struct keys_bar *bars, int n, int columns);

#endif
