/* SPDX-License-Identifier: BSD-3-Clause */
/* Slots that change hands while a cluster is walked: a key can go from a node that has not come to
 * it yet to one that is past it. So who holds what is noted before a round of walks and looked at
 * again behind it; what has moved, or is moving, is walked once more where it is now, until a round
 * ends as it began. */
#ifndef VK_SWEEP_MOVED_H
#define VK_SWEEP_MOVED_H

#include "sweep_impl.h"

struct sweep_moved;

/* Before the first round: note who holds what. Turns the loop. */
int sweep_moved_new(struct sweep *s, struct sweep_moved **out, struct err *e) MUST_CHECK;
void sweep_moved_free(struct sweep_moved *m);
/* A round is over, or a node is gone: *again when walks were begun for another one. Reads the
 * topology; turns the loop, for a while even, when a node is gone and nobody has its slots yet. */
int sweep_moved_look(struct sweep_moved *m, bool *again, struct err *e) MUST_CHECK;

#endif
