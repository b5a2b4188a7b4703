/* SPDX-License-Identifier: BSD-3-Clause */
/* --lru-test: the server as a cache under a load of which a fifth of the keys gets four fifths. */
#ifndef VK_LRUTEST_H
#define VK_LRUTEST_H

#include "run.h"

int lrutest_main(struct run *r);

#endif
