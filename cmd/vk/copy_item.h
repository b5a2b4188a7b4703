/* SPDX-License-Identifier: BSD-3-Clause */
/* One key on its way out of a server: what is asked about it, and what came. Private to
 * copy_source.c. */
#ifndef VK_COPY_ITEM_H
#define VK_COPY_ITEM_H

#include "copy_source.h"

struct copy_item {
    struct copy_node *node;
    struct copy_item *next;
    struct buf key, payload;
    int64_t expire_ms, idle_s;
    int freq;
    int waits;       /* replies to come */
    bool relative;   /* PTTL was asked */
    bool by_use;     /* OBJECT FREQ was asked */
    bool elsewhere;  /* asked through the cluster */
    bool moved;      /* a redirect came */
    bool gone;       /* it is not there any more */
    int lost;        /* VK_E...: a reply will not come; 0 = none */
    char fault[160]; /* what the server said instead; "" = nothing */
    const char *dump[2], *ttl[2], *idle[3];
    size_t dump_lens[2], ttl_lens[2], idle_lens[3];
};

/* Owed to the sweep, and waiting. */
struct copy_item *copy_item_new(struct copy_node *n, const char *key, size_t len);
/* Ask the node; what comes goes to the source's take, and the sweep is paid. */
void copy_item_ask(struct copy_item *i);
/* Never mind it. */
void copy_item_drop(struct copy_item *i);
void copy_item_free_all(struct copy_item *first);

#endif
