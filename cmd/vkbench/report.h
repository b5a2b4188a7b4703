/* SPDX-License-Identifier: BSD-3-Clause */
/* Results to text. Each format is a file: native text (report_text.c), valkey-benchmark's text, -q
 * and CSV (report_compatible.c), CSV (report_csv.c), JSON (report_json.c), the Python suite's lines
 * (report_seed.c). Everything is appended to a buffer; who writes it is main. */
#ifndef VKBENCH_REPORT_H
#define VKBENCH_REPORT_H

#include "bench/run.h"
#include "options.h"
#include "preflight.h"

/* What stays the same over all tests of one call of the program. */
struct report {
    const struct options *opts;
    const struct server_facts *server;
    uint64_t seed;     /* in use */
    const char *where; /* "127.0.0.1:6379" */
    int tests;         /* reported so far */
    int argc;          /* of the whole command line, for JSON: secrets are 'x' by now */
    char **argv;
};

struct report_ops {
    void (*begin)(struct report *r, struct buf *out);
    /* One run's result; titles may hold anything: they are escaped here. */
    void (*test)(struct report *r, const struct workload *w, const struct run_opts *o,
                 const struct run_result *result, struct buf *out);
    void (*end)(struct report *r, int exit_code, struct buf *out);
};

extern const struct report_ops report_text, report_quiet, report_csv, report_json, report_seed;
extern const struct report_ops report_compatible_text, report_compatible_quiet,
    report_compatible_csv;

/* "1.234 ms" and its like: a duration in ns as 4 significant digits with its unit, 8 columns at
 * most; "n/a" when known is false. */
const char *report_duration(uint64_t ns, bool known, char *text, size_t cap);
/* "12,345.6" */
const char *report_number(double v, int decimals, char *text, size_t cap);

#endif
