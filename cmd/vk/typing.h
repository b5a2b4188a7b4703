/* SPDX-License-Identifier: BSD-3-Clause */
/* What helps while a line is typed: colours, the hint behind it, completion; from the grammar of
 * commands and from what was typed before. */
#ifndef VK_TYPING_H
#define VK_TYPING_H

#include "history.h"
#include "ui/complete.h"
#include "ui/lineview.h"
#include "ui/typed.h"

struct typing {
    struct grammar *grammar;
    struct history *history; /* borrowed */
    struct typed typed;
    struct complete complete;
};

void typing_init(struct typing *t, struct history *h);
void typing_release(struct typing *t);

/* For the editor's hooks; arg is the struct typing. */
int typing_paint(void *arg, const char *line, size_t len, struct lineview_span *spans, int max);
/* The rest of an earlier line that began like this one (*accept: the right arrow takes it), else
 * the arguments that may follow. */
void typing_hint(void *arg, const char *line, size_t len, struct buf *out, bool *accept);
/* What the word from..to may become: readline's list (the common beginning, the words, NULL), by
 * malloc; NULL = nothing. */
char **typing_complete(void *arg, const char *line, size_t from, size_t to);
/* A quote is open at the line's end. */
bool typing_continues(void *arg, const char *line, size_t len);
/* The command's summary, version, complexity and categories in one line; "" when there is no such
 * command. */
void typing_explain(struct typing *t, const char *line, size_t len, struct buf *out);

#endif
