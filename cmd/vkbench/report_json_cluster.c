/* SPDX-License-Identifier: BSD-3-Clause */
/* JSON of what a cluster adds to a run. See report_json.c. */
#include <math.h>
#include <string.h>

#include "json.h"
#include "report_json.h"

static void add_node(struct buf *out, const struct run_result *r, const struct run_node *n) {
    json_separate(out);
    buf_addc(out, '{');
    json_text(out, "address", n->where);
    json_text(out, "id", n->id);
    json_text(out, "role", n->replica ? "replica" : "primary");
    json_count(out, "slots", (uint64_t)n->slots);
    json_count(out, "count", n->total.done);
    report_json_errors(out, &n->total);
    json_number(out, "rate", report_rate(r, &n->total));
    json_object(out, "latency");
    report_json_distribution(out, "service", n->total.service);
    report_json_distribution(out, "response", r->rated ? n->total.response : NULL);
    buf_addc(out, '}');
    buf_addc(out, '}');
}

static void add_redirects(struct buf *out, const struct run_redirects *d) {
    json_object(out, "redirects");
    json_count(out, "moved", d->moved);
    json_count(out, "ask", d->asked);
    json_count(out, "tryagain", d->tryagain);
    json_count(out, "restarts", d->restarts);
    buf_addc(out, '}');
}

static void add_slots(struct buf *out, const struct run_slots *s) {
    json_object(out, "slots");
    json_count(out, "operations", s->operations);
    json_count(out, "hit", s->hit);
    json_count_or_null(out, "hottest", s->hottest, s->operations);
    json_count_or_null(out, "hottest_operations", s->hottest_operations, s->operations);
    buf_addc(out, '}');
}

static double in_seconds(int64_t ns) {
    return (double)ns / 1e9;
}

static void add_outage(struct buf *out, const struct run_result *r, const struct outage *o) {
    int64_t back_ns = run_recovered_ns(r, o);
    json_separate(out);
    buf_addc(out, '{');
    json_text(out, "node", r->nodes[o->node].where);
    json_count(out, "slots", (uint64_t)o->slots);
    json_number(out, "from_s", in_seconds(o->from_ns));
    json_number(out, "length_s", o->to_ns ? in_seconds(o->to_ns - o->from_ns) : NAN);
    json_number(out, "recovered_s", back_ns >= 0 ? in_seconds(back_ns) : NAN);
    if (o->by >= 0)
        json_text(out, "by", r->nodes[o->by].where);
    else
        json_none(out, "by");
    report_json_errors(out, &o->words);
    buf_addc(out, '}');
}

void report_json_cluster(struct buf *out, const struct run_result *r) {
    if (!r->nodes) {
        json_none(out, "cluster");
        return;
    }
    json_object(out, "cluster");
    json_array(out, "nodes");
    for (int i = 0; i < r->n_nodes; i++)
        if (report_knows_node(&r->nodes[i])) add_node(out, r, &r->nodes[i]);
    buf_addc(out, ']');
    add_slots(out, &r->slots);
    add_redirects(out, &r->redirects);
    json_array(out, "outages");
    for (int i = 0; i < r->outages->n; i++)
        add_outage(out, r, &r->outages->list[i]);
    buf_addc(out, ']');
    buf_addc(out, '}');
}

void report_json_timeline(struct buf *out, const struct timeline *t) {
    json_object(out, "timeline");
    json_number(out, "width_s", in_seconds(t->width_ns));
    json_array(out, "cells");
    for (size_t i = 0; i < t->n; i++) {
        json_separate(out);
        buf_addf(out, "[%llu,%llu]", (unsigned long long)t->cells[i].done,
                 (unsigned long long)t->cells[i].errors);
    }
    buf_addc(out, ']');
    buf_addc(out, '}');
}
