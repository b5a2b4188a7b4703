/* SPDX-License-Identifier: BSD-3-Clause */
/* How many rows of a terminal lines take, those wider than it being wrapped. */
#ifndef UI_WRAP_H
#define UI_WRAP_H

#include <stdbool.h>
#include <stddef.h>

struct wrap {
    int columns; /* of the terminal, at least 1 */
    size_t rows; /* of the lines that have ended */
};

/* Whole lines; colour sequences (ESC [ ... m) take no room. */
void wrap_add(struct wrap *w, const char *p, size_t n);
/* How many bytes of p[0..n), whole lines, fit into so many rows: lines are never parted. */
size_t wrap_fit(const char *p, size_t n, int columns, size_t rows);
/* Length of the colour sequence at p[0..n), 0 when there is none. */
size_t wrap_colour(const char *p, size_t n);

#endif
