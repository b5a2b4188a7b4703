/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of commands come from the list in order of name, everything else from the arguments that
 * may begin at the cursor. Words are gathered, then sorted, so that none comes twice. */
#include "ui/complete.h"

#include <stdlib.h>
#include <string.h>

#include "ui/complete_words.h"
#include "ui/grammar_match.h"
#include "ui/grammar_usage.h"

enum { SUMMARY_MAX = 4096 };

struct finding {
    struct complete *c;
    const struct grammar *g;
    const struct grammar_command *command;
    const char *p; /* what is typed of the word */
    size_t len, cap;
    bool low; /* in lower case */
};

void complete_init(struct complete *c) {
    *c = (struct complete){0};
    arena_init(&c->arena);
}

void complete_release(struct complete *c) {
    arena_release(&c->arena);
    complete_init(c);
}

/* ---- words ---- */

static char folded(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool has_letter(const char *p, size_t len, char first, char last) {
    for (size_t i = 0; i < len; i++)
        if (p[i] >= first && p[i] <= last) return true;
    return false;
}

static bool is_low(const char *p, size_t len) {
    return has_letter(p, len, 'a', 'z');
}

static void grow(struct finding *f) {
    size_t cap = f->cap ? 2 * f->cap : 64;
    struct complete_word *words = arena_alloc(&f->c->arena, cap * sizeof *words);
    if (f->c->n) memcpy(words, f->c->words, f->c->n * sizeof *words);
    f->c->words = words;
    f->cap = cap;
}

/* before: what stands in front of the word itself ("+@"), in its own case. */
static void add(struct finding *f, const char *before, const char *text, const char *summary) {
    const size_t skip = strlen(before), len = strlen(text);
    if (skip > f->len ? memcmp(before, f->p, f->len) != 0 : memcmp(before, f->p, skip) != 0) return;
    if (f->len > skip && !grammar_begins(text, f->p + skip, f->len - skip)) return;
    if (f->c->n == f->cap) grow(f);
    char *word = arena_alloc(&f->c->arena, skip + len + 1);
    memcpy(word, before, skip);
    for (size_t i = 0; i <= len; i++)
        word[skip + i] = f->low ? folded(text[i]) : text[i];
    f->c->words[f->c->n++] = (struct complete_word){word, summary};
}

static int by_text(const void *a, const void *b) {
    const struct complete_word *x = a, *y = b;
    return strcmp(x->text, y->text);
}

static void sort(struct complete *c) {
    size_t n = 0;
    if (c->n) qsort(c->words, c->n, sizeof *c->words, by_text);
    for (size_t i = 0; i < c->n; i++)
        if (!n || strcmp(c->words[n - 1].text, c->words[i].text) != 0) c->words[n++] = c->words[i];
    c->n = n;
}

/* ---- names of commands ---- */

/* What begins with the typed word stands together; subcommands stand behind their container. */
static void add_commands(struct finding *f, const char *before) {
    const size_t skip = strlen(before);
    const struct grammar_command *c;
    if (f->len < skip) return;
    size_t i = grammar_from(f->g, f->p + skip, f->len - skip);
    for (; (c = grammar_at(f->g, i)) && grammar_begins(c->name, f->p + skip, f->len - skip); i++)
        if (c->n_words == 1 && c->served) add(f, before, c->name, c->summary);
}

static void add_subcommands(struct finding *f) {
    const char *name = f->command->name;
    const size_t len = strlen(name);
    const struct grammar_command *c;
    for (size_t i = grammar_from(f->g, name, len) + 1; (c = grammar_at(f->g, i)); i++) {
        if (strncmp(c->name, name, len) != 0 || c->name[len] != ' ') return;
        if (c->served) add(f, "", c->name + len + 1, c->summary);
    }
}

/* ---- arguments ---- */

/* The arguments of an option are its summary. */
static const char *summary_of(struct finding *f, const struct grammar_arg *a) {
    struct buf b;
    if (a->type == GRAMMAR_PURE_TOKEN) return "";
    buf_init(&b, SUMMARY_MAX);
    grammar_usage_required(a, false, &b);
    const char *text = b.len ? arena_dup(&f->c->arena, b.p, b.len) : "";
    buf_release(&b);
    return text;
}

static void add_known(struct finding *f, const struct grammar_arg *a) {
    const struct complete_words *w = complete_words_of(f->command, a);
    if (!w) return;
    if (w->kind && !f->c->kind) f->c->kind = w->kind;
    for (const char *const *text = w->words; text && *text; text++)
        add(f, "", *text, "");
    for (const char *const *before = w->category_prefixes; before && *before; before++)
        for (const char *const *text = complete_words_categories; *text; text++)
            add(f, *before, *text, "");
    for (const char *const *before = w->command_prefixes; before && *before; before++)
        add_commands(f, *before);
}

static bool add_arg(void *arg, const struct grammar_arg *a, bool as_token) {
    struct finding *f = arg;
    if (as_token) {
        if (*a->token) add(f, "", a->token, summary_of(f, a));
        return false;
    }
    add_known(f, a);
    if (!f->c->kind) f->c->kind = complete_words_kind(a);
    return false;
}

static void add_arguments(struct finding *f, int first, int last, const char *const *argv,
                          const size_t *lens) {
    struct grammar_match m;
    const struct grammar_arg *a;
    grammar_match_begin(&m, f->command);
    for (int i = first; i < last; i++)
        grammar_match_take(&m, argv[i], lens ? lens[i] : strlen(argv[i]), last - i - 1, &a);
    grammar_match_each(&m, add_arg, f);
}

void complete_find(struct complete *c, const struct grammar *g, int argc, const char *const *argv,
                   const size_t *lens, bool inside) {
    struct finding f = {.c = c, .g = g, .p = ""};
    arena_clear(&c->arena);
    c->n = 0;
    c->words = NULL;
    c->kind = COMPLETE_NONE;
    if (argc < 1) inside = false;
    if (inside) f.p = argv[argc - 1], f.len = lens ? lens[argc - 1] : strlen(argv[argc - 1]);
    int before = argc - inside;
    f.command = before ? grammar_find(g, before, argv, lens) : NULL;
    c->command = f.command;
    f.low = is_low(f.p, f.len);
    if (!f.low && before && !has_letter(f.p, f.len, 'A', 'Z'))
        f.low = is_low(argv[0], lens ? lens[0] : strlen(argv[0]));
    if (!before)
        add_commands(&f, "");
    else if (f.command && f.command->container && before == 1)
        add_subcommands(&f);
    else if (f.command)
        add_arguments(&f, f.command->n_words, before, argv, lens);
    sort(c);
}
