/* SPDX-License-Identifier: BSD-3-Clause */
/* The moment that --until names. See options.h. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "options.h"

enum { US_PER_S = 1000000 };

/* Of text, up to its end: 0 and *tm's hour, minute and second. */
static int take_time(const char *text, struct tm *tm) {
    int end = 0;
    tm->tm_sec = 0;
    if (sscanf(text, "%2d:%2d%n", &tm->tm_hour, &tm->tm_min, &end) != 2) return VK_EPARSE;
    if (text[end] == ':') {
        int more = 0;
        if (sscanf(text + end + 1, "%2d%n", &tm->tm_sec, &more) != 1) return VK_EPARSE;
        end += 1 + more;
    }
    bool possible = tm->tm_hour >= 0 && tm->tm_hour < 24 && tm->tm_min >= 0 && tm->tm_min < 60 &&
                    tm->tm_sec >= 0 && tm->tm_sec <= 60;
    return possible && !text[end] ? 0 : VK_EPARSE;
}

static int take_date(const char *text, struct tm *tm) {
    int end = 0;
    if (sscanf(text, "%4d-%2d-%2d%n", &tm->tm_year, &tm->tm_mon, &tm->tm_mday, &end) != 3)
        return VK_EPARSE;
    tm->tm_year -= 1900;
    tm->tm_mon--;
    tm->tm_hour = tm->tm_min = tm->tm_sec = 0;
    bool possible = tm->tm_mon >= 0 && tm->tm_mon < 12 && tm->tm_mday >= 1 && tm->tm_mday <= 31;
    if (!possible || !text[end]) return possible ? 0 : VK_EPARSE;
    return text[end] == 'T' || text[end] == ' ' ? take_time(text + end + 1, tm) : VK_EPARSE;
}

static int64_t to_us(const struct tm *tm) {
    struct tm copy = *tm;
    copy.tm_isdst = -1;
    return (int64_t)mktime(&copy) * US_PER_S;
}

int options_until(const char *text, int64_t now_us, int64_t *out_us, struct err *e) {
    time_t now = (time_t)(now_us / US_PER_S);
    struct tm tm;
    localtime_r(&now, &tm);
    bool is_date = strchr(text, '-');
    if ((is_date ? take_date(text, &tm) : take_time(text, &tm)) < 0)
        return err_set(e, VK_EUSAGE,
                       "--until: '%.40s' is no HH:MM[:SS] and no YYYY-MM-DD[THH:MM[:SS]]", text);
    int64_t us = to_us(&tm);
    if (!is_date && us <= now_us) {
        tm.tm_mday++;
        us = to_us(&tm);
    }
    if (us <= now_us) return err_set(e, VK_EUSAGE, "--until: '%.40s' is past", text);
    *out_us = us;
    return 0;
}
