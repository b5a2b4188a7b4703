/* SPDX-License-Identifier: BSD-3-Clause */
/* Parsing argv by a table: find the row, take the argument, store it by the row's type. Help is
 * made in opt_help.c, completion in opt_complete.c. The invariant: a value is quoted in an error
 * only when its row is known and is not a secret; of an unknown word only what stands before '='
 * is. */
#include "base/opt.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

enum { NAME_MAX_LEN = 64, VALUE_QUOTED = 80 };

/* A row, and the struct that its offset counts from. */
struct match {
    const struct opt_row *row;
    void *target;
};

/* One option as the user typed it. */
struct typed {
    const char *text; /* with its dashes */
    int len;          /* without "=value" */
    char *value;      /* NULL = none */
    bool lenient;     /* of the program */
};

static bool is_named(const struct opt_row *r, const char *name, size_t len) {
    return r->name && strlen(r->name) == len && !memcmp(r->name, name, len);
}

/* By letter when name is NULL. */
static struct match find(const struct opt_program *p, char letter, const char *name, size_t len) {
    for (const struct opt_group *g = p->groups; g->rows; g++)
        for (const struct opt_row *r = g->rows; !opt_is_end(r); r++)
            if (name ? is_named(r, name, len) : r->letter == letter)
                return (struct match){r, g->target};
    return (struct match){0};
}

static int smaller(int a, int b) {
    return a < b ? a : b;
}

int opt_distance(const char *typed, size_t len, const char *known) {
    int rows[3][NAME_MAX_LEN + 1], *before = rows[0], *above = rows[1], *row = rows[2];
    size_t known_len = strlen(known);
    if (!len || len > NAME_MAX_LEN || known_len > NAME_MAX_LEN) return OPT_FAR;
    for (size_t j = 0; j <= known_len; j++)
        above[j] = (int)j;
    for (size_t i = 1; i <= len; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= known_len; j++) {
            int change = above[j - 1] + (typed[i - 1] != known[j - 1]);
            row[j] = smaller(change, 1 + smaller(above[j], row[j - 1]));
            if (i > 1 && j > 1 && typed[i - 1] == known[j - 2] && typed[i - 2] == known[j - 1])
                row[j] = smaller(row[j], before[j - 2] + 1);
        }
        int *oldest = before;
        before = above, above = row, row = oldest;
    }
    int limit = len < 3 ? 0 : len < 6 ? 1 : len < 10 ? 2 : 3;
    bool cut_off = len >= 3 && len < known_len && !memcmp(typed, known, len);
    if (above[known_len] <= limit) return above[known_len];
    return cut_off ? limit + 1 : OPT_FAR;
}

bool opt_is_shown(const struct opt_program *p, const struct opt_row *r) {
    if (r->type == OPT_HEADING || r->hidden) return false;
    return !r->name || find(p, 0, r->name, strlen(r->name)).row == r;
}

/* The visible option whose name is nearest, or NULL. */
const char *opt_nearest(const struct opt_program *p, const char *name, size_t len) {
    const char *best = NULL;
    int best_distance = OPT_FAR;
    for (const struct opt_group *g = p->groups; g->rows; g++) {
        for (const struct opt_row *r = g->rows; !opt_is_end(r); r++) {
            if (!r->name || !opt_is_shown(p, r)) continue;
            int distance = opt_distance(name, len, r->name);
            if (distance >= best_distance) continue;
            best = r->name;
            best_distance = distance;
        }
    }
    return best;
}

static int unknown(const struct opt_program *p, const struct typed *t, struct err *e) {
    const char *name = t->text + 1 + (t->text[1] == '-');
    size_t len = (size_t)(t->text + t->len - name);
    bool glued = t->text[1] != '-' && len > 1;
    struct match letter = glued ? find(p, *name, NULL, 0) : (struct match){0};
    bool takes_value = letter.row && letter.row->arg;
    if (takes_value && !find(p, 0, name, len).row) /* -aSECRET must not be quoted */
        return err_set(e, VK_EUSAGE, "option '-%c' needs its %s behind a blank", *name,
                       letter.row->arg);
    const char *guess = opt_nearest(p, name, len);
    if (!guess) return err_set(e, VK_EUSAGE, "unknown option '%.*s'", t->len, t->text);
    return err_set(e, VK_EUSAGE, "unknown option '%.*s' (did you mean '--%s'?)", t->len, t->text,
                   guess);
}

static int bad_number(const struct opt_row *r, const struct typed *t, struct err *e) {
    const char *kind = r->type == OPT_INT ? "whole number" : "number";
    if (r->min == 0 && r->max == 0)
        return err_set(e, VK_EUSAGE, "option '%.*s': '%.*s' is not a %s", t->len, t->text,
                       VALUE_QUOTED, t->value, kind);
    return err_set(e, VK_EUSAGE, "option '%.*s': '%.*s' is not a %s from %.15g to %.15g", t->len,
                   t->text, VALUE_QUOTED, t->value, kind, r->min, r->max);
}

static bool within(const struct opt_row *r, double v) {
    return isfinite(v) && ((r->min == 0 && r->max == 0) || (v >= r->min && v <= r->max));
}

/* What the text begins with, or the bound that it passes. */
static double nearest(const struct opt_row *r, double v) {
    if (isnan(v)) v = 0;
    if (r->min == 0 && r->max == 0) return v;
    return v < r->min ? r->min : v > r->max ? r->max : v;
}

static void store_int_leniently(const struct opt_row *r, const char *value, int64_t *to) {
    int64_t v = strtoll(value, NULL, 10);
    double bound = nearest(r, (double)v);
    *to = bound > (double)v || bound < (double)v ? (int64_t)bound : v;
}

static int store_int(const struct opt_row *r, const struct typed *t, int64_t *to, struct err *e) {
    int64_t v;
    if (t->lenient) {
        store_int_leniently(r, t->value, to);
        return 0;
    }
    if (str_to_i64(t->value, strlen(t->value), &v) < 0 || !within(r, (double)v))
        return bad_number(r, t, e);
    *to = v;
    return 0;
}

static int store_number(const struct opt_row *r, const struct typed *t, double *to, struct err *e) {
    double v;
    if (t->lenient) {
        *to = nearest(r, strtod(t->value, NULL));
        return 0;
    }
    if (str_to_double(t->value, strlen(t->value), &v) < 0 || !within(r, v))
        return bad_number(r, t, e);
    *to = v;
    return 0;
}

static void store_secret(char *value, char **to) {
    size_t len = strlen(value);
    char *copy = mem_dup(value, len);
    if (*to) mem_wipe(*to, strlen(*to));
    free(*to);
    *to = copy;
    memset(value, 'x', len); /* what ps and /proc show */
}

static int call(const struct match *m, const struct typed *t, struct err *e) {
    struct err why;
    err_clear(&why);
    int code = m->row->fn(m->target, t->value, &why);
    if (code >= 0) return code;
    return err_set(e, code, "option '%.*s': %.400s", t->len, t->text, why.text);
}

static int store(const struct match *m, const struct typed *t, struct err *e) {
    void *member = (char *)m->target + m->row->offset;
    switch (m->row->type) {
    case OPT_HEADING: break;
    case OPT_FLAG: *(bool *)member = true; break;
    case OPT_SET: *(int *)member = m->row->value; break;
    case OPT_INT: return store_int(m->row, t, member, e);
    case OPT_NUMBER: return store_number(m->row, t, member, e);
    case OPT_STR: *(const char **)member = t->value; break;
    case OPT_SECRET: store_secret(t->value, member); break;
    case OPT_CALL: return call(m, t, e);
    }
    return 0;
}

/* What argv's word is, without its value if that is the next word. */
static struct match look_up(const struct opt_program *p, char *word, struct typed *t) {
    bool is_long = word[1] == '-';
    char *equals = is_long ? strchr(word, '=') : NULL;
    *t = (struct typed){word, (int)strlen(word), equals ? equals + 1 : NULL, p->lenient};
    if (equals) t->len = (int)(equals - word);
    if (is_long) return find(p, 0, word + 2, (size_t)t->len - 2);
    return t->len == 2 ? find(p, word[1], NULL, 0) : (struct match){0};
}

/* The option words[0] and its value; *used is how many words they are. */
static int take(const struct opt_program *p, int n, char **words, int *used, struct err *e) {
    struct typed t;
    struct match m = look_up(p, words[0], &t);
    if (!m.row) return unknown(p, &t, e);
    if (!m.row->arg && t.value)
        return err_set(e, VK_EUSAGE, "option '%.*s' takes no value", t.len, t.text);
    *used = m.row->arg && !t.value ? 2 : 1;
    if (*used > n) return err_set(e, VK_EUSAGE, "option '%s' needs a %s", t.text, m.row->arg);
    if (*used == 2) t.value = words[1];
    return store(&m, &t, e);
}

int opt_parse(const struct opt_program *p, int argc, char **argv, int *first, struct err *e) {
    int i = 1, used = 1, code = 0;
    for (; code == 0 && i < argc && argv[i][0] == '-' && argv[i][1]; i += used) {
        *first = i;
        if (!strcmp(argv[i], "--")) {
            i++;
            break;
        }
        code = take(p, argc - i, argv + i, &used, e);
    }
    if (code < 0) return code;
    *first = i < argc ? i : argc;
    return 0;
}

/* ---- options from elsewhere ---- */

const struct opt_row *opt_find(const struct opt_program *p, const char *name) {
    return find(p, 0, name, strlen(name)).row;
}

int opt_set(const struct opt_program *p, const char *name, char *value, struct err *e) {
    struct match m = find(p, 0, name, strlen(name));
    return store(&m, &(struct typed){name, (int)strlen(name), value, p->lenient}, e);
}

static bool set_the_same(const struct match *a, const struct match *b) {
    bool members = a->row->type != OPT_CALL && b->row->type != OPT_CALL;
    return a->row == b->row ||
           (members && a->target == b->target && a->row->offset == b->row->offset);
}

bool opt_is_typed(const struct opt_program *p, int argc, char **argv, const char *name) {
    struct match wanted = find(p, 0, name, strlen(name));
    for (int i = 1; wanted.row && i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        struct typed t;
        struct match m = look_up(p, argv[i], &t);
        if (!m.row) return false;
        if (set_the_same(&m, &wanted)) return true;
        if (m.row->arg && !t.value) i++;
    }
    return false;
}
