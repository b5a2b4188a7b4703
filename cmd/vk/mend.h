/* SPDX-License-Identifier: BSD-3-Clause */
/* A connection that ends is not the end of who types: it is made again for the next command, as who
 * it was and where it was, and what is lost with it is said. */
#ifndef VK_MEND_H
#define VK_MEND_H

#include "run.h"

struct mend {
    struct run *run;
    bool says;     /* that it has reconnected */
    bool in_shell; /* where there is a \connect */
    int db;        /* of the connection that was lost, to come back; -1 = none was */
    unsigned lost; /* what else it took with it, bits of session_state */
    int queued;    /* commands of the transaction among that */
    bool untold;   /* it was made again, and that has not been said */
};

void mend_init(struct mend *m, struct run *r, bool says);
/* The lost connection was another server's: nothing of it comes back. */
void mend_forget(struct mend *m);
/* The connection ended by itself: say so, and what went with it. */
void mend_say_lost(struct mend *m);
/* There is a connection, made now if need be. False: there is none, and that has been said. */
bool mend_connect(struct mend *m);
/* The same, but nothing is said: e has why there is none, and the next mend_connect says what was
 * lost. */
int mend_quietly(struct mend *m, struct err *e) MUST_CHECK;
/* A lost connection, a late reply and Ctrl-C end the command under way: that is said, and
 * forgotten. True when there is something to go on with. */
bool mend_command(struct mend *m);
/* Append what is lost with state's bits: "the transaction (3 commands), the subscriptions". */
void mend_list_lost(struct buf *out, unsigned state, int queued);

#endif
