/* SPDX-License-Identifier: BSD-3-Clause */
/* A grammar out of a server's own words. Nothing in them is trusted: what has no sense is left out,
 * and a command with a part of its arguments left out counts as one that has not told them. */
#include <string.h>

#include "base/str.h"
#include "ui/grammar_impl.h"

/* Places in an entry of COMMAND. */
enum { NAME = 0, ARITY = 1, CATEGORIES = 6, SUBCOMMANDS = 9 };

struct taking {
    struct grammar_set set;
    struct grammar_set index; /* names, arities and categories, by COMMAND */
    bool over;
};

/* ---- replies ---- */

static bool is_map(const struct reply *r) {
    return r && (r->type == RESP_MAP || r->type == RESP_ARRAY);
}

static bool is_list(const struct reply *r) {
    return r && (r->type == RESP_ARRAY || r->type == RESP_SET);
}

static const char *text_at(struct grammar_set *s, const struct reply *map, const char *key) {
    const struct reply *r = reply_field(map, key);
    return r && r->p ? grammar_set_text(s, r->p, r->len, GRAMMAR_TEXT_MAX) : "";
}

/* "config|get" and "get" of the container CONFIG are CONFIG GET. */
static const char *name_of(struct grammar_set *s, const struct reply *r, const char *container,
                           uint8_t *n_words) {
    char name[2 * GRAMMAR_NAME_MAX];
    if (!r || !r->p || !r->len || memchr(r->p, ' ', r->len)) return NULL;
    const char *bar = memchr(r->p, '|', r->len);
    if (!container) return bar ? NULL : grammar_set_name(s, r->p, r->len, n_words);
    const char *p = bar ? bar + 1 : r->p;
    size_t len = r->len - (size_t)(p - r->p), before = strlen(container);
    if (!len || before + 1 + len > sizeof name) return NULL;
    memcpy(name, container, before);
    name[before] = ' ';
    memcpy(name + before + 1, p, len);
    return grammar_set_name(s, name, before + 1 + len, n_words);
}

/* ---- arguments ---- */

static enum grammar_type type_of(const struct reply *r) {
    static const char *const names[] = {"string",    "integer",    "double", "key",  "pattern",
                                        "unix-time", "pure-token", "oneof",  "block"};
    for (size_t i = 0; r && r->p && i < sizeof names / sizeof *names; i++)
        if (reply_is(r, names[i])) return (enum grammar_type)i;
    return GRAMMAR_STRING;
}

static uint8_t flags_of(const struct reply *list) {
    uint8_t flags = 0;
    for (const struct reply *r = is_list(list) ? list->child : NULL; r; r = r->next) {
        if (reply_is(r, "optional")) flags |= GRAMMAR_OPTIONAL;
        if (reply_is(r, "multiple")) flags |= GRAMMAR_MULTIPLE;
        if (reply_is(r, "multiple_token")) flags |= GRAMMAR_MULTIPLE | GRAMMAR_MULTIPLE_TOKEN;
    }
    return flags;
}

static bool take_args(struct grammar_set *s, const struct reply *list, int depth,
                      const struct grammar_arg **args, uint8_t *n);

static bool take_arg(struct grammar_set *s, const struct reply *r, int depth,
                     struct grammar_arg *arg) {
    const struct reply *name = reply_field(r, "display_text"), *token = reply_field(r, "token");
    const struct reply *below = reply_field(r, "arguments");
    *arg = (struct grammar_arg){.type = (uint8_t)type_of(reply_field(r, "type"))};
    arg->flags = flags_of(reply_field(r, "flags"));
    bool parent = arg->type == GRAMMAR_ONEOF || arg->type == GRAMMAR_BLOCK;
    if (!name || !name->len || parent) name = reply_field(r, "name");
    if (!name || !name->p || !name->len || ++s->n_args > GRAMMAR_TREE_MAX) return false;
    arg->name = grammar_set_text(s, name->p, name->len, GRAMMAR_NAME_MAX);
    if (token && token->p) arg->token = grammar_set_text(s, token->p, token->len, GRAMMAR_NAME_MAX);
    if (arg->type == GRAMMAR_PURE_TOKEN && !arg->token) return false;
    if (!parent) return true;
    return take_args(s, below, depth + 1, &arg->args, &arg->n_args) && arg->n_args;
}

static bool take_args(struct grammar_set *s, const struct reply *list, int depth,
                      const struct grammar_arg **args, uint8_t *n) {
    struct grammar_arg taken[GRAMMAR_ARGS_MAX];
    size_t count = 0;
    if (!is_list(list) || depth > GRAMMAR_DEPTH_MAX) return false;
    for (const struct reply *r = list->child; r; r = r->next)
        if (count == GRAMMAR_ARGS_MAX || !take_arg(s, r, depth, &taken[count++])) return false;
    *n = (uint8_t)count;
    if (!count) return true;
    struct grammar_arg *to = arena_alloc(&s->arena, count * sizeof *to);
    *args = memcpy(to, taken, count * sizeof *to);
    return true;
}

/* ---- COMMAND ---- */

static const char *categories_of(struct grammar_set *s, const struct reply *list) {
    struct buf b;
    buf_init(&b, GRAMMAR_TEXT_MAX);
    for (const struct reply *r = is_list(list) ? list->child : NULL; r; r = r->next) {
        if (!r->p) continue;
        if (b.len) buf_addc(&b, ' ');
        buf_add(&b, r->p, r->len);
    }
    const char *text = b.len ? grammar_set_text(s, b.p, b.len, GRAMMAR_TEXT_MAX) : "";
    buf_release(&b);
    return text;
}

static void index_commands(struct taking *t, const struct reply *list, const char *container) {
    for (const struct reply *r = is_list(list) ? list->child : NULL; r; r = r->next) {
        const struct reply *arity = is_list(r) ? reply_at(r, ARITY) : NULL;
        uint8_t n_words = 0;
        if (!arity || arity->type != RESP_INT || arity->n < -1024 || arity->n > 1024) continue;
        const char *name = name_of(&t->index, reply_at(r, NAME), container, &n_words);
        struct grammar_command *row = name ? grammar_set_add(&t->index) : NULL;
        if (!row) continue;
        row->name = name;
        row->n_words = n_words;
        row->arity = (int16_t)arity->n;
        row->categories = categories_of(&t->index, reply_at(r, CATEGORIES));
        if (!container) index_commands(t, reply_at(r, SUBCOMMANDS), name);
    }
}

/* ---- COMMAND DOCS ---- */

/* Without COMMAND, what is built in is likely to be right. */
static void add_index(struct taking *t, const struct grammar_set *builtin,
                      struct grammar_command *row) {
    size_t len = strlen(row->name);
    const struct grammar_command *known =
        grammar_set_find(t->index.rows, t->index.n, row->name, len);
    if (!known && !t->index.n) known = grammar_set_find(builtin->rows, builtin->n, row->name, len);
    if (!known) return;
    row->arity = known->arity;
    row->categories =
        grammar_set_text(&t->set, known->categories, strlen(known->categories), GRAMMAR_TEXT_MAX);
}

static int n_words_of(const struct grammar_arg *a);

static int n_required(const struct grammar_arg *args, size_t n) {
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        if (!(args[i].flags & GRAMMAR_OPTIONAL)) sum += n_words_of(&args[i]);
    return sum;
}

/* The least number of words that the argument can be. */
static int n_words_of(const struct grammar_arg *a) {
    int token = a->token && a->type != GRAMMAR_PURE_TOKEN, least = 1;
    if (a->type == GRAMMAR_BLOCK) least = n_required(a->args, a->n_args);
    for (size_t i = 0; a->type == GRAMMAR_ONEOF && i < a->n_args; i++) {
        int n = n_words_of(&a->args[i]);
        if (!i || n < least) least = n;
    }
    return token + least;
}

/* Some servers tell of "member [member ...]" where they accept none. */
static void believe_arity(struct taking *t, struct grammar_command *row) {
    if (row->arity >= 0 || !row->n_args) return;
    size_t last = row->n_args - (size_t)1;
    if (row->n_words + n_required(row->args, row->n_args) <= -row->arity) return;
    if (!(row->args[last].flags & GRAMMAR_MULTIPLE)) return;
    struct grammar_arg *args = arena_alloc(&t->set.arena, row->n_args * sizeof *args);
    memcpy(args, row->args, row->n_args * sizeof *args);
    args[last].flags |= GRAMMAR_OPTIONAL;
    row->args = args;
}

static bool takes_none(const struct grammar_command *row) {
    return row->arity == row->n_words || (!row->arity && *row->summary);
}

static void take_docs(struct taking *t, const struct grammar_set *builtin, const struct reply *map,
                      const char *container);

static void take_entry(struct taking *t, const struct grammar_set *builtin, const char *name,
                       uint8_t n_words, const struct reply *r) {
    const struct reply *args = reply_field(r, "arguments"), *subs = reply_field(r, "subcommands");
    struct grammar_command row = {.name = name, .n_words = n_words, .categories = ""};
    row.summary = text_at(&t->set, r, "summary");
    row.since = text_at(&t->set, r, "since");
    row.group = text_at(&t->set, r, "group");
    row.complexity = text_at(&t->set, r, "complexity");
    row.container = n_words == 1 && is_map(subs) && subs->child;
    add_index(t, builtin, &row);
    t->set.n_args = 0;
    row.told = args ? take_args(&t->set, args, 0, &row.args, &row.n_args) : takes_none(&row);
    believe_arity(t, &row);
    struct grammar_command *to = grammar_set_add(&t->set);
    if (to)
        *to = row;
    else
        t->over = true;
    if (to && row.container) take_docs(t, builtin, subs, name);
}

static void take_docs(struct taking *t, const struct grammar_set *builtin, const struct reply *map,
                      const char *container) {
    for (const struct reply *r = map->child; r && r->next && !t->over; r = r->next->next) {
        uint8_t n_words = 0;
        const char *name = name_of(&t->set, r, container, &n_words);
        if (name && is_map(r->next)) take_entry(t, builtin, name, n_words, r->next);
    }
}

/* ---- COMMAND alone ---- */

/* Servers that know no COMMAND DOCS tell of no subcommands either: those that are built in. */
static void add_subcommands(struct taking *t, const struct grammar_set *builtin,
                            const char *container) {
    const size_t len = strlen(container);
    for (size_t i = grammar_set_from(builtin->rows, builtin->n, container, len) + 1; i < builtin->n;
         i++) {
        const struct grammar_command *sub = &builtin->rows[i];
        if (strncmp(sub->name, container, len) != 0 || sub->name[len] != ' ') return;
        struct grammar_command *row = grammar_set_add(&t->set);
        if (row) *row = *sub;
    }
}

static void take_index(struct taking *t, const struct grammar_set *builtin) {
    const size_t told = t->index.n;
    t->set = t->index;
    grammar_set_init(&t->index); /* moved to set */
    for (size_t i = 0; i < told; i++) {
        const char *name = t->set.rows[i].name;
        const struct grammar_command *known =
            grammar_set_find(builtin->rows, builtin->n, name, strlen(name));
        if (known && known->container) add_subcommands(t, builtin, name);
    }
}

static int check(const struct reply *docs, const struct reply *commands, struct err *e) {
    const struct reply *r = docs ? docs : commands;
    if (resp_read_is_error(r->type))
        return err_set(e, VK_ESERVER, "%.*s", (int)(r->len > 200 ? 200 : r->len), r->p);
    if (docs ? is_map(docs) : is_list(commands)) return 0;
    return err_set(e, VK_EPROTO, "the reply of COMMAND%s",
                   docs ? " DOCS is no map" : " is no list");
}

int grammar_take(struct grammar *g, const struct reply *docs, const struct reply *commands,
                 struct err *e) {
    struct taking t = {.over = false};
    int code = check(docs, commands, e);
    if (code < 0) return code;
    grammar_set_init(&t.set);
    grammar_set_init(&t.index);
    index_commands(&t, commands, NULL);
    grammar_set_sort(&t.index);
    if (docs)
        take_docs(&t, &g->builtin, docs, NULL);
    else
        take_index(&t, &g->builtin);
    if (t.over)
        code = err_set(e, VK_ELIMIT, "the server tells of more than %d commands",
                       GRAMMAR_COMMANDS_MAX);
    else
        grammar_adopt(g, &t.set);
    grammar_set_release(&t.set);
    grammar_set_release(&t.index);
    return code;
}
