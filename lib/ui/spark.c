/* SPDX-License-Identifier: BSD-3-Clause */
/* See spark.h. */
#include "ui/spark.h"

#include <math.h>

enum { LEVELS = 8 };

static const char *const blocks[LEVELS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
static const char *const letters[LEVELS] = {"_", ".", ":", "-", "=", "+", "*", "#"};

/* 0 is for nothing, the others for parts of a full bar. */
static int level_of(double v, double full) {
    if (v <= 0 || full <= 0) return 0;
    if (v >= full) return LEVELS - 1;
    return 1 + (int)(v / full * (LEVELS - 1) * 0.999999); /* an exact part is no more than that */
}

double spark_greatest(const double *values, size_t n) {
    double greatest = 0;
    for (size_t i = 0; i < n; i++)
        if (values[i] > greatest) greatest = values[i];
    return greatest;
}

void spark_add(struct buf *out, const double *values, size_t n, const struct spark_opts *o) {
    size_t columns = o->columns > 0 ? (size_t)o->columns : 0;
    if (n > columns) {
        values += n - columns;
        n = columns;
    }
    double full = o->full > 0 ? o->full : spark_greatest(values, n);
    for (size_t i = n; i < columns; i++)
        buf_addc(out, ' ');
    for (size_t i = 0; i < n; i++) {
        if (isnan(values[i]))
            buf_addc(out, ' ');
        else
            buf_adds(out, (o->ascii ? letters : blocks)[level_of(values[i], full)]);
    }
}

size_t spark_step(size_t n, int columns) {
    static const size_t leading[] = {1, 2, 5};
    size_t room = columns > 0 ? (size_t)columns : 1;
    for (size_t ten = 1;; ten *= 10)
        for (size_t i = 0; i < sizeof leading / sizeof *leading; i++)
            if (n <= leading[i] * ten * room) return leading[i] * ten;
}

size_t spark_fold(const double *values, size_t n, uint64_t number, size_t step, double *out,
                  size_t max) {
    if (!n || !max) return 0;
    uint64_t first = number / step, last = (number + n - 1) / step;
    if (last - first >= max) first = last - max + 1;
    size_t groups = (size_t)(last - first + 1);
    for (size_t i = 0; i < groups; i++)
        out[i] = NAN;
    for (size_t i = 0; i < n; i++) {
        uint64_t group = (number + i) / step;
        if (group < first) continue;
        double *to = &out[group - first];
        if (isnan(*to) || values[i] > *to) *to = values[i];
    }
    return groups;
}
