/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_live.h. */
#include "options_live.h"

const struct opt_row options_live_rows[] = {
    {0},
};
