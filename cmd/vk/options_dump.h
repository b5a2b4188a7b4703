/* SPDX-License-Identifier: BSD-3-Clause */
/* What a replica gets: --rdb, --functions-rdb, --replica; and --lru-test. */
#ifndef VK_OPTIONS_DUMP_H
#define VK_OPTIONS_DUMP_H

#include "base/opt.h"

struct options_dump {
    const char *rdb;           /* the file, "-" = standard output; NULL = not asked for */
    const char *functions_rdb; /* the same */
    bool replica;
    int64_t lru_test; /* the number of keys; 0 = not asked for */
};

/* For an opt_group whose target is a struct options_dump. */
extern const struct opt_row options_dump_rows[];

#endif
