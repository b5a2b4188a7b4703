/* SPDX-License-Identifier: BSD-3-Clause */
/* A debugging session as its user sees it: how it begins, what it shows, how it ends. One after
 * another, of the same script. Output goes to run->out, errors to standard error. */
#ifndef VK_LDB_SESSION_H
#define VK_LDB_SESSION_H

#include "ldb_link.h"
#include "ui/ldb.h"

struct ldb_session {
    struct run *run;
    struct words words;
    struct ldb ldb;
    struct ldb_look look; /* the caller's choice */
    struct ldb_link link;
    bool live;
    int code; /* to exit with: what came of the last session */
};

/* Read the script. VK_EUSAGE, VK_EFILE; to be released whatever comes back. */
int ldb_session_open(struct ldb_session *s, struct run *r, struct err *e) MUST_CHECK;
void ldb_session_release(struct ldb_session *s);
/* s->live says whether it has begun; if not, why has been said. */
void ldb_session_begin(struct ldb_session *s);
/* Once more, with the file as it is now and the same breakpoints; what runs is aborted. */
void ldb_session_restart(struct ldb_session *s);
/* A command of the debugger's, and what it says. False: the session was broken off. */
bool ldb_session_send(struct ldb_session *s, int argc, const char *const *argv, const size_t *lens);
/* The connection, or the user's patience with it, ended under a live session: say so. */
void ldb_session_broke_off(struct ldb_session *s, const struct err *e);
/* A line of ours, in the background's colour: text and more. */
void ldb_session_note(struct ldb_session *s, const char *text, const char *more);
/* What the end of the session does to the dataset. */
const char *ldb_session_becomes(const struct ldb_session *s);

#endif
