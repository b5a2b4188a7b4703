/* SPDX-License-Identifier: BSD-3-Clause */
/* --unlink, --expire SECONDS and --persist: to all keys that match, after a walk that counts them
 * and a question. */
#ifndef VK_PRUNE_H
#define VK_PRUNE_H

#include "run.h"

/* The whole job; returns the exit code. */
int prune_main(struct run *r);

#endif
