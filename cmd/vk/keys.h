/* SPDX-License-Identifier: BSD-3-Clause */
/* --bigkeys, --memkeys and --keystats: a walk that measures every key. */
#ifndef VK_KEYS_H
#define VK_KEYS_H

#include "run.h"

int keys_bigkeys(struct run *r);
int keys_memkeys(struct run *r);
int keys_keystats(struct run *r);

#endif
