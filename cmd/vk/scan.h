/* SPDX-License-Identifier: BSD-3-Clause */
/* --scan: the names of all keys that match, one a line, of every node at once. */
#ifndef VK_SCAN_H
#define VK_SCAN_H

#include "run.h"

/* The whole job; returns the exit code. */
int scan_main(struct run *r);

#endif
