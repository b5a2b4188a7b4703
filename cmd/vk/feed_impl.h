/* SPDX-License-Identifier: BSD-3-Clause */
/* The inside of the feed: feed_node.c is one of them, feed_topology.c says which these
 * are, feed.c goes round. */
#ifndef VK_FEED_IMPL_H
#define VK_FEED_IMPL_H

#include "feed.h"

/* number -1: the run's own connection, which stands. NULL: VK_ETLS, VK_EUSAGE (TLS files). */
struct feed_node *feed_node_new(struct feed *f, int number, struct err *e);
void feed_node_free(struct feed_node *n);
/* It is up: ask it. */
void feed_node_ask(struct feed_node *n);
/* Down, and it was not tried just now: begin a connection; nothing to a server that sentinels name,
 * who are asked in a way that waits, by the other. */
void feed_node_start(struct feed_node *n);
void feed_node_start_by_sentinels(struct feed_node *n);
/* Outside of every callback of its client: see that the connection has ended, or is no good. */
void feed_node_look(struct feed_node *n);

/* The nodes of the cluster as it is now, as f->nodes. */
int feed_topology_open(struct feed *f, struct err *e) MUST_CHECK;
/* Behind its nodes, which may hear of it yet. NULL is legal. */
void feed_topology_free(struct feed_topology *t);
/* Outside of callbacks: ask for the topology when it is time, and follow it. */
void feed_topology_look(struct feed *f);

#endif
