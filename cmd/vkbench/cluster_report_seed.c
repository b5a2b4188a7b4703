/* SPDX-License-Identifier: BSD-3-Clause */
/* The lines of the Python clients' cluster suites: event loop, shape and seconds of the warm-up
 * with the client's name, the seconds of each operation, and of all. Errors, which those suites do
 * not survive, get a line of their own. What was stopped has no figure. */
#include <inttypes.h>

#include "cluster_report.h"

static void seed_begin(struct cluster_report *r, const struct cluster_part *p) {
    static const char *const gather[CLUSTER_ASYNC_SHAPES] = {"None", "False", "True"};
    buf_addf(&r->out, "%s ", r->loop);
    if (cluster_report_is_async(r)) buf_addf(&r->out, "%s ", gather[p->shape]);
    buf_addf(&r->out, "%.4f vkbench\n", (double)p->warmup_ns / 1e9);
}

static void seconds(struct cluster_report *r, const struct cluster_row *row) {
    if (!row->cut) buf_addf(&r->out, "%.4f\n", (double)row->elapsed_ns / 1e9);
}

static void errors(struct cluster_report *r, const struct cluster_row *row) {
    if (row->tally->errors) buf_addf(&r->out, "Errors = %" PRIu64 "\n", row->tally->errors);
}

static void seed_row(struct cluster_report *r, const struct cluster_part *p,
                     const struct cluster_row *row) {
    (void)p;
    if (!cluster_report_is_async(r)) return; /* it has a total alone */
    seconds(r, row);
    errors(r, row);
}

static void seed_end(struct cluster_report *r, const struct cluster_part *p,
                     const struct cluster_row *total) {
    (void)p;
    seconds(r, total);
    if (!cluster_report_is_async(r)) errors(r, total);
}

static void seed_finish(struct cluster_report *r) {
    (void)r;
}

const struct cluster_format cluster_report_seed = {seed_begin, seed_row, seed_end, seed_finish};
