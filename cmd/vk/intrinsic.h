/* SPDX-License-Identifier: BSD-3-Clause */
/* --intrinsic-latency SECONDS: how long a process that never waits is kept from running, by the
 * system or by the host below a virtual machine. No server on it can answer faster than that. */
#ifndef VK_INTRINSIC_H
#define VK_INTRINSIC_H

#include "run.h"

int intrinsic_main(struct run *r);

#endif
