/* SPDX-License-Identifier: BSD-3-Clause */
/* See amount.h. */
#include "ui/amount.h"

#include "base/clock.h"
#include "base/str.h"

enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, DAY_S = 24 * HOUR_S };

void amount_add_count(struct buf *out, uint64_t n) {
    char digits[STR_INT_MAX];
    size_t len = str_put_u64(digits, n);
    for (size_t i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0) buf_addc(out, ',');
        buf_addc(out, digits[i]);
    }
}

/* Three digits, whatever its size. */
static void add_three(struct buf *out, double value, const char *unit) {
    int places = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    buf_addf(out, "%.*f %s", places, value, unit);
}

void amount_add_bytes(struct buf *out, uint64_t bytes) {
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double value = (double)bytes;
    int unit = 0;
    for (; value >= 1023.5; unit++)
        value /= 1024;
    if (unit)
        add_three(out, value, units[unit]);
    else
        buf_addf(out, "%d B", (int)bytes);
}

void amount_add_short(struct buf *out, double value, int step) {
    static const char units[] = " KMGTPE";
    int unit = 0;
    for (; value >= step - 0.5 && units[unit + 1]; unit++)
        value /= step;
    if (!unit) {
        buf_addf(out, "%.0f", value);
        return;
    }
    int places = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    buf_addf(out, "%.*f%c", places, value, unit == 1 && step == 1000 ? 'k' : units[unit]);
}

void amount_add_time(struct buf *out, int64_t ns) {
    long long s = ns / CLOCK_NS_PER_S;
    if (ns < 999500)
        buf_addf(out, "%lld us", (long long)(ns + 500) / 1000);
    else if (ns < 999500000)
        add_three(out, (double)ns / (double)CLOCK_NS_PER_MS, "ms");
    else if (s < MINUTE_S)
        buf_addf(out, "%.1f s", (double)ns / (double)CLOCK_NS_PER_S);
    else if (s < HOUR_S)
        buf_addf(out, "%lld min %02lld s", s / MINUTE_S, s % MINUTE_S);
    else if (s < DAY_S)
        buf_addf(out, "%lld h %02lld min", s / HOUR_S, s % HOUR_S / MINUTE_S);
    else
        buf_addf(out, "%lld d %lld h", s / DAY_S, s % DAY_S / HOUR_S);
}
