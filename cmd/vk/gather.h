/* SPDX-License-Identifier: BSD-3-Clause */
/* One command to several nodes, and their replies put together: added, and-ed, merged, or listed
 * per node (a map from node to reply), as the command's kind says. */
#ifndef VK_GATHER_H
#define VK_GATHER_H

#include "client/cluster.h"

/* cb is given one reply, as by cluster_submit: an error when a node fails, but in a list. */
void gather_submit(struct cluster *c, const int *nodes, int n, int argc, const char *const *argv,
                   const size_t *lens, session_cb *cb, void *arg);
/* Is a reply such a list, its names the cluster's nodes? c NULL = no cluster. */
bool gather_is_list(const struct cluster *c, const struct reply *r);

#endif
