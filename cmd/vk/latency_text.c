/* SPDX-License-Identifier: BSD-3-Clause */
/* See latency_text.h. */
#include "latency_text.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/tty.h"

enum { WIDTH_ELSEWHERE = 100 };

void latency_text_clock(char text[LATENCY_CLOCK_CAP]) {
    struct tm tm;
    time_t now = (time_t)(clock_wall_us() / 1000000);
    strftime(text, LATENCY_CLOCK_CAP, "%H:%M:%S", localtime_r(&now, &tm));
}

void latency_text_date(char text[LATENCY_DATE_CAP]) {
    struct tm tm;
    int64_t us = clock_wall_us();
    time_t now = (time_t)(us / 1000000);
    size_t n = strftime(text, LATENCY_DATE_CAP, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now, &tm));
    snprintf(text + n, LATENCY_DATE_CAP - n, ".%03dZ", (int)(us / 1000 % 1000));
}

int latency_text_columns(const struct latency *l) {
    return l->run->opts->tty ? tty_columns(STDOUT_FILENO) : WIDTH_ELSEWHERE;
}

bool latency_text_is_json(const struct latency *l) {
    int f = l->run->opts->format;
    return f == RENDER_JSON || f == RENDER_QUOTED_JSON || f == RENDER_NDJSON;
}
