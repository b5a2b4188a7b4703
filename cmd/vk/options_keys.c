/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_keys.h. */
#include "options_keys.h"

const struct opt_row options_keys_rows[] = {
    {0},
};
