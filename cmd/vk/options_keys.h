/* SPDX-License-Identifier: BSD-3-Clause */
/* What --bigkeys, --memkeys, --hotkeys and --keystats look at, and how much of it they show. */
#ifndef VK_OPTIONS_KEYS_H
#define VK_OPTIONS_KEYS_H

#include "base/opt.h"

struct options_keys {
    bool unused;
};

/* For an opt_group whose target is a struct options_keys. */
extern const struct opt_row options_keys_rows[];

#endif
