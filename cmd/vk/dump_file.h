/* SPDX-License-Identifier: BSD-3-Clause */
/* One server's dump on its way into one file: checked as it comes, under its name when it is whole.
 */
#ifndef VK_DUMP_FILE_H
#define VK_DUMP_FILE_H

#include "client/replica.h"
#include "core/rdbcheck.h"
#include "fleet.h"

struct dump_file {
    const struct fleet_node *node;
    char *path; /* owned; "-" = standard output */
    bool tool;  /* in the words of the compatible face's tool, and as late as it does things */
    struct file_out *out;
    struct replica *replica;
    struct rdbcheck check;
    bool begun;        /* its size is known, or that it is not */
    bool over, summed; /* over: it is whole, or why says what is wrong */
    int64_t start_ns, taken_ns;
    struct err why;
};

/* Take the connection of f->node over. What fails is in f->why. */
void dump_file_start(struct dump_file *f, struct loop *l, const struct replica_opts *o);
/* Leaves nothing behind of a dump that is not whole. */
void dump_file_release(struct dump_file *f);

#endif
