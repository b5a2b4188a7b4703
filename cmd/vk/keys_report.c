/* SPDX-License-Identifier: BSD-3-Clause */
/* What the forms of the report share. See keys_report.h. */
#include "keys_report.h"

#include <string.h>

#include "base/safe.h"
#include "base/str.h"
#include "resp/quote.h"

enum { SHOWN_MAX = 256 }; /* bytes of a name for people */

static bool is_plain(const char *p, size_t len) {
    uint32_t code_point;
    if (!len || p[0] == '@') return false;
    for (size_t i = 0, n; i < len; i += n) {
        n = str_utf8(p + i, len - i, &code_point);
        if (!n || safe_is_unsafe(code_point) || strchr(" \"'\\", p[i])) return false;
    }
    return true;
}

void keys_report_name(struct buf *out, const char *name, size_t kept, size_t len) {
    if (kept > SHOWN_MAX) kept = SHOWN_MAX;
    if (kept == len && is_plain(name, len))
        buf_add(out, name, len);
    else
        resp_quote_add(out, name, kept);
    if (kept < len) buf_addf(out, "... (%zu bytes)", len);
}

struct hist *keys_report_lengths(const struct keys_stats *s, bool strings) {
    struct hist *sum = NULL;
    for (int i = 0; i < s->n_types; i++) {
        const struct keys_stats_type *t = &s->types[i];
        bool is_string = !strcmp(t->name, "string");
        if (!t->elements.hist || is_string != strings) continue;
        if (!sum) sum = hist_new();
        hist_merge(sum, t->elements.hist);
    }
    return sum;
}

struct hist *keys_report_sizes(const struct keys_stats *s) {
    struct hist *sum = NULL;
    for (int i = 0; i < s->n_types; i++) {
        if (!s->types[i].bytes.hist) continue;
        if (!sum) sum = hist_new();
        hist_merge(sum, s->types[i].bytes.hist);
    }
    return sum;
}

static const struct {
    const char *shown, *name;
} ttls[KEYS_STATS_TTLS] = {
    [KEYS_STATS_STAYS] = {"no TTL", "none"},      [KEYS_STATS_MINUTE] = {"< 1 minute", "under_1m"},
    [KEYS_STATS_HOUR] = {"< 1 hour", "under_1h"}, [KEYS_STATS_DAY] = {"< 1 day", "under_1d"},
    [KEYS_STATS_WEEK] = {"< 7 days", "under_7d"}, [KEYS_STATS_MONTH] = {"< 30 days", "under_30d"},
    [KEYS_STATS_LONGER] = {"longer", "longer"},
};

const char *keys_report_ttl(enum keys_stats_ttl t) {
    return ttls[t].shown;
}

const char *keys_report_ttl_name(enum keys_stats_ttl t) {
    return ttls[t].name;
}

int keys_report_prefixes(const struct keys_stats *s, struct heavy_entry e[KEYS_REPORT_PREFIXES]) {
    size_t most = s->opts.top < KEYS_REPORT_PREFIXES ? s->opts.top : KEYS_REPORT_PREFIXES;
    return (int)heavy_top(s->prefixes, HEAVY_BY_COUNT, e, most);
}
