/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_dump.h. */
#include "options_dump.h"

const struct opt_row options_dump_rows[] = {
    {0},
};
