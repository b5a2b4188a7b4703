/* SPDX-License-Identifier: BSD-3-Clause */
/* A command out of the replication stream as a line of text: for people, as JSON, or as the
 * compatible faces' tool has it. */
#ifndef VK_REPLICA_LINE_H
#define VK_REPLICA_LINE_H

#include "resp/reply.h"

struct replica_line {
    int64_t time_us;  /* when it came */
    const char *node; /* NULL = there is but one */
    int64_t db;
    const struct reply *command;
};

/* "18:34:31.123 127.0.0.1:7001[0] SET k v"; not much more than `limit` bytes of the command. */
void replica_line_text(struct buf *out, const struct replica_line *l, size_t limit);
void replica_line_json(struct buf *out, const struct replica_line *l);
/* CSV, as --csv prints an array. */
void replica_line_tool(struct buf *out, const struct replica_line *l);

#endif
