/* SPDX-License-Identifier: BSD-3-Clause */
/* vkbench packer: the strategies' comparison (bench/packer) as a table, CSV or JSON. */
#ifndef VKBENCH_PACKER_MAIN_H
#define VKBENCH_PACKER_MAIN_H

#include "options.h"

/* conn NULL = pure packing only. Writes to standard output; returns the exit code. */
int packer_main(struct loop *l, const struct options *o, const struct connopt *conn);

#endif
