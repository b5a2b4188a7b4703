/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts of what grammar_usage appends. bare: the token stands already. */
#ifndef UI_GRAMMAR_USAGE_H
#define UI_GRAMMAR_USAGE_H

#include "ui/grammar.h"

/* The argument as if it were required. */
void grammar_usage_required(const struct grammar_arg *a, bool bare, struct buf *out);
/* In brackets when it is optional. */
void grammar_usage_arg(const struct grammar_arg *a, bool bare, struct buf *out);
/* What stands in the place of a further one: "[key ...]". */
void grammar_usage_again(const struct grammar_arg *a, bool bare, struct buf *out);
/* A token as one types it: the empty word is "". */
void grammar_usage_token(const char *token, struct buf *out);

#endif
