/* SPDX-License-Identifier: BSD-3-Clause */
/* The command-packing strategies against each other: `SET benchmark <value>` by string joining (one
 * buffer, one write), list joining (pieces with the 6000-byte cut-off, writev), printf-style
 * formatting, and a patched template; as pure packing, and against a server. */
#ifndef BENCH_PACKER_H
#define BENCH_PACKER_H

#include "client/connopt.h"
#include "io/loop.h"

enum { PACKER_STRATEGIES = 4, PACKER_SIZES = 8 }; /* 10^1 .. 10^8 */

struct packer_opts {
    int64_t commands; /* per row at most (-n, default 1000) */
    int64_t bytes;    /* moved per row at most (--bytes, default 256 MiB); at least 3 commands */
    bool pure;        /* only in memory: no server */
};

struct packer_row {
    int strategy;
    int64_t size;
    int64_t commands; /* done */
    double pack_ns;   /* per command, in memory */
    double pack_bytes_per_s;
    bool served;     /* the rest is filled */
    double rate;     /* requests per second */
    double cpu_ns;   /* per request, ours, user and system */
    double syscalls; /* per request, ours: reads, writes and waits */
    uint64_t errors;
    char error[160]; /* the first one's text */
};

void packer_opts_init(struct packer_opts *o);
const char *packer_name(int strategy); /* "string", "list", "printf", "template" */
/* Run all rows, sizes outermost; row is called after each. conn NULL = pure packing alone. Stops
 * early on a stop signal (io/signal), with VK_ECANCEL. */
typedef void packer_row_fn(void *arg, const struct packer_row *row);
int packer_run(struct loop *l, const struct connopt *conn, const struct packer_opts *o,
               packer_row_fn *row, void *arg, struct err *e) MUST_CHECK;

#endif
