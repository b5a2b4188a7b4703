/* SPDX-License-Identifier: BSD-3-Clause */
/* CLUSTER SLOTS and CLUSTER SHARDS: a row for each node of each range or shard. */
#include <inttypes.h>

#include "ui/view_impl.h"

enum { SLOTS_MAX = 1 << 20 }; /* bytes of a shard's ranges */

static void add_at(struct sheet *s, const char *name, const struct reply *list, size_t i) {
    const struct reply *r = reply_at(list, i);
    if (r) sheet_reply(s, name, r);
}

static bool add_slots(struct sheet *s, const struct reply *range) {
    int64_t start, end;
    if (!view_decode_int_at(range, 0, &start) || !view_decode_int_at(range, 1, &end) ||
        range->n < 3)
        return false;
    const struct reply *first = range->child->next->next;
    for (const struct reply *node = first; node; node = node->next) {
        if (!view_decode_is_list(node)) return false;
        sheet_row(s);
        sheet_int(s, "start", start);
        sheet_int(s, "end", end);
        sheet_text(s, "role", node == first ? "primary" : "replica", 7);
        add_at(s, "host", node, 0);
        add_at(s, "port", node, 1);
        add_at(s, "id", node, 2);
    }
    return true;
}

bool view_cluster_slots(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!view_decode_is_list(r)) return false;
    for (const struct reply *at = r->child; at; at = at->next)
        if (!view_decode_is_list(at) || !add_slots(s, at)) return false;
    return true;
}

/* [0, 99, 200, 299] as 0-99 200-299. */
static bool put_ranges(struct buf *text, const struct reply *slots) {
    int64_t from, to;
    for (const struct reply *at = slots->child; at && at->next; at = at->next->next) {
        if (!view_decode_int(at, &from) || !view_decode_int(at->next, &to)) return false;
        buf_addf(text, "%s%" PRId64, text->len ? " " : "", from);
        if (to != from) buf_addf(text, "-%" PRId64, to);
    }
    return !text->over;
}

static void add_shard(struct sheet *s, const struct buf *ranges, const struct reply *nodes) {
    const char *text = sheet_keep(s, ranges);
    for (const struct reply *node = nodes->child; node; node = node->next) {
        sheet_row(s);
        sheet_add(s, "slots", 5, SHEET_WORDS, text, ranges->len);
        view_decode_pairs(s, node);
    }
}

bool view_cluster_shards(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!view_decode_is_list(r)) return false;
    for (const struct reply *at = r->child; at; at = at->next) {
        const struct reply *slots = view_decode_get(at, "slots"),
                           *nodes = view_decode_get(at, "nodes");
        struct buf ranges;
        if (!slots || !nodes || !view_decode_is_list(nodes)) return false;
        buf_init(&ranges, SLOTS_MAX);
        bool good = put_ranges(&ranges, slots);
        if (good) add_shard(s, &ranges, nodes);
        buf_release(&ranges);
        if (!good) return false;
    }
    return true;
}
