/* SPDX-License-Identifier: BSD-3-Clause */
/* Lists of the server that are short, or are not asked for when they are long. A question is a row
 * of words, some of which stand for what is typed. */
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "core/info.h"
#include "names_impl.h"

enum { WORDS_MAX = 7, LONG = 2000, PREFIX_MAX = 1024, QUESTION_MAX = 16384 };

/* Words that stand for others. */
#define KEY "\1"     /* the last key in front, which also says whom to ask */
#define BEHIND "\2"  /* the word behind that key */
#define MATCHES "\3" /* a pattern of what begins so */

struct source {
    enum complete_kind kind;
    names_parse_fn *parse;
    const char *words[WORDS_MAX];
    bool lasts;                 /* as long as the connection */
    bool everywhere;            /* every primary has its own */
    const char *section, *size; /* of INFO: what says how long it is; NULL = it is short */
};

/* clang-format off */
static const struct source sources[] = {
    {COMPLETE_CONFIG_PARAMETER, names_parse_pairs, {"CONFIG", "GET", "*"}, .lasts = true},
    {COMPLETE_USER, names_parse_texts, {"ACL", "USERS"}, .lasts = false},
    {COMPLETE_ACL_CATEGORY, names_parse_texts, {"ACL", "CAT"}, .lasts = true},
    {COMPLETE_CLIENT_ID, names_parse_client_ids, {"CLIENT", "LIST"},
     .section = "clients", .size = "connected_clients"},
    {COMPLETE_CLIENT_ADDRESS, names_parse_client_addresses, {"CLIENT", "LIST"},
     .section = "clients", .size = "connected_clients"},
    {COMPLETE_NODE_ID, names_parse_nodes, {"CLUSTER", "NODES"}, .lasts = false},
    {COMPLETE_CHANNEL, names_parse_texts, {"PUBSUB", "CHANNELS", MATCHES}, .everywhere = true,
     .section = "stats", .size = "pubsub_channels"},
    {COMPLETE_PATTERN, names_parse_texts, {"PUBSUB", "CHANNELS", MATCHES}, .everywhere = true,
     .section = "stats", .size = "pubsub_channels"},
    {COMPLETE_SHARD_CHANNEL, names_parse_texts, {"PUBSUB", "SHARDCHANNELS", MATCHES},
     .everywhere = true, .section = "stats", .size = "pubsubshard_channels"},
    {COMPLETE_FUNCTION, names_parse_functions, {"FUNCTION", "LIST"}, .lasts = false},
    {COMPLETE_LIBRARY, names_parse_libraries, {"FUNCTION", "LIST"}, .lasts = false},
    {COMPLETE_GROUP, names_parse_named, {"XINFO", "GROUPS", KEY}, .lasts = false},
    {COMPLETE_CONSUMER, names_parse_named, {"XINFO", "CONSUMERS", KEY, BEHIND}, .lasts = false},
    {COMPLETE_FIELD, names_parse_scanned_pairs,
     {"HSCAN", KEY, "0", "MATCH", MATCHES, "COUNT", "100"}, .lasts = false},
};
/* clang-format on */

/* A source's words with what is typed in them. */
struct question {
    const struct source *source;
    const char *argv[WORDS_MAX];
    size_t lens[WORDS_MAX];
    int argc, key;     /* key: the number of the one that stands before the word, 0 = none */
    const char *owner; /* that key if the question is about it; its owner is asked */
    size_t owner_len;
    struct buf pattern;
};

void names_lists_init(struct names *n) {
    for (int i = 0; i < COMPLETE_KINDS; i++) {
        menu_init(&n->lists[i].words);
        buf_init(&n->lists[i].question, SIZE_MAX);
    }
}

void names_lists_release(struct names *n) {
    for (int i = 0; i < COMPLETE_KINDS; i++) {
        menu_release(&n->lists[i].words);
        buf_release(&n->lists[i].question);
    }
}

void names_lists_expire(struct names *n) {
    for (int i = 0; i < COMPLETE_KINDS; i++)
        if (n->lists[i].fresh_ns != INT64_MAX) n->lists[i].fresh_ns = 0;
}

/* ---- the question ---- */

static const struct source *source_of(enum complete_kind kind) {
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
        if (sources[i].kind == kind) return &sources[i];
    return NULL;
}

static bool put_typed(struct question *q, const struct typing_ask *w, int i) {
    if (!q->key || i >= w->argc) return false;
    q->argv[q->argc] = w->argv[i];
    q->lens[q->argc++] = w->lens[i];
    return true;
}

static bool put(struct question *q, const struct typing_ask *w, const char *word) {
    if (!strcmp(word, KEY)) {
        q->owner = w->argv[q->key];
        q->owner_len = w->lens[q->key];
        return put_typed(q, w, q->key);
    }
    if (!strcmp(word, BEHIND)) return put_typed(q, w, q->key + 1);
    bool matches = !strcmp(word, MATCHES);
    q->argv[q->argc] = matches ? buf_cstr(&q->pattern) : word;
    q->lens[q->argc++] = matches ? q->pattern.len : strlen(word);
    return true;
}

static bool compose(struct question *q, const struct typing_ask *w) {
    q->source = source_of(w->kind);
    if (!q->source || w->len > PREFIX_MAX) return false;
    names_part_pattern(&q->pattern, w->prefix, w->len);
    q->key = names_part_key_before(w);
    for (int i = 0; i < WORDS_MAX && q->source->words[i]; i++)
        if (!put(q, w, q->source->words[i])) return false;
    return true;
}

static void note(const struct question *q, struct buf *out) {
    buf_clear(out);
    for (int i = 0; i < q->argc; i++) {
        buf_add(out, q->argv[i], q->lens[i]);
        buf_addc(out, 0);
    }
}

static bool was_asked(const struct names_list *l, const struct question *q) {
    struct buf now;
    buf_init(&now, QUESTION_MAX);
    note(q, &now);
    bool same = !now.over && now.len && now.len == l->question.len &&
                !memcmp(now.p, l->question.p, now.len);
    buf_release(&now);
    return same;
}

/* ---- the answer ---- */

/* A list that takes the server long to make is not asked for. */
static bool is_long(struct names *n, const struct source *s, int node, int64_t until_ns,
                    struct names_list *l) {
    char text[32];
    int64_t size;
    if (!s->section) return false;
    const char *const argv[] = {"INFO", s->section};
    const struct cmd cmd = {.argc = 2, .argv = argv};
    int code = ask_wait(n->ask, node, &cmd, until_ns, &n->answer);
    const struct reply *r = n->answer.root;
    if (code == VK_ESERVER) l->forbidden = names_part_is_forbidden(r);
    if (code < 0) return true;
    if (!r->p || !info_field(r, s->size, text, sizeof text)) return false;
    return str_to_i64(text, strlen(text), &size) < 0 || size > LONG;
}

static int ask_one(struct names *n, const struct question *q, int node, int64_t until_ns,
                   struct names_list *l) {
    const struct cmd cmd = {.argc = q->argc, .argv = q->argv, .lens = q->lens};
    if (is_long(n, q->source, node, until_ns, l)) return VK_ELIMIT;
    int code = ask_wait(n->ask, node, &cmd, until_ns, &n->answer);
    if (code == 0) q->source->parse(n->answer.root, &l->words);
    if (code == VK_ESERVER) l->forbidden = names_part_is_forbidden(n->answer.root);
    return code;
}

static void ask(struct names *n, const struct question *q, struct names_list *l) {
    int nodes[NAMES_NODES_MAX] = {ASK_ANY}, all = 1;
    int64_t now_ns = clock_now_ns(), until_ns = now_ns + NAMES_ANSWER_MS * CLOCK_NS_PER_MS;
    if (q->owner) nodes[0] = names_part_owner(n, q->owner, q->owner_len);
    if (q->source->everywhere) all = names_part_nodes(n, nodes);
    menu_clear(&l->words);
    l->forbidden = false;
    int code = 0;
    for (int i = 0; i < all && !l->forbidden && code != VK_ECANCEL; i++) {
        code = ask_one(n, q, nodes[i], until_ns, l);
        until_ns = now_ns + NAMES_SERIES_MS * CLOCK_NS_PER_MS;
    }
    note(q, &l->question);
    l->epoch = ask_epoch(n->ask);
    l->fresh_ns = clock_now_ns() + NAMES_FRESH_MS * CLOCK_NS_PER_MS;
    if (q->source->lasts && l->words.n) l->fresh_ns = INT64_MAX;
    if (code == VK_ETIMEOUT || code == VK_ECANCEL) l->fresh_ns = 0; /* it may do so next time */
    reply_builder_clear(&n->answer);
}

/* "+@" in front of a category. */
static size_t sign_of(const struct typing_ask *w) {
    bool is_rule = w->kind == COMPLETE_ACL_CATEGORY && w->len >= 2 && w->prefix[1] == '@';
    return is_rule && (*w->prefix == '+' || *w->prefix == '-') ? 2 : 0;
}

static void give(const struct names_list *l, const struct typing_ask *w, struct menu *words) {
    char text[PREFIX_MAX];
    size_t sign = sign_of(w);
    for (size_t i = 0; i < l->words.n; i++) {
        const struct menu_word *word = &l->words.words[i];
        if (word->len < w->len - sign || word->len + sign > sizeof text) continue;
        memcpy(text, w->prefix, sign);
        memcpy(text + sign, word->text, word->len);
        if (!memcmp(text, w->prefix, w->len))
            menu_add(words, text, word->len + sign, word->summary);
    }
}

void names_lists_find(struct names *n, const struct typing_ask *w, struct menu *words) {
    struct names_list *l = &n->lists[w->kind];
    struct question q = {.source = NULL};
    buf_init(&q.pattern, 2 * PREFIX_MAX + 2);
    if (compose(&q, w)) {
        struct ask_epoch now = ask_epoch(n->ask);
        bool same = ask_epoch_is(&now, &l->epoch);
        bool fresh = same && l->fresh_ns > clock_now_ns() && was_asked(l, &q);
        if (!fresh && !(same && l->forbidden) && ask_may(n->ask)) ask(n, &q, l);
        if (fresh || was_asked(l, &q)) give(l, w, words);
    }
    buf_release(&q.pattern);
}
