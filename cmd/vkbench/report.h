/* SPDX-License-Identifier: BSD-3-Clause */
/* Results to text. Each format is a file: native text and -q (report_text.c), valkey-benchmark's
 * text, -q and CSV (report_compatible.c), CSV (report_csv.c), JSON (report_json.c), the Python
 * suite's lines (report_seed.c). Everything is appended to a buffer; who writes it is main. */
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
    int tests;         /* reported so far; counted by the native formats' test */
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
/* How many threads are asked for: valkey-benchmark has one for each node of a cluster. */
int report_threads(const struct report *r);
/* Which nodes there are, in the compatible faces on a cluster. */
void report_compatible_banner(const struct report *r, struct buf *out);
extern const struct report_ops report_compatible_text, report_compatible_quiet,
    report_compatible_csv;

/* The tool's progress line on standard output, and blanks over it; called by live_sample and
 * live_end in the compatible faces. */
struct live;
void report_compatible_progress(struct live *l, const struct run_sample *s);
void report_compatible_clear(struct live *l);

/* --- figures to text: each returns `text`, which has room for REPORT_TEXT_MAX ----------------- */

enum { REPORT_TEXT_MAX = 48 };

/* "1.234 ms" and its like: a duration in ns as 4 significant digits with its unit, 8 columns at
 * most; "n/a" when known is false. */
const char *report_duration(uint64_t ns, bool known, char *text, size_t cap);
/* The same as 3 digits without a blank, 6 columns at most: "1.23ms". */
const char *report_duration_short(uint64_t ns, bool known, char *text, size_t cap);
/* "12,345.6"; "n/a" for what is no finite number. */
const char *report_number(double v, int decimals, char *text, size_t cap);
/* The same within `columns` (4 or more): decimals go first, then digits: "1.235M". */
const char *report_compact(double v, int decimals, int columns, char *text, size_t cap);

/* --- what every format needs of a result ------------------------------------------------------ */

/* NAN when nothing was answered or no time passed. */
double report_rate(const struct run_result *r, const struct tally *t);  /* requests done per s */
double report_bytes(const struct run_result *r, const struct tally *t); /* in and out, per s */
/* Of all rows, framing included: a transaction that EXEC refused is no success of its commands. */
uint64_t report_errors(const struct run_result *r);
/* The latencies to show: from the intended send at a rate, from the send otherwise. */
const struct hist *report_latency(const struct run_result *r, const struct tally *t);
/* It is the cluster's, or has got some of the load. */
bool report_knows_node(const struct run_node *n);
/* The words of t by count, greatest first, then by name; returns how many. */
int report_words(const struct tally *t, const struct tally_word *sorted[TALLY_WORDS]);
/* One sentence for each reason to doubt the figures, without a full stop or newline. */
typedef void report_warning_fn(void *arg, const char *text);
void report_warnings(const struct run_opts *o, const struct run_result *r, report_warning_fn *fn,
                     void *arg);

/* --- foreign text ----------------------------------------------------------------------------- */

/* Bytes of a title that are looked at: one may hold a whole value. */
enum { REPORT_TITLE_MAX = 4096 };

#endif
