/* SPDX-License-Identifier: BSD-3-Clause */
/* Between scratch_cluster.c, which has the servers, and scratch_cluster_make.c, which makes a
 * cluster of them. For lib/client only. */
#ifndef CLIENT_SCRATCH_CLUSTER_IMPL_H
#define CLIENT_SCRATCH_CLUSTER_IMPL_H

#include "client/scratch_cluster.h"

/* The servers of c answer and know nothing of each other; make a cluster of them and wait until it
 * is settled. has_ranges: they know CLUSTER ADDSLOTSRANGE. VK_EFILE, VK_ECANCEL. */
int scratch_cluster_make(const struct scratch_cluster *c, bool has_ranges, int64_t deadline_ns,
                         struct err *e) MUST_CHECK;

#endif
