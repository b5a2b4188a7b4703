/* SPDX-License-Identifier: BSD-3-Clause */
/* A server's COMMAND reply as a table. The reply is whatever a peer chose to send: each entry that
 * is not of the known shape is left out, numbers that do not fit make a key spec unknown, and
 * nothing is larger than the limits here. What the built-in table was told of a command beyond the
 * server's word (rules, targets, what may be repeated) holds for the server's entry too. */
#include <stdlib.h>

#include "core/args.h"
#include "core/command_impl.h"

enum {
    COMMANDS_MAX = 16384, /* with subcommands; real servers have below a thousand */
    SPECS_MAX = 16,       /* of one command */
    /* an entry's fields */
    NAME = 0,
    ARITY,
    FLAGS,
    FIRST,
    LAST,
    STEP,
    ACL,
    TIPS,
    SPECS,
    SUBCOMMANDS,
};

struct taking {
    struct command_table *table; /* under construction */
    struct command_info *rows;
    uint16_t *buckets;
};

struct word {
    const char *text;
    int value;
};

static const struct word requests[] = {
    {"request_policy:all_nodes", COMMAND_REQUEST_ALL_NODES},
    {"request_policy:all_shards", COMMAND_REQUEST_ALL_SHARDS},
    {"request_policy:multi_shard", COMMAND_REQUEST_MULTI_SHARD},
    {"request_policy:special", COMMAND_REQUEST_SPECIAL},
    {NULL, 0},
};

static const struct word responses[] = {
    {"response_policy:one_succeeded", COMMAND_RESPONSE_ONE_SUCCEEDED},
    {"response_policy:all_succeeded", COMMAND_RESPONSE_ALL_SUCCEEDED},
    {"response_policy:agg_logical_and", COMMAND_RESPONSE_AND},
    {"response_policy:agg_logical_or", COMMAND_RESPONSE_OR},
    {"response_policy:agg_min", COMMAND_RESPONSE_MIN},
    {"response_policy:agg_max", COMMAND_RESPONSE_MAX},
    {"response_policy:agg_sum", COMMAND_RESPONSE_SUM},
    {"response_policy:special", COMMAND_RESPONSE_SPECIAL},
    {NULL, 0},
};

/* ---- reading replies ---- */

static int value_of(const struct reply *r, const struct word *words) {
    for (; r->p && words->text; words++)
        if (str_ieq(r->p, r->len, words->text)) return words->value;
    return 0;
}

static unsigned mask_of(const struct reply *list, const struct word *words) {
    unsigned mask = 0;
    for (const struct reply *r = list ? list->child : NULL; r; r = r->next)
        mask |= (unsigned)value_of(r, words);
    return mask;
}

typedef uint32_t name_fn(const char *p, size_t len);
/* The bits of all the names in a list. */
static uint32_t bits_of(const struct reply *list, name_fn *bit_of) {
    uint32_t bits = 0;
    for (const struct reply *v = list ? list->child : NULL; v; v = v->next)
        if (v->p) bits |= bit_of(v->p, v->len);
    return bits;
}

static bool number(const struct reply *r, int16_t *out) {
    if (!r || r->type != RESP_INT || r->n < INT16_MIN || r->n > INT16_MAX) return false;
    *out = (int16_t)r->n;
    return true;
}

/* A name in upper case, a subcommand's bar as a blank; 0 = no name. */
static size_t name_of(const struct reply *r, bool sub, char name[COMMAND_NAME_MAX]) {
    int bars = 0;
    if (!r || !r->p || !r->len || r->len > COMMAND_NAME_MAX) return 0;
    for (size_t i = 0; i < r->len; i++) {
        char c = r->p[i];
        if (c <= ' ' || c > '~') return 0;
        bars += c == '|';
        name[i] = c == '|' ? ' ' : c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return bars == sub ? r->len : 0;
}

/* ---- key specs ---- */

static bool take_begin(struct arena *arena, const struct reply *r, struct command_spec *s) {
    const struct reply *type = reply_field(r, "type"), *spec = reply_field(r, "spec");
    const struct reply *keyword = reply_field(spec, "keyword");
    if (!type) return false;
    if (reply_is(type, "index")) {
        s->begin = COMMAND_BEGIN_INDEX;
        return number(reply_field(spec, "index"), &s->at) && s->at > 0;
    }
    if (!reply_is(type, "keyword") || !keyword || !keyword->p || !keyword->len) return false;
    if (keyword->len > COMMAND_NAME_MAX || strlen(keyword->p) != keyword->len) return false;
    s->begin = COMMAND_BEGIN_KEYWORD;
    s->keyword = arena_dup(arena, keyword->p, keyword->len);
    return number(reply_field(spec, "startfrom"), &s->at) && s->at != 0;
}

static bool take_find(const struct reply *r, struct command_spec *s) {
    const struct reply *type = reply_field(r, "type"), *spec = reply_field(r, "spec");
    if (!type || !number(reply_field(spec, "keystep"), &s->step) || s->step < 1) return false;
    if (reply_is(type, "range")) {
        s->find = COMMAND_FIND_RANGE;
        return number(reply_field(spec, "lastkey"), &s->last) &&
               number(reply_field(spec, "limit"), &s->limit);
    }
    s->find = COMMAND_FIND_KEYNUM;
    return reply_is(type, "keynum") && number(reply_field(spec, "keynumidx"), &s->last) &&
           number(reply_field(spec, "firstkey"), &s->first);
}

static struct command_spec take_spec(struct arena *arena, const struct reply *r) {
    static const struct word words[] = {{"incomplete", 1}, {NULL, 0}};
    struct command_spec s = {.incomplete = mask_of(reply_field(r, "flags"), words)};
    if (!take_begin(arena, reply_field(r, "begin_search"), &s)) s.begin = COMMAND_BEGIN_UNKNOWN;
    if (!take_find(reply_field(r, "find_keys"), &s)) s.find = COMMAND_FIND_UNKNOWN;
    return s;
}

/* Old servers tell first, last and step. */
static struct command_spec spec_of_range(const struct command_info *info) {
    struct command_spec s = {.begin = COMMAND_BEGIN_INDEX, .find = COMMAND_FIND_RANGE};
    s.at = info->first;
    s.last = info->last >= info->first ? (int16_t)(info->last - info->first) : info->last;
    s.step = info->step;
    if (info->first < 0 || info->step < 1 || (info->last >= 0 && info->last < info->first))
        s.begin = COMMAND_BEGIN_UNKNOWN;
    return s;
}

/* Keys that move, with no spec that says how: only the server knows. */
static bool is_silent(const struct command_info *info, const struct command_spec *specs, int n) {
    if (!(info->flags & COMMAND_MOVABLEKEYS)) return false;
    for (int i = 0; i < n; i++)
        if (specs[i].begin != COMMAND_BEGIN_INDEX || specs[i].find != COMMAND_FIND_RANGE)
            return false;
    return true;
}

/* The search module calls an index a key, which no slot owns: any node answers. Its suggestion
 * dictionaries are keys. */
static bool names_no_keys(const struct command_info *info) {
    return !strncmp(info->name, "FT.", 3) && strncmp(info->name, "FT.SUG", 6) != 0;
}

static void take_specs(struct arena *arena, const struct reply *list, struct command_info *info) {
    struct command_spec specs[SPECS_MAX + 1] = {{0}};
    int n = 0;
    if (names_no_keys(info)) return;
    for (const struct reply *r = list ? list->child : NULL; r && n < SPECS_MAX; r = r->next)
        specs[n++] = take_spec(arena, r);
    if (!list && info->first) specs[n++] = spec_of_range(info);
    if (is_silent(info, specs, n) || (list && list->n > SPECS_MAX))
        specs[n++] = (struct command_spec){.begin = COMMAND_BEGIN_UNKNOWN};
    if (!n) return;
    size_t size = (size_t)n * sizeof *specs;
    info->specs = memcpy(arena_alloc(arena, size), specs, size);
    info->n_specs = (uint8_t)n;
}

/* ---- entries ---- */

/* What the server does not say, or says less well. */
static void add_knowledge(struct command_info *info, const struct command_info *known) {
    enum { KEPT = COMMAND_REPEATABLE | COMMAND_BLOCKING | COMMAND_CONTAINER };
    if (!known) {
        if ((info->flags & (COMMAND_READONLY | COMMAND_BLOCKING)) == COMMAND_READONLY)
            info->flags |= COMMAND_REPEATABLE;
        return;
    }
    info->flags |= known->flags & KEPT;
    info->rule = known->rule;
    info->request = known->request;
    info->response = known->response;
    info->target = known->target;
    info->gather = known->gather;
}

static bool take_numbers(const struct reply *entry, struct command_info *info) {
    return number(reply_at(entry, ARITY), &info->arity) && info->arity != 0 &&
           number(reply_at(entry, FIRST), &info->first) &&
           number(reply_at(entry, LAST), &info->last) && number(reply_at(entry, STEP), &info->step);
}

/* A row of an entry; false = there is none to be had. */
static bool take_row(struct arena *arena, const struct reply *entry, bool sub,
                     struct command_info *info) {
    char name[COMMAND_NAME_MAX];
    size_t len = name_of(reply_at(entry, NAME), sub, name);
    if (!len || !take_numbers(entry, info)) return false;
    const struct command_info *known =
        command_set_find(&command_table_builtin, name, len, command_hash(name, len));
    const struct reply *specs = reply_at(entry, SPECS), *subs = reply_at(entry, SUBCOMMANDS);
    if (known && !specs) return false;
    info->name = arena_dup(arena, name, len);
    info->name_len = (uint8_t)len;
    info->flags = bits_of(reply_at(entry, FLAGS), command_words_flag);
    if (subs && subs->child) info->flags |= COMMAND_CONTAINER;
    info->acl = bits_of(reply_at(entry, ACL), command_words_category);
    info->request = (uint8_t)mask_of(reply_at(entry, TIPS), requests);
    info->response = (uint8_t)mask_of(reply_at(entry, TIPS), responses);
    take_specs(arena, specs, info);
    add_knowledge(info, known);
    return true;
}

static void file_row(struct taking *t, const struct command_info *info) {
    struct command_set *set = &t->table->set;
    uint32_t hash = command_hash(info->name, info->name_len);
    uint32_t at = command_set_bucket(set, info->name, info->name_len, hash);
    if (t->buckets[at]) return;
    t->rows[set->n] = *info;
    t->buckets[at] = (uint16_t)++set->n;
}

static void take_list(struct taking *t, const struct reply *list, bool subs) {
    for (const struct reply *entry = list->child; entry; entry = entry->next) {
        struct command_info info = {0};
        if (take_row(&t->table->arena, entry, subs, &info)) file_row(t, &info);
        const struct reply *below = subs ? NULL : reply_at(entry, SUBCOMMANDS);
        if (below) take_list(t, below, true);
    }
}

/* ---- the table ---- */

static size_t count(const struct reply *r) {
    size_t n = 0;
    for (const struct reply *entry = r->child; entry && n <= COMMANDS_MAX; entry = entry->next) {
        const struct reply *below = reply_at(entry, SUBCOMMANDS);
        n++;
        for (below = below ? below->child : NULL; below && n <= COMMANDS_MAX; below = below->next)
            n++;
    }
    return n;
}

struct command_table *command_table_new(void) {
    struct command_table *t = mem_zalloc(1, sizeof *t);
    arena_init(&t->arena);
    return t;
}

void command_table_free(struct command_table *t) {
    if (!t) return;
    arena_release(&t->arena);
    free(t);
}

static void take_all(struct command_table *t, const struct reply *r, size_t n) {
    struct taking taking = {.table = t};
    uint32_t n_buckets = 16;
    while (n_buckets < 2 * n)
        n_buckets *= 2;
    taking.rows = arena_alloc(&t->arena, (n + 1) * sizeof *taking.rows);
    taking.buckets = arena_alloc(&t->arena, n_buckets * sizeof *taking.buckets);
    memset(taking.buckets, 0, n_buckets * sizeof *taking.buckets);
    t->set =
        (struct command_set){.rows = taking.rows, .buckets = taking.buckets, .mask = n_buckets - 1};
    take_list(&taking, r, false);
}

int command_table_take(struct command_table *t, const struct reply *r, struct err *e) {
    if (r->type == RESP_ERROR || r->type == RESP_BULK_ERROR)
        return err_set(e, VK_ESERVER, "%.*s", (int)(r->len > 200 ? 200 : r->len), r->p);
    if (r->type != RESP_ARRAY && r->type != RESP_SET)
        return err_set(e, VK_EPROTO, "the reply of COMMAND is no list");
    size_t n = count(r);
    if (n > COMMANDS_MAX)
        return err_set(e, VK_ELIMIT, "the server names more than %d commands", COMMANDS_MAX);
    arena_clear(&t->arena);
    take_all(t, r, n);
    return 0;
}
