/* SPDX-License-Identifier: BSD-3-Clause */
/* Where a walk was, as text that --cursor takes: a number; of several nodes NODE=NUMBER,... with
 * those that are through left out. */
#ifndef VK_KEYS_CURSOR_H
#define VK_KEYS_CURSOR_H

#include <stdint.h>

#include "base/buf.h"

#define KEYS_CURSOR_THROUGH UINT64_MAX /* as the sweep has it */

struct keys_cursor {
    const char *node;
    uint64_t at; /* or KEYS_CURSOR_THROUGH */
};

/* Fill in `at` of the n nodes, each by its name. VK_EUSAGE: text is not of that form, or names a
 * node that is none of them. */
int keys_cursor_parse(const char *text, struct keys_cursor *c, int n, struct err *e) MUST_CHECK;
void keys_cursor_add(struct buf *out, const struct keys_cursor *c, int n);

#endif
