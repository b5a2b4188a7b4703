/* SPDX-License-Identifier: BSD-3-Clause */
/* What --scratch and --scratch-cluster ask for: a throwaway server or cluster that a program's
 * connection options point to while it runs. */
#ifndef CLIENT_THROWAWAY_H
#define CLIENT_THROWAWAY_H

#include "client/connopt.h"
#include "client/scratch.h"
#include "client/scratch_cluster.h"

struct throwaway {
    struct scratch server;
    struct scratch_cluster cluster;
};

/* cluster: "N[xR]", NULL = a single server if conn asks for one. Starts it, waits for it and points
 * conn to it; without either nothing happens. VK_EUSAGE: both are asked for, or N[xR] is not that;
 * VK_EFILE, VK_ECANCEL. On failure nothing is left. *t is all zeros before. */
int throwaway_start(struct throwaway *t, struct loop *l, struct connopt *conn, const char *cluster,
                    struct err *e) MUST_CHECK;
/* Does nothing when there is none. */
void throwaway_stop(struct throwaway *t);

#endif
