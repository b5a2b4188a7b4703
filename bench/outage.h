/* SPDX-License-Identifier: BSD-3-Clause */
/* When slots had no server: from the loss of a node's last connection, or the first answer that the
 * cluster does not serve them, to the next reply that is no error to a command of one of them. One
 * list per worker, merged after the end. Pure bookkeeping: time is passed in. */
#ifndef BENCH_OUTAGE_H
#define BENCH_OUTAGE_H

#include "core/slots.h"
#include "load/tally.h"

enum { OUTAGE_MAX = 64 }; /* that are told apart; later ones are only counted */

struct outage {
    int node;               /* whose slots they were */
    int by;                 /* who served them then; -1 = nobody yet */
    int slots;              /* how many */
    int64_t from_ns, to_ns; /* to_ns 0 = it goes on */
    struct tally words;     /* its errors; no latencies in it */
};

struct outages {
    struct outage list[OUTAGE_MAX];
    int n, open;
    uint64_t more;                /* beyond the list; those of one time count once */
    bool beyond;                  /* one of these is open */
    uint8_t of_slot[SLOTS_COUNT]; /* 1 + the number of the open one; 0 = none */
};

/* The slots of owner[] that are node's are without service, unless they are so already. */
void outage_begin(struct outages *o, const int16_t owner[SLOTS_COUNT], int node, int64_t now_ns);
/* A command of that slot failed; counted if an outage of it is open. */
void outage_error(struct outages *o, unsigned slot, const char *text, size_t len);
/* A command of that slot was answered by node. */
void outage_served(struct outages *o, unsigned slot, int node, int64_t now_ns);
/* Add src's: what overlaps and is of the same node becomes one. */
void outage_merge(struct outages *dst, const struct outages *src);

#endif
