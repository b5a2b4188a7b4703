/* SPDX-License-Identifier: BSD-3-Clause */
/* Options that belong to some modes, and would do nothing in others: who types --dry-run or
 * --pattern counts on it. */
#ifndef VK_MODES_FIT_H
#define VK_MODES_FIT_H

#include "modes.h"

/* VK_EUSAGE: one was typed that means nothing to mode (NULL = a command, the shell, a script). What
 * a profile says is for those whom it concerns, and is never a fault. */
int modes_fit(const struct options *o, const struct mode *mode, struct err *e) MUST_CHECK;

#endif
