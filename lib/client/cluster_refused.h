/* SPDX-License-Identifier: BSD-3-Clause */
/* What a whole cluster is not sent without a node named: commands that would silently do the wrong
 * thing, since over several connections each changes, asks or shows one node's only. */
#ifndef CLIENT_CLUSTER_REFUSED_H
#define CLIENT_CLUSTER_REFUSED_H

#include "core/command.h"

/* Why, for the user, to follow the command's name ("would run on one node of a cluster ..."); NULL:
 * it is not refused. words: how many of argv name the command. info: what is known of it, or NULL.
 */
const char *cluster_refused(const struct command_info *info, int argc, const char *const *argv,
                            const size_t *lens, int *words);

#endif
