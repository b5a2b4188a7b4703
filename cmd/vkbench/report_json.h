/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts of JSON reports, for report_json's own files and the cluster suites'. */
#ifndef VKBENCH_REPORT_JSON_H
#define VKBENCH_REPORT_JSON_H

#include "report.h"

/* "error_count" and "errors" of a tally. */
void report_json_errors(struct buf *out, const struct tally *t);
/* h may be NULL: there is no such thing in this run. */
void report_json_distribution(struct buf *out, const char *name, const struct hist *h);
/* report_json_cluster.c: "cluster", null for one server; "timeline". */
void report_json_cluster(struct buf *out, const struct run_result *r);
void report_json_timeline(struct buf *out, const struct timeline *t);

#endif
