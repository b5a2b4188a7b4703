/* SPDX-License-Identifier: BSD-3-Clause */
/* What a walk that ended early says of itself. */
#ifndef VK_SWEEP_TELL_H
#define VK_SWEEP_TELL_H

#include "sweep.h"

/* On standard error: how many keys were done ("listed", "removed"), and which nodes are not through
 * and where they are. Nothing when no key came. */
void sweep_tell(const struct sweep *s, const struct fleet *f, const char *done, uint64_t n);

#endif
