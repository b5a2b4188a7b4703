/* SPDX-License-Identifier: BSD-3-Clause */
/* --ldb: a script under the server's Lua debugger. */
#ifndef VK_LDB_H
#define VK_LDB_H

#include "run.h"

/* The whole job; returns the exit code. */
int ldb_main(struct run *r);

#endif
