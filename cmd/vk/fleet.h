/* SPDX-License-Identifier: BSD-3-Clause */
/* The servers that a mode works on, each on a connection of its own: the one that the options name,
 * or with -c every primary of the cluster, or every replica. */
#ifndef VK_FLEET_H
#define VK_FLEET_H

#include "run.h"

enum fleet_which {
    FLEET_PRIMARIES,
    FLEET_REPLICAS,
    FLEET_ALL,
    FLEET_A_REPLICA_EACH, /* one a primary, and the primary itself where it has none */
};

struct fleet_node {
    int number;                /* of cluster_slots; -1 = no cluster */
    struct client *client;     /* connected by fleet_open */
    char name[256];            /* "127.0.0.1:6379" */
    struct cluster_door *door; /* in a cluster: what client's options are in */
    struct err why;            /* of fleet_open_reachable: it cannot be reached; code 0 = it was */
};

struct fleet {
    struct run *run;
    struct fleet_node *nodes; /* owned; they stay where they are */
    int n, max;               /* how many there are, and may become */
};

/* Connect to all; turns the loop. run's wire is connected by it (the topology read). In a
 * compatible face and without -c it is run's own connection, whatever `which` says. VK_ECONNECT
 * ..., with the node's name in the text; VK_EUSAGE: no such node. To be closed whatever comes back.
 */
int fleet_open(struct fleet *f, struct run *r, enum fleet_which which, struct err *e) MUST_CHECK;
/* The same, but nodes of a cluster that cannot be reached are among them, each with its reason;
 * only when that is all of them it fails, for the first one's. */
int fleet_open_reachable(struct fleet *f, struct run *r, enum fleet_which which,
                         struct err *e) MUST_CHECK;
void fleet_close(struct fleet *f);
/* One more node of the cluster, by its number, connected; turns the loop. VK_ELIMIT: there are max.
 */
int fleet_add(struct fleet *f, int number, struct fleet_node **out, struct err *e) MUST_CHECK;
/* Connect again to a node whose connection has ended; turns the loop. */
int fleet_reconnect(struct fleet *f, struct fleet_node *n, struct err *e) MUST_CHECK;
/* Send what waits on each, then one turn of the loop. */
void fleet_turn(struct fleet *f, int64_t until_ns);

#endif
