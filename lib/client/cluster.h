/* SPDX-License-Identifier: BSD-3-Clause */
/* A whole cluster behind one door: a connection per node on the one loop, commands in flight to
 * many nodes at once, redirects followed by core/route. Commands with keys go to the owner of their
 * slot; two commands of one slot never overtake each other. Nothing is sent from inside submit:
 * what is queued leaves in cluster_flush, which also makes the connections and reads the topology,
 * and may turn the loop for that. */
#ifndef CLIENT_CLUSTER_H
#define CLIENT_CLUSTER_H

#include "client/client.h"
#include "core/command.h"
#include "core/route.h"
#include "core/slots.h"

enum cluster_read { /* who answers commands that only read */
                    CLUSTER_READ_PRIMARY,
                    CLUSTER_READ_ROUND_ROBIN,          /* the primary and its replicas in turn */
                    CLUSTER_READ_ROUND_ROBIN_REPLICAS, /* replicas alone; the primary when there is
                                                          none */
                    CLUSTER_READ_RANDOM,
                    CLUSTER_READ_RANDOM_REPLICA,
};

struct cluster_opts {
    const struct connopt *conn; /* the start node and how to log in; borrowed */
    struct route_opts route;
    enum cluster_read read_from;
    const char *node_map;        /* "A=B,...": where to connect to instead of an announced host or
                                    host:port; NULL = none */
    const char *node_map_all_to; /* host that stands for every announced one; NULL = none */
    bool full_coverage;          /* every slot must have an owner */
};

typedef void cluster_trace_fn(void *arg, const char *line);

struct cluster_hooks {
    session_push_cb *on_push; /* from whatever node it comes */
    cluster_trace_fn *trace;  /* each routing decision, a printable line; may be NULL */
    cluster_trace_fn *note;   /* what the user should know, likewise */
    void *arg;
};

struct cluster;

/* VK_EUSAGE: what cannot be of a cluster (a socket, a database), a bad node map. */
int cluster_check(const struct cluster_opts *o, struct err *e) MUST_CHECK;
/* o has been checked; its strings are borrowed for the cluster's life. */
struct cluster *cluster_new(struct loop *l, const struct cluster_opts *o,
                            const struct cluster_hooks *hooks);
/* Those that still wait hear VK_ECANCEL. */
void cluster_free(struct cluster *c);
/* Read the topology, unless there is one. Turns the loop. What the start node said: VK_ECONNECT,
 * VK_EAUTH, ...; VK_EUSAGE when it is no cluster; VK_ESERVER with the number of slots that have no
 * owner under full_coverage. */
int cluster_connect(struct cluster *c, struct err *e) MUST_CHECK;
/* Read it again. Without an answer that makes a map the old one stays. */
int cluster_refresh(struct cluster *c, struct err *e) MUST_CHECK;
const struct slots *cluster_slots(const struct cluster *c);
/* The number of a node that a redirect named, made known if it is not; -1 = too many. */
int cluster_know(struct cluster *c, const char *host, int port);
/* How a node is reached, after the node map. */
struct cluster_door {
    struct connopt conn; /* shallow copy of the cluster's; its strings are others', but for these */
    char host[256], name[256];
};
/* d must stay where it is: d->conn points into it. */
void cluster_door(const struct cluster *c, int node, struct cluster_door *d);

enum {
    CLUSTER_BY_KEY = -1, /* the owner of the first key's slot; without a key any primary */
};

/* Queue a command. argv and lens are borrowed until its last callback. node: a number of
 * cluster_slots, or CLUSTER_BY_KEY. cb as session_cb: events of the reply that stands in the end,
 * redirects are not seen; NULL ev with code < 0 when there is none (cluster_why says why). It may
 * submit; it may not flush. Keys of more than one slot are answered with an error, and nothing is
 * sent. A command whose keys are not known goes to any primary, which may name another; it waits
 * for all that was submitted before it, and what comes behind it waits for it. Between MULTI (or
 * WATCH) and EXEC everything goes to the node of the first key. A redirect in between ends it
 * there: the server is told to discard it, the user that nothing was applied, and what follows up
 * to EXEC is answered EXECABORT. */
void cluster_submit(struct cluster *c, int argc, const char *const *argv, const size_t *lens,
                    int node, session_cb *cb, void *arg);
/* Queue an answer of our own in a command's place: the error reply text ("ERR ..."). */
void cluster_answer(struct cluster *c, const char *text, session_cb *cb, void *arg);
/* The commands submitted so far have opened a transaction, or watch keys. */
bool cluster_in_transaction(const struct cluster *c);
/* What is known of a command, by what the cluster's servers told as well. For the first that the
 * built-in table does not know they are asked: that turns the loop. NULL: they do not know it
 * either, or did not say. Ask it of each command before it is submitted. Valid until the next call.
 */
const struct command_info *cluster_command(struct cluster *c, int argc, const char *const *argv,
                                           const size_t *lens);
/* Send what can be sent, make the connections and refreshes that this takes. True when a callback
 * came meanwhile. */
bool cluster_flush(struct cluster *c);
/* Flush, then one turn of the loop, at most until until_ns (-1 = without end). */
void cluster_turn(struct cluster *c, int64_t until_ns);
/* Every pending command hears VK_ECANCEL. */
void cluster_cancel(struct cluster *c);
/* Commands that are not answered yet. */
size_t cluster_pending(const struct cluster *c);
/* During and after a callback with code < 0, until the next one: the reason, for the user. */
const struct err *cluster_why(const struct cluster *c);
/* MOVED and ASK so far, of all commands, but for those that were given out as replies. */
uint64_t cluster_redirects(const struct cluster *c);
/* The number of the node whose reply is being given to a callback; -1 = none. */
int cluster_answering(const struct cluster *c);
/* "127.0.0.1:7001": where node is connected to (after the node map). */
const char *cluster_where(const struct cluster *c, int node, char *text, size_t cap);
/* Commands that wait for EXEC; *dirty: one was refused. */
int cluster_queued(const struct cluster *c, bool *dirty);
/* For questions beside the commands, which keep no order with these: the connection that reads
 * topologies, NULL when it is not open; and that to a node, made now unless that takes longer than
 * timeout_ms (turns the loop), NULL when there is none. Borrowed until the next turn of the
 * cluster. */
struct client *cluster_control(const struct cluster *c);
struct client *cluster_reach(struct cluster *c, int node, int64_t timeout_ms);
/* SESSION_... bits of all its connections together. */
unsigned cluster_state(const struct cluster *c);
/* End MONITOR and, in RESP2, subscriptions: connections that take no commands for them are closed,
 * and made anew when a command needs them. False: there are none. */
bool cluster_stop_listening(struct cluster *c);

#endif
