/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_copy.h. */
#include "options_copy.h"

const struct opt_row options_copy_rows[] = {
    {0},
};
