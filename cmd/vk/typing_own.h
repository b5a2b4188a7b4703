/* SPDX-License-Identifier: BSD-3-Clause */
/* Colours, hints and completion of the shell's own commands. */
#ifndef VK_TYPING_OWN_H
#define VK_TYPING_OWN_H

#include "typing_part.h"
#include "ui/complete.h"
#include "ui/grammar.h"
#include "ui/menu.h"
#include "ui/paint.h"

/* Of the first word, p->own or not: a command of the shell, the beginning of one, or none. */
enum paint_class typing_own_class(const struct typed *t, const struct typing_part *p,
                                  typing_own_fn *own);
/* Append the rest of the only name that begins so, and the arguments that may follow. */
void typing_own_hint(const struct typed *t, const struct typing_part *p, typing_own_fn *own,
                     struct buf *out);
/* Names that begin like the first word. */
void typing_own_names(const char *prefix, size_t len, typing_own_fn *own, struct menu *words);
/* The words that the command's own arguments may be; what else they are is returned. */
enum complete_kind typing_own_words(const struct meta *m, const char *prefix, size_t len,
                                    const struct grammar *g, struct menu *words);

#endif
