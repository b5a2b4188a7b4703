/* SPDX-License-Identifier: BSD-3-Clause */
/* The commands of an open transaction, so that each reply in EXEC's can be shown as its command's.
 */
#ifndef VK_QUEUE_H
#define VK_QUEUE_H

#include "run.h"

struct queue {
    struct resp_quote_args **commands; /* owned */
    size_t n, cap;
};

void queue_clear(struct queue *q);
void queue_release(struct queue *q);
/* Before a reply is shown: it may be QUEUED, or begin or end a transaction. True: it is EXEC's, and
 * has a reply to each of the commands, which stay until queue_clear. */
bool queue_take(struct queue *q, const struct slot *slot, const struct reply *r);

#endif
