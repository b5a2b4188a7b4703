/* SPDX-License-Identifier: BSD-3-Clause */
/* A second connection to a node, for what cannot be asked on one that listens: CLIENT LIST, CONFIG
 * GET. Made at the first question, and again at the first behind its end. Nothing here waits: the
 * answers come from the loop. */
#ifndef VKTAIL_SIDE_H
#define VKTAIL_SIDE_H

#include "client/client.h"

struct side;

/* r: the answer, which may be an error reply, valid during the call. NULL: there is none, why says
 * so. May ask; must not free or disconnect the side, nor turn the loop. */
typedef void side_fn(void *arg, const struct reply *r, const struct err *why);

enum {
    SIDE_ANSWER_MS = 10000,     /* for an answer, where no --command-timeout is given */
    SIDE_REPLY_MAX = 256 << 20, /* memory of one answer */
};

/* conn is borrowed, strings and all, for the side's life. Nothing is connected yet. */
struct side *side_new(struct loop *l, const struct connopt *conn);
/* Who still waits hears nothing any more. NULL is legal. */
void side_free(struct side *s);
/* Questions are answered in their order, each fn is called once, maybe before this returns. argv is
 * copied. */
void side_ask(struct side *s, int argc, const char *const *argv, side_fn *fn, void *arg);
/* How many wait for an answer. */
int side_waiting(const struct side *s);
/* End the connection: who waits hears so. The next question makes another. */
void side_disconnect(struct side *s);

#endif
