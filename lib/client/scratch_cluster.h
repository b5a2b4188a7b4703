/* SPDX-License-Identifier: BSD-3-Clause */
/* A throwaway cluster: real servers, as client/scratch starts them, that listen on free ports of
 * 127.0.0.1 and know each other. Nothing is persisted but what a node notes about the cluster, in
 * its private folder. Gone when we end, however we end. */
#ifndef CLIENT_SCRATCH_CLUSTER_H
#define CLIENT_SCRATCH_CLUSTER_H

#include "client/scratch.h"

enum { SCRATCH_CLUSTER_NODES_MAX = 64 };
#define SCRATCH_CLUSTER_HOST "127.0.0.1"

struct scratch_cluster_node {
    int port, bus_port;
    char address[32]; /* "127.0.0.1:PORT" */
    struct scratch server;
};

struct scratch_cluster {
    struct loop *loop; /* borrowed */
    int primaries;
    int n; /* nodes, primaries and replicas together */
    /* The primaries first, in the order of their slots, which they have equal shares of; then the
     * replicas: node k serves the slots of primary k % primaries. */
    struct scratch_cluster_node *nodes;
};

/* "3" (no replicas) or "3x1" (one replica for each). VK_EUSAGE: no such text, or the nodes would be
 * more than SCRATCH_CLUSTER_NODES_MAX. */
int scratch_cluster_parse(const char *text, int *primaries, int *replicas,
                          struct err *e) MUST_CHECK;
/* Start it and wait until each node says that the cluster is well, knows all the others in their
 * roles, and the replicas follow their primaries: at most 15 s; with replicas it takes about 1 s,
 * without 2 s, which is what a new primary waits before it serves. VK_EFILE with the last log line
 * of the server at fault, or what to install; VK_ECANCEL. On failure *c is untouched and nothing is
 * left. */
int scratch_cluster_start(struct loop *l, int primaries, int replicas, struct scratch_cluster *c,
                          struct err *e) MUST_CHECK;
/* End all of it and wait until it is gone. A second call, and one on a struct of zeros, does
 * nothing. */
void scratch_cluster_stop(struct scratch_cluster *c);

#endif
