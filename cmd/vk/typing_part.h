/* SPDX-License-Identifier: BSD-3-Clause */
/* Which words of a line are a server's command: not the shell's own commands in front ("\watch 2"),
 * how often it is to run, the form of its reply ("\json"), nor where that goes ("| jq ."). */
#ifndef VK_TYPING_PART_H
#define VK_TYPING_PART_H

#include "meta.h"
#include "ui/typed.h"

struct typing_part {
    const struct meta *own; /* the line begins with this command of the shell; or NULL */
    int first, end;         /* the server's command, none of its words yet when they are alike */
    int n;                  /* words in front of the sign for a pipe or a file */
    bool is_server;         /* a server's command stands there, or may follow */
    bool repeats;           /* the word in front of it is a number of times */
};

/* The shell's own commands by number, as meta_at. */
typedef const struct meta *typing_own_fn(size_t i);

/* line is what t was split from. */
void typing_part_find(const struct typed *t, const char *line, size_t len, typing_own_fn *own,
                      struct typing_part *out);
/* The words of the server's command as if there were no others. */
struct typed typing_part_server(const struct typed *t, const struct typing_part *p);
/* The word stands for a form of the reply: \json and the like. */
bool typing_part_is_format(const char *word, size_t len);
/* Those forms by number, with their backslash; NULL behind the last. */
const char *typing_part_format(size_t i, const char **summary);

#endif
