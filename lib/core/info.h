/* SPDX-License-Identifier: BSD-3-Clause */
/* The text of INFO: "name:value" lines. */
#ifndef CORE_INFO_H
#define CORE_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "resp/reply.h"

/* The value of name in the reply of INFO, cut to cap bytes with their NUL. False, and "", when it
 * is not there. */
bool info_field(const struct reply *r, const char *name, char *out, size_t cap);

/* The keys that the reply of INFO keyspace tells of, in database db; -1 = in all. 0 when it tells
 * nothing. */
uint64_t info_keys(const struct reply *r, int db);

#endif
