/* SPDX-License-Identifier: BSD-3-Clause */
/* The nodes of a cluster, and whom of them to ask. The map is in slots_map.c, a refresh in
 * slots_take.c, the reading of replies in slots_tale.c, the slot of a key in slots_crc.c. */
#include "core/slots.h"

#include <stdlib.h>
#include <string.h>

#include "core/slots_impl.h"

struct slots *slots_new(void) {
    struct slots *s = mem_zalloc(1, sizeof *s);
    slots_roster_init(&s->roster);
    slots_map_init(&s->map);
    return s;
}

void slots_free(struct slots *s) {
    if (!s) return;
    slots_abandon(s);
    slots_roster_release(&s->roster);
    slots_map_release(&s->map);
    free(s);
}

int slots_nodes(const struct slots *s) {
    return s->roster.n;
}

const struct slots_node *slots_node(const struct slots *s, int node) {
    return &s->roster.entries[node]->node;
}

int slots_owned(const struct slots *s, int node) {
    return s->roster.entries[node]->owned;
}

int slots_find(const struct slots *s, const char *host, int port) {
    return slots_roster_find(&s->roster, host, port);
}

int slots_add(struct slots *s, const char *host, int port) {
    int known = s->roster.n, node = slots_roster_add(&s->roster, host, port);
    if (node == known) s->order[node] = (uint16_t)node;
    return node;
}

uint64_t slots_epoch(const struct slots *s) {
    return s->epoch;
}

int slots_candidate(const struct slots *s, int i) {
    return i < s->roster.n ? s->order[i] : -1;
}

void slots_failed(struct slots *s, int node) {
    int i = 0, last = s->roster.n - 1;
    while (s->order[i] != node)
        i++;
    memmove(s->order + i, s->order + i + 1, (size_t)(last - i) * sizeof *s->order);
    s->order[last] = (uint16_t)node;
}
