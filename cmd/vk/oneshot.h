/* SPDX-License-Identifier: BSD-3-Clause */
/* `vk command args...`: one command, perhaps several times. */
#ifndef VK_ONESHOT_H
#define VK_ONESHOT_H

#include "run.h"

/* The whole job; returns the exit code. */
int oneshot_main(struct run *r);

#endif
