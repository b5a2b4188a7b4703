/* SPDX-License-Identifier: BSD-3-Clause */
/* --split: DEL, UNLINK, EXISTS, TOUCH, MGET and MSET whose keys are of several slots, as one
 * command per slot. Not atomic: the user asked for that. */
#ifndef VK_SPLIT_H
#define VK_SPLIT_H

#include "client/cluster.h"

/* True when the command was taken over: it may be split, and its keys are of several slots. */
bool split_submit(struct cluster *c, const struct command_info *info, int argc,
                  const char *const *argv, const size_t *lens, session_cb *cb, void *arg);

#endif
