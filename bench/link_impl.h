/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of link only:
 *   link_flight.c  what is in flight: groups, their time
 *   link_send.c    requests on their way out
 *   link.c         replies, and a link's life */
#ifndef BENCH_LINK_IMPL_H
#define BENCH_LINK_IMPL_H

#include <string.h>

#include "base/clock.h"
#include "bench/link.h"

/* Bytes that wait for the socket, and the commands whose last byte is among them. */
struct link_rest {
    const char *p; /* borrowed from the image, or `owned` */
    size_t len;
    char *owned;
    int commands, next; /* of the arrays; those before next are written */
    bool measured;
    int64_t kept_ns;  /* a kept command, sent first at that time; 0 = none */
    int64_t since_ns; /* when the socket last took some of it, or of what came before */
    uint16_t *rows;
    uint32_t *lens;    /* the first one: what is left of it */
    int64_t *intended; /* NULL in a closed loop */
};

static inline void link_meter_on(struct link_meter *m, int64_t now_ns) {
    m->area_ns += (double)m->in_flight * (double)(now_ns - m->at_ns);
    m->at_ns = now_ns;
}

static inline void link_unmeter(struct link_host *h, uint32_t n) {
    link_meter_on(&h->meter, h->now_ns);
    h->meter.in_flight -= n;
}

/* n commands, sent at submit_ns, will have no reply. */
static inline void link_lose_time(struct link_meter *m, uint32_t n, int64_t submit_ns,
                                  int64_t now_ns) {
    if (now_ns > submit_ns) m->lost_ns += (double)n * (double)(now_ns - submit_ns);
}

static inline uint64_t link_ns_between(int64_t from, int64_t to) {
    return to > from ? (uint64_t)(to - from) : 0;
}

static inline struct link_group *link_first(struct link *l) {
    return &l->groups[l->head & (l->cap - 1)];
}

static inline struct tally *link_tally(const struct link *l, const struct link_group *g) {
    if (g->row == LINK_ASKING) return &l->host->nobody;
    return &(g->measured ? l->peer->rows : l->peer->warm)[g->row];
}

static inline void link_measured(struct link_host *h, uint64_t done, uint64_t errors) {
    h->last_ns = h->now_ns;
    timeline_add(&h->timeline, h->now_ns, done, errors);
}

/* link_flight.c */
void link_push_group(struct link *l, struct link_group g);
/* n commands of the first group are no longer in flight; pop: nor does their time go on. */
void link_drop(struct link *l, uint32_t n);
void link_pop(struct link *l, uint32_t n);
/* The n oldest operations are no longer in flight. */
void link_forget_ops(struct link *l, uint64_t n, bool served);
void link_count_error(struct tally *t, const char *text, size_t len, int64_t submit_ns,
                      int64_t now_ns);
/* Close, and tell. */
void link_lose(struct link *l, const struct err *why);
/* link_send.c */
void link_free_rest(struct link *l);
/* Write what waits, as far as it goes. */
void link_flush(struct link *l);
void link_update_mask(struct link *l);

#endif
