/* SPDX-License-Identifier: BSD-3-Clause */
/* What the reports share: figures to text in few columns, foreign text in a bounded width, and the
 * reasons to doubt a result. See report.h. */
#include "report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- figures ---------------------------------------------------------------------------------- */

struct unit {
    const char *name;
    double ns;
    double below; /* used for less than so many, the next one from there on */
};

static const struct unit units[] = {
    {"ns", 1, 1e3},  {"us", 1e3, 1e3},   {"ms", 1e6, 1e3},
    {"s", 1e9, 1e4}, {"h", 3.6e12, 1e4}, {"y", 3.15576e16, INFINITY},
};

/* Does v, rounded to so many decimals, reach the limit? A width is that of the rounded figure. */
static bool reaches(double v, double limit, int decimals) {
    static const double half[] = {0.5, 0.05, 0.005, 0.0005};
    return v >= limit - half[decimals];
}

static const char *duration(uint64_t ns, int digits, const char *gap, char *text, size_t cap) {
    const struct unit *u = units;
    while (reaches((double)ns / u->ns, u->below, digits - 3))
        u++;
    double v = (double)ns / u->ns;
    int decimals = u == units ? 0 : digits - 1;
    for (double limit = 10; decimals > 0 && reaches(v, limit, decimals); limit *= 10)
        decimals--;
    snprintf(text, cap, "%.*f%s%s", decimals, v, gap, u->name);
    return text;
}

static const char *unknown(char *text, size_t cap) {
    snprintf(text, cap, "n/a");
    return text;
}

const char *report_duration(uint64_t ns, bool known, char *text, size_t cap) {
    return known ? duration(ns, 4, " ", text, cap) : unknown(text, cap);
}

const char *report_duration_short(uint64_t ns, bool known, char *text, size_t cap) {
    return known ? duration(ns, 3, "", text, cap) : unknown(text, cap);
}

const char *report_number(double v, int decimals, char *text, size_t cap) {
    char plain[REPORT_TEXT_MAX];
    if (!isfinite(v)) return unknown(text, cap);
    if (fabs(v) >= 1e20) {
        snprintf(text, cap, "%.3e", v);
        return text;
    }
    int n = snprintf(plain, sizeof plain, "%.*f", decimals, v);
    int whole = n - (decimals ? decimals + 1 : 0), sign = plain[0] == '-';
    size_t len = 0;
    for (int i = 0; i < n && len + 2 < cap; i++) {
        if (i > sign && i < whole && (whole - i) % 3 == 0) text[len++] = ',';
        text[len++] = plain[i];
    }
    text[len] = 0;
    return text;
}

const char *report_compact(double v, int decimals, int columns, char *text, size_t cap) {
    static const char suffixes[] = "kMGTPE";
    if (!isfinite(v)) return unknown(text, cap);
    for (int d = decimals; d >= 0; d--)
        if (strlen(report_number(v, d, text, cap)) <= (size_t)columns) return text;
    for (const char *s = suffixes; *s; s++) {
        v /= 1000;
        for (int d = 3; d >= 0 && v < 999.5; d--)
            if (snprintf(text, cap, "%.*f%c", d, v, *s) <= columns) return text;
    }
    snprintf(text, cap, "huge");
    return text;
}

/* --- results ---------------------------------------------------------------------------------- */

bool report_knows_node(const struct run_node *n) {
    return !n->gone || n->total.done || n->total.errors;
}

int report_threads(const struct report *r) {
    if (r->opts->threads > 0) return (int)r->opts->threads;
    return r->server->n_nodes ? r->server->n_nodes : 1;
}

double report_rate(const struct run_result *r, const struct tally *t) {
    if (r->elapsed_ns <= 0 || t->done + t->errors == 0) return NAN;
    return (double)t->done * 1e9 / (double)r->elapsed_ns;
}

double report_bytes(const struct run_result *r, const struct tally *t) {
    if (r->elapsed_ns <= 0 || t->done + t->errors == 0) return NAN;
    return ((double)t->bytes_out + (double)t->bytes_in) * 1e9 / (double)r->elapsed_ns;
}

uint64_t report_errors(const struct run_result *r) {
    uint64_t n = 0;
    for (int i = 0; i < r->n_rows; i++)
        n += r->rows[i].errors;
    return n;
}

const struct hist *report_latency(const struct run_result *r, const struct tally *t) {
    return r->rated && t->response ? t->response : t->service;
}

static bool goes_before(const struct tally_word *a, const struct tally_word *b) {
    return a->count != b->count ? a->count > b->count : strcmp(a->word, b->word) < 0;
}

int report_words(const struct tally *t, const struct tally_word *sorted[TALLY_WORDS]) {
    for (int i = 0; i < t->n_words; i++) {
        int at = i;
        for (; at > 0 && goes_before(&t->words[i], sorted[at - 1]); at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = &t->words[i];
    }
    return t->n_words;
}
