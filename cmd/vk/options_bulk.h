/* SPDX-License-Identifier: BSD-3-Clause */
/* Mass insertion: --pipe. */
#ifndef VK_OPTIONS_BULK_H
#define VK_OPTIONS_BULK_H

#include "base/opt.h"

struct options_bulk {
    bool unused;
};

/* For an opt_group whose target is a struct options_bulk. */
extern const struct opt_row options_bulk_rows[];

#endif
