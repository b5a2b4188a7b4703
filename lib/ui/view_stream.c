/* SPDX-License-Identifier: BSD-3-Clause */
/* What is said of streams and their groups: XINFO STREAM, XPENDING, XAUTOCLAIM. Entries, which come
 * as [id, [field, value, ...]], are put as maps, and times in milliseconds get their date. */
#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "ui/oneline.h"
#include "ui/view_impl.h"

/* --- XINFO STREAM ----------------------------------------------------------------------------- */

static struct reply *copy(struct sheet *s, const struct reply *r, enum resp_type type) {
    struct reply *new = arena_alloc(&s->arena, sizeof *new);
    *new = *r;
    new->type = type;
    new->next = NULL;
    return new;
}

static const struct reply *as_map(struct sheet *s, const struct reply *r) {
    bool pairs = resp_read_is_aggregate(r->type) && r->n % 2 == 0;
    return copy(s, r, pairs ? RESP_MAP : r->type);
}

static struct reply *text_of(struct sheet *s, const struct buf *b) {
    struct reply *new = arena_alloc(&s->arena, sizeof *new);
    *new = (struct reply){.type = RESP_BULK, .p = sheet_keep(s, b), .len = b->len};
    return new;
}

/* 1795275044445 as that and its date. */
static void add_time(struct buf *out, int64_t ms) {
    char text[32];
    if (sheet_time(ms / 1000, text, sizeof text))
        buf_adds(out, text);
    else
        buf_addi(out, ms);
}

/* [id, consumer, time, deliveries], or without the consumer, as "alice, 2026-..., 2 deliveries". */
static struct reply *delivery(struct sheet *s, const struct reply *list) {
    struct buf text;
    int64_t ms, times;
    size_t at = (size_t)list->n - 2;
    if (list->n < 3 || !view_decode_int_at(list, at, &ms) ||
        !view_decode_int_at(list, at + 1, &times))
        return copy(s, list, list->type);
    const struct reply *who = list->n > 3 ? reply_at(list, 1) : NULL;
    buf_init(&text, SIZE_MAX);
    if (who && view_decode_is_text(who) && who->len) buf_add(&text, who->p, who->len);
    if (text.len) buf_adds(&text, ", ");
    add_time(&text, ms);
    buf_addf(&text, ", %" PRId64 " deliver%s", times, times == 1 ? "y" : "ies");
    struct reply *made = text_of(s, &text);
    buf_release(&text);
    return made;
}

/* [[id, ...], ...] as a map from ids; NULL when it is no such list. */
static const struct reply *by_id(struct sheet *s, const struct reply *list, bool entries) {
    struct reply *map = copy(s, list, RESP_MAP), **end = &map->child;
    if (!view_decode_is_list(list)) return NULL;
    map->n = 2 * list->n;
    map->child = NULL;
    for (const struct reply *at = list->child; at; at = at->next) {
        if (!view_decode_is_list(at) || at->n < 2 || !view_decode_is_text(at->child)) return NULL;
        struct reply *id = copy(s, at->child, at->child->type);
        id->next = entries ? (struct reply *)as_map(s, at->child->next) : delivery(s, at);
        *end = id;
        end = &id->next->next;
    }
    return map;
}

/* One entry, or nil. */
static const struct reply *one_entry(struct sheet *s, const struct reply *r) {
    struct reply list = {.type = RESP_ARRAY, .n = 1, .child = copy(s, r, r->type)};
    return by_id(s, &list, true);
}

static const struct reply *arrange(struct sheet *s, const struct reply *name,
                                   const struct reply *value);

/* A list of groups or consumers, which are maps (flat in RESP2). */
static const struct reply *list_of_maps(struct sheet *s, const struct reply *list) {
    struct reply *made = copy(s, list, list->type), **end = &made->child;
    for (const struct reply *at = list->child; at; at = at->next) {
        if (!view_decode_is_map(at)) return NULL;
        struct reply *map = copy(s, at, RESP_MAP), **next = &map->child;
        for (const struct reply *name = at->child; name && name->next; name = name->next->next) {
            const struct reply *value = arrange(s, name, name->next);
            *next = copy(s, name, name->type);
            (*next)->next = copy(s, value, value->type);
            next = &(*next)->next->next;
        }
        *end = map;
        end = &map->next;
    }
    return made;
}

static const struct reply *dated(struct sheet *s, const struct reply *ms) {
    struct buf text;
    buf_init(&text, SIZE_MAX);
    add_time(&text, ms->n);
    const struct reply *made = text_of(s, &text);
    buf_release(&text);
    return made;
}

/* As people want it; NULL when it is not as it should be, or nothing is to be done. */
static const struct reply *reword(struct sheet *s, const struct reply *name,
                                  const struct reply *value) {
    bool time = reply_is(name, "seen-time") || reply_is(name, "active-time");
    if (reply_is(name, "entries")) return by_id(s, value, true);
    if (reply_is(name, "pending") || reply_is(name, "pel")) return by_id(s, value, false);
    if (reply_is(name, "first-entry") || reply_is(name, "last-entry")) return one_entry(s, value);
    return time && value->type == RESP_INT ? dated(s, value) : NULL;
}

static const struct reply *arrange(struct sheet *s, const struct reply *name,
                                   const struct reply *value) {
    const struct reply *made = s->for_people ? reword(s, name, value) : NULL;
    bool maps = reply_is(name, "groups") || reply_is(name, "consumers");
    if (maps && view_decode_is_list(value)) made = list_of_maps(s, value);
    return made ? made : value;
}

bool view_stream_info(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!view_decode_is_map(r)) return false;
    sheet_row(s);
    for (const struct reply *at = r->child; at && at->next; at = at->next->next)
        if (at->p) sheet_reply_named(s, at->p, at->len, arrange(s, at, at->next));
    return true;
}

/* --- XPENDING --------------------------------------------------------------------------------- */

/* [[consumer, count], ...], nil when there are none. */
static void add_consumers(struct sheet *s, const struct reply *list) {
    struct reply *map = copy(s, list, RESP_MAP), **end = &map->child;
    map->n = 0;
    map->child = NULL;
    for (const struct reply *at = list->child; at; at = at->next) {
        if (!view_decode_is_list(at) || at->n != 2) break;
        *end = copy(s, at->child, at->child->type);
        (*end)->next = copy(s, at->child->next, at->child->next->type);
        end = &(*end)->next->next;
        map->n += 2;
    }
    sheet_reply(s, "consumers", list->type == RESP_NIL ? list : map);
}

static bool add_summary(struct sheet *s, const struct reply *r) {
    static const char *const names[] = {"pending", "smallest-id", "greatest-id"};
    const struct reply *at = r->child;
    if (r->n != 4) return false;
    s->single = true;
    sheet_row(s);
    for (size_t i = 0; i < 3; i++, at = at->next)
        sheet_reply(s, names[i], at);
    add_consumers(s, at);
    return true;
}

bool view_stream_pending(struct sheet *s, const struct view_call *c, const struct reply *r) {
    static const char *const names[] = {"id", "consumer", "idle_ms", "deliveries"};
    if (!view_decode_is_list(r)) return false;
    if (c->argc < 4) return add_summary(s, r);
    for (const struct reply *at = r->child; at; at = at->next) {
        size_t i = 0;
        if (!view_decode_is_list(at) || at->n != 4) return false;
        sheet_row(s);
        for (const struct reply *value = at->child; value && i < 4; value = value->next)
            sheet_reply(s, names[i++], value);
    }
    return true;
}

/* --- XAUTOCLAIM ------------------------------------------------------------------------------- */

static void caption_claimed(struct sheet *s, const struct reply *cursor,
                            const struct reply *deleted) {
    struct buf text;
    bool end = reply_is(cursor, "0-0");
    buf_init(&text, SIZE_MAX);
    buf_adds(&text, "cursor ");
    oneline_string(&text, cursor->p, cursor->len);
    if (end) buf_adds(&text, ", the end");
    if (deleted && deleted->n) buf_addf(&text, "; %" PRId64 " deleted meanwhile", deleted->n);
    s->caption = sheet_keep(s, &text);
    buf_release(&text);
}

/* [cursor, entries or ids, ids of those that are gone] */
bool view_stream_claimed(struct sheet *s, const struct view_call *c, const struct reply *r) {
    const struct reply *cursor = r->child, *found = cursor ? cursor->next : NULL;
    if (!view_decode_is_list(r) || r->n < 2 || !view_decode_is_text(cursor)) return false;
    if (!cursor->len || !view_decode_is_list(found)) return false;
    caption_claimed(s, cursor, found->next);
    if (!view_decode_has(c, 6, "justid")) return view_data_entries(s, c, found);
    for (const struct reply *at = found->child; at; at = at->next) {
        sheet_row(s);
        sheet_reply(s, "id", at);
    }
    return true;
}
