/* SPDX-License-Identifier: BSD-3-Clause */
/* What the server keeps for a connection, followed from outside by what was asked and answered: the
 * protocol, the database, MULTI and WATCH, subscriptions, tracking, whether it answers at all.
 * Private to core. */
#ifndef CORE_STATE_H
#define CORE_STATE_H

#include "core/verb.h"

/* What became of a command, by the first event of its reply. */
enum state_outcome {
    STATE_DONE,
    STATE_REFUSED, /* an error */
    STATE_ABORTED, /* one that ends the transaction when EXEC gets it: EXECABORT, a redirect */
    STATE_QUEUED,  /* inside MULTI: not done yet */
    STATE_NIL,
};

struct state {
    int protocol, db;
    int queued_db;       /* of a SELECT inside MULTI; -1 = none */
    unsigned bits;       /* SESSION_...; subscriptions are in names */
    int queued;          /* commands that wait for EXEC */
    bool dirty;          /* one was refused: EXEC will be */
    int64_t names[3];    /* subscribed channels, patterns, shard channels */
    int64_t owed[3 * 2]; /* confirmations still to come for a command that is over, per kind */
    bool queued_names;   /* a SUBSCRIBE waits inside MULTI */
    bool listening;      /* in RESP2 an array may be a message */
    bool unsure;         /* subscriptions may have been made whose confirmations pass unseen */
    bool monitor;        /* MONITOR was sent and not refused */
    enum { STATE_REPLIES_ON, STATE_REPLIES_SKIP, STATE_REPLIES_OFF } replies;
};

void state_init(struct state *t);
/* A command is about to be queued. True when the server will not answer it. */
bool state_submit(struct state *t, struct verb v);
enum state_outcome state_outcome(const struct resp_event *first);
/* A command's reply came whole. */
void state_reply(struct state *t, struct verb v, enum state_outcome o);
/* A command that the server does not answer is over. */
void state_unanswered(struct state *t, struct verb v);
/* A push came while the oldest command was head. True when it ends that command. */
bool state_push(struct state *t, enum push_kind kind, const struct reply *r, struct verb head);
/* An array may be a message or a confirmation rather than the reply to head. */
static inline bool state_expects_push(const struct state *t, enum verb_kind head) {
    return t->protocol == 2 && (t->listening || verb_subscribes(head));
}
/* SESSION_... bits. */
unsigned state_bits(const struct state *t);

#endif
