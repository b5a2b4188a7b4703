/* SPDX-License-Identifier: BSD-3-Clause */
/* The characters that do not take one column, in order. */
#ifndef UI_WIDTH_IMPL_H
#define UI_WIDTH_IMPL_H

#include <stddef.h>
#include <stdint.h>

struct width_range {
    uint32_t from, to;
};

extern const struct width_range width_none[], width_two[];
extern const size_t width_n_none, width_n_two;

#endif
