/* SPDX-License-Identifier: BSD-3-Clause */
/* See cluster_pipeline.h. A pipeline is a round of a lane. */
#include "bench/cluster_pipeline.h"

#include "base/clock.h"

/* The keys of a pipeline are of its number; its LRANGE starts at the list's head. */
static const enum cluster_ops commands[CLUSTER_PIPELINE_COMMANDS] = {
    CLUSTER_OPS_SET_STR,    CLUSTER_OPS_SET_INT, CLUSTER_OPS_GET_STR, CLUSTER_OPS_GET_INT,
    CLUSTER_OPS_HSET,       CLUSTER_OPS_HGET,    CLUSTER_OPS_INCR,    CLUSTER_OPS_LPUSH,
    CLUSTER_OPS_LRANGE_300, CLUSTER_OPS_LPOP,
};

void cluster_pipeline_opts_init(struct cluster_pipeline_opts *o) {
    *o = (struct cluster_pipeline_opts){.count = 10000, .size = 256};
}

void cluster_pipeline_command(struct cluster_ops_words *w, int64_t i, int k,
                              const struct cluster_ops_values *v) {
    enum cluster_ops op = commands[k];
    cluster_ops_request(w, op, op == CLUSTER_OPS_LRANGE_300 ? 0 : i, v);
}

static void say(void *arg, int64_t round, int k, struct cluster_ops_words *w) {
    cluster_pipeline_command(w, round, k, arg);
}

static int tell(const struct cluster_show *show, struct cluster_part *part,
                const struct cluster_lane *l, int64_t cpu_ns, struct err *e) {
    struct cluster_row row = {
        .name = "pipelines",
        .tally = l->whole,
        .elapsed_ns = l->to_ns - l->from_ns,
        .cpu_ns = cpu_ns,
        .cut = l->round < l->rounds,
    };
    int code = show->row(show->arg, part, &row, e);
    row.name = "commands";
    row.tally = l->tally;
    return code < 0 ? code : show->end(show->arg, part, &row, e);
}

static int run(struct cluster *c, const struct cluster_show *show, struct cluster_part *part,
               struct cluster_lane *l, struct err *e) {
    struct err untold;
    int code = show->begin(show->arg, part, e);
    if (code < 0) return code;
    int64_t cpu_ns = clock_process_cpu_ns();
    code = cluster_lane_run(c, l, 1, -1, e);
    cpu_ns = clock_process_cpu_ns() - cpu_ns;
    part->redirects = cluster_redirects(c);
    int told = tell(show, part, l, cpu_ns, code < 0 ? &untold : e);
    return code < 0 ? code : told; /* the first reason counts */
}

int cluster_pipeline_run(const struct cluster_stage *stage, const struct cluster_pipeline_opts *o,
                         const struct cluster_show *show, int64_t *left, struct err *e) {
    struct cluster_part part = {.name = "pipeline"};
    struct cluster_ops_values values;
    struct tally requests, pipelines;
    struct cluster *c;
    *left = 0;
    int code = cluster_stage_open(stage, &part, &c, e);
    if (code < 0) return code;
    tally_init(&requests, false);
    tally_init(&pipelines, false);
    cluster_ops_values_init(&values, (size_t)o->size);
    struct cluster_lane lane = {
        .words = say,
        .arg = &values,
        .rounds = o->count,
        .width = CLUSTER_PIPELINE_COMMANDS,
        .tally = &requests,
        .whole = &pipelines,
    };
    code = run(c, show, &part, &lane, e);
    *left = cluster_stage_delete(c, lane.round < o->count ? lane.round + 1 : o->count);
    cluster_free(c);
    cluster_ops_values_release(&values);
    tally_release(&requests);
    tally_release(&pipelines);
    return code;
}
