/* SPDX-License-Identifier: BSD-3-Clause */
/* What the grammar of a server does not say of values: the words that are usual, and the kind. */
#ifndef UI_COMPLETE_WORDS_H
#define UI_COMPLETE_WORDS_H

#include "ui/complete.h"

struct complete_words {
    const char *command, *argument; /* names */
    enum complete_kind kind;
    const char *const *words;             /* up to NULL; NULL = none */
    const char *const *category_prefixes; /* what ACL categories may follow; up to NULL */
    const char *const *command_prefixes;  /* the same for names of commands */
};

extern const char *const complete_words_categories[]; /* ACL, without @; up to NULL */

/* NULL = no more than complete_words_kind. */
const struct complete_words *complete_words_of(const struct grammar_command *c,
                                               const struct grammar_arg *a);
/* By the argument's type and name. */
enum complete_kind complete_words_kind(const struct grammar_arg *a);

#endif
