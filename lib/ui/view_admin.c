/* SPDX-License-Identifier: BSD-3-Clause */
/* Replies of administration that are lists and maps: SLOWLOG, LATENCY, MEMORY STATS, COMMAND DOCS,
 * ROLE, ... */
#include <string.h>

#include "base/str.h"
#include "ui/oneline.h"
#include "ui/view_impl.h"

enum { WORDS_MAX = 4096 }; /* bytes of a command in SLOWLOG */

static void add_at(struct sheet *s, const char *name, const struct reply *list, size_t i) {
    const struct reply *r = reply_at(list, i);
    if (r) sheet_reply(s, name, r);
}

/* --- maps ------------------------------------------------------------------------------------- */

bool view_admin_maps(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!view_decode_is_list(r)) return false;
    for (const struct reply *at = r->child; at; at = at->next) {
        if (!view_decode_is_map(at)) return false;
        sheet_row(s);
        view_decode_pairs(s, at);
    }
    return true;
}

bool view_admin_map(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!view_decode_is_map(r)) return false;
    sheet_row(s);
    view_decode_pairs(s, r);
    return true;
}

/* A double is a text in RESP2. */
static void add_number(struct sheet *s, const struct reply *name, const struct reply *r) {
    if (view_decode_is_text(r))
        sheet_typed(s, name->p, name->len, r->p, r->len);
    else
        view_decode_map(s, name->p, name->len, r);
}

static void show_sizes(struct sheet *s, const struct reply *map) {
    for (const struct reply *at = map->child; at && at->next; at = at->next->next) {
        int64_t n;
        if (!at->p) continue;
        add_number(s, at, at->next);
        if (view_decode_is_size(at->p, at->len) && view_decode_int(at->next, &n))
            sheet_show_bytes(s, n);
    }
}

bool view_admin_acl_log(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!view_decode_is_list(r)) return false;
    for (const struct reply *entry = r->child; entry; entry = entry->next) {
        if (!view_decode_is_map(entry)) return false;
        sheet_row(s);
        for (const struct reply *at = entry->child; at && at->next; at = at->next->next) {
            if (!at->p) continue;
            if (reply_is(at, "age-seconds"))
                add_number(s, at, at->next);
            else
                sheet_reply_named(s, at->p, at->len, at->next);
        }
    }
    return true;
}

bool view_admin_acl_user(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!view_decode_is_map(r)) return false;
    sheet_row(s);
    for (const struct reply *at = r->child; at && at->next; at = at->next->next) {
        const struct reply *value = at->next;
        bool maps = at->p && reply_is(at, "selectors") && view_decode_is_list(value);
        if (at->p) sheet_reply_named(s, at->p, at->len, maps ? view_decode_maps(s, value) : value);
    }
    return true;
}

/* MEMORY STATS */
bool view_admin_sizes(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!view_decode_is_map(r)) return false;
    sheet_row(s);
    show_sizes(s, r);
    return true;
}

/* Parameters whose values may look like numbers and are none: a password of digits above all. */
static bool is_text_parameter(const char *name, size_t len) {
    static const char *const words[] = {"pass", "auth", "user", "file", "dir",
                                        "bind", "name", "host", "args"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (memmem(name, len, words[i], strlen(words[i]))) return true;
    return false;
}

/* CONFIG GET: everything is text there. */
bool view_admin_config(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    bool none = r->type == RESP_ARRAY && !r->n; /* RESP2's empty map */
    if (!none && !view_decode_is_map(r)) return false;
    sheet_row(s);
    for (const struct reply *at = r->child; at && at->next; at = at->next->next) {
        const struct reply *value = at->next;
        int64_t n;
        if (!at->p || !view_decode_is_text(value)) return false;
        if (is_text_parameter(at->p, at->len))
            sheet_reply_named(s, at->p, at->len, value);
        else
            sheet_typed(s, at->p, at->len, value->p, value->len);
        if (view_decode_is_size(at->p, at->len) && view_decode_int(value, &n))
            sheet_show_bytes(s, n);
    }
    return true;
}

bool view_admin_numsub(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (r->type != RESP_MAP && r->type != RESP_ARRAY) return false;
    for (const struct reply *at = r->child; at && at->next; at = at->next->next) {
        sheet_row(s);
        sheet_reply(s, "channel", at);
        sheet_reply(s, "subscribers", at->next);
    }
    return r->n % 2 == 0;
}

/* --- SLOWLOG and LATENCY ---------------------------------------------------------------------- */

static void add_command(struct sheet *s, const struct reply *words) {
    struct buf text;
    if (s->skipping) return;
    sheet_reply(s, "command", words);
    if (!view_decode_is_list(words)) return;
    buf_init(&text, (size_t)8 * WORDS_MAX);
    oneline_words(&text, words, WORDS_MAX);
    s->cells[s->n - 1].shown = sheet_keep(s, &text);
    buf_release(&text);
}

bool view_admin_slowlog(struct sheet *s, const struct view_call *c, const struct reply *r) {
    int64_t when, us;
    (void)c;
    if (!view_decode_is_list(r)) return false;
    for (const struct reply *at = r->child; at; at = at->next) {
        if (at->n < 4 || !view_decode_int_at(at, 1, &when) || !view_decode_int_at(at, 2, &us))
            return false;
        sheet_row(s);
        add_at(s, "id", at, 0);
        sheet_int(s, "time", when);
        sheet_show_time(s, when);
        sheet_int(s, "duration_us", us);
        add_command(s, reply_at(at, 3));
        add_at(s, "client", at, 4);
        add_at(s, "name", at, 5);
    }
    return true;
}

static bool add_latency(struct sheet *s, const struct reply *r, size_t n_names,
                        const char *const *names) {
    int64_t when;
    if (!view_decode_is_list(r)) return false;
    for (const struct reply *at = r->child; at; at = at->next) {
        size_t time = names[0][0] == 't' ? 0 : 1;
        if (!view_decode_is_list(at) || at->n < 2 || !view_decode_int_at(at, time, &when))
            return false;
        sheet_row(s);
        for (size_t i = 0; i < n_names; i++) {
            add_at(s, names[i], at, i);
            if (i == time) sheet_show_time(s, when);
        }
    }
    return true;
}

bool view_admin_latency_latest(struct sheet *s, const struct view_call *c, const struct reply *r) {
    static const char *const names[] = {"event", "time", "latest_ms", "max_ms", "sum_ms", "count"};
    (void)c;
    return add_latency(s, r, sizeof names / sizeof *names, names);
}

bool view_admin_latency_history(struct sheet *s, const struct view_call *c, const struct reply *r) {
    static const char *const names[] = {"time", "latency_ms"};
    (void)c;
    return add_latency(s, r, sizeof names / sizeof *names, names);
}

/* --- COMMAND DOCS, ROLE ----------------------------------------------------------------------- */

bool view_admin_command_docs(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!view_decode_is_map(r)) return false;
    for (const struct reply *at = r->child; at && at->next; at = at->next->next) {
        if (!view_decode_is_map(at->next)) return false;
        sheet_row(s);
        sheet_reply(s, "command", at);
        view_decode_pairs(s, at->next);
    }
    return true;
}

static struct reply *add_reply(struct sheet *s, struct reply **end, const struct reply *r) {
    struct reply *new = arena_alloc(&s->arena, sizeof *new);
    *new = *r;
    new->next = NULL;
    return *end = new;
}

/* [host, port, offset] with its names, and numbers as numbers. */
static struct reply *replica_map(struct sheet *s, const struct reply *list) {
    static const char *const names[] = {"host", "port", "offset"};
    struct reply *map = arena_alloc(&s->arena, sizeof *map), **end = &map->child;
    const struct reply *at = list->child;
    *map = (struct reply){.type = RESP_MAP};
    for (size_t i = 0; at && i < sizeof names / sizeof *names; at = at->next, i++) {
        struct reply value = *at;
        if (i && view_decode_int(at, &value.n)) value.type = RESP_INT;
        struct reply name = {.type = RESP_BULK, .p = names[i], .len = strlen(names[i])};
        end = &add_reply(s, end, &name)->next;
        end = &add_reply(s, end, &value)->next;
        map->n += 2;
    }
    return map;
}

static void add_replicas(struct sheet *s, const char *name, const struct reply *list) {
    struct reply all = *list, **end = &all.child;
    all.child = NULL;
    for (const struct reply *at = list->child; at; at = at->next)
        end = &add_reply(s, end, view_decode_is_list(at) ? replica_map(s, at) : at)->next;
    sheet_reply(s, name, add_reply(s, &(struct reply *){NULL}, &all));
}

/* The names of what stands behind the role. */
static bool add_role(struct sheet *s, const struct reply *r, const char *const *names) {
    sheet_row(s);
    for (const struct reply *at = r->child; at && *names; at = at->next, names++)
        if (!strcmp(*names, "replicas") && view_decode_is_list(at))
            add_replicas(s, *names, at);
        else
            sheet_reply(s, *names, at);
    return true;
}

bool view_admin_role(struct sheet *s, const struct view_call *c, const struct reply *r) {
    static const char *const primary[] = {"role", "offset", "replicas", NULL};
    static const char *const replica[] = {"role", "host", "port", "state", "offset", NULL};
    static const char *const sentinel[] = {"role", "primaries", NULL};
    (void)c;
    if (!view_decode_is_list(r) || !r->child || !view_decode_is_text(r->child)) return false;
    if (reply_is(r->child, "master")) return add_role(s, r, primary);
    if (reply_is(r->child, "slave")) return add_role(s, r, replica);
    return reply_is(r->child, "sentinel") && add_role(s, r, sentinel);
}
