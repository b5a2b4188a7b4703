/* SPDX-License-Identifier: BSD-3-Clause */
/* The server's Lua debugger as its client sees it: what its lines mean, where the script stands,
 * and how that is shown for reading. Pure: replies in, text out; nothing the server sent can drive
 * the terminal. The script is the one that was sent, so the source around a stop needs no further
 * question to the server. */
#ifndef UI_LDB_H
#define UI_LDB_H

#include "resp/reply.h"

/* ---- one line of the server's ---- */

enum ldb_kind {
    LDB_TEXT,   /* any other */
    LDB_STOP,   /* "* Stopped at 3, stop reason = step over" */
    LDB_SOURCE, /* "->#5   return x" */
    LDB_DEBUG,  /* the script's own redis.debug() */
    LDB_CALL,   /* a command that the script runs, */
    LDB_REPLY,  /* and its reply */
    LDB_VALUE,
    LDB_ERROR,
    LDB_HINT,
    LDB_END, /* the session is over; EVAL's own reply follows */
};

struct ldb_line {
    enum ldb_kind kind;
    int64_t number;           /* STOP, SOURCE: of the line, from 1 */
    bool current, breakpoint; /* SOURCE */
    const char *text;         /* STOP: the reason; SOURCE: the source; else the whole line */
    size_t len;
};

struct ldb_line ldb_line_of(const char *p, size_t len);

/* ---- the session ---- */

struct ldb_source {
    const char *p;
    size_t len; /* without the line's end */
    bool breakpoint;
};

struct ldb {
    const char *file; /* the script's name; borrowed, as the script is */
    struct ldb_source *lines;
    int64_t n_lines;
    int64_t current; /* where it stands, 0 = nowhere */
    bool ended;
};

/* A script that has not begun; file and script live as long as l does. Release it afterwards. */
void ldb_init(struct ldb *l, const char *file, const char *script, size_t len);
void ldb_release(struct ldb *l);
/* What the server answered to the debugger's command argv (argc 0: to EVAL itself). False: that is
 * no answer of a debugger's, and nothing has changed. */
bool ldb_take(struct ldb *l, int argc, const char *const *argv, const size_t *lens,
              const struct reply *r);
/* A breakpoint that will be set, or removed. A line that is not there has none. */
void ldb_mark(struct ldb *l, int64_t number, bool on);
/* Numbers of the lines with breakpoints, as words behind "break " in out; how many. */
int ldb_breakpoints(const struct ldb *l, struct buf *out);

/* ---- for reading ---- */

struct ldb_look {
    int columns; /* of the terminal, 0 = any number: lines of source are cut to it */
    int around;  /* lines of source before and behind the current one at a stop */
    bool colour;
    bool cut; /* values are cut to the columns too */
};

/* Append what r says, taken before by ldb_take: at a stop the source around it. */
void ldb_show(const struct ldb *l, const struct ldb_look *look, const struct reply *r,
              struct buf *out);

/* ---- what can be typed ---- */

struct ldb_command {
    const char *name, *args, *help;
    bool ours; /* not the server's */
};

/* The i-th, NULL behind the last. */
const struct ldb_command *ldb_command_at(size_t i);
/* By its name or its first letter (the server's only), in any case; NULL = none. */
const struct ldb_command *ldb_command_find(const char *word, size_t len);
/* Append a line for each of ours, as they go behind the server's own help. */
void ldb_help(struct buf *out);

#endif
