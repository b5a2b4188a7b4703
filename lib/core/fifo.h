/* SPDX-License-Identifier: BSD-3-Clause */
/* The commands that wait for their replies: a ring that grows, without an allocation per command.
 * Entries are named by their sequence number, which stays good when the ring grows; pointers to
 * them do not outlive a push. Private to core. */
#ifndef CORE_FIFO_H
#define CORE_FIFO_H

#include "core/session.h"
#include "core/verb.h"

struct fifo_entry {
    session_cb *cb; /* NULL: what comes is dropped */
    void *arg;
    int64_t deadline_ns; /* 0 = none */
    uint64_t out_end;    /* stream offset behind the command's last byte */
    struct verb verb;
    bool silent;  /* the server will not answer it */
    bool blocks;  /* the server may answer when it likes */
    bool borrows; /* some of its bytes are the caller's */
};

struct fifo {
    struct fifo_entry *ring;
    uint64_t first, end; /* sequence numbers of the oldest and of the next */
    uint64_t cap;        /* a power of two, or 0 */
};

void fifo_init(struct fifo *f);
void fifo_release(struct fifo *f);
/* Double the ring; called by fifo_push. */
void fifo_grow(struct fifo *f);

static inline uint64_t fifo_count(const struct fifo *f) {
    return f->end - f->first;
}

/* Entry seq, with first <= seq < end. */
static inline struct fifo_entry *fifo_at(const struct fifo *f, uint64_t seq) {
    return &f->ring[seq & (f->cap - 1)];
}

/* The oldest, or NULL. */
static inline struct fifo_entry *fifo_head(const struct fifo *f) {
    return fifo_count(f) ? fifo_at(f, f->first) : NULL;
}

static inline void fifo_push(struct fifo *f, const struct fifo_entry *e) {
    if (fifo_count(f) == f->cap) fifo_grow(f);
    *fifo_at(f, f->end++) = *e;
}

/* The new entry is the oldest. */
static inline void fifo_push_front(struct fifo *f, const struct fifo_entry *e) {
    if (fifo_count(f) == f->cap) fifo_grow(f);
    *fifo_at(f, --f->first) = *e;
}

/* Remove the oldest, which there is. */
static inline struct fifo_entry fifo_pop(struct fifo *f) {
    return *fifo_at(f, f->first++);
}

#endif
