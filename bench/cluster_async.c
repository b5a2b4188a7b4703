/* SPDX-License-Identifier: BSD-3-Clause */
/* See cluster_async.h. An operation is a lane of rounds: of one request, or of a hundred. */
#include "bench/cluster_async.h"

#include <string.h>

#include "base/clock.h"
#include "io/signal.h"

static const struct shape {
    const char *name, *words;
    int together; /* operations that run at once */
    int width;    /* requests of a round */
} shapes[CLUSTER_ASYNC_SHAPES] = {
    [CLUSTER_ASYNC_NONE] = {"none", "one after another", 1, 1},
    [CLUSTER_ASYNC_FALSE] = {"false", "writers at once, then readers", CLUSTER_OPS_WRITERS, 1},
    [CLUSTER_ASYNC_TRUE] = {"true", "rounds of 100 at once", 1, CLUSTER_ASYNC_ROUND},
};

/* One shape's run. */
struct async {
    struct cluster *cluster;
    const struct cluster_show *show;
    struct cluster_part part;
    struct cluster_ops_values values;
    struct tally tallies[CLUSTER_OPS_ALL];
    struct cluster_lane lanes[CLUSTER_OPS_ALL];
    struct lane_arg {
        const struct async *async;
        enum cluster_ops op;
    } args[CLUSTER_OPS_ALL];
    int64_t made; /* the numbers of requests that have been sent, from 0 */
};

/* ---- options ---- */

void cluster_async_opts_init(struct cluster_async_opts *o) {
    *o = (struct cluster_async_opts){.count = 10000, .size = 256, .shapes = {true, true, true}};
}

const char *cluster_async_name(enum cluster_async_shape s) {
    return shapes[s].name;
}

const char *cluster_async_words(enum cluster_async_shape s) {
    return shapes[s].words;
}

int cluster_async_parse(struct cluster_async_opts *o, const char *text, struct err *e) {
    bool wanted[CLUSTER_ASYNC_SHAPES], any = false;
    for (int s = 0; s < CLUSTER_ASYNC_SHAPES; s++)
        any |= wanted[s] = !strcmp(text, "all") || !strcmp(text, shapes[s].name);
    if (!any) return err_set(e, VK_EUSAGE, "'%s' is not none, false, true or all", text);
    memcpy(o->shapes, wanted, sizeof wanted);
    return 0;
}

int cluster_async_check(const struct cluster_async_opts *o, struct err *e) {
    if (!o->shapes[CLUSTER_ASYNC_TRUE] || o->count >= CLUSTER_ASYNC_ROUND) return 0;
    return err_set(e, VK_EUSAGE,
                   "--gather true sends rounds of %d requests: -n must be at least that, or "
                   "--gather another",
                   CLUSTER_ASYNC_ROUND);
}

int64_t cluster_async_requests(const struct cluster_async_opts *o, enum cluster_async_shape s) {
    return o->count / shapes[s].width * shapes[s].width;
}

/* ---- lanes ---- */

/* In rounds the same hundred numbers come again and again. */
static void say(void *arg, int64_t round, int k, struct cluster_ops_words *w) {
    const struct lane_arg *a = arg;
    bool rounds = a->async->lanes[a->op].width > 1;
    cluster_ops_request(w, a->op, rounds ? k : round, &a->async->values);
}

static void make_lanes(struct async *a, const struct cluster_async_opts *o) {
    const struct shape *s = &shapes[a->part.shape];
    int64_t requests = cluster_async_requests(o, (enum cluster_async_shape)a->part.shape);
    for (int op = 0; op < CLUSTER_OPS_ALL; op++) {
        tally_init(&a->tallies[op], false);
        a->args[op] = (struct lane_arg){a, (enum cluster_ops)op};
        a->lanes[op] = (struct cluster_lane){
            .words = say,
            .arg = &a->args[op],
            .rounds = requests / s->width,
            .width = s->width,
            .tally = &a->tallies[op],
        };
    }
}

static void note_made(struct async *a, const struct cluster_lane *l) {
    int64_t sent = l->round < l->rounds ? l->round + 1 : l->round;
    int64_t made = l->width > 1 ? l->width : sent;
    if (made > a->made) a->made = made;
}

/* ---- the run ---- */

static int tell_rows(struct async *a, int first, int n, int64_t cpu_ns, struct err *e) {
    int code = 0;
    for (int op = first; op < first + n && code == 0; op++) {
        const struct cluster_lane *l = &a->lanes[op];
        const struct cluster_row row = {
            .name = cluster_ops_name((enum cluster_ops)op),
            .tally = l->tally,
            .elapsed_ns = l->to_ns - l->from_ns,
            .cpu_ns = n > 1 ? -1 : cpu_ns,
            .cut = l->round < l->rounds,
        };
        note_made(a, l);
        code = a->show->row(a->show->arg, &a->part, &row, e);
    }
    return code;
}

/* The operations first .. first + n - 1 at once. */
static int run_group(struct async *a, int first, int n, struct err *e) {
    struct err untold;
    int64_t cpu_ns = clock_process_cpu_ns();
    int code = cluster_lane_run(a->cluster, a->lanes + first, n, -1, e);
    cpu_ns = clock_process_cpu_ns() - cpu_ns;
    int told = tell_rows(a, first, n, cpu_ns, code < 0 ? &untold : e);
    if (code < 0) return code; /* the first reason counts */
    return told == 0 && signal_stop() ? err_set(e, VK_ECANCEL, "interrupted") : told;
}

static int tell_total(struct async *a, int64_t elapsed_ns, int64_t cpu_ns, bool cut,
                      struct err *e) {
    struct tally all;
    tally_init(&all, false);
    for (int op = 0; op < CLUSTER_OPS_ALL; op++)
        tally_merge(&all, &a->tallies[op]);
    const struct cluster_row total = {"total", &all, elapsed_ns, cpu_ns, cut};
    a->part.redirects = cluster_redirects(a->cluster);
    int code = a->show->end(a->show->arg, &a->part, &total, e);
    tally_release(&all);
    return code;
}

static int run_operations(struct async *a, int together, struct err *e) {
    struct err untold;
    int code = a->show->begin(a->show->arg, &a->part, e);
    if (code < 0) return code;
    int64_t from_ns = clock_now_ns(), cpu_ns = clock_process_cpu_ns();
    for (int op = 0; op < CLUSTER_OPS_ALL && code == 0; op += together)
        code = run_group(a, op, together, e);
    int told = tell_total(a, clock_now_ns() - from_ns, clock_process_cpu_ns() - cpu_ns, code < 0,
                          code < 0 ? &untold : e);
    return code < 0 ? code : told;
}

/* The client of the shape before stays until there is another: somebody must delete the keys. */
static int run_shape(const struct cluster_stage *stage, const struct cluster_async_opts *o,
                     const struct shape *s, struct async *a, struct err *e) {
    struct cluster *c;
    a->part = (struct cluster_part){.name = s->name, .shape = (int)(s - shapes)};
    int code = cluster_stage_open(stage, &a->part, &c, e);
    if (code < 0) return code;
    cluster_free(a->cluster);
    a->cluster = c;
    make_lanes(a, o);
    code = run_operations(a, s->together, e);
    for (int op = 0; op < CLUSTER_OPS_ALL; op++)
        tally_release(&a->tallies[op]);
    return code;
}

int cluster_async_run(const struct cluster_stage *stage, const struct cluster_async_opts *o,
                      const struct cluster_show *show, int64_t *left, struct err *e) {
    struct async a = {.show = show};
    int code = 0;
    cluster_ops_values_init(&a.values, (size_t)o->size);
    for (int s = 0; s < CLUSTER_ASYNC_SHAPES && code == 0; s++)
        if (o->shapes[s]) code = run_shape(stage, o, &shapes[s], &a, e);
    *left = a.cluster ? cluster_stage_delete(a.cluster, a.made) : 0;
    cluster_free(a.cluster);
    cluster_ops_values_release(&a.values);
    return code;
}
