/* SPDX-License-Identifier: BSD-3-Clause */
/* --copy-to: keys from server to server, without a file between. */
#ifndef VK_COPY_TO_H
#define VK_COPY_TO_H

#include "run.h"

/* The whole job; returns the exit code. */
int copy_to_main(struct run *r);

#endif
