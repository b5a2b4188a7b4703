/* SPDX-License-Identifier: BSD-3-Clause */
/* A reply as a tree: one consumer of resp/read's events. One arena, one free. */
#ifndef RESP_REPLY_H
#define RESP_REPLY_H

#include "base/arena.h"
#include "resp/read.h"

struct reply {
    enum resp_type type;
    char format[4]; /* verbatim: its three letters and NUL */
    int64_t n;      /* integer, boolean; aggregates: values inside (a map's pair counts 2) */
    const char *p;  /* a scalar's text as it came, NUL behind it; NULL in aggregates */
    size_t len;
    struct reply *child; /* first value of an aggregate; a map's keys and values alternate */
    struct reply *next;  /* next value of the same aggregate */
    struct reply *attr;  /* the attribute in front of it, a map-like aggregate, or NULL; of several,
                            the first, and the others behind it by their next */
};

struct reply_level {
    struct reply *open;             /* the aggregate at this depth, NULL at the top */
    struct reply **next;            /* where its next value goes */
    struct reply *attr, *attr_last; /* the attributes that wait for that value */
};

struct reply_builder {
    struct arena arena; /* owns the tree */
    size_t max;         /* bytes a tree may take */
    struct reply *root; /* the finished value, NULL while unfinished */
    /* private to reply.c */
    struct reply_level *levels; /* levels[depth] is where the next value goes */
    uint32_t depth, cap;
    struct reply *top;    /* the value under way */
    struct reply *string; /* a string that comes in pieces, */
    struct buf text;      /* and the pieces */
    size_t used;          /* of max */
    uint32_t skip_depth;  /* of the push that is being passed over */
    bool skipping, over;
};

/* max_bytes: memory a tree may take; beyond it reply_build returns VK_ELIMIT. */
void reply_builder_init(struct reply_builder *b, size_t max_bytes);
void reply_builder_release(struct reply_builder *b);
/* Drop the tree, ready for the next. */
void reply_builder_clear(struct reply_builder *b);
/* Take one event of a value (from its first to its `done`). 0 when finished (b->root is set, valid
 * until clear or release), VK_MORE when more must come, VK_ELIMIT (until cleared). A push inside
 * a value is passed over; a push at the top is a value like any other. */
int reply_build(struct reply_builder *b, const struct resp_event *ev) MUST_CHECK;
/* The quick way for what comes in great numbers, messages: an array or push of a few plain strings
 * that stands whole in r's window. True: it is consumed, and b, which was clear, has its tree in
 * b->root. False: nothing has happened, resp_read_next knows more. */
enum { REPLY_FLAT_MAX = 4 };
bool reply_flat(struct reply_builder *b, struct resp_reader *r);

/* The i-th value of an aggregate, or NULL. */
const struct reply *reply_at(const struct reply *r, size_t i);
/* Text of a string-like value equals the C string (exact case). */
bool reply_is(const struct reply *r, const char *text);
/* The value behind a name (as reply_is) in a map, or in a list of names and values in turn; NULL:
 * there is none, or map is NULL or a scalar. */
const struct reply *reply_field(const struct reply *map, const char *name);
/* Emit the tree as events, as if it had been read (strings whole, nothing streamed). depth of the
 * root is 0; the last one has `done`. Stops when fn returns non-zero and returns that. Recurses as
 * deep as the tree, which the reader's limit bounds. */
typedef int reply_event_fn(void *arg, const struct resp_event *ev);
int reply_replay(const struct reply *r, reply_event_fn *fn, void *arg);

#endif
