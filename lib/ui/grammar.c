/* SPDX-License-Identifier: BSD-3-Clause */
/* Two sources, the built-in tables and the server, as one list in order of name. */
#include "ui/grammar.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ui/grammar_impl.h"

/* ---- the list ---- */

static void merge(struct grammar *g) {
    const struct grammar_set *a = &g->server, *b = &g->builtin;
    g->all = mem_realloc(g->all, a->n + b->n, sizeof *g->all);
    g->n = 0;
    for (size_t i = 0, j = 0; i < a->n || j < b->n;) {
        int order = i == a->n ? 1 : j == b->n ? -1 : strcmp(a->rows[i].name, b->rows[j].name);
        struct grammar_command *row = &g->all[g->n++];
        *row = order <= 0 ? a->rows[i++] : b->rows[j];
        row->served = order <= 0 || !g->spoken;
        if (order >= 0) j++;
    }
}

/* Some modules tell no more than that their commands are there, and servers of some commands all
 * but the arguments. */
static void fill_in(struct grammar_command *row, const struct grammar_command *known) {
    if (!known) return;
    if (!*row->summary) {
        row->summary = known->summary;
        row->since = known->since;
        row->group = known->group;
        row->complexity = known->complexity;
        row->container |= known->container;
        if (!row->arity) row->arity = known->arity;
        if (!*row->categories) row->categories = known->categories;
    }
    if (row->told || row->n_args || row->container) return;
    row->args = known->args;
    row->n_args = known->n_args;
    row->told = known->told;
}

void grammar_adopt(struct grammar *g, struct grammar_set *s) {
    grammar_set_sort(s);
    grammar_set_release(&g->server);
    g->server = *s;
    g->spoken = true;
    grammar_set_init(s); /* moved to g */
    for (size_t i = 0; i < g->server.n; i++) {
        struct grammar_command *row = &g->server.rows[i];
        fill_in(row, grammar_set_find(g->builtin.rows, g->builtin.n, row->name, strlen(row->name)));
    }
    merge(g);
}

struct grammar *grammar_new(void) {
    const char *const tables[] = {grammar_table_commands, grammar_modules_commands};
    struct grammar *g = mem_zalloc(1, sizeof *g);
    int code = 0;
    grammar_set_init(&g->builtin);
    grammar_set_init(&g->server);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (grammar_text_parse(&g->builtin, tables[i], strlen(tables[i]))) code = VK_EPARSE;
    assert(!code);
    grammar_set_sort(&g->builtin);
    merge(g);
    return g;
}

void grammar_free(struct grammar *g) {
    if (!g) return;
    grammar_set_release(&g->builtin);
    grammar_set_release(&g->server);
    free(g->all);
    free(g);
}

/* ---- finding ---- */

static const struct grammar_command *find_sub(const struct grammar *g, const char *container,
                                              const char *p, size_t len) {
    char name[2 * GRAMMAR_NAME_MAX];
    size_t before = strlen(container);
    if (!len || before + 1 + len > sizeof name || memchr(p, ' ', len)) return NULL;
    memcpy(name, container, before);
    name[before] = ' ';
    memcpy(name + before + 1, p, len);
    return grammar_set_find(g->all, g->n, name, before + 1 + len);
}

const struct grammar_command *grammar_find(const struct grammar *g, int argc,
                                           const char *const *argv, const size_t *lens) {
    if (argc < 1) return NULL;
    size_t len = lens ? lens[0] : strlen(argv[0]);
    if (memchr(argv[0], ' ', len)) return NULL;
    const struct grammar_command *found = grammar_set_find(g->all, g->n, argv[0], len), *sub = NULL;
    if (!found || !found->container || argc < 2) return found;
    sub = find_sub(g, found->name, argv[1], lens ? lens[1] : strlen(argv[1]));
    return sub ? sub : found;
}

const struct grammar_command *grammar_at(const struct grammar *g, size_t i) {
    return i < g->n ? &g->all[i] : NULL;
}

size_t grammar_from(const struct grammar *g, const char *prefix, size_t len) {
    return grammar_set_from(g->all, g->n, prefix, len);
}
