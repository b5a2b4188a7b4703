/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a command's keys are: an interpreter of the server's key specs, and one rule for each kind
 * of command whose keys they do not tell. Every position is checked against argc as it is written;
 * numbers in the specs may come from any server, those in the arguments from any user. */
#include "core/args.h"
#include "core/command.h"

struct found {
    int *positions;
    int max, n;
};

static void put(struct found *f, int at) {
    if (f->n < f->max) f->positions[f->n] = at;
    f->n++;
}

/* ---- key specs ---- */

/* The argument behind the keyword; 0 = it is not there. */
static int behind_keyword(const struct command_spec *s, const struct args *a) {
    int at = s->at < 0 ? a->argc + s->at : s->at, way = s->at < 0 ? -1 : 1;
    for (; at > 0 && at < a->argc; at += way)
        if (args_is(a, at, s->keyword)) return at + 1;
    return 0;
}

static void put_run(struct found *f, const struct args *a, int64_t first, int64_t last, int step) {
    if (last >= a->argc) last = a->argc - 1;
    for (int64_t i = first; i > 0 && i <= last; i += step)
        put(f, (int)i);
}

static void put_range(struct found *f, const struct command_spec *s, const struct args *a,
                      int begin) {
    int64_t last = s->last >= 0 ? (int64_t)begin + s->last : (int64_t)a->argc + s->last;
    if (s->last == -1 && s->limit > 1) last = begin + (a->argc - begin) / s->limit - 1;
    put_run(f, a, begin, last, s->step);
}

static void put_counted(struct found *f, const struct command_spec *s, const struct args *a,
                        int begin) {
    int64_t n, first = (int64_t)begin + s->first, at = (int64_t)begin + s->last;
    if (at < 1 || at >= a->argc) return;
    if (str_to_i64(a->argv[at], args_len(a, (int)at), &n) || n < 1) return;
    /* more than there are: the server will say so, from whatever node */
    if (n <= a->argc && first + (n - 1) * s->step < a->argc)
        put_run(f, a, first, first + (n - 1) * s->step, s->step);
}

/* False: there may be more keys than it tells. */
static bool put_spec(struct found *f, const struct command_spec *s, const struct args *a) {
    if (s->begin == COMMAND_BEGIN_UNKNOWN || s->find == COMMAND_FIND_UNKNOWN) return false;
    int begin = s->begin == COMMAND_BEGIN_INDEX ? s->at : behind_keyword(s, a);
    if (begin < 1 || begin >= a->argc) return !s->incomplete;
    if (s->find == COMMAND_FIND_RANGE)
        put_range(f, s, a, begin);
    else
        put_counted(f, s, a, begin);
    return !s->incomplete;
}

/* ---- rules ---- */

/* How many values stand behind an option word: they might pass for STORE or KEYS. */
static int values_of(const struct args *a, int i, enum command_rule rule) {
    static const struct {
        const char *word;
        enum command_rule rule;
        int n;
    } options[] = {
        {"BY", COMMAND_RULE_STORE, 1},     {"GET", COMMAND_RULE_STORE, 1},
        {"LIMIT", COMMAND_RULE_STORE, 2},  {"COUNT", COMMAND_RULE_STORE, 1},
        {"AUTH", COMMAND_RULE_MIGRATE, 1}, {"AUTH2", COMMAND_RULE_MIGRATE, 2},
    };
    for (size_t j = 0; j < sizeof options / sizeof *options; j++)
        if (options[j].rule == rule && args_is(a, i, options[j].word)) return options[j].n;
    return 0;
}

/* SORT key [option ...], GEORADIUS key x y radius unit [option ...]: the options begin behind the
 * words that must be there. Of several STOREs the server takes the last. */
static void put_store(struct found *f, const struct command_info *info, const struct args *a) {
    int stored = 0;
    put(f, 1);
    for (int i = info->arity < -2 ? -info->arity : 2; i + 1 < a->argc; i++) {
        if (args_is(a, i, "STORE") || args_is(a, i, "STOREDIST"))
            stored = ++i;
        else
            i += values_of(a, i, COMMAND_RULE_STORE);
    }
    if (stored) put(f, stored);
}

/* MIGRATE host port key|"" db timeout [COPY] [REPLACE] [AUTH ...] [KEYS key ...]. KEYS beside a key
 * is a mistake, which the key's node may tell. */
static void put_migrate(struct found *f, const struct args *a) {
    int i = args_len(a, 3) ? a->argc : 6;
    while (i < a->argc && !args_is(a, i, "KEYS"))
        i += 1 + values_of(a, i, COMMAND_RULE_MIGRATE);
    if (i + 1 < a->argc)
        put_run(f, a, i + 1, a->argc - 1, 1);
    else
        put(f, 3);
}

int command_keys(const struct command_info *info, int argc, const char *const *argv,
                 const size_t *lens, int *positions, int max) {
    const struct args a = {argc, argv, lens};
    struct found f = {.positions = positions, .max = max};
    bool all = true;
    if (!command_arity_fits(info, argc)) return 0;
    if (info->rule == COMMAND_RULE_STORE && argc > 1) {
        put_store(&f, info, &a);
    } else if (info->rule == COMMAND_RULE_MIGRATE && argc > 5) {
        put_migrate(&f, &a);
    } else {
        for (int i = 0; i < info->n_specs; i++)
            all &= put_spec(&f, &info->specs[i], &a);
    }
    return all ? f.n : VK_EPARSE;
}
