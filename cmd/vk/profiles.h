/* SPDX-License-Identifier: BSD-3-Clause */
/* --profiles: which profiles there are, and where each leads. No password is among it. */
#ifndef VK_PROFILES_H
#define VK_PROFILES_H

#include "run.h"

/* The whole job; returns the exit code. */
int profiles_main(struct run *r);

#endif
