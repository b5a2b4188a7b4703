/* SPDX-License-Identifier: BSD-3-Clause */
/* --pipe: mass insertion from standard input. */
#ifndef VK_BULK_H
#define VK_BULK_H

#include "run.h"

int bulk_main(struct run *r);
/* The same as redis-cli does it, to the byte. */
int bulk_face(struct run *r);

#endif
