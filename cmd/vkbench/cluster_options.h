/* SPDX-License-Identifier: BSD-3-Clause */
/* The options behind cluster-async and cluster-pipeline. */
#ifndef VKBENCH_CLUSTER_OPTIONS_H
#define VKBENCH_CLUSTER_OPTIONS_H

#include "base/opt.h"
#include "options.h"

/* For an opt_group whose target is a struct options. */
extern const struct opt_row cluster_options_async[], cluster_options_pipeline[];
bool cluster_options_is_suite(const struct options *o);
/* VK_EUSAGE: a cluster suite, and options that have no meaning for it. 0 for other modes. */
int cluster_options_check(const struct options *o, struct err *e) MUST_CHECK;

#endif
