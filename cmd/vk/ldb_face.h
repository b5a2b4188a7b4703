/* SPDX-License-Identifier: BSD-3-Clause */
/* --ldb as valkey-cli and redis-cli have it: plain lines in, the server's lines out. */
#ifndef VK_LDB_FACE_H
#define VK_LDB_FACE_H

#include "run.h"

/* The whole job; returns the exit code. */
int ldb_face_main(struct run *r);

#endif
