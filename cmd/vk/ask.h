/* SPDX-License-Identifier: BSD-3-Clause */
/* Questions that the shell itself has for the server: bounded, quiet, and on the connection that is
 * there. They keep away where they could disturb (a transaction, MONITOR, RESP2's subscriptions,
 * CLIENT REPLY OFF) and never connect again by themselves. An answer that comes too late is read
 * and dropped; the next command does not notice but for the time that this takes. */
#ifndef VK_ASK_H
#define VK_ASK_H

#include "resp/reply.h"
#include "wire.h"

struct ask {
    struct wire *wire;
    bool holds;      /* the last command was about the next one alone */
    uint64_t logins; /* commands that may have made another user of us */
};

/* Where to, in a cluster: a node's number, or any. */
enum { ASK_ANY = -1 };

/* Which connection and which user answers are of: equal as long as neither has changed. */
struct ask_epoch {
    int64_t connected_ns;
    uint64_t logins;
};

struct ask_question;

/* Called once: 0 and the reply is whole, VK_ESERVER when it is an error, else there is none
 * (VK_ELOST, VK_ECANCEL, VK_ELIMIT, ...). It may not ask itself. */
typedef void ask_fn(void *arg, int code);

void ask_init(struct ask *a, struct wire *w);
/* The user's own command, before it is sent. */
void ask_note(struct ask *a, int argc, const char *const *argv, const size_t *lens);
/* Nothing stands against a question now. */
bool ask_may(const struct ask *a);
struct ask_epoch ask_epoch(const struct ask *a);
bool ask_epoch_is(const struct ask_epoch *a, const struct ask_epoch *b);

/* Ask, and be called when the answer is in, which is built in into; its maximum bounds it. cmd is
 * short (an argument over RESP_WRITE_CUTOFF is refused) and borrowed during the call. NULL: it
 * cannot be asked now, and fn will not come. */
struct ask_question *ask_send(struct ask *a, const struct cmd *cmd, struct reply_builder *into,
                              ask_fn *fn, void *arg);
/* Not to be called any more; into is the caller's again. */
void ask_forget(struct ask_question *q);
/* Ask node and turn the loop until the answer is in, at most until until_ns (VK_ETIMEOUT). Ctrl-C
 * ends the wait and is dealt with by that (VK_ECANCEL). VK_ESTATE: it cannot be asked now. Never
 * from a callback of the loop. */
int ask_wait(struct ask *a, int node, const struct cmd *cmd, int64_t until_ns,
             struct reply_builder *into) MUST_CHECK;

#endif
