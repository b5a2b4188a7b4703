/* SPDX-License-Identifier: BSD-3-Clause */
/* What the forms of --latency share: the time, the width, the format. */
#ifndef VK_LATENCY_TEXT_H
#define VK_LATENCY_TEXT_H

#include "latency.h"

enum { LATENCY_CLOCK_CAP = 16, LATENCY_DATE_CAP = 32 };

/* "12:30:15", in local time. */
void latency_text_clock(char text[LATENCY_CLOCK_CAP]);
/* "2026-01-31T12:30:15.123Z" */
void latency_text_date(char text[LATENCY_DATE_CAP]);
bool latency_text_is_json(const struct latency *l);
/* Columns of standard output; without a terminal 100. */
int latency_text_columns(const struct latency *l);

#endif
