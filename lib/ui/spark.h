/* SPDX-License-Identifier: BSD-3-Clause */
/* Sparklines: the last values of something as one line of bars, a column each. A value that is not
 * known (NAN) is a gap; zero is told from little. */
#ifndef UI_SPARK_H
#define UI_SPARK_H

#include "base/buf.h"

struct spark_opts {
    int columns; /* filled up with blanks on the left */
    double full; /* what a full bar stands for; 0 = the greatest value */
    bool ascii;  /* where the terminal has no block characters */
};

/* The bars of values[0..n), the oldest first; of more than fit the last ones. */
void spark_add(struct buf *out, const double *values, size_t n, const struct spark_opts *o);
/* So many values for one column that a span of `n` values fits into `columns`: 1, 2, 5, 10 ... */
size_t spark_step(size_t n, int columns);
/* values[0..n), of which the first is the number-th ever (from 0), folded: each group of `step`
 * becomes its greatest value. Groups begin at multiples of step, so that bars do not change as
 * values follow. The last `max` groups go to out, oldest first; returns how many. */
size_t spark_fold(const double *values, size_t n, uint64_t number, size_t step, double *out,
                  size_t max);
/* The greatest value, 0 without any. */
double spark_greatest(const double *values, size_t n);

#endif
