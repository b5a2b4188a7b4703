/* SPDX-License-Identifier: BSD-3-Clause */
/* Pushes on their way to the screen. */
#ifndef VK_PUSHED_H
#define VK_PUSHED_H

#include "core/push.h"
#include "options.h"

/* Pub/sub messages and MONITOR lines: the user asked for them by a command, --show-pushes or not.
 */
bool pushed_is_asked_for(enum push_kind kind);
/* Print one into out, as redis-cli does (an invalidation has a line of its own form). */
void pushed_print(const struct options *o, struct render *render, struct buf *out,
                  enum push_kind kind, const struct reply *r);
/* The same for reading, in colours: a message or a (un)subscription in one line. False: another
 * kind, nothing printed. */
bool pushed_show(struct buf *out, enum push_kind kind, const struct reply *r);

#endif
