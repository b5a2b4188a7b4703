/* SPDX-License-Identifier: BSD-3-Clause */
/* The connection of a debugging session: SCRIPT DEBUG, the EVAL that begins it, the debugger's
 * commands, and EVAL's own reply when it is over. In a cluster it leads to the node that has the
 * script's keys. */
#ifndef VK_LDB_LINK_H
#define VK_LDB_LINK_H

#include "run.h"
#include "words.h"

struct ldb_link {
    struct run *run;
    struct client *own; /* in a cluster; else the run's is used */
    struct cluster_door door;
    struct client *client;       /* either, NULL before the first connection */
    struct reply_builder lines;  /* the reply to the last command */
    struct reply_builder result; /* EVAL's own */
    int lines_code, result_code; /* VK_MORE: under way */
    bool ended;                  /* the debugger said so; result is the reply that stands */
};

void ldb_link_init(struct ldb_link *l, struct run *r);
void ldb_link_release(struct ldb_link *l);
/* Connect, unless there is a connection, and turn debugging on; *refused (it may be NULL) then is
 * the server's error reply, valid until the next call, or NULL. VK_ECONNECT, VK_ELOST, ... */
int ldb_link_debug(struct ldb_link *l, const struct words *w, const struct reply **refused,
                   struct err *e) MUST_CHECK;
/* Send a command, or the EVAL, and wait for what is answered: l->lines.root, and when the session
 * is ended by it l->result.root. After any failure there is no connection any more. VK_ELOST,
 * VK_ETIMEOUT, VK_ECANCEL (a signal), VK_ELIMIT, ... */
int ldb_link_send(struct ldb_link *l, int argc, const char *const *argv, const size_t *lens,
                  struct err *e) MUST_CHECK;
bool ldb_link_is_open(const struct ldb_link *l);
/* Why the connection ended by itself. */
void ldb_link_why(const struct ldb_link *l, struct err *e);
/* End the connection; the script, if it still runs, is told to stop where it is. */
void ldb_link_abort(struct ldb_link *l);
void ldb_link_close(struct ldb_link *l);

#endif
