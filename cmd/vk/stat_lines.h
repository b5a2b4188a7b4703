/* SPDX-License-Identifier: BSD-3-Clause */
/* --stat for programs: a line of JSON or CSV for each node and tick, raw numbers and rates. What is
 * not known is null, or empty. */
#ifndef VK_STAT_LINES_H
#define VK_STAT_LINES_H

#include "base/buf.h"
#include "gauge.h"

struct stat_line {
    int64_t time_us; /* since 1970 */
    const char *node;
    const char *trouble; /* why there is nothing; NULL = all is well */
    const struct gauge *gauge;
    const struct gauge_rates *rates;
};

void stat_lines_json(struct buf *out, const struct stat_line *l);
void stat_lines_csv_header(struct buf *out);
void stat_lines_csv(struct buf *out, const struct stat_line *l);

#endif
