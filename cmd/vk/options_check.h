/* SPDX-License-Identifier: BSD-3-Clause */
/* Options that mean nothing, or nothing together. */
#ifndef VK_OPTIONS_CHECK_H
#define VK_OPTIONS_CHECK_H

#include "options.h"

/* VK_EUSAGE, in words for the user. */
int options_check(const struct options *o, struct err *e) MUST_CHECK;

#endif
