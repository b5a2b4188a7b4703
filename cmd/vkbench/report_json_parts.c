/* SPDX-License-Identifier: BSD-3-Clause */
/* What several parts of the JSON report are made of. See report_json.h. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "ui/jsonw.h"
#include "report_json.h"

static void add_buckets(struct buf *out, const struct hist *h) {
    jsonw_array(out, "histogram");
    for (int64_t i = hist_next(h, 0); i >= 0;
         i = i + 1 < HIST_BUCKETS ? hist_next(h, (uint32_t)i + 1) : -1) {
        jsonw_separate(out);
        buf_addf(out, "[%" PRIu64 ",%" PRIu64 ",%" PRIu64 "]", hist_low_edge((uint32_t)i),
                 hist_high_edge((uint32_t)i), h->buckets[i]);
    }
    buf_addc(out, ']');
}

void report_json_distribution(struct buf *out, const char *name, const struct hist *h) {
    static const struct {
        const char *name;
        double p;
    } percentiles[] = {{"50", 50}, {"90", 90},     {"95", 95},
                       {"99", 99}, {"99.9", 99.9}, {"99.99", 99.99}};
    if (!h) {
        jsonw_none(out, name);
        return;
    }
    jsonw_object(out, name);
    jsonw_count(out, "count", h->count);
    jsonw_count_or_null(out, "min", h->min, h->count);
    jsonw_count_or_null(out, "max", h->max, h->count);
    jsonw_number(out, "mean", h->count ? hist_mean(h) : NAN);
    jsonw_number(out, "stddev", h->count ? hist_stddev(h) : NAN);
    jsonw_object(out, "p");
    for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++)
        jsonw_count_or_null(out, percentiles[i].name, hist_percentile(h, percentiles[i].p),
                            hist_knows(h, percentiles[i].p));
    buf_addc(out, '}');
    add_buckets(out, h);
    buf_addc(out, '}');
}

void report_json_errors(struct buf *out, const struct tally *t) {
    const struct tally_word *words[TALLY_WORDS];
    int n = report_words(t, words);
    jsonw_count(out, "error_count", t->errors);
    jsonw_object(out, "errors");
    for (int i = 0; i < n; i++) {
        jsonw_separate(out);
        jsonw_string(out, words[i]->word, strnlen(words[i]->word, TALLY_WORD_MAX));
        buf_addc(out, ':');
        buf_addc(out, '{');
        jsonw_count(out, "count", words[i]->count);
        jsonw_text(out, "text", words[i]->text);
        buf_addc(out, '}');
    }
    buf_addc(out, '}');
}
