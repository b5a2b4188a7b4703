/* SPDX-License-Identifier: BSD-3-Clause */
/* The nodes of a cluster in --dash: a row each, sorted, scrolled so that the chosen one is seen. */
#ifndef VK_DASH_NODES_H
#define VK_DASH_NODES_H

#include "dash_draw.h"

/* Bring the nodes into the order that is asked for. */
void dash_nodes_sort(struct dash_view *nodes, int n, enum dash_sort by);
/* Head and nodes, in so many rows, at least 2. */
void dash_nodes_draw(struct canvas *c, const struct dash_frame *f, int rows);
/* Columns that names of nodes take. */
int dash_nodes_name_columns(const struct canvas *c, const struct dash_frame *f);

#endif
