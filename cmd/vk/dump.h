/* SPDX-License-Identifier: BSD-3-Clause */
/* --rdb, --functions-rdb: the dump that a server sends to a replica, into a file. */
#ifndef VK_DUMP_H
#define VK_DUMP_H

#include "run.h"

int dump_main(struct run *r);
int dump_functions_main(struct run *r);

#endif
