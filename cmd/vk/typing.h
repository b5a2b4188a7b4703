/* SPDX-License-Identifier: BSD-3-Clause */
/* What helps while a line is typed: colours, the hint behind it, completion; from the grammar of
 * commands and from what was typed before. */
#ifndef VK_TYPING_H
#define VK_TYPING_H

#include "history.h"
#include "typing_part.h"
#include "ui/complete.h"
#include "ui/lineview.h"
#include "ui/menu.h"
#include "ui/typed.h"

/* A word that is to be completed, of which the grammar knows no more than its kind. */
struct typing_ask {
    enum complete_kind kind;               /* never COMPLETE_NONE */
    const struct grammar_command *command; /* that it belongs to; NULL = one of the shell's own */
    int argc;                              /* words in front of it */
    const char *const *argv;
    const size_t *lens;
    const char *prefix; /* what is typed of it, without its quotes; a NUL behind it */
    size_t len;
};
/* Add (menu_add) the words that begin so, as they are, without quotes; in any order. It may ask the
 * server, and is called when Tab is pressed. */
typedef void typing_more_fn(void *arg, const struct typing_ask *ask, struct menu *words);

struct typing {
    struct grammar *grammar;
    struct history *history; /* borrowed */
    typing_own_fn *own;      /* the shell's own commands */
    struct typed typed;
    struct typed completed; /* the line is drawn, and split, also while `more` waits for a server */
    struct complete complete;
    typing_more_fn *more; /* NULL = nobody knows more */
    void *more_arg;
};

void typing_init(struct typing *t, struct history *h, typing_own_fn *own);
void typing_release(struct typing *t);

/* For the editor's hooks; arg is the struct typing. */
int typing_paint(void *arg, const char *line, size_t len, struct lineview_span *spans, int max);
/* The rest of an earlier line that began like this one (*accept: the right arrow takes it), else
 * the arguments that may follow. */
void typing_hint(void *arg, const char *line, size_t len, struct buf *out, bool *accept);
/* What the word that ends at the cursor may become; *from is where it begins in the line. */
void typing_complete(void *arg, const char *line, size_t cursor, struct menu *words, size_t *from);
/* A quote is open at the line's end. */
bool typing_continues(void *arg, const char *line, size_t len);
/* The command's summary, version, categories and complexity in one line; "" when there is no such
 * command. */
void typing_explain(void *arg, const char *line, size_t len, struct buf *out);

#endif
