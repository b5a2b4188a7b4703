/* SPDX-License-Identifier: BSD-3-Clause */
/* What is in flight on a link. See link.h. */
#include <stdlib.h>

#include "bench/link_impl.h"

static void grow_groups(struct link *l) {
    uint32_t cap = l->cap ? l->cap * 2 : 1;
    struct link_group *grown = mem_zalloc(cap, sizeof *grown);
    for (uint32_t i = 0; i < l->n_groups; i++)
        grown[i] = l->groups[(l->head + i) & (l->cap - 1)];
    free(l->groups);
    l->groups = grown;
    l->cap = cap;
    l->head = 0;
}

void link_push_group(struct link *l, struct link_group g) {
    l->in_flight += g.count;
    if (l->n_groups) {
        struct link_group *last = &l->groups[(l->head + l->n_groups - 1) & (l->cap - 1)];
        if (last->row == g.row && last->submit_ns == g.submit_ns && last->measured == g.measured &&
            last->intended_ns == g.intended_ns && last->kept == g.kept) {
            last->count += g.count;
            return;
        }
    }
    if (l->n_groups == l->cap) grow_groups(l);
    l->groups[(l->head + l->n_groups++) & (l->cap - 1)] = g;
}

void link_drop(struct link *l, uint32_t n) {
    struct link_group *g = link_first(l);
    g->count -= n;
    l->in_flight -= n;
    if (g->count) return;
    l->head++;
    l->n_groups--;
}

void link_pop(struct link *l, uint32_t n) {
    if (link_first(l)->measured) link_unmeter(l->host, n);
    link_drop(l, n);
}

void link_forget_ops(struct link *l, uint64_t n, bool served) {
    struct link_host *h = l->host;
    for (uint32_t i = 0; h->watched && i < n; i++) {
        const struct image_op *op = opqueue_at(&l->ops, i);
        if (op->place != LINK_ASKING) h->on_settled(l, op, served);
    }
    opqueue_drop(&l->ops, (uint32_t)n);
}

void link_count_error(struct tally *t, const char *text, size_t len, int64_t submit_ns,
                      int64_t now_ns) {
    HIST_STORE(t->errors, t->errors + 1);
    tally_error(t, text, len);
    hist_record(t->failed, link_ns_between(submit_ns, now_ns));
}

void link_close(struct link *l) {
    loop_del(l->host->loop, l->watch);
    l->watch = NULL;
    sock_close(l->sock);
    l->sock = NULL;
}

void link_lose(struct link *l, const struct err *why) {
    link_close(l);
    l->host->on_lost(l, why);
}
