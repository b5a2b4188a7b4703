/* SPDX-License-Identifier: BSD-3-Clause */
/* --eval: a script from a file, run by the server. */
#ifndef VK_EVAL_H
#define VK_EVAL_H

#include "run.h"

/* The whole job; returns the exit code. */
int eval_main(struct run *r);

#endif
