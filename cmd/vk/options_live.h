/* SPDX-License-Identifier: BSD-3-Clause */
/* What goes on now: --stat and --dash. */
#ifndef VK_OPTIONS_LIVE_H
#define VK_OPTIONS_LIVE_H

#include "base/opt.h"

struct options_live {
    bool stat, dash;
};

/* For an opt_group whose target is a struct options_live. */
extern const struct opt_row options_live_rows[];

#endif
