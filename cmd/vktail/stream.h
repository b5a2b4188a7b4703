/* SPDX-License-Identifier: BSD-3-Clause */
/* One stream that is followed: how far it was shown, and what of it is still to be acknowledged. */
#ifndef VKTAIL_STREAM_H
#define VKTAIL_STREAM_H

#include "shards.h"

struct tail;

struct stream_id {
    uint64_t ms, seq;
};

enum { STREAM_ID_TEXT = 44 };

struct stream {
    struct tail *tail;
    const char *key;
    struct stream_id last; /* shown last, or where it began */
    bool began;            /* last is known */
    bool dropped;          /* it is none: it is not read any more */
    /* of a group */
    bool pending; /* what was given to us before is read first, from: */
    struct stream_id from;
    char (*acks)[STREAM_ID_TEXT]; /* shown, not acknowledged */
    int n_acks, cap_acks;
    int n_sent; /* of them, on their way */
};

void stream_release(struct stream *s);
/* False: it is no id. */
bool stream_id_take(struct stream_id *id, const struct reply *r);
/* An id that the server made is its time of day, in microseconds; for others it is now. */
int64_t stream_time(const struct stream_id *id);
int stream_id_compare(const struct stream_id *a, const struct stream_id *b);
const char *stream_id_text(const struct stream_id *id, char text[STREAM_ID_TEXT]);
/* Show entries, an array of [id, fields], oldest first or last, until the end of the tail; they are
 * then to be acknowledged if `acks`. Returns how many. */
int stream_show(struct stream *s, const struct node *n, const struct reply *entries,
                bool newest_first, bool acks);
/* k of them are. */
void stream_acknowledged(struct stream *s, int k);

#endif
