/* SPDX-License-Identifier: BSD-3-Clause */
/* Events out of capture files (core/capture.h), plain or compressed. Several files are read in the
 * order in which they were begun, whatever the order of their names. */
#ifndef VKTAIL_REPLAY_H
#define VKTAIL_REPLAY_H

#include "event.h"

struct replay;

/* paths are borrowed; "-", standard input, stands alone. VK_EFILE; VK_EUSAGE: not a capture. */
int replay_new(char *const *paths, int n, struct replay **out, struct err *e) MUST_CHECK;
void replay_free(struct replay *r);
/* 1 and *ev filled, valid until the next call; 0: that was all. A file that is cut or damaged is
 * warned of and left where it is. VK_EFILE, VK_EUSAGE, VK_ECANCEL. */
int replay_next(struct replay *r, struct event *ev, struct err *e) MUST_CHECK;
/* A node's name, made harmless; arg is the replay. */
const char *replay_node(void *arg, int node);
/* Nodes that the captures have named so far. */
int replay_nodes(const struct replay *r);
/* Files that lack their end so far. */
int replay_cut(const struct replay *r);

#endif
