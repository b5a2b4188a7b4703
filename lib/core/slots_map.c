/* SPDX-License-Identifier: BSD-3-Clause */
/* Who serves which slot: a node number per slot, and a shard that says who else has its keys. A
 * redirect changes a slot's primary alone: while that is a member of the slot's shard, the others
 * are its replicas. */
#include <stdlib.h>
#include <string.h>

#include "core/slots_impl.h"

enum { FIRST_CAP = 64 };

void slots_map_init(struct slots_map *m) {
    *m = (struct slots_map){0};
    memset(m->primary, 0xff, sizeof m->primary);
    memset(m->shard, 0xff, sizeof m->shard);
}

void slots_map_release(struct slots_map *m) {
    free(m->shards);
    free(m->members);
}

void slots_map_open(struct slots_map *m) {
    if (m->n_shards == m->cap_shards) {
        m->cap_shards = m->cap_shards ? 2 * m->cap_shards : FIRST_CAP;
        m->shards = mem_realloc(m->shards, (size_t)m->cap_shards, sizeof *m->shards);
    }
    m->shards[m->n_shards++] = (struct slots_shard){.first = m->n_members};
}

void slots_map_member(struct slots_map *m, int node) {
    if (m->n_members == m->cap_members) {
        m->cap_members = m->cap_members ? 2 * m->cap_members : FIRST_CAP;
        m->members = mem_realloc(m->members, m->cap_members, sizeof *m->members);
    }
    m->members[m->n_members++] = (uint16_t)node;
    m->shards[m->n_shards - 1].n++;
}

/* ---- looking up ---- */

static int number(uint16_t node) {
    return node == SLOTS_NOBODY ? -1 : node;
}

int slots_primary(const struct slots *s, unsigned slot) {
    return number(s->map.primary[slot]);
}

/* The i-th replica: the first place is the primary's, and who is primary now left its own place to
 * the one that was. */
static int replica(const struct slots_map *m, unsigned slot, const struct slots_shard *shard,
                   int i) {
    const uint16_t *members = m->members + shard->first;
    return members[i + 1] == m->primary[slot] ? members[0] : members[i + 1];
}

int slots_replicas(const struct slots *s, unsigned slot, int *out, int max) {
    const struct slots_map *m = &s->map;
    if (m->shard[slot] == SLOTS_NOBODY) return 0;
    const struct slots_shard *shard = &m->shards[m->shard[slot]];
    for (int i = 0; i < shard->n - 1 && i < max; i++)
        out[i] = replica(m, slot, shard, i);
    return shard->n - 1;
}

/* Numbers once each, up to max of them into out. */
struct list {
    bool seen[SLOTS_NODES_MAX];
    int *out, max, n;
};

static void list_add(struct list *l, int node) {
    if (l->seen[node]) return;
    l->seen[node] = true;
    if (l->n < l->max) l->out[l->n] = node;
    l->n++;
}

int slots_primaries(const struct slots *s, int *out, int max) {
    struct list l = {.out = out, .max = max};
    for (int slot = 0; slot < SLOTS_COUNT; slot++)
        if (s->map.primary[slot] != SLOTS_NOBODY) list_add(&l, s->map.primary[slot]);
    return l.n;
}

static bool continues(const struct slots_map *m, unsigned slot) {
    return slot && m->shard[slot] == m->shard[slot - 1] && m->primary[slot] == m->primary[slot - 1];
}

/* One that owns slots of its own meanwhile is no replica. */
static void add_replicas(const struct slots *s, unsigned slot, struct list *l) {
    const struct slots_map *m = &s->map;
    if (m->shard[slot] == SLOTS_NOBODY || continues(m, slot)) return;
    const struct slots_shard *shard = &m->shards[m->shard[slot]];
    for (int i = 0; i < shard->n - 1; i++) {
        int node = replica(m, slot, shard, i);
        if (!s->roster.entries[node]->owned) list_add(l, node);
    }
}

int slots_all_replicas(const struct slots *s, int *out, int max) {
    struct list l = {.out = out, .max = max};
    for (unsigned slot = 0; slot < SLOTS_COUNT; slot++)
        add_replicas(s, slot, &l);
    return l.n;
}

int slots_covered(const struct slots *s) {
    return s->map.covered;
}

int slots_run(const struct slots *s, unsigned slot, unsigned *end) {
    uint16_t node = s->map.primary[slot];
    while (slot + 1 < SLOTS_COUNT && s->map.primary[slot + 1] == node)
        slot++;
    *end = slot;
    return number(node);
}

/* ---- redirects ---- */

static bool is_member(const struct slots_map *m, unsigned slot, int node) {
    if (m->shard[slot] == SLOTS_NOBODY) return false;
    const struct slots_shard *shard = &m->shards[m->shard[slot]];
    for (int i = 0; i < shard->n; i++)
        if (m->members[shard->first + (size_t)i] == node) return true;
    return false;
}

static void set_role(struct slots_node *n, int primary) {
    n->replica = primary >= 0;
    n->primary = primary;
}

/* A primary that has no slots left has failed over to node, and takes its replicas with it. */
static void step_down(struct slots *s, int old, int node) {
    set_role(&s->roster.entries[old]->node, node);
    for (int i = 0; i < s->roster.n; i++) {
        struct slots_node *n = &s->roster.entries[i]->node;
        if (n->replica && n->primary == old) n->primary = node;
    }
}

void slots_patch(struct slots *s, unsigned slot, int node) {
    struct slots_map *m = &s->map;
    struct slots_entry *new = s->roster.entries[node];
    int old = number(m->primary[slot]);
    if (old == node) return;
    m->primary[slot] = (uint16_t)node;
    if (!is_member(m, slot, node)) m->shard[slot] = SLOTS_NOBODY;
    set_role(&new->node, -1);
    new->node.gone = false;
    new->owned++;
    s->epoch++;
    if (old < 0) {
        m->covered++;
        return;
    }
    int left = --s->roster.entries[old]->owned;
    if (!left && m->shard[slot] != SLOTS_NOBODY) step_down(s, old, node);
}
