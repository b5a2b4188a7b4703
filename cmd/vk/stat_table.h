/* SPDX-License-Identifier: BSD-3-Clause */
/* The rolling table of --stat: a line for a node, in as many columns as there is room for. Pure. */
#ifndef VK_STAT_TABLE_H
#define VK_STAT_TABLE_H

#include "base/buf.h"
#include "gauge.h"

enum { STAT_TABLE_COLUMNS = 17, STAT_TABLE_NODE_LEAST = 5 };

struct stat_table {
    bool shown[STAT_TABLE_COLUMNS];
    int node_columns; /* 0 = one node alone: it has no name */
    int columns;      /* of the terminal, 0 = any number */
    bool colour;
};

struct stat_table_row {
    const char *node; /* foreign text */
    const struct gauge *gauge;
    const struct gauge_rates *rates;
    const char *time; /* "18:25:01" */
    bool sum;         /* it stands out */
};

/* Into so many columns, the least important left out. node_columns: of the longest name. */
void stat_table_fit(struct stat_table *t, int columns, int node_columns);
/* Append lines, their newline with them. */
void stat_table_header(const struct stat_table *t, struct buf *out);
void stat_table_row(const struct stat_table *t, const struct stat_table_row *r, struct buf *out);
/* A node that shows nothing, and why (foreign text). */
void stat_table_down(const struct stat_table *t, const struct stat_table_row *r, const char *why,
                     struct buf *out);

#endif
