/* SPDX-License-Identifier: BSD-3-Clause */
/* The command-packing strategies against each other: `SET benchmark <value>` by string joining (one
 * buffer, one write), list joining (pieces with the 6000-byte cut-off, writev), printf-style
 * formatting, and a patched template; as pure packing, and against a server. */
#ifndef BENCH_PACKER_H
#define BENCH_PACKER_H

#include "client/connopt.h"
#include "io/loop.h"

enum { PACKER_STRATEGIES = 4, PACKER_SIZES = 8 }; /* 10^1 .. 10^8 */
enum { PACKER_LEAST_NS = 20000000 };              /* of packing in memory, a row */

struct packer_opts {
    int64_t commands; /* per row at most (-n, default 1000) */
    int64_t bytes;    /* moved per row at most (--bytes, default 256 MiB); at least 3 commands */
    bool pure;        /* only in memory: no server */
};

/* The strategies of a size take turns; times are medians of the turns. */
struct packer_row {
    int strategy;
    int64_t size;
    int64_t commands; /* packed in memory: those of the row, again and again for PACKER_LEAST_NS */
    double pack_ns;   /* per command */
    double pack_bytes_per_s;
    bool served; /* the rest is filled; rate, cpu_ns and syscalls are 0 when no turn was whole */
    int64_t requests; /* answered, and not by an error */
    double rate;      /* of these, per second */
    double cpu_ns;    /* per request that was sent: ours, user and system, packing included */
    double syscalls;  /* likewise: reads, writes and waits */
    uint64_t errors;  /* error replies, and a request whose connection was lost: it ends the row */
    char error[160];  /* the first one's text; may hold anything a server says */
};

void packer_opts_init(struct packer_opts *o);
const char *packer_name(int strategy); /* "string", "list", "printf", "template" */
/* Called for each row once its size is done, or was stopped; < 0 ends the run, with that code and e
 * set. */
typedef int packer_row_fn(void *arg, const struct packer_row *row, struct err *e);
/* Run all rows, sizes outermost. conn NULL = pure packing alone; else the key is deleted at the
 * end. Stops early on a stop signal (io/signal), with VK_ECANCEL; also when no connection can be
 * made: VK_ECONNECT, VK_EAUTH, VK_ETLS ... */
int packer_run(struct loop *l, const struct connopt *conn, const struct packer_opts *o,
               packer_row_fn *row, void *arg, struct err *e) MUST_CHECK;

#endif
