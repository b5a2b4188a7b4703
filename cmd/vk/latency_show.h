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

#endif
