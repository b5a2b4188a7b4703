/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading the streams of a node, round after round: a round's lines are written out, then its
 * entries are acknowledged and the next is asked for. */
#ifndef VKTAIL_STREAM_READ_H
#define VKTAIL_STREAM_READ_H

#include "base/clock.h"
#include "stream.h"

/* One node's reading. */
struct reader {
    struct tail *tail;
    int number;
    struct reply_builder builder; /* of the reply that comes in */
    int built;
    int reads;          /* under way */
    bool got;           /* some entries came in this round */
    int64_t not_before; /* of the next round */
    struct loop_timer timer;
};

struct streams {
    struct shards shards; /* arg: the struct stream */
    struct stream *all;
    struct reader **readers; /* by number of the node; NULL = none yet */
    int n_readers;
};

/* A connection answers within so long, entries or none. */
enum { STREAM_READ_MS = 5000 };

/* The reading of the node with this number, made at the first call. */
struct reader *stream_read_of(struct tail *t, int number);
/* It begins anew, on another connection. */
void stream_read_reset(struct reader *r);
/* All of them; nothing may be under way. */
void stream_read_release(struct tail *t);
/* Is it read at this node? */
bool stream_read_is_at(const struct shards_name *name, const struct node *n);
/* What was taken is written out: go on wherever nothing is under way. */
void stream_read_on(struct tail *t);
/* At the end, on the side, until end_ns at most: what was written out is acknowledged. */
void stream_read_acknowledge(struct tail *t, struct stream *s, struct node *n, int64_t end_ns);

#endif
