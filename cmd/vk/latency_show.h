/* SPDX-License-Identifier: BSD-3-Clause */
/* What --latency has measured, as a table, as JSON lines or as CSV. On a terminal the last lines
 * are drawn over again. */
#ifndef VK_LATENCY_SHOW_H
#define VK_LATENCY_SHOW_H

#include "latency.h"

/* Take the lines away that were drawn last, to write something else there. */
void latency_show_erase(struct latency *l);
/* Draw what there is so far. */
void latency_show_live(struct latency *l, int64_t now);
/* An interval is over: its lines, for good. */
void latency_show_interval(struct latency *l, int64_t now);
/* It was ended: all of it. */
void latency_show_total(struct latency *l, int64_t now);

/* For latency_dist.c. "12:30:15", in local time. */
enum { LATENCY_CLOCK_CAP = 16, LATENCY_DATE_CAP = 32 };
void latency_show_clock(char text[LATENCY_CLOCK_CAP]);
/* "2026-01-31T12:30:15.123Z" */
void latency_show_date(char text[LATENCY_DATE_CAP]);
bool latency_show_is_json(const struct latency *l);
/* Columns of standard output; without a terminal 100. */
int latency_show_columns(const struct latency *l);

#endif
