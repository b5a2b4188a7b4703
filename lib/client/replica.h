/* SPDX-License-Identifier: BSD-3-Clause */
/* The byte stream of a replica: what a primary sends after SYNC is no RESP at first, so it leaves
 * the client's session, and comes here: the dump piece by piece, and then, if they are wanted, the
 * commands that change the data. */
#ifndef CLIENT_REPLICA_H
#define CLIENT_REPLICA_H

#include "client/client.h"
#include "core/rdbstream.h"

struct replica;

struct replica_opts {
    bool old_sync;      /* SYNC, which every server has; else PSYNC, which tells the history */
    bool goes_on;       /* behind the dump the commands are read; with old_sync, as a primary drops
                         * another replica that acknowledges nothing */
    int64_t silence_ns; /* no byte of the dump for so long: VK_ETIMEOUT; 0 = wait for ever */
};

/* None may free the replica, or turn the loop. */
struct replica_hooks {
    /* How the dump comes, and of what, is known: replica_stream. <0 with e ends it. */
    int (*on_begin)(void *arg, struct err *e);
    /* The next piece of the dump. <0 with e ends it. */
    int (*on_data)(void *arg, const char *p, size_t n, struct err *e);
    /* The dump is whole. <0 with e ends it. */
    int (*on_dump)(void *arg, struct err *e);
    /* A command behind it, an array of strings; REPLCONF GETACK has been answered. */
    void (*on_command)(void *arg, const struct reply *command);
    /* Once, with the connection closed: why NULL = the dump is whole, and it does not go on. */
    void (*on_end)(void *arg, const struct err *why);
    void *arg;
};

/* c is open, and nothing waits on it: its connection is taken over, c is not open any more, and
 * must outlive the replica. The end may come before this returns. */
struct replica *replica_new(struct loop *l, struct client *c, const struct replica_opts *o,
                            const struct replica_hooks *h);
/* Closes the connection, without a callback. NULL is legal. */
void replica_free(struct replica *r);
const struct rdbstream *replica_stream(const struct replica *r);

#endif
