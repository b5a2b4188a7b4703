/* SPDX-License-Identifier: BSD-3-Clause */
/* The keys of a walk that came a little while ago, in fixed memory: SCAN gives some twice when a
 * table shrinks, and a page is given again after a lost connection. */
#ifndef VK_COPY_RECENT_H
#define VK_COPY_RECENT_H

#include <stdbool.h>
#include <stddef.h>

struct copy_recent;

struct copy_recent *copy_recent_new(void);
void copy_recent_free(struct copy_recent *r);
/* True: it has come among some 100,000 before; else it is noted. A key that has not come is taken
 * for one that has about once in 2^45. */
bool copy_recent_has(struct copy_recent *r, const char *key, size_t len);

#endif
