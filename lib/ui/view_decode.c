/* SPDX-License-Identifier: BSD-3-Clause */
/* What those who decode replies share. No shape is trusted: all of this takes any reply. */
#include <string.h>

#include "base/str.h"
#include "ui/view_impl.h"

bool view_decode_has(const struct view_call *c, int from, const char *word) {
    for (int i = from; i < c->argc; i++)
        if (str_ieq(c->argv[i], c->lens[i], word)) return true;
    return false;
}

bool view_decode_is_text(const struct reply *r) {
    return r->type == RESP_BULK || r->type == RESP_SIMPLE || r->type == RESP_VERBATIM;
}

bool view_decode_is_list(const struct reply *r) {
    return r->type == RESP_ARRAY || r->type == RESP_SET;
}

bool view_decode_is_map(const struct reply *r) {
    if (r->type == RESP_MAP) return true;
    if (r->type != RESP_ARRAY || r->n == 0 || r->n % 2) return false;
    for (const struct reply *at = r->child; at && at->next; at = at->next->next)
        if (!view_decode_is_text(at)) return false;
    return true;
}

const struct reply *view_decode_get(const struct reply *map, const char *name) {
    if (!view_decode_is_map(map)) return NULL;
    for (const struct reply *at = map->child; at && at->next; at = at->next->next)
        if (at->p && str_ieq(at->p, at->len, name)) return at->next;
    return NULL;
}

void view_decode_pairs(struct sheet *s, const struct reply *map) {
    for (const struct reply *at = map->child; at && at->next; at = at->next->next)
        if (at->p)
            sheet_reply_named(s, at->p, at->len, at->next);
        else
            sheet_reply(s, "?", at->next);
}

void view_decode_map(struct sheet *s, const char *name, size_t name_len, const struct reply *r) {
    struct reply *map;
    if (r->type != RESP_ARRAY || !view_decode_is_map(r)) {
        sheet_reply_named(s, name, name_len, r);
        return;
    }
    map = arena_alloc(&s->arena, sizeof *map);
    *map = *r;
    map->type = RESP_MAP;
    sheet_reply_named(s, name, name_len, map);
}

const struct reply *view_decode_maps(struct sheet *s, const struct reply *list) {
    struct reply *made = arena_alloc(&s->arena, sizeof *made), **end = &made->child;
    *made = *list;
    for (const struct reply *at = list->child; at; at = at->next) {
        struct reply *new = arena_alloc(&s->arena, sizeof *new);
        *new = *at;
        if (view_decode_is_map(at)) new->type = RESP_MAP;
        *end = new;
        end = &new->next;
    }
    return made;
}

bool view_decode_int(const struct reply *r, int64_t *n) {
    if (r->type == RESP_INT) return *n = r->n, true;
    return view_decode_is_text(r) && str_to_i64(r->p, r->len, n) == 0;
}

bool view_decode_int_at(const struct reply *list, size_t i, int64_t *n) {
    const struct reply *r = reply_at(list, i);
    return r && view_decode_int(r, n);
}

bool view_decode_line(const char **p, const char *end, const char **line, size_t *len) {
    if (*p >= end) return false;
    const char *newline = memchr(*p, '\n', (size_t)(end - *p)), *to = newline ? newline : end;
    *line = *p;
    *p = newline ? newline + 1 : end;
    if (to > *line && to[-1] == '\r') to--;
    *len = (size_t)(to - *line);
    return true;
}

static bool contains(const char *p, size_t len, const char *word) {
    return memmem(p, len, word, strlen(word));
}

bool view_decode_is_size(const char *name, size_t len) {
    static const char *const sizes[] = {"memory", "bytes",    "mem_",      "buffer",    "allocat",
                                        "size",   "overhead", "fragment",  "_rss",      ".rss",
                                        "lua.",   "dataset",  "functions", ".hashtable"};
    static const char *const others[] = {"human",   "ratio",   "perc", "policy", "count",
                                         "samples", "per_sec", "keys", "peers",  "fields"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (contains(name, len, others[i])) return false;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (contains(name, len, sizes[i])) return true;
    return false;
}

/* --- anything --------------------------------------------------------------------------------- */

static void add_list(struct sheet *s, const struct reply *list) {
    char name[STR_INT_MAX];
    struct buf kept = {.p = name};
    size_t i = 0;
    for (const struct reply *at = list->child; at && i < TABLE_COLUMNS_MAX; at = at->next) {
        kept.len = str_put_u64(name, ++i);
        if (s->skipping) return;
        const char *text = sheet_keep(s, &kept);
        sheet_reply(s, text, at);
    }
}

static void add_any_row(struct sheet *s, const struct reply *r) {
    sheet_row(s);
    if (r->type == RESP_MAP)
        view_decode_pairs(s, r);
    else if (resp_read_is_aggregate(r->type))
        add_list(s, r);
    else
        sheet_reply(s, "value", r);
}

bool view_decode_any(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!resp_read_is_aggregate(r->type)) return false;
    for (const struct reply *at = r->child; at; at = at->next) {
        if (r->type != RESP_MAP) {
            add_any_row(s, at);
            continue;
        }
        sheet_row(s);
        sheet_reply(s, "field", at);
        if (!at->next) break;
        at = at->next;
        sheet_reply(s, "value", at);
    }
    return true;
}
