/* SPDX-License-Identifier: BSD-3-Clause */
/* --stat: a line for each node at each tick, for people, as JSON or as CSV. */
#ifndef VK_STAT_H
#define VK_STAT_H

#include "run.h"

int stat_main(struct run *r);

#endif
