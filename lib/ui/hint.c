/* SPDX-License-Identifier: BSD-3-Clause */
/* The words are taken one by one by ui/grammar_match; what it is left with is the hint. */
#include "ui/hint.h"

#include <string.h>

#include "ui/grammar_match.h"
#include "ui/grammar_usage.h"

struct typing {
    const struct grammar *g;
    const struct grammar_command *command;
    int argc;
    const char *const *argv;
    const size_t *lens;
    bool inside;
};

/* The only token that begins with a word. */
struct prefix {
    const char *p;
    size_t len;
    const char *only;
    int n;
};

static size_t len_of(const struct typing *t, int i) {
    return t->lens ? t->lens[i] : strlen(t->argv[i]);
}

/* The rest of a word in the case of what is typed of it. */
static void add_tail(const char *text, const char *p, size_t len, struct buf *out) {
    bool low = len && p[len - 1] >= 'a' && p[len - 1] <= 'z';
    for (text += len; *text; text++)
        buf_addc(out, low && *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text);
}

/* ---- subcommands ---- */

static const struct grammar_command *sub_at(const struct typing *t, size_t i) {
    const struct grammar_command *c = grammar_at(t->g, i);
    size_t len = strlen(t->command->name);
    return c && !strncmp(c->name, t->command->name, len) && c->name[len] == ' ' ? c : NULL;
}

static size_t first_sub(const struct typing *t) {
    return grammar_from(t->g, t->command->name, strlen(t->command->name)) + 1;
}

static void add_subcommands(const struct typing *t, struct buf *out) {
    const size_t skip = strlen(t->command->name) + 1;
    const char *between = "";
    for (size_t i = first_sub(t); sub_at(t, i); i++) {
        buf_adds(out, between);
        buf_adds(out, sub_at(t, i)->name + skip);
        between = " | ";
    }
}

/* The only subcommand that begins with the second word; how many do. */
static int subs_with(const struct typing *t, const struct grammar_command **only) {
    const size_t skip = strlen(t->command->name) + 1;
    int n = 0;
    for (size_t i = first_sub(t); sub_at(t, i); i++) {
        if (!grammar_begins(sub_at(t, i)->name + skip, t->argv[1], len_of(t, 1))) continue;
        *only = sub_at(t, i);
        n++;
    }
    return n;
}

static void add_usage(const struct grammar_command *c, struct buf *out) {
    if (c->n_args) buf_addc(out, ' ');
    grammar_usage(c->args, c->n_args, out);
}

static enum hint_state of_container(const struct typing *t, struct buf *out, int *extra) {
    const struct grammar_command *only = NULL;
    int n = 0;
    if (t->argc == 1) {
        bool alone = t->command->arity == -1;
        if (t->inside) buf_addc(out, ' ');
        if (alone) buf_addc(out, '[');
        add_subcommands(t, out);
        if (alone) buf_addc(out, ']');
        return alone ? HINT_FULL : HINT_SHORT;
    }
    if (t->argc == 2 && t->inside) n = subs_with(t, &only);
    if (n == 1) {
        add_tail(only->name + strlen(t->command->name) + 1, t->argv[1], len_of(t, 1), out);
        add_usage(only, out);
    }
    if (n) return HINT_SHORT;
    *extra = 1;
    return HINT_EXTRA;
}

/* ---- arguments ---- */

static bool note_token(void *arg, const struct grammar_arg *a, bool as_token) {
    struct prefix *x = arg;
    if (!as_token || !grammar_begins(a->token, x->p, x->len)) return false;
    x->n++;
    x->only = a->token;
    return x->n > 1;
}

/* The last word, in which the cursor is: is it the beginning of a token? Only where it is no value
 * as it stands. */
static int tokens_with(const struct grammar_match *m, const char *p, size_t len,
                       struct prefix *found) {
    struct grammar_match try = *m;
    const struct grammar_arg *a;
    *found = (struct prefix){.p = p, .len = len};
    enum grammar_role role = grammar_match_take(&try, p, len, 0, &a);
    if (!len || role == GRAMMAR_TOKEN) return 0;
    if (role == GRAMMAR_VALUE && grammar_match_fits(a, p, len)) return 0;
    grammar_match_each(m, note_token, found);
    return found->n;
}

static enum hint_state state_of(const struct typing *t, const struct grammar_match *m) {
    int arity = t->command->arity;
    if (!grammar_match_full(m) || (arity && t->argc < (arity < 0 ? -arity : arity)))
        return HINT_SHORT;
    return HINT_FULL;
}

/* Take words first..last; 0, or the number of the first that has no place. */
static int take_words(const struct typing *t, struct grammar_match *m, int first, int last) {
    const struct grammar_arg *a;
    for (int i = first; i < last; i++)
        if (!grammar_match_take(m, t->argv[i], len_of(t, i), last - i - 1, &a)) return i;
    return 0;
}

static void add_rest(const struct grammar_match *m, bool inside, struct buf *out) {
    const size_t before = out->len;
    if (inside) buf_addc(out, ' ');
    const size_t blank = out->len;
    grammar_match_rest(m, out);
    if (out->len == blank) out->len = before;
}

static enum hint_state of_arguments(const struct typing *t, struct buf *out, int *extra) {
    const struct grammar_command *c = t->command;
    struct grammar_match m;
    struct prefix last;
    bool inside = t->inside && t->argc > c->n_words;
    grammar_match_begin(&m, c);
    *extra = take_words(t, &m, c->n_words, t->argc - inside);
    if (*extra) return m.loosen ? HINT_NOTHING : HINT_EXTRA;
    const char *p = t->argv[t->argc - 1];
    size_t len = len_of(t, t->argc - 1);
    const struct grammar_arg *a;
    int n = inside ? tokens_with(&m, p, len, &last) : 0;
    if (n > 1) return HINT_SHORT;
    if (n == 1) add_tail(last.only, p, len, out);
    if (n == 1) p = last.only, len = strlen(p);
    if (inside && !grammar_match_take(&m, p, len, 0, &a)) {
        *extra = t->argc - 1;
        return m.loosen ? HINT_NOTHING : HINT_EXTRA;
    }
    add_rest(&m, t->inside, out);
    return n ? HINT_SHORT : state_of(t, &m);
}

enum hint_state hint_add(const struct grammar *g, int argc, const char *const *argv,
                         const size_t *lens, bool inside, struct buf *out, int *extra) {
    struct typing t = {.g = g, .argc = argc, .argv = argv, .lens = lens, .inside = inside};
    int first_extra = 0;
    t.command = grammar_find(g, argc, argv, lens);
    if (!t.command) return HINT_NOTHING;
    enum hint_state state = t.command->container && !t.command->n_args
                                ? of_container(&t, out, &first_extra)
                                : of_arguments(&t, out, &first_extra);
    if (extra) *extra = state == HINT_EXTRA ? first_extra : 0;
    return state;
}
