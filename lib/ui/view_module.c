/* SPDX-License-Identifier: BSD-3-Clause */
/* Replies of modules: FT.SEARCH and FT.AGGREGATE, TS.RANGE. */
#include <inttypes.h>

#include "ui/view_impl.h"

/* --- search ----------------------------------------------------------------------------------- */

static void caption_total(struct sheet *s, int64_t n) {
    struct buf b;
    buf_init(&b, 64);
    buf_addf(&b, "of %" PRId64, n);
    s->caption = sheet_keep(s, &b);
    buf_release(&b);
}

/* RESP3: {total_results: n, results: [{id: ..., score: ..., extra_attributes: {...}}, ...]} */
static bool add_result(struct sheet *s, const struct reply *result) {
    const struct reply *id = view_decode_get(result, "id"),
                       *score = view_decode_get(result, "score"),
                       *fields = view_decode_get(result, "extra_attributes");
    if (!view_decode_is_map(result)) return false;
    sheet_row(s);
    if (id) sheet_reply(s, "id", id);
    if (score) sheet_reply(s, "score", score);
    if (fields && resp_read_is_aggregate(fields->type)) view_decode_pairs(s, fields);
    return true;
}

static bool add_results(struct sheet *s, const struct reply *r) {
    const struct reply *total = view_decode_get(r, "total_results"),
                       *results = view_decode_get(r, "results");
    int64_t n;
    if (!results || !view_decode_is_list(results)) return false;
    if (total && view_decode_int(total, &n)) caption_total(s, n);
    for (const struct reply *at = results->child; at; at = at->next)
        if (!add_result(s, at)) return false;
    return true;
}

/* RESP2: [n, id, (score), (fields), ...]; of FT.AGGREGATE [n, fields, ...]. Returns what follows,
 * NULL when the shape is another. */
static const struct reply *add_document(struct sheet *s, const struct reply *at, bool scored,
                                        bool bare) {
    sheet_row(s);
    if (view_decode_is_text(at)) {
        sheet_reply(s, "id", at);
        if (scored && (at = at->next)) sheet_reply(s, "score", at);
        if (bare || !at) return at;
        at = at->next;
    }
    if (!at || (at->type != RESP_NIL && !resp_read_is_aggregate(at->type))) return NULL;
    view_decode_pairs(s, at);
    return at;
}

bool view_module_search(struct sheet *s, const struct view_call *c, const struct reply *r) {
    bool scored = view_decode_has(c, 3, "withscores"), bare = view_decode_has(c, 3, "nocontent");
    int64_t n;
    if (view_decode_has(c, 3, "withpayloads") || view_decode_has(c, 3, "withsortkeys"))
        return false;
    if (r->type == RESP_MAP) return add_results(s, r);
    if (!view_decode_is_list(r) || !r->child || !view_decode_int(r->child, &n)) return false;
    caption_total(s, n);
    for (const struct reply *at = r->child->next; at; at = at->next)
        if (!(at = add_document(s, at, scored, bare))) return false;
    return true;
}

/* --- time series ------------------------------------------------------------------------------ */

bool view_module_samples(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!view_decode_is_list(r)) return false;
    for (const struct reply *at = r->child; at; at = at->next) {
        int64_t ms;
        if (!view_decode_is_list(at) || at->n != 2 || !view_decode_int(at->child, &ms))
            return false;
        const struct reply *value = at->child->next;
        sheet_row(s);
        sheet_int(s, "timestamp", ms);
        sheet_text(s, "time", "", 0);
        sheet_show_time(s, ms / 1000);
        if (view_decode_is_text(value))
            sheet_typed(s, "value", 5, value->p, value->len);
        else
            sheet_reply(s, "value", value);
    }
    return true;
}
