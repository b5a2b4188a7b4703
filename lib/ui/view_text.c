/* SPDX-License-Identifier: BSD-3-Clause */
/* Replies that are lines of text: INFO, CLIENT LIST, CLUSTER NODES and INFO, ACL LIST. */
#include <string.h>

#include "base/str.h"
#include "ui/view_impl.h"

static bool ends_with(const char *p, size_t len, const char *end) {
    size_t n = strlen(end);
    return len >= n && !memcmp(p + len - n, end, n);
}

static bool is_one_of(const char *p, size_t len, const char *const *words) {
    while (*words && !str_ieq(p, len, *words))
        words++;
    return *words;
}

/* The next word of *p[0..end) behind blanks. */
static bool next_word(const char **p, const char *end, const char **word, size_t *len) {
    while (*p < end && **p == ' ')
        (*p)++;
    *word = *p;
    while (*p < end && **p != ' ')
        (*p)++;
    *len = (size_t)(*p - *word);
    return *len;
}

/* --- INFO ------------------------------------------------------------------------------------- */

/* Names whose values may look like numbers and are none. */
static bool is_name_of_text(const char *p, size_t len) {
    static const char *const ends[] = {"_id",     "_version", "_sha1", "replid",
                                       "replid2", "_name",    "_host", NULL};
    for (const char *const *end = ends; *end; end++)
        if (ends_with(p, len, *end)) return true;
    return false;
}

static void show_info_value(struct sheet *s, const char *name, size_t len) {
    const struct sheet_cell *c = &s->cells[s->n - 1];
    int64_t n;
    if (c->kind != SHEET_NUMBER || str_to_i64(c->p, c->len, &n) < 0) return;
    if (ends_with(name, len, "_save_time"))
        sheet_show_time(s, n);
    else if (str_ieq(name, len, "uptime_in_seconds") && n >= 0)
        sheet_show(s, "%lldd %lldh %lldm", (long long)n / 86400, (long long)n / 3600 % 24,
                   (long long)n / 60 % 60);
    else if (view_decode_is_size(name, len))
        sheet_show_bytes(s, n);
}

/* Lines of modules all have one name: what it is called stands first in the value. */
static void add_module(struct sheet *s, const char *p, size_t len) {
    const char *comma = memchr(p, ',', len);
    size_t name = (comma ? (size_t)(comma - p) : len) - 5;
    sheet_add(s, p + 5, name, SHEET_PAIRS, p, len);
}

static void add_info_line(struct sheet *s, const char *p, size_t len) {
    const char *colon = memchr(p, ':', len);
    if (!colon) {
        sheet_add(s, p, len, SHEET_TEXT, "", 0);
        return;
    }
    size_t name = (size_t)(colon - p), n = len - name - 1;
    const char *value = colon + 1, *equals = memchr(value, '=', n);
    bool pairs = equals && equals > value && !memchr(value, ' ', n) && !memchr(value, '/', n);
    if (str_ieq(p, name, "module") && n > 5 && !memcmp(value, "name=", 5))
        add_module(s, value, n);
    else if (pairs)
        sheet_add(s, p, name, SHEET_PAIRS, value, n);
    else if (is_name_of_text(p, name))
        sheet_add(s, p, name, SHEET_TEXT, value, n);
    else
        sheet_typed(s, p, name, value, n);
    show_info_value(s, p, name);
}

/* By the word that INFO takes for it. */
static void add_section(struct sheet *s, const char *p, size_t len) {
    char *name = arena_dup(&s->arena, p, len);
    for (size_t i = 0; i < len; i++)
        if (name[i] >= 'A' && name[i] <= 'Z') name[i] |= 0x20;
    sheet_add(s, name, len, SHEET_SECTION, p, len);
}

static bool add_info(struct sheet *s, const struct reply *r, bool sections) {
    const char *p = r->p, *line;
    size_t len;
    if (!view_decode_is_text(r)) return false;
    sheet_row(s);
    for (const char *end = r->p + r->len; view_decode_line(&p, end, &line, &len);) {
        if (!len) continue;
        if (sections && line[0] == '#') {
            size_t skip = len > 1 && line[1] == ' ' ? 2 : 1;
            add_section(s, line + skip, len - skip);
        } else {
            add_info_line(s, line, len);
        }
    }
    return true;
}

bool view_text_info(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    return add_info(s, r, true);
}

bool view_text_cluster_info(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    return memchr(r->p ? r->p : "", ':', r->len) && add_info(s, r, false);
}

/* --- CLIENT LIST and INFO --------------------------------------------------------------------- */

static void add_client(struct sheet *s, const char *p, size_t len) {
    static const char *const texts[] = {"name", "user", "lib-name", "lib-ver", "flags", "events",
                                        "cmd",  "addr", "laddr",    "capa",    NULL};
    const char *end = p + len, *word;
    size_t n;
    while (next_word(&p, end, &word, &n)) {
        const char *equals = memchr(word, '=', n);
        if (!equals) continue;
        size_t name = (size_t)(equals - word), value = n - name - 1;
        if (is_one_of(word, name, texts))
            sheet_add(s, word, name, SHEET_TEXT, equals + 1, value);
        else
            sheet_typed(s, word, name, equals + 1, value);
    }
}

bool view_text_client(struct sheet *s, const struct view_call *c, const struct reply *r) {
    const char *p = r->p, *line;
    size_t len;
    (void)c;
    if (!view_decode_is_text(r)) return false;
    for (const char *end = r->p + r->len; view_decode_line(&p, end, &line, &len);) {
        if (!len) continue;
        if (len < 3 || memcmp(line, "id=", 3)) return false;
        sheet_row(s);
        add_client(s, line, len);
    }
    return true;
}

/* --- CLUSTER NODES, CLUSTER REPLICAS ---------------------------------------------------------- */

/* host:port@cport,hostname,... */
static void add_address(struct sheet *s, const char *p, size_t len) {
    const char *end = p + len, *at = memchr(p, '@', len), *comma = memchr(p, ',', len);
    const char *to = at ? at : comma ? comma : end, *colon = memrchr(p, ':', (size_t)(to - p));
    sheet_text(s, "host", p, (size_t)((colon ? colon : to) - p));
    if (colon) sheet_typed(s, "port", 4, colon + 1, (size_t)(to - colon - 1));
    if (at && at < end) {
        const char *until = comma && comma > at ? comma : end;
        sheet_typed(s, "cport", 5, at + 1, (size_t)(until - at - 1));
    }
    if (comma) sheet_text(s, "hostname", comma + 1, (size_t)(end - comma - 1));
}

enum { NODE_WORDS = 8 };

static bool add_node(struct sheet *s, const char *p, size_t len) {
    const char *end = p + len, *w[NODE_WORDS];
    size_t n[NODE_WORDS];
    for (int i = 0; i < NODE_WORDS; i++)
        if (!next_word(&p, end, &w[i], &n[i])) return false;
    while (p < end && *p == ' ')
        p++;
    sheet_row(s);
    sheet_text(s, "id", w[0], n[0]);
    add_address(s, w[1], n[1]);
    sheet_add(s, "flags", 5, SHEET_WORDS, w[2], n[2]);
    if (n[3] == 1 && *w[3] == '-')
        sheet_nil(s, "primary");
    else
        sheet_text(s, "primary", w[3], n[3]);
    sheet_typed(s, "ping_sent_ms", 12, w[4], n[4]);
    sheet_typed(s, "pong_received_ms", 16, w[5], n[5]);
    sheet_typed(s, "config_epoch", 12, w[6], n[6]);
    sheet_text(s, "link", w[7], n[7]);
    sheet_add(s, "slots", 5, SHEET_WORDS, p, (size_t)(end - p));
    return true;
}

static bool add_nodes(struct sheet *s, const struct reply *r) {
    const char *p = r->p, *line;
    size_t len;
    if (!view_decode_is_text(r)) return false;
    for (const char *end = r->p + r->len; view_decode_line(&p, end, &line, &len);)
        if (len && !add_node(s, line, len)) return false;
    return true;
}

bool view_text_cluster_nodes(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!view_decode_is_list(r)) return add_nodes(s, r);
    for (const struct reply *at = r->child; at; at = at->next)
        if (!add_nodes(s, at)) return false;
    return true;
}

/* --- ACL LIST --------------------------------------------------------------------------------- */

struct rules {
    struct buf commands, keys, channels;
    int64_t n_passwords;
    bool on, nopass;
};

static void add_rule(struct buf *to, const char *p, size_t n) {
    if (to->len) buf_addc(to, ' ');
    buf_add(to, p, n);
}

static void take_rule(struct rules *u, const char *p, size_t n) {
    switch (*p) {
    case '#': u->n_passwords++; return;
    case '~':
    case '%': add_rule(&u->keys, p, n); return;
    case '&': add_rule(&u->channels, p, n); return;
    case '+':
    case '-': add_rule(&u->commands, p, n); return;
    default: break;
    }
    u->on |= str_ieq(p, n, "on");
    u->nopass |= str_ieq(p, n, "nopass");
    if (*p == '(' || (n && p[n - 1] == ')')) add_rule(&u->commands, p, n);
}

static void add_user(struct sheet *s, const char *name, size_t len, const struct rules *u) {
    sheet_row(s);
    sheet_text(s, "user", name, len);
    sheet_add(s, "enabled", 7, SHEET_BOOL, u->on ? "true" : "false", u->on ? 4 : 5);
    sheet_add(s, "nopass", 6, SHEET_BOOL, u->nopass ? "true" : "false", u->nopass ? 4 : 5);
    sheet_int(s, "passwords", u->n_passwords);
    sheet_add(s, "keys", 4, SHEET_WORDS, sheet_keep(s, &u->keys), u->keys.len);
    sheet_add(s, "channels", 8, SHEET_WORDS, sheet_keep(s, &u->channels), u->channels.len);
    sheet_add(s, "commands", 8, SHEET_WORDS, sheet_keep(s, &u->commands), u->commands.len);
}

/* user NAME on #hash ~keys &channels +commands */
static bool add_acl(struct sheet *s, const char *p, size_t len) {
    struct rules u = {.on = false};
    const char *end = p + len, *word, *name;
    size_t n, name_len;
    if (!next_word(&p, end, &word, &n) || !str_ieq(word, n, "user")) return false;
    if (!next_word(&p, end, &name, &name_len)) return false;
    buf_init(&u.commands, len + 1);
    buf_init(&u.keys, len + 1);
    buf_init(&u.channels, len + 1);
    while (next_word(&p, end, &word, &n))
        take_rule(&u, word, n);
    add_user(s, name, name_len, &u);
    buf_release(&u.commands);
    buf_release(&u.keys);
    buf_release(&u.channels);
    return true;
}

bool view_text_acl_list(struct sheet *s, const struct view_call *c, const struct reply *r) {
    (void)c;
    if (!view_decode_is_list(r)) return false;
    for (const struct reply *at = r->child; at; at = at->next)
        if (!view_decode_is_text(at) || !add_acl(s, at->p, at->len)) return false;
    return true;
}
