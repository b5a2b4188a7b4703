/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys that go from server to server: --export, --import, --copy-to. */
#ifndef VK_OPTIONS_COPY_H
#define VK_OPTIONS_COPY_H

#include "base/opt.h"

struct options_copy {
    bool unused;
};

/* For an opt_group whose target is a struct options_copy. */
extern const struct opt_row options_copy_rows[];

#endif
