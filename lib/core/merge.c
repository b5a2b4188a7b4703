/* SPDX-License-Identifier: BSD-3-Clause */
/* Merging by time. See merge.h.
 *
 * Each source has a ring of its own events; a binary heap holds the sources that have any, the one
 * with the earliest head on top. What may go out is said by `horizon`: every event of that time or
 * before. It rises when an event has waited for the window (to that event's time, so that all
 * before it go out in front of it), and with every event that goes out. While no event is that old,
 * which `wake_us` knows without looking, a pop costs the heap only; the heads of all sources are
 * looked at once per rise. */
#include "core/merge.h"

#include <assert.h>
#include <stdlib.h>

#include "base/err.h"

enum { FIRST_RING = 16, KEEP_RING = 4096 };

struct held {
    int64_t time_us;  /* as pushed */
    int64_t order_us; /* not before that of the event in front of it */
    int64_t since_us; /* `now` of the push */
    void *item;
};

struct source {
    struct held *ring;
    size_t first, n, cap; /* cap a power of two, or 0 */
    int64_t last_us;      /* order of the latest push */
    uint64_t late;
    bool open, used; /* used: the number is taken */
};

struct merge {
    struct source *sources;
    int n_sources, sources_cap;
    int n_open_idle; /* open sources with nothing held */
    int *heap;       /* sources with something held */
    int heap_n;
    int64_t window_us;
    size_t held, max_held;
    int64_t horizon_us;
    int64_t latest_out_us; /* greatest time given out */
    int64_t wake_us;       /* nothing is due by age before it; may be too early */
    uint64_t late;
};

struct merge *merge_new(int64_t window_us, size_t max_held) {
    struct merge *m = mem_zalloc(1, sizeof *m);
    m->window_us = window_us;
    m->max_held = max_held;
    m->horizon_us = m->latest_out_us = INT64_MIN;
    m->wake_us = INT64_MAX;
    return m;
}

void merge_free(struct merge *m) {
    if (!m) return;
    for (int i = 0; i < m->n_sources; i++)
        free(m->sources[i].ring);
    free(m->sources);
    free(m->heap);
    free(m);
}

/* --- sources ---------------------------------------------------------------------------------- */

static int free_number(struct merge *m) {
    int i = 0;
    while (i < m->n_sources && m->sources[i].used)
        i++;
    if (i < m->n_sources || i == MERGE_SOURCES_MAX) return i;
    if (i == m->sources_cap) {
        m->sources_cap = m->sources_cap ? 2 * m->sources_cap : 8;
        m->sources = mem_realloc(m->sources, (size_t)m->sources_cap, sizeof *m->sources);
        m->heap = mem_realloc(m->heap, (size_t)m->sources_cap, sizeof *m->heap);
    }
    m->n_sources++;
    m->sources[i].ring = NULL;
    m->sources[i].cap = 0;
    return i;
}

int merge_open(struct merge *m) {
    int i = free_number(m);
    if (i == MERGE_SOURCES_MAX) return -1;
    struct source *s = &m->sources[i];
    *s = (struct source){
        .ring = s->ring, .cap = s->cap, .last_us = INT64_MIN, .open = true, .used = true};
    m->n_open_idle++;
    return i;
}

void merge_close(struct merge *m, int source) {
    assert(source >= 0 && source < m->n_sources && m->sources[source].open);
    struct source *s = &m->sources[source];
    s->open = false;
    if (s->n) return;
    m->n_open_idle--;
    s->used = false;
}

/* --- one source's ring ------------------------------------------------------------------------ */

static struct held *ring_at(const struct source *s, size_t i) {
    return &s->ring[(s->first + i) & (s->cap - 1)];
}

static void ring_grow(struct source *s) {
    s->ring = mem_ring_grow(s->ring, s->first, s->n, &s->cap, FIRST_RING, sizeof *s->ring);
    s->first = 0;
}

/* One that once held much is no reason to keep the memory: there may be thousands. */
static void ring_shrink(struct source *s) {
    if (s->cap <= KEEP_RING) return;
    free(s->ring);
    s->ring = NULL;
    s->cap = 0;
}

/* --- the heap --------------------------------------------------------------------------------- */

/* Source a's head goes out before source b's. */
static bool before(const struct merge *m, int a, int b) {
    int64_t x = ring_at(&m->sources[a], 0)->order_us, y = ring_at(&m->sources[b], 0)->order_us;
    return x != y ? x < y : a < b;
}

static void heap_up(struct merge *m, int at) {
    int moving = m->heap[at];
    while (at && before(m, moving, m->heap[(at - 1) / 2])) {
        m->heap[at] = m->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    m->heap[at] = moving;
}

static void heap_down(struct merge *m) {
    int at = 0, moving = m->heap[0];
    for (int child; (child = 2 * at + 1) < m->heap_n; at = child) {
        if (child + 1 < m->heap_n && before(m, m->heap[child + 1], m->heap[child])) child++;
        if (!before(m, m->heap[child], moving)) break;
        m->heap[at] = m->heap[child];
    }
    m->heap[at] = moving;
}

/* --- in and out ------------------------------------------------------------------------------- */

/* a + b without passing the ends. */
static int64_t add_us(int64_t a, int64_t b) {
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? b < 0 ? INT64_MIN : INT64_MAX : sum;
}

int merge_push(struct merge *m, int source, int64_t time_us, int64_t now_us, void *item) {
    assert(source >= 0 && source < m->n_sources && m->sources[source].open);
    struct source *s = &m->sources[source];
    if (m->held > m->max_held) return VK_ELIMIT;
    if (s->n == s->cap) ring_grow(s);
    if (time_us > s->last_us) s->last_us = time_us;
    *ring_at(s, s->n++) =
        (struct held){.time_us = time_us, .order_us = s->last_us, .since_us = now_us, .item = item};
    int64_t due_us = add_us(now_us, m->window_us);
    if (due_us < m->wake_us) m->wake_us = due_us;
    m->held++;
    if (s->n > 1) return 0;
    m->n_open_idle--;
    m->heap[m->heap_n++] = source;
    heap_up(m, m->heap_n - 1);
    return 0;
}

/* Order of the latest event of s that has waited since `since_us` or longer; there is one. */
static int64_t latest_due(const struct source *s, int64_t since_us) {
    size_t low = 0, high = s->n; /* the head is due, high is not */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (ring_at(s, middle)->since_us <= since_us)
            low = middle;
        else
            high = middle;
    }
    return ring_at(s, low)->order_us;
}

/* Raise the horizon over all that has waited for the window, and see when the next will have. */
static void raise_horizon(struct merge *m, int64_t now_us) {
    int64_t since_us = add_us(now_us, -m->window_us);
    m->wake_us = INT64_MAX;
    for (int i = 0; i < m->heap_n; i++) {
        const struct source *s = &m->sources[m->heap[i]];
        int64_t head_us = ring_at(s, 0)->since_us;
        if (head_us <= since_us) {
            int64_t due_us = latest_due(s, since_us);
            if (due_us > m->horizon_us) m->horizon_us = due_us;
            m->wake_us = INT64_MIN; /* once these are gone, look again */
        } else if (add_us(head_us, m->window_us) < m->wake_us) {
            m->wake_us = add_us(head_us, m->window_us);
        }
    }
}

/* The source on top of the heap, s, has nothing left. */
static void drained(struct merge *m, struct source *s) {
    m->heap[0] = m->heap[--m->heap_n];
    ring_shrink(s);
    if (s->open)
        m->n_open_idle++;
    else
        s->used = false;
}

static void give(struct merge *m, struct merge_event *out) {
    int source = m->heap[0];
    struct source *s = &m->sources[source];
    const struct held *h = ring_at(s, 0);
    *out = (struct merge_event){.item = h->item,
                                .time_us = h->time_us,
                                .source = source,
                                .late = h->time_us < m->latest_out_us};
    m->late += out->late;
    s->late += out->late;
    if (h->time_us > m->latest_out_us) m->latest_out_us = h->time_us;
    if (h->order_us > m->horizon_us) m->horizon_us = h->order_us;
    s->first = (s->first + 1) & (s->cap - 1);
    s->n--;
    m->held--;
    if (!s->n) drained(m, s);
    if (m->heap_n) heap_down(m);
}

static bool may_go(const struct merge *m) {
    return ring_at(&m->sources[m->heap[0]], 0)->order_us <= m->horizon_us || !m->n_open_idle ||
           m->held > m->max_held;
}

int merge_pop(struct merge *m, int64_t now_us, struct merge_event *out, int64_t *wake_us) {
    *wake_us = INT64_MAX;
    if (!m->heap_n) return 0;
    if (!may_go(m) && now_us >= m->wake_us) raise_horizon(m, now_us);
    if (!may_go(m)) {
        *wake_us = m->wake_us;
        return 0;
    }
    give(m, out);
    return 1;
}

void merge_flush(struct merge *m) {
    for (int i = 0; i < m->n_sources; i++)
        if (m->sources[i].n && m->sources[i].last_us > m->horizon_us)
            m->horizon_us = m->sources[i].last_us;
}

size_t merge_held(const struct merge *m) {
    return m->held;
}

uint64_t merge_late(const struct merge *m, int source) {
    return m->sources[source].late;
}

uint64_t merge_late_all(const struct merge *m) {
    return m->late;
}
