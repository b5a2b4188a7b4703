/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of the Python clients' benchmark suite: name and count, duration in seconds, rate, a
 * blank line. Numbers look as Python prints floats: the fewest digits that read back as the same
 * number, always with a point or an exponent. Errors, which that suite does not survive, get a line
 * of their own. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/width.h"

#include "report.h"

enum { POINT_LEAST = -4, POINT_END = 16 }; /* exponents of ten that are written with a point */

static void add_float(struct buf *out, double v) {
    char text[40];
    int decimals = 0; /* of the mantissa */
    if (!isfinite(v)) {
        buf_adds(out, "n/a");
        return;
    }
    while (snprintf(text, sizeof text, "%.*e", decimals, v), strtod(text, NULL) != v)
        decimals++;
    long exponent = strtol(strchr(text, 'e') + 1, NULL, 10);
    if (exponent < POINT_LEAST || exponent >= POINT_END) {
        buf_adds(out, text);
        return;
    }
    int places = decimals - (int)exponent;
    buf_addf(out, "%.*f", places > 1 ? places : 1, v);
}

static void seed_begin(struct report *r, struct buf *out) {
    (void)r;
    (void)out;
}

static void seed_test(struct report *r, const struct workload *w, const struct run_opts *o,
                      const struct run_result *result, struct buf *out) {
    const struct tally *total = &result->total;
    (void)o;
    width_cut(out, w->title, REPORT_TITLE_MAX, false);
    buf_addf(out, " - %" PRIu64 " Requests\nDuration  = ", total->done);
    add_float(out, result->elapsed_ns > 0 ? (double)result->elapsed_ns / 1e9 : NAN);
    buf_adds(out, "\nRate = ");
    add_float(out, report_rate(result, total));
    if (report_errors(result)) buf_addf(out, "\nErrors = %" PRIu64, report_errors(result));
    buf_adds(out, "\n\n");
    r->tests++;
}

static void seed_end(struct report *r, int exit_code, struct buf *out) {
    (void)r;
    (void)exit_code;
    (void)out;
}

const struct report_ops report_seed = {seed_begin, seed_test, seed_end};
