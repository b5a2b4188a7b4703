/* SPDX-License-Identifier: BSD-3-Clause */
/* See cluster_options.h. */
#include "cluster_options.h"

#include <stddef.h>

#define ROW(member) .offset = offsetof(struct options, member)
#define GIB (1 << 30)

static int take_gather(void *target, char *value, struct err *e) {
    return cluster_async_parse(&((struct options *)target)->cluster_async, value, e);
}

const struct opt_row cluster_options_async[] = {
    {.type = OPT_HEADING, .help = "Suite: cluster-async"},
    {'n', "requests", OPT_INT, ROW(cluster_async.count), "N",
     "requests of each operation (default 10000)", .min = 1, .max = 1e9},
    {'s', "size", OPT_INT, ROW(cluster_async.size), "BYTES", "size of values (default 256)",
     .min = 1, .max = GIB},
    {0, "gather", OPT_CALL, .arg = "SHAPE", .fn = take_gather, .words = "none false true all",
     .help = "none: one request after another; false: writers at once, then readers; true: rounds "
             "of 100 at once (default all three)"},
    {0, "seed-format", OPT_SET, ROW(format), .value = FORMAT_SEED,
     .help = "print the lines of the Python clients' benchmark"},
    {0},
};

const struct opt_row cluster_options_pipeline[] = {
    {.type = OPT_HEADING, .help = "Suite: cluster-pipeline"},
    {'n', "requests", OPT_INT, ROW(cluster_pipeline.count), "N",
     "pipelines of 10 commands (default 10000)", .min = 1, .max = 1e9},
    {'s', "size", OPT_INT, ROW(cluster_pipeline.size), "BYTES", "size of values (default 256)",
     .min = 1, .max = GIB},
    {0, "seed-format", OPT_SET, ROW(format), .value = FORMAT_SEED,
     .help = "print the lines of the Python clients' benchmark"},
    {0},
};

bool cluster_options_is_suite(const struct options *o) {
    return o->mode == MODE_CLUSTER_ASYNC || o->mode == MODE_CLUSTER_PIPELINE;
}

int cluster_options_check(const struct options *o, struct err *e) {
    /* silence about what has no effect would be a lie */
    bool load = o->requests >= 0 || o->duration_s > 0 || o->warmup_s > 0 || o->rate > 0 ||
                o->connections != 50 || o->pipeline != 1 || o->threads || !o->keep_alive ||
                o->loop || o->range || o->tracking;
    if (!cluster_options_is_suite(o)) return 0;
    if (load)
        return err_set(e, VK_EUSAGE,
                       "the cluster suites have a load of their own: only what stands behind the "
                       "suite's name changes it");
    if (o->conn.scratch)
        return err_set(e, VK_EUSAGE,
                       "this suite needs a cluster: --scratch-cluster 3 makes a throwaway one");
    return o->mode == MODE_CLUSTER_ASYNC ? cluster_async_check(&o->cluster_async, e) : 0;
}
