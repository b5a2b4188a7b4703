/* SPDX-License-Identifier: BSD-3-Clause */
/* --doctor: what the servers tell of themselves, read once and judged. */
#ifndef VK_DOCTOR_H
#define VK_DOCTOR_H

#include "run.h"

int doctor_main(struct run *r);

#endif
