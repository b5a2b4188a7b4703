/* SPDX-License-Identifier: BSD-3-Clause */
/* The sum of `top` as one JSON object:
 *   {"events":N,"seconds":S,"rate":R,"bytes":B,"sample":N,"malformed":N,"gaps":N,
 *    "commands":[{"name":V,"count":N,"error":N,"rate":R,"share":F,"bytes":B},...],
 *    "prefixes":[...],"keys":[...],"clients":[...],"nodes":[...]}
 * error: by so much count may be too high; "cut":true where a name is longer than what is kept. */
#include <stdlib.h>

#include "top.h"
#include "ui/jsonw.h"

static void put_entry(const struct top *t, enum top_view v, const struct heavy_entry *e,
                      struct buf *out) {
    double seconds = top_seconds(t);
    jsonw_separate(out);
    buf_addc(out, '{');
    jsonw_key(out, "name");
    jsonw_bytes(out, e->key, e->kept);
    if (e->kept < e->len) jsonw_flag(out, "cut", true);
    jsonw_count(out, "count", e->count);
    jsonw_count(out, "error", e->error);
    jsonw_number(out, "rate", seconds > 0 ? (double)e->count / seconds : 0);
    jsonw_number(out, "share", top_share(t, v, e));
    jsonw_count(out, "bytes", e->bytes);
    buf_addc(out, '}');
}

static void put_view(const struct top *t, enum top_view v, int rows, struct buf *out) {
    struct heavy_entry *entries = mem_zalloc((size_t)rows, sizeof *entries);
    size_t n = heavy_top(t->views[v], HEAVY_BY_COUNT, entries, (size_t)rows);
    jsonw_array(out, top_name(v));
    for (size_t i = 0; i < n; i++)
        put_entry(t, v, &entries[i], out);
    buf_addc(out, ']');
    free(entries);
}

void top_json(const struct top *t, int rows, struct buf *out) {
    double seconds = top_seconds(t);
    buf_addc(out, '{');
    jsonw_count(out, "events", t->n_events);
    jsonw_number(out, "seconds", seconds);
    jsonw_number(out, "rate", seconds > 0 ? (double)t->n_events / seconds : 0);
    jsonw_count(out, "bytes", t->bytes);
    jsonw_count(out, "sample", t->opts.weight);
    jsonw_count(out, "malformed", t->n_malformed);
    jsonw_count(out, "gaps", t->n_gaps);
    for (int v = 0; v < TOP_VIEWS; v++)
        put_view(t, (enum top_view)v, rows, out);
    buf_adds(out, "}\n");
}
