/* SPDX-License-Identifier: BSD-3-Clause */
/* What the shell's files share: the shell itself. shell.c has the loop, entry.c what becomes of a
 * line, prompt.c the text in front of it, meta.c the commands that are the shell's own. */
#ifndef VK_SHELL_IMPL_H
#define VK_SHELL_IMPL_H

#include "history.h"
#include "mend.h"
#include "run.h"
#include "typing.h"
#include "ui/view.h"

enum { PROMPT_MAX = 1024 };

struct shell {
    struct run *run;
    struct mend mend;
    struct history *history;
    struct typing typing;
    struct loop_watch *watch, *screen_watch;
    struct resp_quote_args *args; /* the entry under way, split */
    char *entry;                  /* what was entered and is to be run */
    enum view_format format;      /* of the replies to it */
    bool expanded;                /* tables: one field a line */
    bool readable;                /* standard input has something for the editor */
    bool leave, was_open;
};

/* The editor's hook of an entry that is whole; it is run when the loop's turn is over. */
void entry_note(void *arg, const char *line);
/* For struct run: a whole reply, as the entry wants it. */
run_view_fn entry_show;
/* Run what was entered, if anything was. */
void entry_run(struct shell *s);

/* The prompt for what is now: text, which is returned. */
const char *prompt_compose(const struct shell *s, char text[PROMPT_MAX]);

#endif
