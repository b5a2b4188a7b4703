/* SPDX-License-Identifier: BSD-3-Clause */
/* Out-of-band messages: RESP3 pushes, the arrays of a subscribed RESP2 connection, MONITOR's lines.
 */
#ifndef CORE_PUSH_H
#define CORE_PUSH_H

#include "resp/reply.h"

enum push_kind {
    PUSH_NONE, /* not a push: an ordinary reply */
    PUSH_SUBSCRIBE,
    PUSH_PSUBSCRIBE,
    PUSH_SSUBSCRIBE,
    PUSH_UNSUBSCRIBE,
    PUSH_PUNSUBSCRIBE,
    PUSH_SUNSUBSCRIBE,
    PUSH_MESSAGE,
    PUSH_PMESSAGE,
    PUSH_SMESSAGE,
    PUSH_INVALIDATE,
    PUSH_MONITOR, /* a line of MONITOR: a simple string, without a NUL behind it */
    PUSH_OTHER,   /* a RESP3 push of a kind not listed */
};

/* The kind by the first element of an array or push. The number of values is that of the kind (3, a
 * pmessage 4, an invalidation 2), so they may be taken without asking; their types are the
 * server's. Anything else is PUSH_NONE, and PUSH_OTHER when it is a RESP3 push. */
enum push_kind push_classify(const struct reply *r);
/* The subscription count that ends a (un)subscribe confirmation (channels and patterns together,
 * shard channels by themselves), or -1. */
int64_t push_count(const struct reply *r);

#endif
