/* SPDX-License-Identifier: BSD-3-Clause */
/* --nodes: the cluster's topology as a table; --keyslot: the slots of keys, without a server. */
#ifndef VK_NODES_H
#define VK_NODES_H

#include "run.h"

/* The whole job; both return the exit code. */
int nodes_main(struct run *r);
int nodes_keyslot(struct run *r);

#endif
