/* SPDX-License-Identifier: BSD-3-Clause */
/* See queue.h. The line that says how many are missing stands where they are missing: in front of
 * what is left when the oldest went, else behind what was there. */
#include "queue.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_RING = 1024 }; /* records */

void queue_init(struct queue *q, enum queue_policy policy, size_t max, queue_note_fn *note,
                void *arg) {
    *q = (struct queue){.policy = policy, .max = max, .note = note, .arg = arg};
    buf_init(&q->text, (size_t)QUEUE_LINE_MAX * 2 + max * 2);
}

void queue_release(struct queue *q) {
    buf_release(&q->text);
    free(q->records);
    free(q->tallies);
}

/* ---- records ---- */

static struct queue_record *record_at(const struct queue *q, size_t i) {
    return &q->records[(q->first + i) & (q->cap - 1)];
}

static void grow(struct queue *q) {
    q->records = mem_ring_grow(q->records, q->first, q->n, &q->cap, FIRST_RING, sizeof *q->records);
    q->first = 0;
}

static size_t waiting(const struct queue *q) {
    return q->text.len - q->at;
}

static void compact(struct queue *q) {
    if (q->at < q->text.len / 2) return;
    buf_drop(&q->text, q->at);
    q->at = 0;
}

/* ---- what is missing ---- */

static void owe(struct queue *q, int node) {
    if (node == QUEUE_NO_NODE) return; /* no event */
    while (node + 1 >= q->n_tallies) {
        q->tallies = mem_realloc(q->tallies, (size_t)q->n_tallies + 1, sizeof *q->tallies);
        q->tallies[q->n_tallies++] = (struct queue_tally){0};
    }
    q->tallies[node + 1].dropped++;
    q->tallies[node + 1].owing++;
    q->owes = true;
    q->dropped++;
}

static void say_owed(struct queue *q, struct buf *out) {
    q->owes = false;
    for (int i = 0; i < q->n_tallies; i++) {
        if (q->tallies[i].owing) q->note(q->arg, i - 1, q->tallies[i].owing, out);
        q->tallies[i].owing = 0;
    }
}

uint64_t queue_dropped_of(const struct queue *q, int node) {
    return node + 1 < q->n_tallies ? q->tallies[node + 1].dropped : 0;
}

static bool begins_with_note(const struct queue *q) {
    return q->n && record_at(q, 0)->node == QUEUE_NO_NODE;
}

/* The line that is being written stays, and what says how many were dropped. */
static bool drop_first(struct queue *q) {
    size_t skip = q->cut || begins_with_note(q) ? 1 : 0;
    if (q->n <= skip) return false;
    struct queue_record *gone = record_at(q, skip), *cut = record_at(q, 0);
    size_t rest = skip ? cut->len - q->cut : 0;
    if (rest) memmove(q->text.p + q->at + gone->len, q->text.p + q->at, rest);
    q->at += gone->len;
    owe(q, gone->node);
    if (skip) *gone = *cut;
    q->first = (q->first + 1) & (q->cap - 1);
    q->n--;
    return true;
}

/* ---- lines ---- */

static bool is_sampled_out(struct queue *q) {
    size_t half = q->max / 2, used = waiting(q);
    if (used < half) return false;
    uint64_t one_of = 2;
    for (size_t step = half / 4, limit = half + step; used > limit && one_of < 16; limit += step)
        one_of *= 2;
    return q->turn++ % one_of != 0;
}

bool queue_admits(struct queue *q, int node) {
    bool full = waiting(q) >= q->max;
    bool drop = q->policy == QUEUE_DROP_NEWEST   ? full
                : q->policy == QUEUE_DROP_SAMPLE ? full || is_sampled_out(q)
                                                 : false;
    if (drop) owe(q, node);
    return !drop;
}

static void push(struct queue *q, int node) {
    size_t len = q->text.len - q->begun;
    if (!len) return;
    if (q->n == q->cap) grow(q);
    *record_at(q, q->n++) = (struct queue_record){(uint32_t)len, node};
}

struct buf *queue_begin(struct queue *q) {
    compact(q);
    q->begun = q->text.len;
    if (q->owes && q->policy != QUEUE_DROP_OLDEST) {
        say_owed(q, &q->text);
        push(q, QUEUE_NO_NODE);
        q->begun = q->text.len;
    }
    return &q->text;
}

void queue_end(struct queue *q, int node) {
    push(q, node);
    while (q->policy == QUEUE_DROP_OLDEST && waiting(q) > q->max && drop_first(q)) {
    }
}

/* ---- out ---- */

/* In front of the first line that is whole. */
static void say_in_front(struct queue *q) {
    struct buf line;
    buf_init(&line, QUEUE_LINE_MAX);
    say_owed(q, &line);
    size_t keep = waiting(q);
    if (line.len && buf_reserve(&q->text, line.len)) {
        char *p = q->text.p + q->at;
        memmove(p + line.len, p, keep);
        memcpy(p, line.p, line.len);
        q->text.len += line.len;
        if (q->n == q->cap) grow(q);
        q->first = (q->first + q->cap - 1) & (q->cap - 1);
        q->n++;
        *record_at(q, 0) = (struct queue_record){(uint32_t)line.len, QUEUE_NO_NODE};
    }
    buf_release(&line);
}

const char *queue_bytes(struct queue *q, size_t *n) {
    bool here = q->policy == QUEUE_DROP_OLDEST ? !q->cut && !begins_with_note(q) : !waiting(q);
    if (q->owes && here) say_in_front(q);
    *n = waiting(q);
    return q->text.p + q->at;
}

static void reset(struct queue *q) {
    buf_clear(&q->text);
    q->at = q->cut = q->first = q->n = 0;
}

void queue_sent(struct queue *q, size_t sent) {
    q->at += sent;
    if (!waiting(q)) {
        reset(q);
        return;
    }
    for (sent += q->cut; q->n && sent >= record_at(q, 0)->len; q->n--) {
        sent -= record_at(q, 0)->len;
        q->first = (q->first + 1) & (q->cap - 1);
    }
    q->cut = sent;
}

void queue_give_up(struct queue *q) {
    for (size_t i = 0; i < q->n; i++)
        owe(q, record_at(q, i)->node);
    q->owes = false;
    reset(q);
}
