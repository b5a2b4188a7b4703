/* SPDX-License-Identifier: BSD-3-Clause */
/* See names.h. */
#include <stdio.h>
#include <string.h>

#include "core/args.h"
#include "names_impl.h"

enum { KEYS_OF_SEEN_MAX = 500 }; /* in one menu */

void names_init(struct names *n, struct ask *a, const struct grammar *g, bool scans) {
    *n = (struct names){.ask = a, .grammar = g, .scans = scans};
    n->seen = names_seen_new();
    names_keys_init(&n->keys);
    names_lists_init(n);
    reply_builder_init(&n->answer, NAMES_ANSWER_BYTES);
}

void names_release(struct names *n) {
    names_seen_free(n->seen);
    names_keys_release(&n->keys);
    names_lists_release(n);
    reply_builder_release(&n->answer);
}

/* ---- keys that were seen ---- */

/* Those of another server, or database, are no help. */
static void follow_place(struct names *n) {
    const struct wire *w = n->ask->wire;
    char text[NAMES_WHERE_MAX];
    int db = w->client && client_session(w->client) ? session_db(client_session(w->client)) : 0;
    const char *where = wire_where(w, text, sizeof text);
    if (db == n->db && !strncmp(where, n->where, sizeof n->where - 1)) return;
    names_seen_clear(n->seen);
    n->db = db;
    snprintf(n->where, sizeof n->where, "%s", where);
}

/* KEYS, SCAN and RANDOMKEY answer with names of keys. */
static const struct reply *list_in(const struct args *a, const struct reply *r) {
    if (args_is(a, 0, "KEYS")) return r->child;
    if (args_is(a, 0, "RANDOMKEY")) return r;
    if (!args_is(a, 0, "SCAN")) return NULL;
    const struct reply *list = reply_at(r, 1);
    return list ? list->child : NULL;
}

struct taking {
    struct names *names;
    const struct args *args;
    bool gone;
};

static void take_key(void *arg, int i) {
    const struct taking *t = arg;
    const char *p = t->args->argv[i];
    if (t->gone)
        names_seen_drop(t->names->seen, p, args_len(t->args, i));
    else
        names_seen_add(t->names->seen, p, args_len(t->args, i));
}

static void take_words(struct names *n, const struct args *a) {
    const struct grammar_command *c = grammar_find(n->grammar, a->argc, a->argv, a->lens);
    struct taking t = {.names = n, .args = a};
    t.gone = args_is(a, 0, "DEL") || args_is(a, 0, "UNLINK") || args_is(a, 0, "GETDEL");
    if (args_is(a, 0, "FLUSHALL") || args_is(a, 0, "FLUSHDB")) names_seen_clear(n->seen);
    if (c) names_part_each_key(c, a->argc, a->argv, a->lens, take_key, &t);
}

void names_take(struct names *n, int argc, const char *const *argv, const size_t *lens,
                const struct reply *r) {
    bool aimed = argc > 1 && *argv[0] == '@'; /* a target stands in front */
    const struct args a = {argc - aimed, argv + aimed, lens + aimed};
    names_lists_expire(n);
    n->keys.fresh_ns = 0;
    follow_place(n);
    if (resp_read_is_error(r->type)) return;
    for (const struct reply *key = list_in(&a, r); key; key = key->next)
        if (key->p) names_seen_add(n->seen, key->p, key->len);
    if (r->type != RESP_NIL) take_words(n, &a); /* nil: it is not there, or mistyped */
}

/* ---- the door ---- */

struct adding {
    struct menu *words;
    int left;
};

static bool add_seen(void *arg, const char *p, size_t len) {
    struct adding *a = arg;
    menu_add(a->words, p, len, "");
    return --a->left > 0;
}

static void find_keys(struct names *n, const struct typing_ask *w, struct menu *words) {
    struct adding a = {words, KEYS_OF_SEEN_MAX};
    follow_place(n);
    names_seen_each(n->seen, w->prefix, w->len, add_seen, &a);
    if (n->scans) names_keys_find(n, w->prefix, w->len, words);
}

void names_find(void *arg, const struct typing_ask *w, struct menu *words) {
    struct names *n = arg;
    bool channels = w->command && strstr(w->command->name, "SUB");
    if (w->kind == COMPLETE_KEY || (w->kind == COMPLETE_PATTERN && !channels))
        find_keys(n, w, words);
    else
        names_lists_find(n, w, words);
}
