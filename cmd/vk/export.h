/* SPDX-License-Identifier: BSD-3-Clause */
/* --export: keys to a file (core/dumpfile). */
#ifndef VK_EXPORT_H
#define VK_EXPORT_H

#include "run.h"

/* The whole job; returns the exit code. */
int export_main(struct run *r);

#endif
