/* SPDX-License-Identifier: BSD-3-Clause */
/* Events of several nodes merged by the nodes' own clocks, within a window. An event goes out when
 * every open source has one waiting (none can then come that belongs in front of it), or when one
 * that belongs behind it, or it itself, has waited for the window; so a silent source, or clocks
 * that differ, delay nothing by more than the window. Events of one source never change places: one
 * whose clock went back is filed under the time of the one before it.
 *
 * Two clocks, both in microseconds and both passed in: `time`, the server's, says the order; `now`,
 * the caller's and monotonic, says how long an event has waited. They are never compared. Servers'
 * clocks that differ by more than the window make the events of the slower ones late. */
#ifndef CORE_MERGE_H
#define CORE_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

enum { MERGE_SOURCES_MAX = 4096 };

struct merge;

struct merge_event {
    void *item;
    int64_t time_us; /* as it was pushed */
    int source;
    bool late; /* one with a later time has gone out before it */
};

/* max_held: events that wait at most; beyond it the earliest go out, whatever is missing. */
struct merge *merge_new(int64_t window_us, size_t max_held);
/* What still waits is forgotten: pop it first if items are to be freed. */
void merge_free(struct merge *m);
/* A source to wait for: its number, the lowest that is free; -1 when there are MERGE_SOURCES_MAX.
 */
int merge_open(struct merge *m);
/* No more will come of it: nothing waits for it any longer, what it has pushed still goes out, then
 * its number is free. */
void merge_close(struct merge *m, int source);
/* Take an item over. VK_ELIMIT, and the item is not taken: max_held wait already and pop, which
 * would give one out, has not been called. */
int merge_push(struct merge *m, int source, int64_t time_us, int64_t now_us, void *item) MUST_CHECK;
/* The next in order: 1 and *out filled (call again). 0: nothing may go out yet; *wake_us is the
 * `now` at which to ask again if nothing is pushed before it (sometimes earlier than needed),
 * INT64_MAX when nothing waits. */
int merge_pop(struct merge *m, int64_t now_us, struct merge_event *out, int64_t *wake_us);
/* All that waits is due: for the end, and for a pause. */
void merge_flush(struct merge *m);
size_t merge_held(const struct merge *m);
/* Events given out late, of one source since it was opened, and of all since the beginning. */
uint64_t merge_late(const struct merge *m, int source);
uint64_t merge_late_all(const struct merge *m);

#endif
