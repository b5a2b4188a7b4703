/* SPDX-License-Identifier: BSD-3-Clause */
/* What all questions for names need. */
#include <string.h>

#include "core/errclass.h"
#include "names_impl.h"
#include "ui/grammar_match.h"

void names_part_pattern(struct buf *out, const char *p, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (p[i] && strchr("*?[]\\^-", p[i])) buf_addc(out, '\\');
        buf_addc(out, p[i]);
    }
    buf_addc(out, '*');
}

int names_part_nodes(const struct names *n, int nodes[NAMES_NODES_MAX]) {
    const struct cluster *c = n->ask->wire->cluster;
    nodes[0] = ASK_ANY;
    if (!c) return 1;
    int found = slots_primaries(cluster_slots(c), nodes, NAMES_NODES_MAX);
    return found < NAMES_NODES_MAX ? found : NAMES_NODES_MAX;
}

int names_part_owner(const struct names *n, const char *key, size_t len) {
    const struct cluster *c = n->ask->wire->cluster;
    int node = c ? slots_primary(cluster_slots(c), slots_of_key(key, len)) : ASK_ANY;
    return node < 0 ? ASK_ANY : node;
}

void names_part_each_key(const struct grammar_command *c, int argc, const char *const *argv,
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

int names_part_key_before(const struct typing_ask *w) {
    int last = 0;
    if (w->command) names_part_each_key(w->command, w->argc, w->argv, w->lens, note_last, &last);
    return last;
}

bool names_part_is_forbidden(const struct reply *r) {
    return r && r->p && errclass_of_reply(r->p, r->len) & (ERRCLASS_PERMISSION | ERRCLASS_AUTH);
}
