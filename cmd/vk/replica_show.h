/* SPDX-License-Identifier: BSD-3-Clause */
/* --replica: the commands that a primary sends to its replicas, as they come. */
#ifndef VK_REPLICA_SHOW_H
#define VK_REPLICA_SHOW_H

#include "run.h"

int replica_show_main(struct run *r);

#endif
