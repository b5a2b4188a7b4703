/* SPDX-License-Identifier: BSD-3-Clause */
/* Replies that hold data: entries of streams, members with scores, fields with values, what a
 * cursor brings. */
#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "ui/view_impl.h"

/* --- streams ---------------------------------------------------------------------------------- */

/* [id, [field, value, ...]]; of an entry that was deleted, nil, or [id, nil]. */
static bool add_entry(struct sheet *s, const struct reply *stream, const struct reply *entry) {
    const struct reply *id = entry->child, *fields = id ? id->next : NULL;
    if (entry->type == RESP_NIL) return true;
    if (!view_decode_is_list(entry) || !fields || !view_decode_is_text(id)) return false;
    if (fields->type != RESP_NIL && (!resp_read_is_aggregate(fields->type) || fields->n % 2))
        return false;
    sheet_row(s);
    if (stream) sheet_reply(s, "stream", stream);
    sheet_reply(s, "id", id);
    view_decode_pairs(s, fields);
    return true;
}

static bool add_entries(struct sheet *s, const struct reply *stream, const struct reply *entries) {
    if (!view_decode_is_list(entries)) return false;
    for (const struct reply *at = entries->child; at; at = at->next)
        if (!add_entry(s, stream, at)) return false;
    return true;
}

bool view_data_entries(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    return add_entries(s, NULL, r);
}

bool view_data_streams(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (r->type == RESP_MAP) {
        for (const struct reply *at = r->child; at && at->next; at = at->next->next)
            if (!add_entries(s, at, at->next)) return false;
        return true;
    }
    if (!view_decode_is_list(r)) return false;
    for (const struct reply *at = r->child; at; at = at->next)
        if (!view_decode_is_list(at) || at->n != 2 || !add_entries(s, at->child, at->child->next))
            return false;
    return true;
}

/* --- pairs ------------------------------------------------------------------------------------ */

static void add_pair(struct sheet *s, const char *const names[2], const struct reply *first,
                     const struct reply *second) {
    sheet_row(s);
    sheet_reply(s, names[0], first);
    if (view_decode_is_text(second) && names[1][0] == 's') /* RESP2 has scores as text */
        sheet_typed(s, names[1], strlen(names[1]), second->p, second->len);
    else
        sheet_reply(s, names[1], second);
}

/* RESP3's list of pairs, or a map, or the flat list of RESP2. */
static bool add_pairs(struct sheet *s, const struct reply *r, const char *const names[2]) {
    if (!view_decode_is_list(r) && r->type != RESP_MAP) return false;
    for (const struct reply *at = r->child; at; at = at->next) {
        if (view_decode_is_list(at)) {
            if (at->n != 2) return false;
            add_pair(s, names, at->child, at->child->next);
        } else {
            if (!at->next) return false;
            add_pair(s, names, at, at->next);
            at = at->next;
        }
    }
    return true;
}

static const char *const scores[] = {"member", "score"};
static const char *const values[] = {"field", "value"};

bool view_data_scores(struct sheet *s, const struct view_call *c, const struct reply *r) {
    return view_decode_has(c, 2, "withscores") && add_pairs(s, r, scores);
}

bool view_data_values(struct sheet *s, const struct view_call *c, const struct reply *r) {
    return view_decode_has(c, 2, "withvalues") && add_pairs(s, r, values);
}

/* ZPOPMIN, ZPOPMAX: scores come unasked. */
bool view_data_popped(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    return add_pairs(s, r, scores);
}

/* --- cursors ---------------------------------------------------------------------------------- */

static bool is_command(const struct view_call *c, const char *name) {
    return c->argc && str_ieq(c->argv[0], c->lens[0], name);
}

static bool add_single(struct sheet *s, const char *name, const struct reply *r) {
    if (!view_decode_is_list(r)) return false;
    for (const struct reply *at = r->child; at; at = at->next) {
        sheet_row(s);
        sheet_reply(s, name, at);
    }
    return true;
}

static void caption_cursor(struct sheet *s, uint64_t cursor) {
    char text[48];
    struct buf b;
    buf_init(&b, sizeof text);
    buf_addf(&b, cursor ? "cursor %" PRIu64 : "cursor 0, the end", cursor);
    s->caption = sheet_keep(s, &b);
    buf_release(&b);
}

bool view_data_scan(struct sheet *s, const struct view_call *c, const struct reply *r) {
    uint64_t cursor;
    if (!view_decode_is_list(r) || r->n != 2 || !view_decode_is_text(r->child)) return false;
    if (str_to_u64(r->child->p, r->child->len, &cursor) < 0) return false;
    caption_cursor(s, cursor);
    const struct reply *found = r->child->next;
    if (is_command(c, "zscan")) return add_pairs(s, found, scores);
    if (is_command(c, "hscan"))
        return view_decode_has(c, 3, "novalues") ? add_single(s, "field", found)
                                                 : add_pairs(s, found, values);
    return add_single(s, is_command(c, "sscan") ? "member" : "key", found);
}
