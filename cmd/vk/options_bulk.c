/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_bulk.h. */
#include "options_bulk.h"

const struct opt_row options_bulk_rows[] = {
    {0},
};
