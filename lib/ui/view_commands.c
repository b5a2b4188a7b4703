/* SPDX-License-Identifier: BSD-3-Clause */
/* What a server says of what it can run and has run: COMMAND INFO, LATENCY HISTOGRAM, FUNCTION
 * LIST. */
#include <string.h>

#include "ui/oneline.h"
#include "ui/view_impl.h"

enum { NAMES_MAX = 4096 };

/* --- COMMAND, COMMAND INFO -------------------------------------------------------------------- */

/* Words of a list behind each other. */
static void add_words(struct sheet *s, const char *name, const struct reply *list) {
    struct buf text;
    if (s->skipping || !list) return;
    sheet_reply(s, name, list);
    if (!resp_read_is_aggregate(list->type)) return;
    buf_init(&text, (size_t)8 * NAMES_MAX);
    oneline_words(&text, list, NAMES_MAX);
    s->cells[s->n - 1].shown = sheet_keep(s, &text);
    buf_release(&text);
}

/* [name, arity, flags, first key, last key, step, categories, ...] */
bool view_commands_info(struct sheet *s, const struct view_call *c, const struct reply *r) {
    static const char *const names[] = {"command", "arity", "flags", "first", "last", "step"};
    if (!view_decode_is_list(r) || (c->argc > 1 && !view_decode_has(c, 1, "info"))) return false;
    for (const struct reply *at = r->child; at; at = at->next) {
        size_t i = 0;
        if (at->type == RESP_NIL) continue; /* no such command */
        if (!view_decode_is_list(at) || at->n < 6) return false;
        sheet_row(s);
        for (const struct reply *value = at->child; value && i < 6; value = value->next, i++)
            if (i == 2)
                add_words(s, names[i], value);
            else
                sheet_reply(s, names[i], value);
        add_words(s, "categories", reply_at(at, 6));
    }
    return true;
}

/* --- LATENCY HISTOGRAM ------------------------------------------------------------------------ */

/* The bucket below whose upper end a part of the calls are; the counts add up from bucket to
 * bucket. */
static bool add_percentile(struct sheet *s, const char *name, const struct reply *buckets,
                           double part) {
    int64_t calls = 0, count, edge = 0;
    for (const struct reply *at = buckets->child; at && at->next; at = at->next->next)
        if (!view_decode_int(at->next, &calls)) return false;
    for (const struct reply *at = buckets->child; at && at->next; at = at->next->next) {
        if (!view_decode_int(at, &edge) || !view_decode_int(at->next, &count)) return false;
        if ((double)count >= part * (double)calls) break;
    }
    sheet_int(s, name, edge);
    return true;
}

bool view_commands_histogram(struct sheet *s, const struct view_call *c, const struct reply *r) {
    static const struct {
        const char *name;
        double part;
    } columns[] = {{"p50_us", 0.5}, {"p90_us", 0.9}, {"p99_us", 0.99}, {"max_us", 1}};
    (void)c;
    if (!view_decode_is_map(r)) return false;
    s->caption = "each at most";
    for (const struct reply *at = r->child; at && at->next; at = at->next->next) {
        const struct reply *calls = view_decode_get(at->next, "calls");
        const struct reply *buckets = view_decode_get(at->next, "histogram_usec");
        if (!calls || !buckets || !resp_read_is_aggregate(buckets->type)) return false;
        sheet_row(s);
        sheet_reply(s, "command", at);
        sheet_reply(s, "calls", calls);
        for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
            if (!add_percentile(s, columns[i].name, buckets, columns[i].part)) return false;
    }
    return true;
}

/* --- FUNCTION LIST ---------------------------------------------------------------------------- */

/* [{name, description, flags}, ...] as "f, g (no-writes)". */
static void add_functions(struct sheet *s, const struct reply *name, const struct reply *list) {
    struct buf text;
    const char *comma = "";
    sheet_reply_named(s, name->p, name->len, list);
    if (s->skipping || !resp_read_is_aggregate(list->type)) return;
    buf_init(&text, (size_t)8 * NAMES_MAX);
    for (const struct reply *at = list->child; at && text.len < NAMES_MAX; at = at->next) {
        const struct reply *own = view_decode_get(at, "name"),
                           *flags = view_decode_get(at, "flags");
        if (!own || !view_decode_is_text(own) || !own->len) continue;
        buf_adds(&text, comma);
        oneline_string(&text, own->p, own->len);
        if (flags && resp_read_is_aggregate(flags->type) && flags->n) {
            buf_adds(&text, " (");
            oneline_words(&text, flags, NAMES_MAX);
            buf_addc(&text, ')');
        }
        comma = ", ";
    }
    s->cells[s->n - 1].shown = sheet_keep(s, &text);
    buf_release(&text);
}

bool view_commands_functions(struct sheet *s, const struct view_call *c, const struct reply *r) {
    if (!view_decode_is_list(r) || view_decode_has(c, 2, "withcode")) return false;
    for (const struct reply *at = r->child; at; at = at->next) {
        if (!view_decode_is_map(at)) return false;
        sheet_row(s);
        for (const struct reply *name = at->child; name && name->next; name = name->next->next)
            if (name->p && reply_is(name, "functions"))
                add_functions(s, name, name->next);
            else if (name->p)
                sheet_reply_named(s, name->p, name->len, name->next);
    }
    return true;
}
