/* SPDX-License-Identifier: BSD-3-Clause */
/* vkbench calibrate: what this machine and this tool can do (bench/calibrate) as a table with what
 * it means, or JSON. */
#ifndef VKBENCH_CALIBRATE_MAIN_H
#define VKBENCH_CALIBRATE_MAIN_H

#include "options.h"

/* Runs of o->duration_s each, a second when it is 0. Writes to standard output; returns the exit
 * code. */
int calibrate_main(struct loop *l, const struct options *o);

#endif
