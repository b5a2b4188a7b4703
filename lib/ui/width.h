/* SPDX-License-Identifier: BSD-3-Clause */
/* Columns that text takes on a terminal. */
#ifndef UI_WIDTH_H
#define UI_WIDTH_H

#include <stddef.h>
#include <stdint.h>

/* Of one character: combining marks take none, East Asian wide ones and pictures two (UAX #11). */
int width_of(uint32_t code_point);

#endif
