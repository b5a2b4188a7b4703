/* SPDX-License-Identifier: BSD-3-Clause */
/* What a replica gets: --rdb, --functions-rdb, --replica. */
#ifndef VK_OPTIONS_DUMP_H
#define VK_OPTIONS_DUMP_H

#include "base/opt.h"

struct options_dump {
    bool unused;
};

/* For an opt_group whose target is a struct options_dump. */
extern const struct opt_row options_dump_rows[];

#endif
