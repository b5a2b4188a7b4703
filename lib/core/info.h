/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of INFO: "name:value" lines. */
#ifndef CORE_INFO_H
#define CORE_INFO_H

#include <stdbool.h>

#include "resp/reply.h"

/* The value of name in the reply of INFO, cut to cap bytes with their NUL. False, and "", when it
 * is not there. */
bool info_field(const struct reply *r, const char *name, char *out, size_t cap);

#endif
