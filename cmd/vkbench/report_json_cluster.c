/* SPDX-License-Identifier: BSD-3-Clause */
/* JSON of what a cluster adds to a run. See report_json.c. */
#include <math.h>
#include <string.h>

#include "ui/jsonw.h"
#include "report_json.h"

static void add_node(struct buf *out, const struct run_result *r, const struct run_node *n) {
    jsonw_separate(out);
    buf_addc(out, '{');
    jsonw_text(out, "address", n->where);
    jsonw_text(out, "id", n->id);
    jsonw_text(out, "role", n->replica ? "replica" : "primary");
    jsonw_count(out, "slots", (uint64_t)n->slots);
    jsonw_count(out, "count", n->total.done);
    report_json_errors(out, &n->total);
    jsonw_number(out, "rate", report_rate(r, &n->total));
    jsonw_object(out, "latency");
    report_json_distribution(out, "service", n->total.service);
    report_json_distribution(out, "response", r->rated ? n->total.response : NULL);
    buf_addc(out, '}');
    buf_addc(out, '}');
}

static void add_redirects(struct buf *out, const struct run_redirects *d) {
    jsonw_object(out, "redirects");
    jsonw_count(out, "moved", d->moved);
    jsonw_count(out, "ask", d->asked);
    jsonw_count(out, "tryagain", d->tryagain);
    jsonw_count(out, "restarts", d->restarts);
    buf_addc(out, '}');
}

static void add_slots(struct buf *out, const struct run_slots *s) {
    jsonw_object(out, "slots");
    jsonw_count(out, "operations", s->operations);
    jsonw_count(out, "hit", s->hit);
    jsonw_count_or_null(out, "hottest", s->hottest, s->operations);
    jsonw_count_or_null(out, "hottest_operations", s->hottest_operations, s->operations);
    buf_addc(out, '}');
}

static double in_seconds(int64_t ns) {
    return (double)ns / 1e9;
}

static void add_outage(struct buf *out, const struct run_result *r, const struct outage *o) {
    int64_t back_ns = run_recovered_ns(r, o);
    jsonw_separate(out);
    buf_addc(out, '{');
    jsonw_text(out, "node", r->nodes[o->node].where);
    jsonw_count(out, "slots", (uint64_t)o->slots);
    jsonw_number(out, "from_s", in_seconds(o->from_ns));
    jsonw_number(out, "length_s", o->to_ns ? in_seconds(o->to_ns - o->from_ns) : NAN);
    jsonw_number(out, "recovered_s", back_ns >= 0 ? in_seconds(back_ns) : NAN);
    if (o->by >= 0)
        jsonw_text(out, "by", r->nodes[o->by].where);
    else
        jsonw_none(out, "by");
    report_json_errors(out, &o->words);
    buf_addc(out, '}');
}

void report_json_cluster(struct buf *out, const struct run_result *r) {
    if (!r->nodes) {
        jsonw_none(out, "cluster");
        return;
    }
    jsonw_object(out, "cluster");
    jsonw_array(out, "nodes");
    for (int i = 0; i < r->n_nodes; i++)
        if (report_knows_node(&r->nodes[i])) add_node(out, r, &r->nodes[i]);
    buf_addc(out, ']');
    add_slots(out, &r->slots);
    add_redirects(out, &r->redirects);
    jsonw_array(out, "outages");
    for (int i = 0; i < r->outages->n; i++)
        add_outage(out, r, &r->outages->list[i]);
    buf_addc(out, ']');
    buf_addc(out, '}');
}

void report_json_timeline(struct buf *out, const struct timeline *t) {
    jsonw_object(out, "timeline");
    jsonw_number(out, "width_s", in_seconds(t->width_ns));
    jsonw_array(out, "cells");
    for (size_t i = 0; i < t->n; i++) {
        jsonw_separate(out);
        buf_addf(out, "[%llu,%llu]", (unsigned long long)t->cells[i].done,
                 (unsigned long long)t->cells[i].errors);
    }
    buf_addc(out, ']');
    buf_addc(out, '}');
}
