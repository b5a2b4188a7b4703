/* SPDX-License-Identifier: BSD-3-Clause */
/* The results of the cluster suites to text, by format: text and -q (cluster_report.c), CSV and
 * JSON (cluster_report_data.c), the Python suites' lines (cluster_report_seed.c). Appended to a
 * buffer. */
#ifndef VKBENCH_CLUSTER_REPORT_H
#define VKBENCH_CLUSTER_REPORT_H

#include "options.h"

struct cluster_report {
    const struct options *opts;
    const char *where; /* "127.0.0.1:7000" */
    const char *loop;  /* "epoll" */
    struct buf out;
    int parts;                 /* begun so far */
    double rates[3];           /* requests per second, by shape; 0 = not run to its end */
    bool failed;               /* some request was refused, or not answered */
    int64_t left;              /* keys that could not be deleted */
    int exit_code;             /* known at the end, */
    const struct err *stopped; /* as is this: why there is no more; code 0 = all was done */
};

struct cluster_format {
    void (*begin)(struct cluster_report *r, const struct cluster_part *p);
    void (*row)(struct cluster_report *r, const struct cluster_part *p,
                const struct cluster_row *row);
    void (*end)(struct cluster_report *r, const struct cluster_part *p,
                const struct cluster_row *total);
    void (*finish)(struct cluster_report *r); /* also when nothing has begun */
};

extern const struct cluster_format cluster_report_text, cluster_report_quiet, cluster_report_csv,
    cluster_report_json, cluster_report_seed;

static inline bool cluster_report_is_async(const struct cluster_report *r) {
    return r->opts->mode == MODE_CLUSTER_ASYNC;
}
/* Per second; NAN when nothing was answered. */
double cluster_report_rate(const struct cluster_row *row);
/* ns per request; NAN when it is not known. */
double cluster_report_cpu(const struct cluster_row *row);

#endif
