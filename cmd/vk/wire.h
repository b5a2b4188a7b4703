/* SPDX-License-Identifier: BSD-3-Clause */
/* Where commands go: one connection, or a whole cluster. Everything above asks here and need not
 * know which of the two it is. */
#ifndef VK_WIRE_H
#define VK_WIRE_H

#include "client/cluster.h"
#include "options.h"

struct wire {
    const struct options *opts;
    struct loop *loop;
    struct client *client;   /* NULL in a cluster */
    struct cluster *cluster; /* NULL = one connection */
    int64_t connected_ns;    /* when the connection was made, or the topology read first: no two
                                have the same */
    bool strict;             /* the tool ends when its greeting is refused, as its modes do */
    struct connopt moved_to; /* a compatible face goes from node to node, */
    char moved_host[256];    /* as a redirect says */
    struct command_table *commands; /* what the server said of them; NULL = it was not asked */
    session_push_cb *on_push;
    void *arg;
};

int wire_init(struct wire *w, const struct options *o, struct loop *l, session_push_cb *on_push,
              void *arg, struct err *e) MUST_CHECK;
void wire_release(struct wire *w);
/* Connect (again), greeting included, and say so under --verbose. In a cluster: read the topology.
 */
int wire_connect(struct wire *w, struct err *e) MUST_CHECK;
bool wire_is_open(const struct wire *w);
/* The one connection becomes a cluster's start node. */
int wire_into_cluster(struct wire *w, struct err *e) MUST_CHECK;
/* As the tool follows a redirect: the connection is made anew to the node that text names, and out
 * gets the line that the tool prints in a script. */
int wire_go_to(struct wire *w, const char *text, size_t len, struct buf *out,
               struct err *e) MUST_CHECK;
/* A redirect that answered a command may be followed: natively outside of a transaction. */
bool wire_may_follow(const struct wire *w);
/* In a cluster argv must live until the last callback, and a target (@...) may stand in front. */
int wire_submit(struct wire *w, int argc, const char *const *argv, const size_t *lens,
                session_cb *cb, void *arg, struct err *e) MUST_CHECK;
/* What is known of a command, by what the server told as well: for the first that the built-in
 * table does not know it is asked, over a connection of its own, so that no transaction is in the
 * way. Turns the loop. NULL: it does not know it either, or did not say. Valid until the next call.
 */
const struct command_info *wire_command(struct wire *w, int argc, const char *const *argv,
                                        const size_t *lens);
/* Send what waits, then one turn of the loop. */
void wire_turn(struct wire *w, int64_t until_ns);
void wire_cancel(struct wire *w);
/* Bytes that wait to be sent. */
size_t wire_waiting(const struct wire *w);
/* SESSION_... bits; 0 when never connected. */
unsigned wire_state(const struct wire *w);
/* The server holds back the oldest reply: what is behind it waits as well. */
bool wire_is_blocked(const struct wire *w);
void wire_disconnect(struct wire *w);
/* A failover made a replica of the primary: send no more; connecting anew, once the connection has
 * ended, finds the new one. */
bool wire_is_demoted(const struct wire *w);
/* Where commands go now, for a prompt. */
const char *wire_where(const struct wire *w, char *text, size_t cap);
/* Why a callback came with code < 0, for the user. */
void wire_why(const struct wire *w, int code, struct err *e);

#endif
