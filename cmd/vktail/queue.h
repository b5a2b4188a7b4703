/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines on their way to an output that may be slower than what is tailed: a bounded queue that
 * drops whole lines by a stated policy, and remembers of which node. */
#ifndef VKTAIL_QUEUE_H
#define VKTAIL_QUEUE_H

#include "base/buf.h"

enum queue_policy {
    QUEUE_DROP_OLDEST,
    QUEUE_DROP_NEWEST,
    QUEUE_DROP_SAMPLE, /* from half full on, every other line goes, then three of four, ... */
};

enum { QUEUE_NO_NODE = -1, QUEUE_LINE_MAX = 1 << 30 };

struct queue_record {
    uint32_t len;
    int32_t node;
};

/* Of one node. */
struct queue_tally {
    uint64_t dropped, owing; /* owing: of these, not said yet */
};

/* Called for each node of which lines are missing, to append a line that says so. */
typedef void queue_note_fn(void *arg, int node, uint64_t dropped, struct buf *out);

struct queue {
    enum queue_policy policy;
    size_t max;      /* bytes that may wait */
    struct buf text; /* what waits, from `at` on */
    size_t at;
    size_t begun;                 /* where the line under way begins */
    struct queue_record *records; /* a ring: one a line */
    size_t first, n, cap;
    size_t cut;                  /* of the first line, written already */
    uint64_t turn;               /* QUEUE_DROP_SAMPLE: counts the lines that came */
    struct queue_tally *tallies; /* by node + 1 */
    int n_tallies;
    bool owes;
    uint64_t dropped; /* in all */
    queue_note_fn *note;
    void *arg;
};

void queue_init(struct queue *q, enum queue_policy policy, size_t max, queue_note_fn *note,
                void *arg);
void queue_release(struct queue *q);
/* May a line of this node come in? False: it is dropped, and counted; it need not be made. */
bool queue_admits(struct queue *q, int node);
/* Where the next line is to be appended; queue_end takes it in. */
struct buf *queue_begin(struct queue *q);
void queue_end(struct queue *q, int node);
/* What waits is p[0..n), of which `sent` have been taken. */
const char *queue_bytes(struct queue *q, size_t *n);
void queue_sent(struct queue *q, size_t sent);
/* Nobody will take what waits: its lines are dropped, and nothing is said of it any more. */
void queue_give_up(struct queue *q);
/* Lines of this node that were dropped so far. */
uint64_t queue_dropped_of(const struct queue *q, int node);

#endif
