/* SPDX-License-Identifier: BSD-3-Clause */
/* The filter's language on the command line: each option is a rule, a list of names as many, and
 * --not negates the option behind it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/str.h"
#include "core/command.h"
#include "filter_impl.h"

enum { NAME_MAX_BYTES = 64 }; /* longer than any category's */

/* ---- rules ---- */

static struct filter_rule *add(struct filter *f, enum filter_kind kind, bool negated,
                               const char *text, size_t len) {
    f->rules = mem_realloc(f->rules, f->n + 1, sizeof *f->rules);
    f->rules[f->n] = (struct filter_rule){.kind = kind, .negated = negated, .text = {text, len}};
    f->kinds |= 1u << kind;
    return &f->rules[f->n++];
}

/* Nothing where there is a class, which may reach to the end. */
static size_t plain_tail(const char *glob, size_t len) {
    size_t n = 0;
    if (memchr(glob, '[', len)) return 0;
    while (n < len && !strchr("*?]\\", glob[len - n - 1]))
        n++;
    return n;
}

static bool take_not(struct filter *f) {
    bool negated = f->negates_next;
    f->negates_next = false;
    return negated;
}

static int set_not(void *target, char *value, struct err *e) {
    struct filter *f = target;
    (void)value;
    if (f->negates_next) return err_set(e, VK_EUSAGE, "given twice in a row");
    f->negates_next = true;
    return 0;
}

/* Each name of a list. */
typedef int name_fn(struct filter *f, bool negated, const char *p, size_t len, struct err *e);

static int each_name(struct filter *f, const char *list, name_fn *fn, struct err *e) {
    bool negated = take_not(f);
    int code = 0;
    for (const char *p = list; code == 0; p++) {
        size_t len = strcspn(p, ",");
        if (!len) return err_set(e, VK_EUSAGE, "an empty name in '%.200s'", list);
        code = fn(f, negated, p, len, e);
        p += len;
        if (!*p) break;
    }
    return code;
}

/* "set", "config|get" */
static int add_command(struct filter *f, bool negated, const char *p, size_t len, struct err *e) {
    const char *bar = memchr(p, '|', len);
    struct filter_rule *r = add(f, FILTER_COMMAND, negated, p, bar ? (size_t)(bar - p) : len);
    if (bar) r->sub = (struct event_text){bar + 1, (size_t)(p + len - bar) - 1};
    if (!r->text.len || (bar && !r->sub.len))
        return err_set(e, VK_EUSAGE, "'%.*s' is no command's name", (int)len, p);
    return 0;
}

static int set_command(void *target, char *value, struct err *e) {
    return each_name(target, value, add_command, e);
}

/* ---- categories ---- */

static int add_category(struct filter *f, bool negated, const char *p, size_t len, struct err *e) {
    struct filter_rule *r = add(f, FILTER_CATEGORY, negated, p, len);
    r->acl = command_words_category(p, len);
    r->flags = command_words_flag(p, len);
    if (r->acl || r->flags) return 0;
    char named[NAME_MAX_BYTES];
    int n = snprintf(named, sizeof named, "@%.*s", (int)len, p);
    bool forgotten = n < NAME_MAX_BYTES && command_words_category(named, (size_t)n);
    return err_set(e, VK_EUSAGE, "unknown category or flag '%.*s'%s%.*s%s", (int)len, p,
                   forgotten ? " (did you mean '@" : "", forgotten ? (int)len : 0, p,
                   forgotten ? "'?)" : "");
}

static int set_category(void *target, char *value, struct err *e) {
    return each_name(target, value, add_category, e);
}

/* ---- the others ---- */

static int set_db(void *target, char *value, struct err *e) {
    struct filter *f = target;
    int64_t db;
    if (str_to_i64(value, strlen(value), &db) < 0 || db < 0)
        return err_set(e, VK_EUSAGE, "'%.80s' is no database's number", value);
    add(f, FILTER_DB, take_not(f), value, strlen(value))->db = db;
    return 0;
}

static int add_text(struct filter *f, enum filter_kind kind, const char *value) {
    size_t len = strlen(value);
    add(f, kind, take_not(f), value, len)->tail = plain_tail(value, len);
    return 0;
}

static int set_addr(void *target, char *value, struct err *e) {
    (void)e;
    return add_text(target, FILTER_ADDR, value);
}

static int set_user(void *target, char *value, struct err *e) {
    (void)e;
    return add_text(target, FILTER_USER, value);
}

static int set_name(void *target, char *value, struct err *e) {
    (void)e;
    return add_text(target, FILTER_NAME, value);
}

static int set_lib(void *target, char *value, struct err *e) {
    (void)e;
    return add_text(target, FILTER_LIB, value);
}

static int set_key(void *target, char *value, struct err *e) {
    (void)e;
    return add_text(target, FILTER_KEY, value);
}

static int set_grep(void *target, char *value, struct err *e) {
    struct filter *f = target;
    struct filter_grep *grep;
    int code = filter_grep_new(value, &grep, e);
    if (code < 0) return code;
    add(f, FILTER_GREP, take_not(f), value, strlen(value))->grep = grep; /* moved to the rule */
    return 0;
}

static int set_sample(void *target, char *value, struct err *e) {
    struct filter *f = target;
    bool fraction = !strncmp(value, "1/", 2);
    if (f->negates_next) return err_set(e, VK_EUSAGE, "cannot be negated");
    if (fraction && str_to_i64(value + 2, strlen(value + 2), &f->one_of) == 0 && f->one_of > 0 &&
        f->one_of <= 1000000000)
        return 0;
    return err_set(e, VK_EUSAGE, "'%.80s' is not 1/N", value);
}

const struct opt_row filter_rows[] = {
    {.type = OPT_HEADING,
     .help = "Filters (each may be repeated: the same one again is an alternative)"},
    {0, "cmd", OPT_CALL, .arg = "NAMES", .fn = set_command, .words = "command",
     .help = "these commands: SET,GET or config|get"},
    {0, "category", OPT_CALL, .arg = "NAMES", .fn = set_category,
     .words = "@read @write @admin @dangerous @slow @fast @pubsub @scripting write readonly",
     .help = "commands of an ACL category (@write) or with a flag (readonly)"},
    {0, "match", OPT_CALL, .arg = "GLOB", .fn = set_key, .help = "a key, a message's channel"},
    {'n', "db", OPT_CALL, .arg = "N", .fn = set_db,
     .help = "commands, or keyspace events, in this database; for stream, the one to read"},
    {0, "addr", OPT_CALL, .arg = "GLOB", .fn = set_addr,
     .help = "clients by address, with or without port; lua and unix are addresses too"},
    {0, "by-user", OPT_CALL, .arg = "GLOB", .fn = set_user, .help = "clients by their ACL user"},
    {0, "by-name", OPT_CALL, .arg = "GLOB", .fn = set_name,
     .help = "clients by the name that they gave"},
    {0, "by-lib", OPT_CALL, .arg = "GLOB", .fn = set_lib, .help = "clients by their library"},
    {0, "grep", OPT_CALL, .arg = "REGEX", .fn = set_grep,
     .help = "the text, arguments decoded (POSIX extended)"},
    {0, "not", OPT_CALL, .fn = set_not, .help = "the filter behind it must not match"},
    {0, "sample", OPT_CALL, .arg = "1/N", .fn = set_sample,
     .help = "one event of N, chosen at random"},
    {0},
};

/* ---- in the end ---- */

static const char *const option_names[FILTER_KINDS] = {
    [FILTER_DB] = "db",      [FILTER_COMMAND] = "cmd",  [FILTER_CATEGORY] = "category",
    [FILTER_ADDR] = "addr",  [FILTER_USER] = "by-user", [FILTER_NAME] = "by-name",
    [FILTER_LIB] = "by-lib", [FILTER_KEY] = "match",    [FILTER_GREP] = "grep",
};

static int by_kind(const void *a, const void *b) {
    const struct filter_rule *x = a, *y = b;
    return (int)x->kind - (int)y->kind;
}

static void hint_unknown(const struct filter_rule *r) {
    const char *words[2] = {r->text.p, r->sub.p};
    const size_t lens[2] = {r->text.len, r->sub.len};
    const char *nearest = NULL;
    int least = OPT_FAR;
    if (command_find(NULL, r->sub.p ? 2 : 1, words, lens)) return;
    char *upper = mem_dup(r->text.p, r->text.len);
    for (char *p = upper; *p; p++)
        if (*p >= 'a' && *p <= 'z') *p = (char)(*p - 'a' + 'A');
    for (size_t i = 0; command_at(i); i++) {
        int distance = opt_distance(upper, r->text.len, command_at(i)->name);
        if (distance >= least) continue;
        least = distance;
        nearest = command_at(i)->name;
    }
    free(upper);
    msg_warn("--cmd: '%.*s' is none of the commands known here%s%s%s", (int)r->text.len, r->text.p,
             nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
}

int filter_dbs(const struct filter *f, int64_t *db) {
    int n = 0;
    *db = -1;
    for (size_t i = 0; i < f->n; i++) {
        if (f->rules[i].kind != FILTER_DB) continue;
        *db = f->rules[i].negated ? -1 : f->rules[i].db;
        n++;
    }
    return n;
}

void filter_forget_dbs(struct filter *f) {
    size_t kept = 0;
    for (size_t i = 0; i < f->n; i++)
        if (f->rules[i].kind != FILTER_DB) f->rules[kept++] = f->rules[i];
    f->n = kept;
    f->kinds &= ~(1u << FILTER_DB);
}

int filter_finish(struct filter *f, unsigned allowed, const char *mode, struct err *e) {
    if (f->negates_next) return err_set(e, VK_EUSAGE, "--not needs a filter behind it");
    for (size_t i = 0; i < f->n; i++) {
        const struct filter_rule *r = &f->rules[i];
        if (!(allowed >> r->kind & 1))
            return err_set(e, VK_EUSAGE, "--%s means nothing for %s", option_names[r->kind], mode);
        if (r->kind == FILTER_COMMAND) hint_unknown(r);
    }
    if (f->n) qsort(f->rules, f->n, sizeof *f->rules, by_kind);
    return 0;
}
