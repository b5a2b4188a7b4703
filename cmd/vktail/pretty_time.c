/* SPDX-License-Identifier: BSD-3-Clause */
/* Times in a line for people. The calendar is asked once a second. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "form_impl.h"
#include "pretty.h"

enum { RELATIVE_COLUMNS = 12 };

void pretty_clock(struct pretty *p, enum pretty_colour c, struct form *f, int64_t us) {
    time_t s = (time_t)(us / FORM_US_PER_S);
    struct tm tm;
    if (!f->day_text[0] || s != f->day_s) {
        if (!localtime_r(&s, &tm)) tm = (struct tm){.tm_mday = 1};
        strftime(f->day_text, sizeof f->day_text, f->date ? "%F %T" : "%T", &tm);
        f->day_s = s;
    }
    pretty_printf(p, c, "%s.%06d", f->day_text, (int)(us % FORM_US_PER_S));
}

static void put_span(struct pretty *p, int64_t us) {
    long long size = llabs((long long)us);
    char text[48];
    snprintf(text, sizeof text, "%c%lld.%06d", us < 0 ? '-' : '+', size / FORM_US_PER_S,
             (int)(size % FORM_US_PER_S));
    pretty_printf(p, PRETTY_FAINT, "%*s", RELATIVE_COLUMNS, text);
}

void pretty_time(struct pretty *p, struct form *f, int64_t us) {
    if (!f->first_us) f->first_us = f->last_us = us;
    switch (f->time) {
    case FORM_ABSOLUTE: pretty_clock(p, PRETTY_FAINT, f, us); break;
    case FORM_RELATIVE: put_span(p, us - f->first_us); break;
    case FORM_DELTA: put_span(p, us - f->last_us); break;
    }
    f->last_us = us;
}
