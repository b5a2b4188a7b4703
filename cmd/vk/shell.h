/* SPDX-License-Identifier: BSD-3-Clause */
/* The interactive shell: vk without a command at a terminal. */
#ifndef VK_SHELL_H
#define VK_SHELL_H

#include "run.h"

/* A terminal that can move its cursor is on both ends, and it is our own face; elsewhere
 * script_main has a plain prompt. */
bool shell_fits(const struct options *o);
/* The whole job; returns the exit code. */
int shell_main(struct run *r);

#endif
