/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines for the debugger: typed at a terminal, with the editor where that fits, or from a pipe. The
 * loop turns meanwhile, so that the end of the connection is noticed at once. */
#ifndef VK_LDB_INPUT_H
#define VK_LDB_INPUT_H

#include "ldb_link.h"

enum ldb_input_event {
    LDB_INPUT_LINE,
    LDB_INPUT_END,
    LDB_INPUT_LOST,   /* the connection has ended */
    LDB_INPUT_SIGNAL, /* somebody wants us to stop; at the editor Ctrl-C only drops the line */
};

struct ldb_input {
    struct run *run;
    struct loop_watch *watch, *screen_watch;
    struct buf in;   /* read, not yet given out */
    char *line;      /* the one given out last, or the editor's */
    uint64_t number; /* of that line */
    bool editor;     /* it is typed with the editor */
    bool terminal;   /* somebody is there */
    bool entered, eof;
};

/* VK_EFILE. To be closed whatever comes back. */
int ldb_input_open(struct ldb_input *in, struct run *r, struct err *e) MUST_CHECK;
void ldb_input_close(struct ldb_input *in);
/* The next line, in in->line until the next call. link NULL: no connection is waited for. */
enum ldb_input_event ldb_input_next(struct ldb_input *in, const char *prompt,
                                    const struct ldb_link *link);

#endif
