/* SPDX-License-Identifier: BSD-3-Clause */
/* One rule against one event, by kind. Of a command whose line is malformed, what was taken apart
 * before the fault counts, and --grep looks at the raw line. */
#include <limits.h>
#include <string.h>

#include "base/str.h"
#include "core/glob.h"
#include "core/monitor_keys.h"
#include "filter_impl.h"

enum { KEYS_MAX = 1024 }; /* of one command that are looked at */

/* Most texts end otherwise, which is seen at once. */
static bool matches_glob(const struct filter_rule *r, const char *p, size_t len) {
    const char *tail = r->text.p + r->text.len - r->tail;
    if (len < r->tail || memcmp(p + len - r->tail, tail, r->tail) != 0) return false;
    return glob_match(r->text.p, r->text.len, p, len);
}

/* ---- the command's name ---- */

static bool is_word(const struct monitor_event *c, int i, struct event_text word) {
    return i < c->argc && c->lens[i] == word.len && !strncasecmp(c->argv[i], word.p, word.len);
}

static bool matches_command(const struct filter_rule *r, const struct event *ev) {
    if (!is_word(&ev->command->ev, 0, r->text)) return false;
    if (!r->sub.p) return true;
    return monitor_args(ev->command, 2) == 0 && is_word(&ev->command->ev, 1, r->sub);
}

static bool matches_category(const struct filter_rule *r, const struct event *ev) {
    const struct command_info *info = monitor_keys_command(ev->command);
    return info && ((info->acl & r->acl) || (info->flags & r->flags));
}

/* ---- who sent it ---- */

/* With its port and without; a name for those that have none. */
static bool matches_addr(const struct filter_rule *r, const struct monitor_event *c) {
    const char *colon;
    switch (c->origin) {
    case MONITOR_LUA: return matches_glob(r, "lua", 3);
    case MONITOR_UNIX: return matches_glob(r, "unix", 4) || matches_glob(r, c->addr, c->addr_len);
    case MONITOR_TCP:
        colon = memrchr(c->addr, ':', c->addr_len);
        return matches_glob(r, c->addr, c->addr_len) ||
               (colon && matches_glob(r, c->addr, (size_t)(colon - c->addr)));
    case MONITOR_UNKNOWN: break;
    }
    return matches_glob(r, c->addr, c->addr_len);
}

static bool matches_client(const struct filter_rule *r, struct filter_work *w,
                           const struct event *ev) {
    const struct clients_entry *client = w->client ? w->client(w->arg, ev) : NULL;
    if (!client) {
        w->n_strangers++;
        return false;
    }
    const struct clients_text *text = r->kind == FILTER_USER   ? &client->user
                                      : r->kind == FILTER_NAME ? &client->name
                                                               : &client->lib_name;
    return matches_glob(r, text->p, text->len);
}

/* ---- keys ---- */

static bool matches_key_of_command(const struct filter_rule *r, struct monitor *m) {
    int positions[KEYS_MAX];
    int n = monitor_keys_find(m, monitor_keys_command(m), positions, KEYS_MAX);
    for (int i = 0; i < n; i++)
        if (matches_glob(r, m->ev.argv[positions[i]], m->ev.lens[positions[i]])) return true;
    return false;
}

static bool matches_key(const struct filter_rule *r, const struct event *ev) {
    if (ev->kind == EVENT_COMMAND) return ev->command && matches_key_of_command(r, ev->command);
    const struct event_text *key = ev->key.p ? &ev->key : &ev->channel;
    return matches_glob(r, key->p, key->len);
}

/* ---- text ---- */

static void put_words(struct buf *text, const struct event_text *words, size_t n) {
    for (size_t i = 0; i < n; i++) {
        buf_addc(text, ' ');
        buf_add(text, words[i].p, words[i].len);
    }
}

static void put_text(const struct event *ev, struct buf *text) {
    const struct event_text *head = ev->kind == EVENT_ENTRY ? &ev->key : &ev->channel;
    buf_add(text, head->p, head->len);
    if (ev->kind == EVENT_ENTRY)
        put_words(text, ev->fields, ev->n_fields);
    else
        put_words(text, &ev->payload, 1);
}

/* A dot does not match them in regcomp's language, nor can a pattern name them. */
static void hide_nuls(struct buf *text) {
    buf_cstr(text); /* it is there, however short */
    char *p = text->p, *end = p + text->len;
    while ((p = memchr(p, 0, (size_t)(end - p))))
        *p = 1;
}

static bool matches_text(const struct filter_rule *r, struct filter_work *w,
                         const struct event *ev) {
    struct buf *text = &w->text;
    bool raw = ev->kind == EVENT_COMMAND && !ev->command;
    if (ev->kind == EVENT_COMMAND && ev->line.p && !filter_grep_may(r->grep, ev->line))
        return false;
    buf_clear(text);
    if (ev->kind != EVENT_COMMAND) {
        put_text(ev, text);
    } else if (raw || monitor_args(ev->command, INT_MAX) < 0) {
        return filter_grep_matches(r->grep, ev->line.p, ev->line.len);
    } else {
        const struct monitor_event *c = &ev->command->ev;
        for (int i = 0; i < c->argc; i++) {
            if (i) buf_addc(text, ' ');
            buf_add(text, c->argv[i], c->lens[i]);
        }
    }
    hide_nuls(text);
    return filter_grep_matches(r->grep, text->p, text->len);
}

bool filter_match(const struct filter_rule *r, struct filter_work *w, const struct event *ev) {
    if (r->kind == FILTER_KEY) return matches_key(r, ev);
    if (r->kind == FILTER_GREP) return matches_text(r, w, ev);
    if (r->kind == FILTER_DB && ev->event.p) return ev->db == r->db;
    if (!ev->command) return false; /* malformed, or no command at all */
    switch (r->kind) {
    case FILTER_DB: return ev->command->ev.db == r->db;
    case FILTER_COMMAND: return matches_command(r, ev);
    case FILTER_CATEGORY: return matches_category(r, ev);
    case FILTER_ADDR: return matches_addr(r, &ev->command->ev);
    default: return matches_client(r, w, ev);
    }
}
