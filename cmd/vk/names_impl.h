/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of names share: names.c has the door and what was seen, names_keys.c the keys of
 * the server, names_lists.c all other lists, names_parse.c what their replies say, names_part.c
 * what these have in common. */
#ifndef VK_NAMES_IMPL_H
#define VK_NAMES_IMPL_H

#include "names.h"

enum {
    NAMES_ANSWER_MS = 200,       /* for an answer, however far the server is, */
    NAMES_SERIES_MS = 30,        /* and for several, but for the first */
    NAMES_FRESH_MS = 5000,       /* how long an answer may be given again */
    NAMES_ANSWER_BYTES = 8 << 20 /* memory of one */
};

/* ---- names_part.c ---- */

/* Append p[0..len) so that MATCH takes it as it is, and the star. */
void names_part_pattern(struct buf *out, const char *p, size_t len);
/* The primaries' numbers, in a cluster; else one, ASK_ANY. Returns how many. */
enum { NAMES_NODES_MAX = 256 };
int names_part_nodes(const struct names *n, int nodes[NAMES_NODES_MAX]);
/* Who owns a key. */
int names_part_owner(const struct names *n, const char *key, size_t len);
/* Which arguments of a command are keys, as its grammar has it: fn with the number of each. */
void names_part_each_key(const struct grammar_command *c, int argc, const char *const *argv,
                         const size_t *lens, void (*fn)(void *arg, int i), void *arg);
/* The argument number of the last key in front of the word, 0 = there is none. */
int names_part_key_before(const struct typing_ask *w);
/* The user may not ask this. */
bool names_part_is_forbidden(const struct reply *r);

/* ---- names_keys.c ---- */

void names_keys_init(struct names_keys *k);
void names_keys_release(struct names_keys *k);
/* Keys of the server that begin so: what one bounded series of SCANs finds, or goes on to find if
 * it found none before. */
void names_keys_find(struct names *n, const char *prefix, size_t len, struct menu *words);

/* ---- names_lists.c ---- */

void names_lists_init(struct names *n);
void names_lists_release(struct names *n);
/* What was asked before may be another now. */
void names_lists_expire(struct names *n);
void names_lists_find(struct names *n, const struct typing_ask *w, struct menu *words);

/* ---- names_parse.c: words out of a reply; what makes no sense gives none ---- */

typedef void names_parse_fn(const struct reply *r, struct menu *words);
names_parse_fn names_parse_texts, names_parse_pairs, names_parse_client_ids,
    names_parse_client_addresses, names_parse_nodes, names_parse_functions, names_parse_libraries,
    names_parse_named, names_parse_scanned_pairs;

#endif
