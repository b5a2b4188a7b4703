/* SPDX-License-Identifier: BSD-3-Clause */
/* See outage.h. */
#include "bench/outage.h"

#include <string.h>

void outage_begin(struct outages *o, const int16_t owner[SLOTS_COUNT], int node, int64_t now_ns) {
    int slots = 0;
    for (int i = 0; i < SLOTS_COUNT; i++) {
        if (owner[i] != node || o->of_slot[i]) continue;
        o->of_slot[i] = (uint8_t)(o->n + 1);
        slots++;
    }
    if (!slots) return;
    if (o->n < OUTAGE_MAX)
        o->list[o->n++] =
            (struct outage){.node = node, .by = -1, .slots = slots, .from_ns = now_ns};
    else if (o->beyond)
        return;
    else
        o->beyond = true, o->more++;
    o->open++;
}

void outage_error(struct outages *o, unsigned slot, const char *text, size_t len) {
    uint8_t number = o->of_slot[slot];
    if (!number || number > OUTAGE_MAX) return;
    struct tally *t = &o->list[number - 1].words;
    t->errors++;
    tally_error(t, text, len);
}

void outage_served(struct outages *o, unsigned slot, int node, int64_t now_ns) {
    uint8_t number = o->of_slot[slot];
    if (!number) return;
    if (number > OUTAGE_MAX) {
        o->beyond = false;
    } else {
        o->list[number - 1].to_ns = now_ns;
        o->list[number - 1].by = node;
    }
    o->open--;
    for (int i = 0; i < SLOTS_COUNT; i++)
        if (o->of_slot[i] == number) o->of_slot[i] = 0;
}

static bool overlap(const struct outage *a, const struct outage *b) {
    return a->node == b->node && (!a->to_ns || b->from_ns <= a->to_ns) &&
           (!b->to_ns || a->from_ns <= b->to_ns);
}

static void unite(struct outage *a, const struct outage *b) {
    if (b->from_ns < a->from_ns) a->from_ns = b->from_ns;
    if (!b->to_ns || (a->to_ns && b->to_ns > a->to_ns)) a->to_ns = b->to_ns, a->by = b->by;
    if (b->slots > a->slots) a->slots = b->slots;
    tally_merge(&a->words, &b->words);
}

void outage_merge(struct outages *dst, const struct outages *src) {
    dst->more += src->more;
    for (int i = 0; i < src->n; i++) {
        int k = 0;
        while (k < dst->n && !overlap(&dst->list[k], &src->list[i]))
            k++;
        if (k < dst->n)
            unite(&dst->list[k], &src->list[i]);
        else if (dst->n < OUTAGE_MAX)
            dst->list[dst->n++] = src->list[i];
        else
            dst->more++;
    }
}
