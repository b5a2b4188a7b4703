/* SPDX-License-Identifier: BSD-3-Clause */
/* Which nodes of a cluster a command goes to: a target in front of it (@all, @primaries, @replicas,
 * @random, @HOST:PORT), else its keys, else what the command is. Replies of several nodes become
 * one. */
#ifndef VK_TARGETS_H
#define VK_TARGETS_H

#include "client/cluster.h"
#include "options.h"

/* A word in front of a command that may be a target: @all, @primaries, @replicas, @random,
 * @HOST:PORT. */
bool targets_is_one(const char *word);
/* argv and lens live until the last callback. What cannot be sent is answered with an error reply.
 */
void targets_submit(struct cluster *c, const struct options *o, int argc, const char *const *argv,
                    const size_t *lens, session_cb *cb, void *arg);

#endif
