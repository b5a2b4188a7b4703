/* SPDX-License-Identifier: BSD-3-Clause */
/* --import: keys from a file of --export on standard input. */
#ifndef VK_IMPORT_H
#define VK_IMPORT_H

#include "run.h"

/* The whole job; returns the exit code. */
int import_main(struct run *r);

#endif
