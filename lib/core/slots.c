/* SPDX-License-Identifier: BSD-3-Clause */
/* The map of slots: a node number per slot, so that looking one up is one array access. Reading
 * what the nodes say is in slots_take.c, the slot of a key in slots_crc.c. */
#include "core/slots.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/slots_impl.h"

enum { DISPUTES_MAX = 5 };

struct slots *slots_new(void) {
    struct slots *s = mem_zalloc(1, sizeof *s);
    memset(s->map, 0xff, sizeof s->map);
    memset(s->taken, 0xff, sizeof s->taken);
    return s;
}

void slots_free(struct slots *s) {
    if (!s) return;
    for (int i = 0; i < s->n; i++) {
        free(s->nodes[i].host);
        free(s->nodes[i].hostname);
    }
    free(s->nodes);
    free(s->tales);
    free(s->order);
    free(s);
}

/* ---- nodes ---- */

int slots_nodes(const struct slots *s) {
    return s->n;
}

const struct slots_node *slots_node(const struct slots *s, int node) {
    return &s->nodes[node];
}

int slots_find(const struct slots *s, const char *host, int port) {
    for (int i = 0; i < s->n; i++)
        if (s->nodes[i].port == port && !strcasecmp(s->nodes[i].host, host)) return i;
    return -1;
}

static void grow(struct slots *s) {
    s->cap = s->cap ? 2 * s->cap : 8;
    s->nodes = mem_realloc(s->nodes, (size_t)s->cap, sizeof *s->nodes);
    s->tales = mem_realloc(s->tales, (size_t)s->cap, sizeof *s->tales);
    s->order = mem_realloc(s->order, (size_t)s->cap, sizeof *s->order);
}

int slots_add(struct slots *s, const char *host, int port) {
    int i = slots_find(s, host, port);
    if (i >= 0) return i;
    if (s->n == SLOTS_NODES_MAX) return -1;
    if (s->n == s->cap) grow(s);
    s->nodes[s->n] = (struct slots_node){.host = mem_strdup(host),
                                         .port = port,
                                         .hostname = mem_strdup(""),
                                         .gone = true,
                                         .primary = -1};
    s->tales[s->n] = (struct slots_tale){.primary = -1};
    s->order[s->n] = s->n;
    return s->n++;
}

int slots_candidate(const struct slots *s, int i) {
    return i < s->n ? s->order[i] : -1;
}

void slots_failed(struct slots *s, int node) {
    int i = 0;
    while (i < s->n && s->order[i] != node)
        i++;
    if (i == s->n) return;
    memmove(s->order + i, s->order + i + 1, (size_t)(s->n - i - 1) * sizeof *s->order);
    s->order[s->n - 1] = node;
}

/* ---- the map ---- */

static int known(uint16_t node) {
    return node == SLOTS_NOBODY ? -1 : node;
}

int slots_primary(const struct slots *s, unsigned slot) {
    return known(s->map[slot]);
}

int slots_replicas(const struct slots *s, unsigned slot, int *out, int max) {
    int n = 0, primary = slots_primary(s, slot);
    for (int i = 0; i < s->n && primary >= 0; i++) {
        const struct slots_node *node = &s->nodes[i];
        if (node->gone || !node->replica || node->primary != primary) continue;
        if (n < max) out[n] = i;
        n++;
    }
    return n;
}

int slots_primaries(const struct slots *s, int *out, int max) {
    bool *seen = mem_zalloc((size_t)s->n + 1, sizeof *seen);
    int n = 0;
    for (int slot = 0; slot < SLOTS_COUNT; slot++) {
        uint16_t node = s->map[slot];
        if (node == SLOTS_NOBODY || seen[node]) continue;
        seen[node] = true;
        if (n < max) out[n] = node;
        n++;
    }
    free(seen);
    return n;
}

int slots_all_replicas(const struct slots *s, int *out, int max) {
    int n = 0;
    for (int i = 0; i < s->n; i++) {
        if (s->nodes[i].gone || !s->nodes[i].replica) continue;
        if (n < max) out[n] = i;
        n++;
    }
    return n;
}

int slots_owned(const struct slots *s, int node) {
    int n = 0;
    for (int slot = 0; slot < SLOTS_COUNT; slot++)
        n += s->map[slot] == (uint16_t)node;
    return n;
}

int slots_covered(const struct slots *s) {
    return SLOTS_COUNT - slots_owned(s, SLOTS_NOBODY);
}

int slots_run(const struct slots *s, unsigned slot, unsigned *end) {
    uint16_t node = s->map[slot];
    while (slot + 1 < SLOTS_COUNT && s->map[slot + 1] == node)
        slot++;
    *end = slot;
    return known(node);
}

void slots_patch(struct slots *s, unsigned slot, int node) {
    struct slots_node *new = &s->nodes[node];
    int old = slots_primary(s, slot);
    if (old == node) return;
    if (old >= 0 && new->replica &&new->primary == old) { /* a failover: they swap places */
        s->nodes[old].replica = true;
        s->nodes[old].primary = node;
    }
    new->replica = new->gone = false;
    new->primary = -1;
    s->map[slot] = (uint16_t)node;
    s->epoch++;
}

uint64_t slots_epoch(const struct slots *s) {
    return s->epoch;
}

/* ---- a refresh's frame ---- */

void slots_begin(struct slots *s) {
    memset(s->taken, 0xff, sizeof s->taken);
    for (int i = 0; i < s->n; i++)
        s->tales[i] = (struct slots_tale){.primary = -1};
    s->n_taken = s->n_disputes = 0;
}

void slots_abandon(struct slots *s) {
    slots_begin(s);
}

int slots_taken(const struct slots *s) {
    return s->n_taken;
}

static void believe(struct slots_node *n, const struct slots_tale *t) {
    n->gone = !t->named;
    if (!t->named) return;
    n->replica = t->replica;
    n->primary = t->primary;
    memcpy(n->id, t->id, sizeof n->id);
    free(n->hostname);
    n->hostname = mem_strdup(t->hostname);
}

int slots_end(struct slots *s, struct err *e) {
    if (s->n_disputes > DISPUTES_MAX)
        return err_set(e, VK_EPROTO, "the cluster's nodes disagree about who owns what: %s",
                       s->dispute);
    memcpy(s->map, s->taken, sizeof s->map);
    for (int i = 0; i < s->n; i++)
        believe(&s->nodes[i], &s->tales[i]);
    s->epoch++;
    return 0;
}
