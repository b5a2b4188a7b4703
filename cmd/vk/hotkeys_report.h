/* SPDX-License-Identifier: BSD-3-Clause */
/* What --hotkeys tells in the end: for people, as JSON, as CSV. */
#ifndef VK_HOTKEYS_REPORT_H
#define VK_HOTKEYS_REPORT_H

#include "hotkeys_count.h"
#include "keys_report.h"

/* Of a sample of MONITOR, or of the servers' own counters. */
struct hotkeys_report {
    const struct hotkeys_count *sample; /* NULL = the latter */
    const struct keys_top *counters;    /* NULL = the former */
    uint64_t keys;                      /* whose counters were read */
    uint64_t vanished, unknown;
    size_t most;       /* keys to be told */
    int nodes, lagged; /* lagged: nodes whose lines came too late, and were left early */
    int64_t took_ns;
    bool interrupted;
};

void hotkeys_report_text(const struct hotkeys_report *r, const struct keys_report_look *l,
                         struct buf *out);
void hotkeys_report_json(const struct hotkeys_report *r, struct buf *out);
void hotkeys_report_csv(const struct hotkeys_report *r, struct buf *out);

#endif
