/* SPDX-License-Identifier: BSD-3-Clause */
/* See names.h. */
#include <stdio.h>
#include <string.h>

#include "core/args.h"
#include "core/errclass.h"
#include "names_impl.h"
#include "ui/grammar_match.h"

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

/* ---- what the other files need ---- */

void names_pattern(struct buf *out, const char *p, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (p[i] && strchr("*?[]\\^-", p[i])) buf_addc(out, '\\');
        buf_addc(out, p[i]);
    }
    buf_addc(out, '*');
}

int names_nodes(const struct names *n, int nodes[NAMES_NODES_MAX]) {
    const struct cluster *c = n->ask->wire->cluster;
    nodes[0] = ASK_ANY;
    if (!c) return 1;
    int found = slots_primaries(cluster_slots(c), nodes, NAMES_NODES_MAX);
    return found < NAMES_NODES_MAX ? found : NAMES_NODES_MAX;
}

int names_owner(const struct names *n, const char *key, size_t len) {
    const struct cluster *c = n->ask->wire->cluster;
    int node = c ? slots_primary(cluster_slots(c), slots_of_key(key, len)) : ASK_ANY;
    return node < 0 ? ASK_ANY : node;
}

/* Which arguments of a command are keys, as its grammar has it; fn with the number of each. */
static void each_key(const struct grammar_command *c, int argc, const char *const *argv,
                     const size_t *lens, void (*fn)(void *arg, int i), void *arg) {
    struct grammar_match m;
    const struct grammar_arg *a;
    grammar_match_begin(&m, c);
    for (int i = c->n_words; i < argc; i++)
        if (grammar_match_take(&m, argv[i], lens[i], argc - i - 1, &a) == GRAMMAR_VALUE &&
            a->type == GRAMMAR_KEY)
            fn(arg, i);
}

static void note_last(void *arg, int i) {
    *(int *)arg = i;
}

int names_key_before(const struct typing_ask *w) {
    int last = 0;
    if (w->command) each_key(w->command, w->argc, w->argv, w->lens, note_last, &last);
    return last;
}

bool names_is_forbidden(const struct reply *r) {
    return r && r->p && errclass_of_reply(r->p, r->len) & (ERRCLASS_PERMISSION | ERRCLASS_AUTH);
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
    if (c) each_key(c, a->argc, a->argv, a->lens, take_key, &t);
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
