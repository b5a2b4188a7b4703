/* SPDX-License-Identifier: BSD-3-Clause */
/* What the shell's files share: the shell itself. shell.c has the loop, entry.c what becomes of a
 * line, meta.c the commands that are the shell's own. */
#ifndef VK_SHELL_IMPL_H
#define VK_SHELL_IMPL_H

#include "ask.h"
#include "history.h"
#include "learn.h"
#include "mend.h"
#include "names.h"
#include "place.h"
#include "queue.h"
#include "run.h"
#include "sink.h"
#include "typing.h"
#include "ui/view.h"

struct shell {
    struct run *run;
    struct mend mend;
    struct place place;
    struct history *history;
    struct typing typing;
    struct ask ask;
    struct learn learn;
    struct names names;
    struct connect_options *connected; /* options of other servers, by \connect */
    struct loop_watch *watch, *screen_watch;
    struct resp_quote_args *args; /* the entry under way, split */
    char *entry;                  /* what was entered and is to be run */
    enum view_format format;      /* of the replies to it */
    struct redirect to;           /* where they go, as it was typed, */
    struct sink sink;             /* and what takes them there */
    struct pager pager;
    struct queue queue;  /* the commands that wait for EXEC */
    int64_t answered_ns; /* when the last reply was in, 0 = none yet */
    bool expanded;       /* tables: one field a line, */
    bool expanded_once;  /* for this entry */
    bool timing;         /* say how long each command took */
    bool readable;       /* standard input has something for the editor */
    bool leave, was_open;
};

/* The editor's hook of an entry that is whole; it is run when the loop's turn is over. */
void entry_note(void *arg, const char *line);
/* For struct run: a whole reply, as the entry wants it. */
run_view_fn entry_show;
/* How replies look on the screen. */
struct view_opts entry_view(const struct shell *s);
/* --read-only and the guard let a command pass; else that has been said. To be asked once for a
 * command, however often it is repeated, with the connection made. */
bool entry_may_send(struct shell *s, int argc, const char *const *argv, const size_t *lens);
/* "get k \json": how the replies are wanted, and the number of words without that one. */
int entry_format(struct shell *s, int argc, const char *const *argv, const size_t *lens);
/* What was entered gets its sink, s->to and s->format say which; false: it cannot, which is said.
 */
bool entry_open(struct shell *s);
/* A text of the shell's own, whole lines, to where the entry's output goes: through the pager when
 * it is longer than the screen, or into a program or file. */
void entry_text(struct shell *s, const char *p, size_t n);
/* Run what was entered, if anything was. */
void entry_run(struct shell *s);

#endif
