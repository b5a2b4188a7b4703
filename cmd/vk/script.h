/* SPDX-License-Identifier: BSD-3-Clause */
/* Commands from standard input, one a line: a script, a co-process, or somebody at a plain prompt.
 */
#ifndef VK_SCRIPT_H
#define VK_SCRIPT_H

#include "run.h"

/* The whole job; returns the exit code. prompt: standard input is a terminal, one line at a time.
 */
int script_main(struct run *r, bool prompt);

#endif
