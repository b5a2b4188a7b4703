/* SPDX-License-Identifier: BSD-3-Clause */
/* The cluster suites for programs. CSV: a line for each operation and for their total, an unknown
 * figure is an empty field. JSON: one document, opened by the first part and whole at the end also
 * when the run was stopped; tests/vkbench/cluster_suites.schema.json describes it. */
#include <inttypes.h>
#include <math.h>

#include "cluster_report.h"
#include "ui/jsonw.h"
#include "report_json.h"

/* ---- CSV ---- */

static const char csv_names[] =
    "\"shape\",\"operation\",\"requests\",\"errors\",\"elapsed_s\",\"rps\",\"avg_latency_ms\","
    "\"min_latency_ms\",\"p50_latency_ms\",\"p95_latency_ms\",\"p99_latency_ms\",\"max_latency_"
    "ms\","
    "\"cpu_ns_per_request\",\"warmup_s\",\"redirects\"\n";

static void csv_begin(struct cluster_report *r, const struct cluster_part *p) {
    (void)p;
    if (r->parts == 1) buf_adds(&r->out, csv_names);
}

static void csv_number(struct buf *out, double v, int decimals) {
    if (isfinite(v))
        buf_addf(out, ",\"%.*f\"", decimals, v);
    else
        buf_adds(out, ",\"\"");
}

static void csv_ms(struct buf *out, double ns, bool known) {
    csv_number(out, known ? ns / 1e6 : NAN, 6);
}

static void csv_latencies(struct buf *out, const struct hist *h) {
    csv_ms(out, hist_mean(h), h->count);
    csv_ms(out, (double)h->min, h->count);
    csv_ms(out, (double)hist_percentile(h, 50), hist_knows(h, 50));
    csv_ms(out, (double)hist_percentile(h, 95), hist_knows(h, 95));
    csv_ms(out, (double)hist_percentile(h, 99), hist_knows(h, 99));
    csv_ms(out, (double)h->max, h->count);
}

/* redirects: NAN = not counted by operation */
static void csv_line(struct buf *out, const struct cluster_part *p, const struct cluster_row *row,
                     double redirects) {
    buf_addf(out, "\"%s\",\"%s\",\"%" PRIu64 "\",\"%" PRIu64 "\"", p->name, row->name,
             row->tally->done, row->tally->errors);
    csv_number(out, (double)row->elapsed_ns / 1e9, 6);
    csv_number(out, cluster_report_rate(row), 2);
    csv_latencies(out, row->tally->service);
    csv_number(out, cluster_report_cpu(row), 1);
    csv_number(out, (double)p->warmup_ns / 1e9, 6);
    csv_number(out, redirects, 0);
    buf_addc(out, '\n');
}

static void csv_row(struct cluster_report *r, const struct cluster_part *p,
                    const struct cluster_row *row) {
    csv_line(&r->out, p, row, NAN);
}

static void csv_end(struct cluster_report *r, const struct cluster_part *p,
                    const struct cluster_row *total) {
    csv_line(&r->out, p, total, (double)p->redirects);
}

static void csv_finish(struct cluster_report *r) {
    (void)r;
}

const struct cluster_format cluster_report_csv = {csv_begin, csv_row, csv_end, csv_finish};

/* ---- JSON: the document ---- */

static void json_head(struct cluster_report *r) {
    struct buf *out = &r->out;
    const struct options *o = r->opts;
    bool async = cluster_report_is_async(r);
    buf_addc(out, '{');
    jsonw_text(out, "schema", async ? "vkbench-cluster-async/1" : "vkbench-cluster-pipeline/1");
    jsonw_object(out, "tool");
    jsonw_text(out, "name", "vkbench");
    jsonw_text(out, "version", VK_VERSION);
    buf_addc(out, '}');
    jsonw_object(out, "target");
    jsonw_text(out, "address", r->where);
    jsonw_text(out, "transport", o->conn.tls ? "tls" : "tcp");
    jsonw_count(out, "protocol", o->conn.protocol == 3 ? 3 : 2);
    buf_addc(out, '}');
    jsonw_count(out, "count",
                (uint64_t)(async ? o->cluster_async.count : o->cluster_pipeline.count));
    jsonw_count(out, "value_bytes",
                (uint64_t)(async ? o->cluster_async.size : o->cluster_pipeline.size));
    jsonw_array(out, "parts");
}

static void json_begin(struct cluster_report *r, const struct cluster_part *p) {
    struct buf *out = &r->out;
    if (r->parts == 1) json_head(r);
    jsonw_separate(out);
    buf_addc(out, '{');
    jsonw_text(out, "name", p->name);
    jsonw_count(out, "primaries", (uint64_t)p->primaries);
    jsonw_count(out, "warmup", (uint64_t)p->warmup_ns);
    jsonw_array(out, "rows");
}

static void json_finish(struct cluster_report *r) {
    const struct err *why = r->stopped;
    bool interrupted = why->code == VK_ECANCEL;
    if (!r->parts) json_head(r);
    buf_addc(&r->out, ']');
    jsonw_count(&r->out, "keys_left", (uint64_t)r->left);
    jsonw_flag(&r->out, "interrupted", interrupted);
    if (why->code && !interrupted)
        jsonw_text(&r->out, "error", why->text);
    else
        jsonw_none(&r->out, "error");
    jsonw_count(&r->out, "exit", (uint64_t)r->exit_code);
    buf_adds(&r->out, "}\n");
}

/* ---- JSON: a row ---- */

static void json_members(struct buf *out, const struct cluster_row *row) {
    const struct tally *t = row->tally;
    jsonw_text(out, "name", row->name);
    jsonw_count(out, "count", t->done);
    report_json_errors(out, t);
    jsonw_count(out, "elapsed", (uint64_t)row->elapsed_ns);
    jsonw_number(out, "rate", cluster_report_rate(row));
    jsonw_number(out, "cpu_per_request", cluster_report_cpu(row));
    jsonw_flag(out, "interrupted", row->cut);
    jsonw_object(out, "latency");
    report_json_distribution(out, "service", t->service);
    report_json_distribution(out, "failed", t->failed);
    buf_addc(out, '}');
}

static void json_row(struct cluster_report *r, const struct cluster_part *p,
                     const struct cluster_row *row) {
    (void)p;
    jsonw_separate(&r->out);
    buf_addc(&r->out, '{');
    json_members(&r->out, row);
    buf_addc(&r->out, '}');
}

static void json_end(struct cluster_report *r, const struct cluster_part *p,
                     const struct cluster_row *total) {
    buf_addc(&r->out, ']');
    jsonw_object(&r->out, "total");
    json_members(&r->out, total);
    buf_addc(&r->out, '}');
    jsonw_count(&r->out, "redirects", p->redirects);
    buf_addc(&r->out, '}');
}

const struct cluster_format cluster_report_json = {json_begin, json_row, json_end, json_finish};
