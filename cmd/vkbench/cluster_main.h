/* SPDX-License-Identifier: BSD-3-Clause */
/* The cluster suites: run, print, exit code. */
#ifndef VKBENCH_CLUSTER_MAIN_H
#define VKBENCH_CLUSTER_MAIN_H

#include "options.h"

/* MODE_CLUSTER_ASYNC or MODE_CLUSTER_PIPELINE. */
int cluster_main(struct loop *l, const struct options *o);

#endif
